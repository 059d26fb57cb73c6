//! Upkeep: whether the credentials work, and what Meta thinks of the number.

use serde_json::Value;
use sportello_sdk::Stop;
use sportello_sdk::channel::{Chore, Context, Health};
use sportello_sdk::types::Failure;

use crate::errors;
use crate::json::text;
use crate::settings::Settings;

const FIELDS: &str = "display_phone_number,verified_name,quality_rating,name_status,throughput";
/// Milliseconds until the next check.
const DAY: u64 = 24 * 60 * 60 * 1000;

pub(crate) fn tend(context: &Context<Settings>, chore: Chore) -> Result<Health, Stop<Failure>> {
    if chore == Chore::Disconnect {
        let note = "Meta keeps calling until the webhook is taken out of the app dashboard (WhatsApp, Configuration).";
        return Ok(Health { account: None, notes: vec![note.to_owned()], again_at: None });
    }
    let settings = &context.settings;
    let url = settings.url(&settings.phone_number_id).query("fields", FIELDS);
    let number = errors::check(context.fetch(settings.get(url))?, &settings.api_base)?;
    let mut notes = notes(&number);
    if chore == Chore::Connect {
        notes.push(format!(
            "In the app dashboard of Meta (WhatsApp, Configuration) set the callback address {} and the verify token, and \
             subscribe to messages, smb_message_echoes and user_preferences.",
            context.hook
        ));
    }
    Ok(Health { account: account(&number), notes, again_at: Some(context.now + DAY) })
}

fn account(number: &Value) -> Option<String> {
    match (text(number, "verified_name"), text(number, "display_phone_number")) {
        (Some(name), Some(digits)) => Some(format!("{name} ({digits})")),
        (name, digits) => name.or(digits).map(str::to_owned),
    }
}

fn notes(number: &Value) -> Vec<String> {
    let quality = text(number, "quality_rating").map(|rating| format!("Quality rating: {rating}"));
    let name = text(number, "name_status").map(|status| format!("Display name: {status}"));
    let throughput = text(&number["throughput"], "level").map(|level| format!("Throughput: {level}"));
    [quality, name, throughput].into_iter().flatten().collect()
}
