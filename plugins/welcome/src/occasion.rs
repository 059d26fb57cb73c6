//! What there is to react to, as far as this skill is concerned.

use sportello_sdk::skill::{Author, Purpose, Trigger, Turn};
use sportello_sdk::types::{Content, Happening, Message};

use crate::settings::Settings;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// Nobody has told the customer yet who speaks here.
    Introduction,
    /// The customer says hello, or came in by a link.
    Greeting,
    /// The customer says thank you.
    Thanks,
    /// The customer says goodbye.
    Goodbye,
    /// There is text, but nobody knows what it says.
    NotUnderstood,
    /// There is no text.
    Unreadable,
    /// An agent gave the conversation back.
    HandedBack,
    /// A matter for another skill.
    Foreign,
    /// Nothing that asks for an answer.
    Nothing,
}

pub(crate) fn of(turn: &Turn<Settings>) -> Occasion {
    match (&turn.trigger, turn.purpose) {
        (Trigger::HandedBack, _) => Occasion::HandedBack,
        (Trigger::Message(_), Purpose::Greeting) => Occasion::Introduction,
        (Trigger::Message(message), Purpose::Fallback) => unanswered(message),
        (Trigger::Message(_), _) => meant(turn),
        (Trigger::Event(event), purpose) if matches!(event.happening, Happening::Referral(_)) => match purpose {
            Purpose::Greeting => Occasion::Introduction,
            _ => Occasion::Greeting,
        },
        (Trigger::Event(_) | Trigger::Scheduled(_) | Trigger::HandingOver(_), _) => Occasion::Nothing,
    }
}

/// Whether nobody of the company has said anything in this conversation yet.
pub(crate) fn is_new(turn: &Turn<Settings>) -> bool {
    turn.history.iter().all(|line| line.author == Author::Customer)
}

fn meant(turn: &Turn<Settings>) -> Occasion {
    match turn.chosen_intent().or_else(|| turn.intent().map(|intent| intent.name.as_str())) {
        Some("greeting") => Occasion::Greeting,
        Some("thanks") => Occasion::Thanks,
        Some("goodbye") => Occasion::Goodbye,
        _ => Occasion::Foreign,
    }
}

fn unanswered(message: &Message) -> Occasion {
    let has_words = |content: &Content| match content {
        Content::Text(_) | Content::Selection(_) => true,
        Content::Media(media) => media.caption.is_some(),
        _ => false,
    };
    if message.contents.iter().any(has_words) { Occasion::NotUnderstood } else { Occasion::Unreadable }
}
