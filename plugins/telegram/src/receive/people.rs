//! Who did it. User names change hands, so they are no aliases.

use serde_json::Value;
use sportello_sdk::types::Sender;

use crate::json::{id, owned, text};

/// Who wrote a message: the chat in whose name it is, or else the user.
pub(super) fn author(part: &Value) -> Option<Sender> {
    let mut sender = chat(&part["sender_chat"]).or_else(|| user(&part["from"]))?;
    sender.phone = own_phone(part);
    Some(sender)
}

/// A user.
pub(super) fn user(user: &Value) -> Option<Sender> {
    Some(Sender { locale: owned(user, "language_code"), ..named(user)? })
}

/// A group or channel that acts as one.
pub(super) fn chat(chat: &Value) -> Option<Sender> {
    named(chat)
}

fn named(one: &Value) -> Option<Sender> {
    let whole: Vec<&str> = ["first_name", "last_name"].into_iter().filter_map(|part| text(one, part)).collect();
    let name = if whole.is_empty() {
        text(one, "title").or(text(one, "username")).map(str::to_owned)
    } else {
        Some(whole.join(" "))
    };
    Some(Sender { id: id(one, "id")?, name, locale: None, phone: None, email: None, aliases: vec![] })
}

/// Telegram tells a customer's number only when they send their own contact.
fn own_phone(part: &Value) -> Option<String> {
    let contact = &part["contact"];
    let is_own = contact["user_id"].is_i64() && contact["user_id"] == part["from"]["id"];
    let digits = text(contact, "phone_number").filter(|_| is_own)?.trim_start_matches('+');
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("+{digits}"))
}
