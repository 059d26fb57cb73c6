//! `POST session`: a token for a new visitor, or the word that the one they have still counts.

use serde_json::json;
use sportello_sdk::Stop;
use sportello_sdk::channel::{Reception, Refusal};

use super::{Call, json};
use crate::token::{self, SECRET};

/// Whoever brings no token, or one that does not count any more, gets a new identity: a window in a page must always work.
pub(super) fn open(call: &Call<'_>) -> Result<Reception, Stop<Refusal>> {
    let now = call.context.now;
    let settings = &call.context.settings;
    let token = match token::read(call.webhook, call.channel(), settings.token_days, now) {
        Ok(visitor) if token::is_aging(&visitor, settings.token_days, now) => {
            token::issue(call.channel(), &visitor.id, now)
        }
        Ok(visitor) => token::issue(call.channel(), &visitor.id, visitor.issued),
        Err(_) => token::draw(call.channel(), now, call.context.seed)
            .and_then(|visitor| token::issue(call.channel(), &visitor, now)),
    };
    let token = token.ok_or_else(|| Stop::Broken(format!("the secret `{SECRET}` is not configured")))?;
    let body = json!({ "token": token, "text-length": settings.text_length, "now": now });
    Ok(Reception::answer(json(200, &body)))
}
