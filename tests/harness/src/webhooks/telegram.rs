//! Updates of the Telegram Bot API. Times are milliseconds since the Unix epoch here and seconds there.

use serde_json::{Value, json};

use crate::{Client, Reply};

/// A private chat; its id is also the id of the person.
#[derive(Debug, Clone)]
pub struct Chat {
    /// Up to 52 bits.
    pub id: i64,
    /// The first name of the person.
    pub name: String,
    /// An IETF language tag, as the person's app has it.
    pub language: String,
}

impl Chat {
    /// A chat with somebody whose app speaks English.
    pub fn new(id: i64, name: &str) -> Self {
        Self { id, name: name.to_owned(), language: "en".to_owned() }
    }

    fn person(&self) -> Value {
        json!({ "id": self.id, "is_bot": false, "first_name": self.name, "language_code": self.language })
    }

    /// A message without its content.
    fn message(&self, message_id: i64, at: u64) -> Value {
        json!({
            "message_id": message_id,
            "from": self.person(),
            "chat": { "id": self.id, "first_name": self.name, "type": "private" },
            "date": at / 1000,
        })
    }

    /// An update with a text.
    pub fn text(&self, update_id: i64, message_id: i64, at: u64, text: &str) -> Value {
        let mut message = self.message(message_id, at);
        message["text"] = json!(text);
        json!({ "update_id": update_id, "message": message })
    }

    /// An update with the new text of an older message.
    pub fn edited(&self, update_id: i64, message_id: i64, at: u64, text: &str) -> Value {
        let mut message = self.message(message_id, at);
        message["edit_date"] = json!(at / 1000 + 1);
        message["text"] = json!(text);
        json!({ "update_id": update_id, "edited_message": message })
    }

    /// An update: a button below our message `message_id` was pressed.
    pub fn pressed(&self, update_id: i64, callback_id: &str, message_id: i64, at: u64, data: &str) -> Value {
        let mut message = self.message(message_id, at);
        message["from"] = json!({ "id": 777, "is_bot": true, "first_name": "Sportello" });
        message["text"] = json!("…");
        json!({
            "update_id": update_id,
            "callback_query": {
                "id": callback_id,
                "from": self.person(),
                "message": message,
                "chat_instance": "1",
                "data": data,
            },
        })
    }

    /// An update with a picture.
    pub fn photo(&self, update_id: i64, message_id: i64, at: u64, file_id: &str, caption: &str) -> Value {
        let mut message = self.message(message_id, at);
        message["photo"] = json!([
            { "file_id": format!("{file_id}-small"), "file_unique_id": "s", "width": 90, "height": 90, "file_size": 900 },
            { "file_id": file_id, "file_unique_id": "l", "width": 800, "height": 800, "file_size": 90000 },
        ]);
        message["caption"] = json!(caption);
        json!({ "update_id": update_id, "message": message })
    }
}

/// Sends an update as Telegram does, with the secret that was agreed in `setWebhook`.
pub async fn deliver(client: &Client, hook: &str, secret_token: &str, update: &Value) -> anyhow::Result<Reply> {
    let headers = [("content-type", "application/json"), ("x-telegram-bot-api-secret-token", secret_token)];
    client.send("POST", hook, &headers, update.to_string().into_bytes()).await
}
