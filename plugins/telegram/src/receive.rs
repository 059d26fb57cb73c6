//! Takes updates: by webhook here, and by [`crate::poll`].

mod callback;
mod card;
mod content;
mod entities;
mod member;
mod message;
mod native;
mod people;
mod reaction;
mod rich;
mod service;
mod update;

use serde_json::{Value, json};
use sportello_sdk::channel::{Context, Reception, Refusal, Webhook};
use sportello_sdk::http::Request;
use sportello_sdk::{Stop, log, vault};

use crate::api::{self, Repeat};
use crate::settings::{Settings, WEBHOOK_SECRET};

pub(crate) use reaction::CUSTOM;
pub(crate) use update::{UPDATES, read};

const SECRET: &str = "x-telegram-bot-api-secret-token";

pub(crate) fn receive(context: &Context<Settings>, webhook: &Webhook) -> Result<Reception, Stop<Refusal>> {
    if webhook.method != "POST" {
        return Err(Refusal::Malformed(format!("Telegram calls its webhook with POST, not {}", webhook.method)).into());
    }
    check_secret(webhook)?;
    let found = read(context.now, &webhook.read_json::<Value>()?).map_err(Refusal::Malformed)?;
    found.note.iter().for_each(log);
    let afterwards = found.pressed.iter().map(|query| answer_press(&context.settings, query).build()).collect();
    Ok(Reception { afterwards, ..Reception::events(found.events) })
}

/// Ends the progress bar on the button that was pressed.
pub(crate) fn answer_press(settings: &Settings, query: &str) -> Request {
    api::request(settings, "answerCallbackQuery", &json!({"callback_query_id": query}), Repeat::Harmless)
}

/// Telegram signs nothing: it repeats the secret that it was given with the webhook's address.
fn check_secret(webhook: &Webhook) -> Result<(), Refusal> {
    let shown = webhook.header(SECRET).ok_or_else(|| {
        Refusal::Unauthorised(format!("the header `{SECRET}` is missing: connect this channel again"))
    })?;
    if !vault::matches(WEBHOOK_SECRET, shown.as_bytes()) {
        let reason = format!("the secret is wrong: compare `{WEBHOOK_SECRET}`, and connect this channel again");
        return Err(Refusal::Unauthorised(reason));
    }
    Ok(())
}
