//! Calls of the Bot API: one method is one POST of JSON, with the bot's token in the path.

use serde_json::Value;
use sportello_sdk::Stop;
use sportello_sdk::channel::Context;
use sportello_sdk::http::{Request, Url};
use sportello_sdk::types::Failure;

use crate::errors;
use crate::settings::{BOT_TOKEN, Settings};

/// What a second call of the same method would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// A second message: Telegram drops no repetition.
    Harms,
    /// Nothing new.
    Harmless,
}

/// The request for a method.
pub(crate) fn request(settings: &Settings, method: &str, parameters: &Value, repeat: Repeat) -> Request {
    Request::post(url(settings, method)).json(parameters).repeatable(repeat == Repeat::Harmless)
}

/// Where a method is called.
pub(crate) fn url(settings: &Settings, method: &str) -> Url {
    Url::new(&settings.api_base).secret_segment("bot", BOT_TOKEN).segment(method)
}

/// Calls a method and gives its result.
pub(crate) fn call(
    context: &Context<Settings>,
    method: &str,
    parameters: &Value,
    repeat: Repeat,
) -> Result<Value, Stop<Failure>> {
    let settings = &context.settings;
    let outcome = context.fetch(request(settings, method, parameters, repeat))?;
    Ok(errors::check(outcome, settings, repeat)?)
}
