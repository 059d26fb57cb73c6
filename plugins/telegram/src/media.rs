//! Files that customers send: an id leads to a path, and that, behind the token, to the bytes.

use serde_json::json;
use sportello_sdk::Stop;
use sportello_sdk::channel::Context;
use sportello_sdk::http::{Request, Url};
use sportello_sdk::types::{Failure, HttpRequest, Media, MediaSource};

use crate::api::{self, Repeat};
use crate::json::text;
use crate::settings::{BOT_TOKEN, Settings};

pub(crate) fn resolve(context: &Context<Settings>, media: &Media) -> Result<HttpRequest, Stop<Failure>> {
    let id = match &media.source {
        MediaSource::Platform(id) => id,
        MediaSource::Url(url) => return Ok(Request::get(Url::new(url)).build()),
        MediaSource::Stored(_) | MediaSource::Inline(_) => {
            return Err(Failure::Rejected("the file is already here".to_owned()).into());
        }
    };
    let found = api::call(context, "getFile", &json!({"file_id": id}), Repeat::Harmless)?;
    let path = text(&found, "file_path").ok_or_else(|| {
        Failure::Rejected(format!("Telegram names no path for the file {id}: bots get files of up to 20 MB"))
    })?;
    let url = Url::new(&context.settings.api_base).segment("file").secret_segment("bot", BOT_TOKEN).path(path);
    Ok(Request::get(url).build())
}
