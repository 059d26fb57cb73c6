//! A message as a customer sees it, whatever the platform.

use serde_json::Value;
use sportello_harness::platforms::{Post, Sent};

/// A message that reached a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// The platform's id of it.
    pub id: String,
    /// What it says.
    pub text: String,
    /// The buttons or rows below it.
    pub offers: Vec<Offer>,
    /// The person who wrote it, where the platform shows that beside the text.
    pub by: Option<String>,
}

/// A ready answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What goes back.
    pub id: String,
    /// What stands on it.
    pub title: String,
}

impl From<&Sent> for Heard {
    fn from(sent: &Sent) -> Self {
        let action = &sent.body["interactive"]["action"];
        let buttons = items(&action["buttons"]).map(|button| &button["reply"]);
        let rows = items(&action["sections"]).flat_map(|section| items(&section["rows"]));
        let offers = buttons.chain(rows).map(|offer| Offer::of(&offer["id"], &offer["title"])).collect();
        Self { id: sent.id.clone(), text: sent.text(), offers, by: None }
    }
}

impl From<&Post> for Heard {
    fn from(post: &Post) -> Self {
        let rows = items(&post.body["reply_markup"]["inline_keyboard"]).flat_map(items);
        let offers = rows.map(|button| Offer::of(&button["callback_data"], &button["text"])).collect();
        Self { id: post.message_id.to_string(), text: post.text(), offers, by: None }
    }
}

impl Heard {
    /// From a `message` of the web chat's stream.
    pub(super) fn from_web(message: &Value) -> Self {
        let texts = items(&message["contents"]).filter_map(|content| {
            let prompt = &content["choices"]["prompt"];
            content["text"].as_str().or(prompt.as_str()).or(content["selection"]["title"].as_str())
        });
        let options = items(&message["contents"]).flat_map(|content| items(&content["choices"]["options"]));
        Self {
            id: message["id"].as_str().unwrap_or_default().to_owned(),
            text: texts.collect::<Vec<_>>().join("\n"),
            offers: options.map(|option| Offer::of(&option["id"], &option["title"])).collect(),
            by: message["author"]["agent"].as_str().map(str::to_owned),
        }
    }
}

impl Offer {
    fn of(id: &Value, title: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self { id: text(id), title: text(title) }
    }
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
