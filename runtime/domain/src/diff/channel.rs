//! What a channel plugin answers, statement by statement.

use serde_json::{Value, json};

use super::{content, json as document, statement::Statement, words::quoted};
use crate::contract::{
    Event, Failure, Happening, HttpRequest, Piece, ReceiveStep, Reception, Refusal, SendStep, StatusOf,
};

pub(super) fn send(answer: &Result<SendStep, Failure>) -> Vec<Statement> {
    match answer {
        Ok(SendStep::Perform(wanted)) => requests(wanted),
        Ok(SendStep::Done(receipt)) => {
            vec![Statement::new("receipt", receipt.message_ids.join(", "), receipt)]
        }
        Err(failed) => vec![failure(failed)],
    }
}

pub(super) fn receive(answer: &Result<ReceiveStep, Refusal>) -> Vec<Statement> {
    match answer {
        Ok(ReceiveStep::Perform(wanted)) => requests(wanted),
        Ok(ReceiveStep::Done(reception)) => reception_of(reception),
        Err(refusal) => vec![Statement::new("refusal", format!("{refusal:?}"), refusal)],
    }
}

fn reception_of(reception: &Reception) -> Vec<Statement> {
    let response = Statement::new("response", reception.response.status.to_string(), &reception.response);
    let stream = reception.stream.iter().map(|address| Statement::new("stream", address.clone(), address));
    std::iter::once(response)
        .chain(reception.events.iter().map(event))
        .chain(requests(&reception.afterwards))
        .chain(stream)
        .collect()
}

/// Requests; a body of one piece that is JSON is compared as such.
pub(super) fn requests(wanted: &[HttpRequest]) -> Vec<Statement> {
    wanted.iter().map(|request| Statement::new("request", told(request), &whole(request))).collect()
}

fn told(request: &HttpRequest) -> String {
    let once = if request.repeatable { "" } else { ", at most once" };
    format!("{} {}{once}", request.method, request.url)
}

fn whole(request: &HttpRequest) -> Value {
    let mut whole = serde_json::to_value(request).unwrap_or_default();
    if let [Piece::Bytes(bytes)] = &request.body[..] {
        whole["body"] = document::of_bytes(bytes);
    }
    whole
}

pub(super) fn failure(failed: &Failure) -> Statement {
    Statement::new("failure", failed.to_string(), failed)
}

fn event(event: &Event) -> Statement {
    let words = match &event.happening {
        Happening::Message(message) | Happening::Echo(message) => content::all(&message.contents),
        Happening::Edited(edit) => content::all(&edit.contents),
        Happening::Deleted(id) => id.clone(),
        Happening::Reaction(reaction) => reaction.emoji.clone().unwrap_or_else(|| "taken back".to_owned()),
        Happening::Referral(referral) => referral.source.clone(),
        Happening::Consent(consent) => if consent.granted { "granted" } else { "withdrawn" }.to_owned(),
        Happening::AddressChanged(change) => change.new.clone(),
        Happening::Typing(sender) => sender.id.clone(),
        Happening::Status(status) => match &status.of {
            StatusOf::Message(id) | StatusOf::Delivery(id) => format!("of {id}"),
            StatusOf::UpTo(at) => format!("up to {at}"),
        },
    };
    let words = format!("{} {}: {words}", event.happening.kind(), event.id);
    Statement::new("event", words, &json!({"key": key(event), "event": event}))
}

/// What tells events apart within a channel (rule 1).
fn key(event: &Event) -> [&str; 5] {
    let thread = event.thread.as_ref();
    let parent = thread.and_then(|thread| thread.parent.as_deref()).unwrap_or_default();
    let address = thread.map(|thread| thread.address.as_str()).unwrap_or_default();
    [event.account.as_deref().unwrap_or_default(), address, parent, event.happening.kind(), &event.id]
}

/// Events that only one of two receptions brings, in words: a channel revision with any is refused (rule 17), since what came
/// in before the change would come in once more after it.
#[must_use]
pub fn other_events(before: &Reception, now: &Reception) -> Vec<String> {
    let only = |ours: &Reception, theirs: &Reception, when: &str| -> Vec<String> {
        let missing = |event: &&Event| theirs.events.iter().all(|other| key(other) != key(event));
        let told = |event: &Event| format!("{} {} only {when}", event.happening.kind(), quoted(&event.id));
        ours.events.iter().filter(missing).map(told).collect()
    };
    let mut others = only(before, now, "before");
    others.extend(only(now, before, "now"));
    others
}
