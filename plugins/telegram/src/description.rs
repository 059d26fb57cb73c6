//! What the operator reads before installing the plugin, and what Telegram can carry.
//!
//! Limits: Telegram, "Bot API" (lengths, callback data, sending files by URL) and "Bots FAQ: my bot is hitting limits".

use sportello_sdk::channel::{Abilities, Capabilities, Description, Pace, Unit};

use crate::settings::{BOT_TOKEN, Settings, WEBHOOK_SECRET};

/// Telegram keeps updates that were not taken for a day.
const REDELIVERY: u64 = 24 * 60 * 60 * 1000;

/// UTF-16 units of a text, without its markup.
pub(crate) const TEXT: u32 = 4096;
/// UTF-16 units of a caption, without its markup.
pub(crate) const CAPTION: usize = 1024;
/// Bytes of a file that Telegram fetches from an address.
pub(crate) const FILE_SIZE: u64 = 20 << 20;
/// Buttons of one keyboard.
const BUTTONS: u32 = 100;
/// Longer titles of buttons are cut off on telephones.
const BUTTON_TITLE: u32 = 64;

pub(crate) fn describe() -> Description {
    Description {
        name: "telegram".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        summary: "Telegram, through its Bot API.".to_owned(),
        settings_schema: include_str!("../settings.schema.json").to_owned(),
        secrets: vec![BOT_TOKEN.to_owned(), WEBHOOK_SECRET.to_owned()],
        hosts: vec!["{setting:api-base}".to_owned()],
        redelivery: Some(REDELIVERY),
        poll_every: Some(1000),
    }
}

pub(crate) fn carries(settings: &Settings) -> Capabilities {
    // What Telegram fetches from an address; everything else goes out as a link.
    let media_types = [
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
        "audio/mpeg",
        "audio/mp4",
        "audio/ogg",
        "video/mp4",
        "application/pdf",
        "application/zip",
    ];
    Capabilities {
        text_unit: Unit::Utf16,
        choices: BUTTONS,
        choice_length: BUTTON_TITLE,
        media_types: media_types.map(str::to_owned).to_vec(),
        media_size: FILE_SIZE,
        abilities: Abilities::LOCATIONS
            | Abilities::CONTACTS
            | Abilities::REPLIES
            | Abilities::REACTIONS
            | Abilities::EDITS
            | Abilities::RETRACTIONS,
        typing: Some(5000),
        channel_pace: Some(Pace { messages: settings.messages_per_second, per: 1000 }),
        // One message a second, of which a short burst may be taken in advance.
        thread_pace: Some(Pace { messages: 3, per: 3000 }),
        ..Capabilities::text_only(TEXT)
    }
}
