//! Webhooks of the WhatsApp Cloud API. Times are milliseconds since the Unix epoch here and strings of seconds there.

use serde_json::{Value, json};

use crate::{Client, Reply, signing};

/// The company's number, as webhooks name it.
#[derive(Debug, Clone)]
pub struct Business {
    /// Id of the WhatsApp business account.
    pub account: String,
    /// Id of the number: also part of the address that messages are sent through.
    pub phone_number_id: String,
    /// The number that people see.
    pub display_phone_number: String,
}

impl Default for Business {
    /// The ids that Meta's own documentation uses.
    fn default() -> Self {
        Self {
            account: "102290129340398".to_owned(),
            phone_number_id: "106540352242922".to_owned(),
            display_phone_number: "15550783881".to_owned(),
        }
    }
}

impl Business {
    /// A webhook with these messages, and a contact for each sender.
    pub fn messages(&self, messages: &[Value]) -> Value {
        let mut senders: Vec<&str> = messages.iter().filter_map(|message| message["from"].as_str()).collect();
        senders.sort_unstable();
        senders.dedup();
        let contact = |sender: &&str| json!({ "profile": { "name": format!("Customer {sender}") }, "wa_id": sender });
        let contacts: Vec<Value> = senders.iter().map(contact).collect();
        self.change(json!({ "contacts": contacts, "messages": messages }))
    }

    /// A webhook with one text.
    pub fn text(&self, from: &str, id: &str, at: u64, body: &str) -> Value {
        self.messages(&[text(from, id, at, body)])
    }

    /// A webhook with these statuses.
    pub fn statuses(&self, statuses: &[Value]) -> Value {
        self.change(json!({ "statuses": statuses }))
    }

    fn change(&self, content: Value) -> Value {
        let mut value = json!({
            "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": self.display_phone_number, "phone_number_id": self.phone_number_id },
        });
        if let (Value::Object(value), Value::Object(content)) = (&mut value, content) {
            value.extend(content);
        }
        json!({
            "object": "whatsapp_business_account",
            "entry": [{ "id": self.account, "changes": [{ "value": value, "field": "messages" }] }],
        })
    }
}

fn message(from: &str, id: &str, at: u64, kind: &str, content: Value) -> Value {
    json!({ "from": from, "id": id, "timestamp": (at / 1000).to_string(), "type": kind, kind: content })
}

/// A text.
pub fn text(from: &str, id: &str, at: u64, body: &str) -> Value {
    message(from, id, at, "text", json!({ "body": body }))
}

/// A button of ours was pressed.
pub fn button_reply(from: &str, id: &str, at: u64, button: &str, title: &str) -> Value {
    let reply = json!({ "type": "button_reply", "button_reply": { "id": button, "title": title } });
    message(from, id, at, "interactive", reply)
}

/// A row of a list of ours was chosen.
pub fn list_reply(from: &str, id: &str, at: u64, row: &str, title: &str) -> Value {
    let reply = json!({ "type": "list_reply", "list_reply": { "id": row, "title": title } });
    message(from, id, at, "interactive", reply)
}

/// A file: `kind` is `image`, `audio`, `video`, `document` or `sticker`, `media` the platform's id.
pub fn media(from: &str, id: &str, at: u64, kind: &str, media: &str, mime_type: &str) -> Value {
    message(from, id, at, kind, json!({ "id": media, "mime_type": mime_type, "sha256": "" }))
}

/// A place.
pub fn location(from: &str, id: &str, at: u64, latitude: f64, longitude: f64) -> Value {
    message(from, id, at, "location", json!({ "latitude": latitude, "longitude": longitude }))
}

/// A reaction to the message `to`; an empty emoji takes it back.
pub fn reaction(from: &str, id: &str, at: u64, to: &str, emoji: &str) -> Value {
    message(from, id, at, "reaction", json!({ "message_id": to, "emoji": emoji }))
}

/// Makes a message an answer to another one of the business number `to_number`.
pub fn in_reply_to(mut message: Value, to_number: &str, id: &str) -> Value {
    message["context"] = json!({ "from": to_number, "id": id });
    message
}

/// What became of a message of ours: `sent`, `delivered` or `read`, with what we asked to have echoed.
pub fn status(id: &str, recipient: &str, at: u64, state: &str, tracker: Option<&str>) -> Value {
    let mut status =
        json!({ "id": id, "status": state, "timestamp": (at / 1000).to_string(), "recipient_id": recipient });
    if let Some(tracker) = tracker {
        status["biz_opaque_callback_data"] = json!(tracker);
    }
    status
}

/// A message of ours failed after it was accepted.
pub fn failed(id: &str, recipient: &str, at: u64, code: u32, title: &str) -> Value {
    let mut failed = status(id, recipient, at, "failed", None);
    failed["errors"] = json!([{ "code": code, "title": title, "message": title }]);
    failed
}

/// Sends a webhook as Meta does, signed with the app secret.
pub async fn deliver(client: &Client, hook: &str, app_secret: &str, webhook: &Value) -> anyhow::Result<Reply> {
    let body = webhook.to_string().into_bytes();
    let signature = signing::hub_signature(app_secret, &body)?;
    let headers = [("content-type", "application/json"), ("x-hub-signature-256", signature.as_str())];
    client.send("POST", hook, &headers, body).await
}
