//! What the operator reads before installing the plugin, and what WhatsApp can carry.
//!
//! Limits: Meta, "Cloud API: Messages", "Throughput", "Pair rate limits" and "Supported media types".

use sportello_sdk::channel::{Abilities, Capabilities, Description, Pace};

use crate::settings::{ACCESS_TOKEN, APP_SECRET, Settings, VERIFY_TOKEN};

/// Meta repeats a webhook for up to seven days.
const REDELIVERY: u64 = 7 * 24 * 60 * 60 * 1000;

/// Most rows of a list.
pub(crate) const LIST_ROWS: u32 = 10;
/// Characters of a row's title; a button's title is shorter, so longer ones become a list.
pub(crate) const ROW_TITLE: u32 = 24;

pub(crate) fn describe() -> Description {
    Description {
        name: "whatsapp".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        summary: "WhatsApp, through the Cloud API of Meta.".to_owned(),
        settings_schema: include_str!("../settings.schema.json").to_owned(),
        secrets: vec![APP_SECRET.to_owned(), ACCESS_TOKEN.to_owned(), VERIFY_TOKEN.to_owned()],
        hosts: vec!["{setting:api-base}".to_owned(), "https://lookaside.fbsbx.com".to_owned()],
        redelivery: Some(REDELIVERY),
        poll_every: None,
    }
}

pub(crate) fn carries(settings: &Settings) -> Capabilities {
    let media_types = [
        "image/jpeg",
        "image/png",
        "image/webp",
        "audio/aac",
        "audio/amr",
        "audio/mpeg",
        "audio/mp4",
        "audio/ogg",
        "video/mp4",
        "video/3gpp",
        "application/*",
        "text/*",
    ];
    Capabilities {
        choices: LIST_ROWS,
        choice_length: ROW_TITLE,
        media_types: media_types.map(str::to_owned).to_vec(),
        // The limit of documents: what is too large for its own kind is sent as one.
        media_size: 100 << 20,
        abilities: Abilities::LOCATIONS
            | Abilities::CONTACTS
            | Abilities::TEMPLATES
            | Abilities::REPLIES
            | Abilities::REACTIONS
            | Abilities::READ_MARKS,
        typing: Some(25_000),
        session_hours: Some(24),
        channel_pace: Some(Pace { messages: settings.messages_per_second, per: 1000 }),
        // One message in six seconds to the same customer, of which a burst of 45 may be taken in advance.
        thread_pace: Some(Pace { messages: 45, per: 45 * 6000 }),
        echoes: true,
        dedupes: None,
        ..Capabilities::text_only(4096)
    }
}
