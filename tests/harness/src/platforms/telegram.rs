//! The Telegram Bot API: sends messages, numbers them per chat, keeps updates for bots that ask.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::{Answer, Platform, Recorded};

/// The platform with one bot.
#[derive(Debug)]
pub struct Telegram {
    token: String,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    posts: Vec<Post>,
    /// The last message id of each chat.
    message_ids: HashMap<String, i64>,
    updates: VecDeque<Value>,
    webhook: Option<Value>,
    files: HashMap<String, Vec<u8>>,
}

/// A call that changed something in a chat.
#[derive(Debug, Clone)]
pub struct Post {
    /// "sendMessage".
    pub method: String,
    /// The chat's id, as text.
    pub chat: String,
    /// The id that the platform gave the message, or that the call named.
    pub message_id: i64,
    /// The whole request.
    pub body: Value,
}

impl Post {
    /// What the customer reads: the text or the caption, or the method.
    pub fn text(&self) -> String {
        let candidates = [&self.body["text"], &self.body["caption"]];
        candidates.into_iter().find_map(Value::as_str).unwrap_or(&self.method).to_owned()
    }
}

impl Telegram {
    /// A bot with this token.
    pub fn new(token: &str) -> Self {
        Self { token: token.to_owned(), state: Mutex::default() }
    }

    /// The update waits until the bot asks for it.
    pub fn offer(&self, update: Value) {
        self.state().updates.push_back(update);
    }

    /// Keeps a file that can be fetched by this id.
    pub fn keep_file(&self, id: &str, bytes: Vec<u8>) {
        self.state().files.insert(id.to_owned(), bytes);
    }

    /// What `setWebhook` said last; none after `deleteWebhook`.
    pub fn webhook(&self) -> Option<Value> {
        self.state().webhook.clone()
    }

    /// Every call that changed something in a chat, in order.
    pub fn posts(&self) -> Vec<Post> {
        self.state().posts.clone()
    }

    /// What is read in this chat, in order.
    pub fn texts_to(&self, chat: i64) -> Vec<String> {
        let chat = chat.to_string();
        let state = self.state();
        state.posts.iter().filter(|post| post.chat == chat && post.method.starts_with("send")).map(Post::text).collect()
    }

    fn call(&self, method: &str, body: Value, at: u64) -> Answer {
        match method {
            "getMe" => {
                done(json!({ "id": 777, "is_bot": true, "first_name": "Sportello", "username": "sportello_bot" }))
            }
            "getUpdates" => self.updates(&body),
            "setWebhook" => {
                self.state().webhook = Some(body);
                done(json!(true))
            }
            "deleteWebhook" => {
                self.state().webhook = None;
                done(json!(true))
            }
            "getWebhookInfo" => {
                let state = self.state();
                let url = state.webhook.as_ref().map_or(json!(""), |webhook| webhook["url"].clone());
                done(
                    json!({ "url": url, "has_custom_certificate": false, "pending_update_count": state.updates.len() }),
                )
            }
            "getFile" => self.describe_file(&body),
            "answerCallbackQuery" | "setMyCommands" => done(json!(true)),
            "sendChatAction" | "deleteMessage" | "setMessageReaction" => self.post(method, body, |_| json!(true)),
            "sendMediaGroup" => self.album(body, at),
            "editMessageText" | "editMessageCaption" | "editMessageReplyMarkup" => self.edit(method, body, at),
            _ if method.starts_with("send") => self.send(method, body, at),
            _ => refused(404, "Not Found", None),
        }
    }

    fn updates(&self, body: &Value) -> Answer {
        let mut state = self.state();
        let offset = body["offset"].as_i64().unwrap_or(0);
        state.updates.retain(|update| update["update_id"].as_i64().unwrap_or(0) >= offset);
        let limit = body["limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(100);
        done(state.updates.iter().take(limit).cloned().collect())
    }

    fn describe_file(&self, body: &Value) -> Answer {
        let id = body["file_id"].as_str().unwrap_or_default();
        match self.state().files.get(id) {
            Some(bytes) => done(
                json!({ "file_id": id, "file_unique_id": id, "file_size": bytes.len(), "file_path": format!("files/{id}") }),
            ),
            None => refused(400, "Bad Request: invalid file_id", None),
        }
    }

    fn send(&self, method: &str, body: Value, at: u64) -> Answer {
        if method == "sendMessage" && body["text"].as_str().is_none_or(str::is_empty) {
            return refused(400, "Bad Request: message text is empty", None);
        }
        let text = body["text"].clone();
        self.post(method, body, |post| message(post, at, text))
    }

    fn edit(&self, method: &str, body: Value, at: u64) -> Answer {
        let text = body["text"].clone();
        self.post(method, body, |post| message(post, at, text))
    }

    fn album(&self, body: Value, at: u64) -> Answer {
        let count = body["media"].as_array().map_or(0, Vec::len);
        if count < 2 {
            return refused(400, "Bad Request: there must be from 2 to 10 media in the group", None);
        }
        let mut messages = Vec::new();
        for _ in 0..count {
            match self.record("sendMediaGroup", body.clone()) {
                Ok(post) => messages.push(message(&post, at, Value::Null)),
                Err(answer) => return answer,
            }
        }
        done(Value::Array(messages))
    }

    fn post(&self, method: &str, body: Value, result: impl FnOnce(&Post) -> Value) -> Answer {
        self.record(method, body).map_or_else(|refusal| refusal, |post| done(result(&post)))
    }

    fn record(&self, method: &str, body: Value) -> Result<Post, Answer> {
        let chat = match &body["chat_id"] {
            Value::Number(id) => id.to_string(),
            Value::String(id) if !id.is_empty() => id.clone(),
            _ => return Err(refused(400, "Bad Request: chat_id is empty", None)),
        };
        let mut state = self.state();
        let message_id = body["message_id"].as_i64().unwrap_or_else(|| {
            let last = state.message_ids.entry(chat.clone()).or_insert(1000);
            *last += 1;
            *last
        });
        let post = Post { method: method.to_owned(), chat, message_id, body };
        state.posts.push(post.clone());
        Ok(post)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Platform for Telegram {
    fn act(&self, request: &Recorded) -> Answer {
        let route = request.route();
        if let Some(path) = route.strip_prefix(&format!("/file/bot{}/files/", self.token)) {
            let file = self.state().files.get(path).cloned();
            return file.map_or_else(
                || refused(404, "Not Found", None),
                |bytes| Answer::file("application/octet-stream", bytes),
            );
        }
        match route.strip_prefix(&format!("/bot{}/", self.token)) {
            Some(method) => self.call(method, parameters(request), request.at),
            None => refused(401, "Unauthorized", None),
        }
    }
}

/// From a JSON body or from the query; what looks like a number there becomes one.
fn parameters(request: &Recorded) -> Value {
    if !request.body.is_empty() {
        return request.json();
    }
    let query = request.path.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let value = |text: &str| text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number));
    Value::Object(pairs.map(|(name, text)| (name.to_owned(), value(text))).collect())
}

fn message(post: &Post, at: u64, text: Value) -> Value {
    let mut message = json!({
        "message_id": post.message_id,
        "from": { "id": 777, "is_bot": true, "first_name": "Sportello" },
        "chat": { "id": post.chat.parse::<i64>().map_or_else(|_| json!(post.chat), |id| json!(id)), "type": "private" },
        "date": at / 1000,
    });
    if !text.is_null() {
        message["text"] = text;
    }
    message
}

fn done(result: Value) -> Answer {
    Answer::json(200, &json!({ "ok": true, "result": result }))
}

fn refused(status: u16, description: &str, retry_after: Option<u32>) -> Answer {
    let mut body = json!({ "ok": false, "error_code": status, "description": description });
    if let Some(seconds) = retry_after {
        body["parameters"] = json!({ "retry_after": seconds });
    }
    Answer::json(status, &body)
}

impl Telegram {
    /// "Slow down", with the seconds to wait.
    pub fn too_many_requests(seconds: u32) -> Answer {
        refused(429, &format!("Too Many Requests: retry after {seconds}"), Some(seconds))
    }

    /// The customer does not want to hear from the bot.
    pub fn blocked() -> Answer {
        refused(403, "Forbidden: bot was blocked by the user", None)
    }
}
