//! What the Bot API's refusals mean.
//!
//! An answer is `{"ok": true, "result": …}` or `{"ok": false, "error_code": …, "description": …, "parameters": …}`. The
//! codes are those of HTTP; what they mean in detail only the description says (Telegram, "Making requests" and
//! "ResponseParameters").

use serde_json::Value;
use sportello_sdk::types::{Failure, RequestError};
use sportello_sdk::{Outcome, log};

use crate::api::Repeat;
use crate::json::text;
use crate::settings::{BOT_TOKEN, Settings};

/// Milliseconds after which a message to a group that moved is tried again: its service message says where to.
const AFTER_MOVING: u64 = 5000;

/// How the description begins where the customer, or the group, wants nothing from the bot.
const UNWANTED: [&str; 7] = [
    "bot was blocked by the user",
    "user is deactivated",
    "bot was kicked",
    "bot can't initiate conversation",
    "bot is not a member",
    "the group chat was deleted",
    "bot can't send messages to bots",
];

/// The result of a method, or what went wrong.
pub(crate) fn check(outcome: Outcome, settings: &Settings, repeat: Repeat) -> Result<Value, Failure> {
    let response = outcome.map_err(|error| of_request(error, settings, repeat))?;
    let Ok(mut body) = response.read_json::<Value>() else {
        let reason = format!("Telegram's answer (status {}) is not JSON", response.status);
        return Err(of_code(u64::from(response.status), &reason, &Value::Null, repeat));
    };
    if body["ok"] == true {
        return Ok(body["result"].take());
    }
    let code = body["error_code"].as_u64().unwrap_or(u64::from(response.status));
    let reason = text(&body, "description").unwrap_or("Telegram refuses and gives no reason");
    Err(of_code(code, reason, &body["parameters"], repeat))
}

fn of_request(error: RequestError, settings: &Settings, repeat: Repeat) -> Failure {
    match error {
        RequestError::NotGranted => Failure::Rejected(format!(
            "the host is not granted: add {} to this channel's grants.hosts",
            settings.api_base
        )),
        RequestError::Unreachable(_) => Failure::Retry(None),
        RequestError::Unknown(reason) => open(&reason, repeat),
        RequestError::TooLarge => open("Telegram's answer is larger than allowed", repeat),
    }
}

fn of_code(code: u64, reason: &str, parameters: &Value, repeat: Repeat) -> Failure {
    let wait = parameters["retry_after"].as_u64().map(|seconds| seconds.saturating_mul(1000));
    match code {
        429 => Failure::Throttled(wait),
        // A token of the wrong form is not found.
        401 | 404 => Failure::Unauthorised(format!("{reason}: compare the secret `{BOT_TOKEN}` with BotFather's")),
        403 if UNWANTED.iter().any(|unwanted| reason.contains(unwanted)) => Failure::Blocked,
        400 if !parameters["migrate_to_chat_id"].is_null() => {
            log(format!("{reason}; a message waits for the group's new address"));
            Failure::Retry(Some(AFTER_MOVING))
        }
        409 => Failure::Rejected(format!("{reason}: a bot is either polled, once, or has a webhook")),
        // A success that cannot be read.
        200..=299 => open(reason, repeat),
        408 | 500.. => open(reason, repeat),
        _ => Failure::Rejected(reason.to_owned()),
    }
}

/// Where it is not known whether something was done, doing it again is right only if that harms nobody.
fn open(reason: &str, repeat: Repeat) -> Failure {
    match repeat {
        Repeat::Harmless => Failure::Retry(None),
        Repeat::Harms => Failure::Unknown(reason.to_owned()),
    }
}
