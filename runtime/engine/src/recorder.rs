//! Some calls of channels' plugins, recorded for replay without a cost to the calls.
//!
//! Webhooks and deliveries come by the thousand and look alike, so a few of each second are enough: they wait here until the
//! periodic look writes them down, all in one transaction. A crash loses a second of them, which loses no message.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use sportello_domain::contract::{Act, Content, Event, Happening, Media, MediaSource, VaultAnswer, VaultQuestion};

use crate::ports::store::{RecordedCall, Recording};

/// So many calls of one function of a channel wait for the next look.
const ROOM: usize = 8;

/// Recorded calls on their way to the store.
#[derive(Debug, Default)]
pub(crate) struct Recorder(Mutex<Vec<Recording>>);

impl Recorder {
    /// Whether a call is worth being recorded. To be asked first, so that nothing is put together for nothing.
    pub(crate) fn has_room(&self, channel: &str, function: &str) -> bool {
        let alike = |recording: &&Recording| recording.channel == channel && recording.call.function() == function;
        self.waiting().iter().filter(alike).count() < ROOM
    }

    /// Takes a call, unless it holds what must not be kept or cannot be masked; bodies up to `body` bytes.
    pub(crate) fn record(&self, recording: Recording, body: usize) {
        if is_small_text(&recording, body)
            && !has_attachment(&recording.call)
            && let Some(recording) = masked(recording)
        {
            self.waiting().push(recording);
        }
    }

    /// All that wait.
    pub(crate) fn take(&self) -> Vec<Recording> {
        std::mem::take(&mut *self.waiting())
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Recording>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is large or no text is an attachment, or holds one.
fn is_small_text(recording: &Recording, body: usize) -> bool {
    let answers = recording.exchanges.iter().filter_map(|exchange| exchange.outcome.as_ref().ok());
    let request = match &recording.call {
        RecordedCall::Received { request, .. } => Some(&request.body),
        RecordedCall::Sent { .. } => None,
    };
    let mut bodies = answers.map(|response| &response.body).chain(request);
    bodies.all(|bytes| bytes.len() <= body && std::str::from_utf8(bytes).is_ok())
}

fn has_attachment(call: &RecordedCall) -> bool {
    let is_inline = |content: &Content| matches!(content, Content::Media(Media { source: MediaSource::Inline(_), .. }));
    match call {
        RecordedCall::Received { reception, .. } => {
            reception.events.iter().any(|event: &Event| match &event.happening {
                Happening::Message(message) | Happening::Echo(message) => message.contents.iter().any(is_inline),
                Happening::Edited(edit) => edit.contents.iter().any(is_inline),
                _ => false,
            })
        }
        RecordedCall::Sent { delivery, .. } => match &delivery.act {
            Act::Say(say) => say.contents.iter().any(is_inline),
            Act::Amend(amend) => amend.contents.iter().any(is_inline),
            Act::Retract(_) | Act::React(_) | Act::Typing | Act::Seen(_) => false,
        },
    }
}

/// Puts `{secret:NAME}` wherever a secret stands: what the vault found equal to one is one. The replayed plugin finds the same in
/// its request and asks the same question, which has its recorded answer. None where a secret came in disguise.
fn masked(recording: Recording) -> Option<Recording> {
    let told: Vec<(String, String)> = recording.vault.iter().filter_map(told).collect::<Option<_>>()?;
    if told.is_empty() {
        return Some(recording);
    }
    let mut value = serde_json::to_value(&recording).ok()?;
    for (secret, name) in &told {
        let request = value.pointer_mut("/call/received/request")?;
        if secret.is_empty() || replace(request, secret, name) == 0 {
            return None;
        }
        replace(&mut value, secret, name);
    }
    serde_json::from_value(value).ok()
}

/// A secret that a stranger told, with its name; the inner none where it is no text.
fn told((question, answer): &(VaultQuestion, VaultAnswer)) -> Option<Option<(String, String)>> {
    match (question, answer) {
        (VaultQuestion::Matches { secret, candidate }, VaultAnswer::Matches(true)) => {
            Some(std::str::from_utf8(candidate).ok().map(|text| (text.to_owned(), format!("{{secret:{secret}}}"))))
        }
        _ => None,
    }
}

/// In all texts of a value; says how often.
fn replace(value: &mut Value, secret: &str, name: &str) -> usize {
    match value {
        Value::String(text) => {
            let found = text.matches(secret).count();
            if found > 0 {
                *text = text.replace(secret, name);
            }
            found
        }
        Value::Array(items) => items.iter_mut().map(|item| replace(item, secret, name)).sum(),
        Value::Object(members) => members.values_mut().map(|member| replace(member, secret, name)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A webhook with this token in its header and this body.
    fn received(header: &str, body: &Value, candidate: &str) -> Recording {
        let request =
            json!({"method": "POST", "url": "https://b.example/", "headers": [["token", header]], "body": body});
        serde_json::from_value(json!({
            "channel": "chat", "revision": "chat@1", "hook": "https://b.example/", "now": 1, "seed": 2, "exchanges": [],
            "vault": [[{"matches": {"secret": "token", "candidate": candidate}}, {"matches": true}]],
            "call": {"received": {"request": request, "reception": {"response": {"status": 200}, "events": []}}},
            "took": 3
        }))
        .unwrap()
    }

    fn recorded(recording: Recording) -> Vec<Recording> {
        let recorder = Recorder::default();
        recorder.record(recording, 100);
        recorder.take()
    }

    #[test]
    fn a_secret_is_kept_by_its_name_where_it_stood_and_in_the_question() {
        let kept = recorded(received("s3cr3t", &json!("hello"), "s3cr3t"));
        let written = serde_json::to_string(&kept).unwrap();
        assert!(!written.contains("s3cr3t"), "{written}");
        let RecordedCall::Received { request, .. } = &kept[0].call else { panic!("{kept:?}") };
        assert_eq!(request.headers[0].1, "{secret:token}");
        let (VaultQuestion::Matches { candidate, .. }, _) = &kept[0].vault[0] else { panic!("{kept:?}") };
        assert_eq!(&candidate[..], b"{secret:token}");
    }

    #[test]
    fn a_secret_in_disguise_keeps_the_call_out() {
        assert_eq!(recorded(received("czNjcjN0", &json!("hello"), "s3cr3t")), []);
        assert_eq!(recorded(received("", &json!("hello"), "")), []);
    }

    #[test]
    fn what_is_large_or_no_text_is_kept_out() {
        assert_eq!(recorded(received("t", &json!({"base64": "/9j/"}), "t")), []);
        assert_eq!(recorded(received("t", &json!("x".repeat(101)), "t")), []);
    }

    #[test]
    fn a_few_calls_of_each_function_wait_and_no_more() {
        let recorder = Recorder::default();
        for _ in 0..ROOM {
            assert!(recorder.has_room("chat", "receive"));
            recorder.record(received("t0ken", &json!("hello"), "t0ken"), 100);
        }
        assert!(!recorder.has_room("chat", "receive"));
        assert!(recorder.has_room("chat", "send") && recorder.has_room("mail", "receive"));
        assert_eq!(recorder.take().len(), ROOM);
        assert!(recorder.has_room("chat", "receive"));
    }
}
