//! Choices that a customer made: buttons, rows of lists, forms, and the buttons of templates.

use serde_json::Value;
use sportello_sdk::types::{Content, Selection};

use crate::json::{owned, text};

/// The reply to an interactive message.
pub(super) fn reply(part: &Value) -> Option<Content> {
    let kind = text(part, "type")?;
    let reply = &part[kind];
    match kind {
        "button_reply" | "list_reply" => selection(text(reply, "id")?, text(reply, "title"), None),
        "nfm_reply" => selection(text(reply, "name")?, text(reply, "body"), form_data(reply)),
        "call_permission_reply" => {
            let summary = format!("Permission to call: {}", text(reply, "response")?);
            Some(Content::native("call-permission", summary, reply))
        }
        _ => None,
    }
}

/// A quick reply of a template.
pub(super) fn button(part: &Value) -> Option<Content> {
    selection(text(part, "payload").or(text(part, "text"))?, text(part, "text"), None)
}

fn selection(id: &str, title: Option<&str>, data: Option<String>) -> Option<Content> {
    Some(Content::Selection(Selection { id: id.to_owned(), title: title.unwrap_or(id).to_owned(), data }))
}

/// A form's answers are JSON in a string; what is not JSON stays a string.
fn form_data(reply: &Value) -> Option<String> {
    let answers = owned(reply, "response_json")?;
    let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&answers).is_ok();
    Some(if is_json { answers } else { Value::String(answers).to_string() })
}
