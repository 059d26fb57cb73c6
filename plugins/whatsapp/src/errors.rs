//! What Meta's errors mean for a delivery.
//!
//! Source: Meta, "Cloud API: Error codes". The same codes stand in answers and in statuses. Where a code is not known the
//! HTTP status decides, and a server error without a known code may or may not have sent something.

use serde_json::Value;
use sportello_sdk::Outcome;
use sportello_sdk::types::{Failure, HttpResponse, RequestError};

use crate::json::text;

/// Milliseconds to wait after too many messages to one customer; a free place comes every six seconds.
const PAIR_RATE_WAIT: u64 = 6000;

/// The JSON of a success, or what went wrong. `base` is the API's address, for the operator who has to grant it.
pub(crate) fn check(outcome: Outcome, base: &str) -> Result<Value, Failure> {
    let response = outcome.map_err(|error| of_request(error, base))?;
    let body = response.read_json::<Value>();
    if response.is_success() {
        return body.map_err(|error| Failure::Unknown(format!("WhatsApp took the request, but {error}")));
    }
    Err(of_answer(&response, &body.unwrap_or_default()["error"]))
}

/// An error in the status of a message that had been accepted.
pub(crate) fn of_status(error: &Value) -> Failure {
    let reason = reason(error);
    let code = error["code"].as_u64();
    code.and_then(|code| of_code(code, &reason, None)).unwrap_or(Failure::Rejected(reason))
}

fn of_request(error: RequestError, base: &str) -> Failure {
    match error {
        RequestError::NotGranted => {
            Failure::Rejected(format!("the host is not granted: add {base} to this channel's grants.hosts"))
        }
        RequestError::Unreachable(_) => Failure::Retry(None),
        RequestError::Unknown(reason) => Failure::Unknown(reason),
        RequestError::TooLarge => Failure::Unknown("WhatsApp's answer is larger than allowed".to_owned()),
    }
}

fn of_answer(response: &HttpResponse, error: &Value) -> Failure {
    let reason =
        if error.is_object() { reason(error) } else { format!("WhatsApp answers with status {}", response.status) };
    let wait = response.header("retry-after").and_then(|value| value.parse::<u64>().ok()).map(|seconds| seconds * 1000);
    if let Some(failure) = error["code"].as_u64().and_then(|code| of_code(code, &reason, wait)) {
        return failure;
    }
    match response.status {
        429 => Failure::Throttled(wait),
        401 | 403 => Failure::Unauthorised(reason),
        503 => Failure::Retry(wait),
        408 | 500.. => Failure::Unknown(reason),
        _ => Failure::Rejected(reason),
    }
}

fn of_code(code: u64, reason: &str, wait: Option<u64>) -> Option<Failure> {
    let reason = || reason.to_owned();
    Some(match code {
        // More than 24 hours since the customer's last message.
        131_047 => Failure::WindowClosed,
        // Limits of the app, of the account, of the number, and the spam limit of the number.
        4 | 80_007 | 130_429 | 131_048 | 133_016 => Failure::Throttled(wait),
        // Too many messages to this customer.
        131_056 => Failure::Retry(wait.or(Some(PAIR_RATE_WAIT))),
        // Down, overloaded, in maintenance, or "something went wrong": the message was not sent.
        1 | 2 | 131_000 | 131_016 | 131_057 | 133_004 => Failure::Retry(wait),
        // The token is wrong or lacks a permission, the account is locked, the number not registered.
        0 | 3 | 10 | 102 | 190 | 200..=299 | 368 | 131_005 | 131_031 | 133_010 => Failure::Unauthorised(reason()),
        // The customer stopped marketing messages.
        131_050 => Failure::Blocked,
        // Parameters, templates, media, numbers that are not on WhatsApp (131026), limits per customer (131049), and other
        // refusals of this one message.
        33 | 100 | 130_000..=139_999 => Failure::Rejected(reason()),
        _ => return None,
    })
}

/// For people: the code, what it is called, and the details.
fn reason(error: &Value) -> String {
    let message = text(error, "message").or(text(error, "title")).unwrap_or("an error without a message");
    let details = text(&error["error_data"], "details").or(text(error, "details"));
    let code = error["code"].as_u64().map(|code| format!("{code}: ")).unwrap_or_default();
    match details {
        Some(details) if details != message => format!("{code}{message} ({details})"),
        _ => format!("{code}{message}"),
    }
}
