//! What of a step does not enter the journal: secrets, attachments, and answers that are too large.

use sportello_domain::contract::{
    Bytes, Content, Effect, Event, Happening, Media, MediaSource, Message, Parameter, Trigger, VaultAnswer,
    VaultQuestion,
};

use crate::ports::store::{StepEntry, StepResult};

/// Takes out what the journal must not hold, and notes what a replay will miss for it. Answers to requests stay up to `body`
/// bytes, where they are text.
pub(super) fn trim(entry: &mut StepEntry, body: usize) {
    let mut attachments = 0;
    let trigger = match &mut entry.input.trigger {
        Trigger::Message(message) => Some(message),
        Trigger::Event(event) => message_of(event),
        Trigger::Scheduled(_) | Trigger::HandedBack | Trigger::HandingOver(_) => None,
    };
    let history = entry.input.history.iter_mut().flat_map(|line| &mut line.contents);
    let told = trigger.into_iter().flat_map(|message| &mut message.contents);
    history.chain(told).for_each(|content| attachments += strip(content));
    if let StepResult::Effects(effects) = &mut entry.result {
        for effect in effects {
            if let Effect::Say(content) = effect {
                attachments += strip(content);
            }
        }
    }
    if attachments > 0 {
        entry.left_out.push("the bytes of an attachment".to_owned());
    }
    for exchange in &mut entry.exchanges {
        if let Ok(response) = &mut exchange.outcome
            && (response.body.len() > body || std::str::from_utf8(&response.body).is_err())
        {
            entry.left_out.push(format!("an answer of {} bytes", response.body.len()));
            response.body = Bytes::default();
        }
    }
    if mask(&mut entry.vault) {
        entry.left_out.push("a secret that somebody told".to_owned());
    }
}

/// What was equal to a secret is that secret. Tells whether there was any.
fn mask(vault: &mut [(VaultQuestion, VaultAnswer)]) -> bool {
    let mut found = false;
    for (question, answer) in vault {
        if let (VaultQuestion::Matches { secret, candidate }, VaultAnswer::Matches(true)) = (question, answer) {
            *candidate = format!("{{secret:{secret}}}").as_str().into();
            found = true;
        }
    }
    found
}

fn message_of(event: &mut Event) -> Option<&mut Message> {
    match &mut event.happening {
        Happening::Message(message) | Happening::Echo(message) => Some(message),
        _ => None,
    }
}

/// How many attachments it held.
fn strip(content: &mut Content) -> usize {
    match content {
        Content::Media(media) => usize::from(empty(media)),
        Content::Template(template) => {
            let parameters = template.parameters.iter_mut().flat_map(|(_, parameters)| parameters);
            parameters
                .filter_map(|parameter| match parameter {
                    Parameter::Media(media) => Some(usize::from(empty(media))),
                    Parameter::Text(_) => None,
                })
                .sum()
        }
        _ => 0,
    }
}

fn empty(media: &mut Media) -> bool {
    match &mut media.source {
        MediaSource::Inline(bytes) if !bytes.is_empty() => {
            *bytes = Bytes::default();
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A step in which the customer sent a file, and the skill fetched this.
    fn step(fetched: &[u8]) -> StepEntry {
        let file = json!({"media": {"kind": "image", "source": {"inline": {"base64": "iVBORw=="}}, "caption": "here"}});
        let message = json!({"sender": {"id": "anna"}, "contents": [file]});
        let turn = json!({
            "id": "t", "now": 1, "seed": 2, "trigger": {"message": message}, "purpose": "intent", "conversation": "c",
            "channel": "web", "visibility": "private", "locale": "en", "customer": {"id": "k"}, "opening": {"open": true},
            "history": [{"author": "customer", "contents": [file], "at": 1}]
        });
        let exchange = json!({
            "request": {"method": "GET", "url": "https://a.example/", "repeatable": true},
            "outcome": {"ok": {"status": 200, "body": Bytes(fetched.to_vec())}}
        });
        let secret = json!([{"matches": {"secret": "pin", "candidate": "4711"}}, {"matches": true}]);
        let entry = json!({
            "skill": "faq", "revision": "faq@1", "input": turn, "exchanges": [exchange], "vault": [secret],
            "result": {"effects": [{"say": {"text": "thank you"}}]}, "took": 5
        });
        serde_json::from_value(entry).unwrap()
    }

    #[test]
    fn attachments_and_secrets_never_enter_the_journal() {
        let mut entry = step(b"text");
        trim(&mut entry, 100);
        let written = serde_json::to_string(&entry).unwrap();
        assert!(!written.contains("iVBORw==") && !written.contains("4711"), "{written}");
        assert!(written.contains("here"), "what was said about it stays");
        assert_eq!(entry.left_out, ["the bytes of an attachment", "a secret that somebody told"]);
    }

    #[test]
    fn an_answer_is_kept_where_it_is_text_and_small() {
        for (body, kept) in [(&b"text"[..], true), (b"a long text", false), (&[0xff, 0xd8], false)] {
            let mut entry = step(body);
            trim(&mut entry, 10);
            let response = entry.exchanges[0].outcome.as_ref().unwrap();
            assert_eq!(response.body.0, if kept { body } else { b"" });
            assert_eq!(entry.left_out.contains(&format!("an answer of {} bytes", body.len())), !kept);
        }
    }
}
