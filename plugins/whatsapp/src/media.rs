//! Files that customers send: an id leads to a short-lived address, and that to the bytes; both want the token.

use sportello_sdk::Stop;
use sportello_sdk::channel::Context;
use sportello_sdk::http::{Request, Url};
use sportello_sdk::types::{Failure, HttpRequest, Media, MediaSource};

use crate::errors;
use crate::json::text;
use crate::settings::{ACCESS_TOKEN, Settings};

pub(crate) fn resolve(context: &Context<Settings>, media: &Media) -> Result<HttpRequest, Stop<Failure>> {
    let settings = &context.settings;
    let id = match &media.source {
        MediaSource::Platform(id) => id,
        MediaSource::Url(url) => return Ok(Request::get(Url::new(url)).build()),
        MediaSource::Stored(_) | MediaSource::Inline(_) => {
            return Err(Failure::Rejected("the file is already here".to_owned()).into());
        }
    };
    let found = errors::check(context.fetch(settings.get(settings.url(id)))?, &settings.api_base)?;
    let address =
        text(&found, "url").ok_or_else(|| Failure::Rejected(format!("WhatsApp names no address for the file {id}")))?;
    Ok(Request::get(Url::new(address)).bearer(ACCESS_TOKEN).build())
}
