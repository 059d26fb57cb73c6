//! Asks for updates, for installations that Telegram cannot reach. The cursor is the number of the next update.

use serde_json::json;
use sportello_sdk::channel::{Context, Polled};
use sportello_sdk::types::Failure;
use sportello_sdk::{Stop, log};

use crate::api::{self, Repeat};
use crate::receive::{self, UPDATES};
use crate::settings::Settings;

/// Most updates of one answer.
const BATCH: u32 = 100;

pub(crate) fn poll(context: &Context<Settings>, cursor: Option<String>) -> Result<Polled, Stop<Failure>> {
    let mut parameters = json!({"limit": BATCH, "timeout": 0, "allowed_updates": UPDATES});
    if let Some(cursor) = &cursor {
        // Telegram forgets what is below it.
        parameters["offset"] = json!(number(cursor)?);
    }
    let updates = api::call(context, "getUpdates", &parameters, Repeat::Harmless)?;
    let updates = updates.as_array().map_or(&[][..], Vec::as_slice);
    let mut events = vec![];
    let mut pressed = vec![];
    for update in updates {
        match receive::read(context.now, update) {
            Ok(found) => {
                events.extend(found.events);
                pressed.extend(found.pressed);
                found.note.iter().for_each(log);
            }
            // One that cannot be read does not hold up the others.
            Err(reason) => log(format!("the update {} cannot be read: {reason}", update["update_id"])),
        }
    }
    let answers = pressed.iter().map(|query| receive::answer_press(&context.settings, query));
    context.fetch_all(answers)?;
    let next = updates.iter().filter_map(|update| update["update_id"].as_i64()).max().map(|last| last + 1);
    Ok(Polled { cursor: next.map(|next| next.to_string()).or(cursor), events })
}

fn number(cursor: &str) -> Result<i64, Failure> {
    cursor.parse().map_err(|_| {
        Failure::Rejected(format!("the cursor {cursor} is not the number of an update: take it out of the store"))
    })
}
