//! Where a conversation happens on Telegram, written as a thread and read back.
//!
//! | place | address | parent |
//! |---|---|---|
//! | chat, group, channel | the chat's id | |
//! | topic of a forum | the chat's id | the topic's id |
//! | direct message to a channel | the chat's id | `direct:` and the topic's id |
//! | chat of a business account that the bot answers for | the chat's id, `/`, the business connection's id | |
//!
//! Message ids are unique only within one of these.

use serde_json::{Value, json};
use sportello_sdk::types::{Failure, Thread, Visibility};

use crate::json::{id, text};

const DIRECT: &str = "direct:";

/// The thread of a message, or why there is none.
pub(crate) fn of_message(message: &Value) -> Result<Thread, String> {
    let business = text(message, "business_connection_id");
    let mut thread = of_chat(&message["chat"], business)?;
    if let Some(topic) = id(&message["direct_messages_topic"], "topic_id") {
        thread.visibility = Visibility::Private;
        thread.parent = Some(format!("{DIRECT}{topic}"));
    } else if message["is_topic_message"] == true {
        // Without that mark the member only tells answers to the same message apart.
        thread.parent = id(message, "message_thread_id");
    }
    Ok(thread)
}

/// The thread of a chat as a whole.
pub(crate) fn of_chat(chat: &Value, business: Option<&str>) -> Result<Thread, String> {
    let chat_id = id(chat, "id").ok_or("it names no chat")?;
    let visibility = match text(chat, "type") {
        Some("group" | "supergroup") => Visibility::Group,
        Some("channel") => Visibility::Public,
        _ => Visibility::Private,
    };
    let address = business.map_or_else(|| chat_id.clone(), |business| format!("{chat_id}/{business}"));
    Ok(Thread { address, visibility, parent: None, memo: None })
}

/// A thread, as the parameters of methods have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) chat: i64,
    /// The connection through which the bot speaks for a business account.
    pub(crate) business: Option<String>,
    pub(crate) topic: Option<Topic>,
    /// Whether only the customer reads it.
    pub(crate) private: bool,
}

/// A part of a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic {
    Forum(i64),
    Direct(i64),
}

impl Place {
    /// Reads a thread that [`of_message`] wrote.
    pub(crate) fn of(thread: &Thread) -> Result<Self, Failure> {
        let wrong =
            |part: &str| Failure::Rejected(format!("`{part}` is no place on Telegram: an id of a chat is a number"));
        let (chat, business) = match thread.address.split_once('/') {
            Some((chat, business)) => (chat, Some(business.to_owned())),
            None => (thread.address.as_str(), None),
        };
        let number = |text: &str| text.parse::<i64>().map_err(|_| wrong(text));
        let topic = match thread.parent.as_deref() {
            None => None,
            Some(parent) => Some(match parent.strip_prefix(DIRECT) {
                Some(topic) => Topic::Direct(number(topic)?),
                None => Topic::Forum(number(parent)?),
            }),
        };
        let private = thread.visibility == Visibility::Private;
        Ok(Self { chat: number(chat)?, business, topic, private })
    }

    /// Parameters of a method that sends something here.
    pub(crate) fn for_sending(&self, parameters: &mut Value) {
        self.for_changing(parameters);
        match self.topic {
            Some(Topic::Forum(topic)) => parameters["message_thread_id"] = json!(topic),
            Some(Topic::Direct(topic)) => parameters["direct_messages_topic_id"] = json!(topic),
            None => {}
        }
    }

    /// Parameters of a method about a message that is already here.
    pub(crate) fn for_changing(&self, parameters: &mut Value) {
        parameters["chat_id"] = json!(self.chat);
        if let Some(business) = &self.business {
            parameters["business_connection_id"] = json!(business);
        }
    }
}
