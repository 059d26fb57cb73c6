//! The WhatsApp Cloud API: sends messages, reports what became of them, hands out media.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::webhooks::whatsapp::{Business, deliver, status};
use crate::{Answer, Client, Platform, Recorded, signing};

/// The platform with one access token.
#[derive(Debug)]
pub struct WhatsApp {
    access_token: String,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    sent: Vec<Sent>,
    media: HashMap<String, (String, Vec<u8>)>,
    reports: Option<Reports>,
}

/// A message that the platform took.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The id that the platform gave it.
    pub id: String,
    /// The customer's number, or business-scoped id.
    pub to: String,
    /// The whole request.
    pub body: Value,
    /// What was asked to be echoed in statuses.
    pub tracker: Option<String>,
}

impl Sent {
    /// What the customer reads: the text, the prompt of buttons, the caption, or the kind of message.
    pub fn text(&self) -> String {
        let body = &self.body;
        let kind = body["type"].as_str().unwrap_or("text");
        let candidates = [&body["text"]["body"], &body["interactive"]["body"]["text"], &body[kind]["caption"]];
        candidates.into_iter().find_map(Value::as_str).unwrap_or(kind).to_owned()
    }
}

/// Where the platform reports on its own that a message was sent and delivered.
#[derive(Debug, Clone)]
pub struct Reports {
    /// The webhook of the program.
    pub hook: String,
    /// It signs with this.
    pub app_secret: String,
    /// The number that it speaks for.
    pub business: Business,
}

impl WhatsApp {
    /// Takes requests that bear this token.
    pub fn new(access_token: &str) -> Self {
        Self { access_token: access_token.to_owned(), state: Mutex::default() }
    }

    /// Reports from now on, or no longer. Without it, tests deliver the statuses that they want.
    pub fn report_to(&self, reports: Option<Reports>) {
        self.state().reports = reports;
    }

    /// Keeps a file that can be fetched by this id.
    pub fn keep_media(&self, id: &str, mime_type: &str, bytes: Vec<u8>) {
        self.state().media.insert(id.to_owned(), (mime_type.to_owned(), bytes));
    }

    /// Every message that it took, in order.
    pub fn sent(&self) -> Vec<Sent> {
        self.state().sent.clone()
    }

    /// Every message after the first `count` that it took.
    pub fn sent_after(&self, count: usize) -> Vec<Sent> {
        self.state().sent.get(count..).unwrap_or_default().to_vec()
    }

    /// What this customer reads, in order.
    pub fn texts_to(&self, number: &str) -> Vec<String> {
        self.state().sent.iter().filter(|sent| sent.to == number).map(Sent::text).collect()
    }

    fn send(&self, request: &Recorded) -> Answer {
        let body = request.json();
        if body["messaging_product"] != "whatsapp" {
            return error(400, 100, "(#100) The parameter messaging_product is required.");
        }
        if body["status"] == "read" {
            return Answer::json(200, &json!({ "success": true }));
        }
        let Some(to) = body["to"].as_str().or(body["recipient"].as_str()).map(str::to_owned) else {
            return error(400, 100, "The parameter to is required.");
        };
        let tracker = body["biz_opaque_callback_data"].as_str().map(str::to_owned);
        let mut state = self.state();
        let sent = Sent { id: format!("wamid.SENT{:08}", state.sent.len() + 1), to, body, tracker };
        state.sent.push(sent.clone());
        if let Some(reports) = state.reports.clone() {
            tokio::spawn(report(reports, sent.clone(), request.at));
        }
        Answer::json(
            200,
            &json!({
                "messaging_product": "whatsapp",
                "contacts": [{ "input": sent.to, "wa_id": sent.to }],
                "messages": [{ "id": sent.id }],
            }),
        )
    }

    fn describe_media(&self, request: &Recorded, id: &str) -> Answer {
        match self.state().media.get(id) {
            Some((mime_type, bytes)) => Answer::json(
                200,
                &json!({
                    "messaging_product": "whatsapp",
                    "url": format!("http://{}/media/{id}", request.header("host").unwrap_or("localhost")),
                    "mime_type": mime_type,
                    "sha256": signing::hex(&Sha256::digest(bytes)),
                    "file_size": bytes.len().to_string(),
                    "id": id,
                }),
            ),
            None => error(400, 100, "Unsupported get request. Object does not exist."),
        }
    }

    fn download(&self, id: &str) -> Answer {
        self.state()
            .media
            .get(id)
            .map_or_else(|| Answer::empty(404), |(mime_type, bytes)| Answer::file(mime_type, bytes.clone()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Platform for WhatsApp {
    fn act(&self, request: &Recorded) -> Answer {
        if request.header("authorization") != Some(&format!("Bearer {}", self.access_token)) {
            return error(401, 190, "Invalid OAuth access token.");
        }
        let route: Vec<&str> = request.route().trim_start_matches('/').split('/').collect();
        match (request.method.as_str(), route.as_slice()) {
            ("POST", [version, _number, "messages"]) if is_version(version) => self.send(request),
            ("GET", ["media", id]) => self.download(id),
            ("GET", [version, id]) if is_version(version) => self.describe_media(request, id),
            _ => error(404, 2500, "Unknown path components."),
        }
    }
}

/// "v21.0"
fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|number| number.parse::<f32>().is_ok())
}

/// An error as the Graph API words it. Codes: 131047 window closed, 131026 undeliverable, 131056 and 130429 too fast,
/// 190 bad token, 131000 something went wrong there.
pub fn error(status: u16, code: u32, message: &str) -> Answer {
    let kind = if code == 190 { "OAuthException" } else { "GraphMethodException" };
    Answer::json(
        status,
        &json!({
            "error": { "message": message, "type": kind, "code": code, "error_data": { "details": message }, "fbtrace_id": "A" },
        }),
    )
}

/// Nobody waits for it, and a program that is down meanwhile misses it, as with the real platform's first try.
async fn report(reports: Reports, sent: Sent, at: u64) {
    let client = Client::default();
    for state in ["sent", "delivered"] {
        let status = status(&sent.id, &sent.to, at, state, sent.tracker.as_deref());
        let webhook = reports.business.statuses(&[status]);
        if deliver(&client, &reports.hook, &reports.app_secret, &webhook).await.is_err() {
            return;
        }
    }
}
