//! `POST typing`: the customer is writing.

use serde_json::json;
use sportello_sdk::channel::Reception;
use sportello_sdk::types::{Event, Happening};

use super::{Call, json, sender, thread};
use crate::token::Visitor;

pub(super) fn note(call: &Call<'_>, visitor: &Visitor) -> Reception {
    let now = call.context.now;
    let event = Event {
        id: format!("{}:typing:{now}:{}", visitor.id, call.context.seed),
        account: None,
        thread: Some(thread(visitor)),
        at: now,
        happening: Happening::Typing(sender(visitor, None)),
    };
    Reception { events: vec![event], ..Reception::answer(json(200, &json!({}))) }
}
