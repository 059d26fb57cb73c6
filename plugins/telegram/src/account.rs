//! Upkeep: which bot the token belongs to, and whether Telegram knows the webhook.

use serde_json::{Value, json};
use sportello_sdk::Stop;
use sportello_sdk::channel::{Chore, Context, Health};
use sportello_sdk::types::{Failure, Piece};

use crate::api::{self, Repeat};
use crate::errors;
use crate::json::text;
use crate::receive::UPDATES;
use crate::settings::{Settings, WEBHOOK_SECRET};

/// Milliseconds until the next check.
const DAY: u64 = 24 * 60 * 60 * 1000;

pub(crate) fn tend(context: &Context<Settings>, chore: Chore) -> Result<Health, Stop<Failure>> {
    match chore {
        Chore::Connect => connect(context),
        Chore::Check => check(context),
        Chore::Disconnect => disconnect(context),
    }
}

fn connect(context: &Context<Settings>) -> Result<Health, Stop<Failure>> {
    let bot = api::call(context, "getMe", &json!({}), Repeat::Harmless)?;
    let settings = &context.settings;
    let request = sportello_sdk::http::Request::post(api::url(settings, "setWebhook"))
        .header("content-type", "application/json")
        .pieces(registration(&context.hook))
        .repeatable(true);
    errors::check(context.fetch(request)?, settings, Repeat::Harmless)?;
    let notes = vec![format!("Telegram calls {}", context.hook)];
    Ok(Health { account: account(&bot), notes, again_at: Some(context.now + DAY) })
}

/// The secret goes into the body as a piece of its own. Telegram allows only letters, digits, `_` and `-` in it, so it needs
/// no escaping.
fn registration(hook: &str) -> Vec<Piece> {
    let (hook, updates) = (json!(hook), json!(UPDATES));
    let before = format!(r#"{{"url":{hook},"allowed_updates":{updates},"secret_token":""#);
    vec![Piece::Bytes(before.into_bytes()), Piece::Secret(WEBHOOK_SECRET.to_owned()), Piece::Bytes(br#""}"#.to_vec())]
}

fn check(context: &Context<Settings>) -> Result<Health, Stop<Failure>> {
    let settings = &context.settings;
    let ask = |method| api::request(settings, method, &json!({}), Repeat::Harmless);
    let mut answers = context.fetch_all([ask("getMe"), ask("getWebhookInfo")])?.into_iter();
    let mut next = || match answers.next() {
        Some(outcome) => errors::check(outcome, settings, Repeat::Harmless),
        None => Err(Failure::Retry(None)),
    };
    let (bot, webhook) = (next()?, next()?);
    let notes = notes(&webhook, &context.hook);
    Ok(Health { account: account(&bot), notes, again_at: Some(context.now + DAY) })
}

fn disconnect(context: &Context<Settings>) -> Result<Health, Stop<Failure>> {
    api::call(context, "deleteWebhook", &json!({"drop_pending_updates": false}), Repeat::Harmless)?;
    let note = "Telegram calls no more; it keeps updates for a day, for whoever connects or polls next.";
    Ok(Health { account: None, notes: vec![note.to_owned()], again_at: None })
}

fn account(bot: &Value) -> Option<String> {
    match (text(bot, "first_name"), text(bot, "username")) {
        (Some(name), Some(user)) => Some(format!("{name} (@{user})")),
        (name, user) => name.or(user).map(str::to_owned),
    }
}

fn notes(webhook: &Value, hook: &str) -> Vec<String> {
    let place = match text(webhook, "url") {
        None => Some("Telegram calls no webhook: connect this channel, or let it be polled".to_owned()),
        Some(url) if url != hook => Some(format!("Telegram calls {url} instead of {hook}: connect this channel")),
        Some(_) => None,
    };
    let waiting = webhook["pending_update_count"].as_u64().filter(|count| *count > 0);
    let waiting = waiting.map(|count| format!("Updates that wait: {count}"));
    let error =
        text(webhook, "last_error_message").map(|error| format!("Telegram's last error with the webhook: {error}"));
    [place, waiting, error].into_iter().flatten().collect()
}
