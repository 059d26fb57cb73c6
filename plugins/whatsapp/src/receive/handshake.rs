//! The registration of the webhook: Meta shows the verify token and wants its challenge back.

use sportello_sdk::channel::{Reception, Refusal, Webhook};
use sportello_sdk::types::HttpResponse;
use sportello_sdk::vault;

use crate::settings::VERIFY_TOKEN;

pub(super) fn answer(webhook: &Webhook) -> Result<Reception, Refusal> {
    let missing = |name: &str| Refusal::Malformed(format!("the registration lacks `{name}`"));
    if webhook.query("hub.mode").as_deref() != Some("subscribe") {
        return Err(missing("hub.mode=subscribe"));
    }
    let token = webhook.query("hub.verify_token").ok_or_else(|| missing("hub.verify_token"))?;
    let challenge = webhook.query("hub.challenge").ok_or_else(|| missing("hub.challenge"))?;
    if !vault::matches(VERIFY_TOKEN, token.as_bytes()) {
        let reason =
            format!("the verify token is wrong: compare the secret `{VERIFY_TOKEN}` with Meta's app dashboard");
        return Err(Refusal::Unauthorised(reason));
    }
    Ok(Reception::answer(HttpResponse::text(200, challenge)))
}
