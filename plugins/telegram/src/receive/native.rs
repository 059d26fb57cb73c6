//! What the common vocabulary has no word for: kept as Telegram says it, with a line for people.

use serde_json::Value;
use sportello_sdk::types::Content;

use crate::json::{items, text};

/// Members that are content of their own kind.
const KINDS: [&str; 17] = [
    "dice",
    "poll",
    "game",
    "story",
    "checklist",
    "invoice",
    "successful_payment",
    "refunded_payment",
    "paid_media",
    "giveaway",
    "giveaway_winners",
    "passport_data",
    "users_shared",
    "chat_shared",
    "gift",
    "unique_gift",
    "rich_message",
];

/// One of these; none where the message holds none.
pub(super) fn read(message: &Value) -> Option<Content> {
    let kind = KINDS.into_iter().find(|kind| !message[*kind].is_null())?;
    Some(Content::native(kind, summary(kind, &message[kind]), &message[kind]))
}

/// A message of a kind that came after this plugin.
pub(super) fn unknown(message: &Value) -> Content {
    Content::native("unknown", "A Telegram message of a kind that cannot be shown here", message)
}

fn summary(kind: &str, part: &Value) -> String {
    let said = |member| text(part, member).unwrap_or("?");
    match kind {
        "dice" => format!("{} {}", said("emoji"), part["value"]),
        "poll" => format!("Poll: {} ({})", said("question"), texts(part, "options")),
        "checklist" => format!("Checklist: {} ({})", said("title"), texts(part, "tasks")),
        "game" => format!("Game: {}", said("title")),
        "invoice" => format!("Invoice: {}", said("title")),
        "successful_payment" => format!("Paid: {}", amount(part)),
        "refunded_payment" => format!("Paid back: {}", amount(part)),
        "users_shared" => format!("Shared {} people", items(part, "user_ids").len().max(items(part, "users").len())),
        "chat_shared" => format!(
            "Shared the chat {}",
            text(part, "title").map_or_else(|| part["chat_id"].to_string(), str::to_owned)
        ),
        "passport_data" => "Documents of Telegram Passport, encrypted".to_owned(),
        "story" => "Forwarded a story".to_owned(),
        other => format!("A Telegram message of the kind {other}"),
    }
}

fn texts(part: &Value, member: &str) -> String {
    items(part, member).iter().filter_map(|item| text(item, "text")).collect::<Vec<_>>().join(", ")
}

/// How many digits follow the point depends on the currency, so the smallest units are given.
fn amount(payment: &Value) -> String {
    format!("{} of the smallest units of {}", payment["total_amount"], text(payment, "currency").unwrap_or("?"))
}
