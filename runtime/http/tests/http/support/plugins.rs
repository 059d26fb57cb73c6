//! Plugins and a carrier that are made up: a channel whose platform says what should happen, a classifier and a skill.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use sportello_domain::contract::{
    Ability, Act, Analysis, Bytes, Capabilities, ChannelDescription, Chore, Circumstances, Content, Context, Delivery,
    Effect, Entity, Event, Exchange, Failure, HandOver, Happening, HttpRequest, HttpResponse, Intent, Media, MediaStep,
    Memory, Message, Outcome, PollStep, Receipt, ReceiveStep, Reception, Refusal, RequestError, Schedule, SendStep,
    Sender, Task, TendStep, Thread, Trigger, Turn, Unit, Visibility, Webhook,
};
use sportello_domain::revision::RevisionId;
use sportello_engine::ports::{Call, Called, Carrier, Errand, PluginError, Plugins, Returned};

/// The stream that `GET …/stream` opens.
pub(crate) const STREAM: &str = "echo/visitor";
/// Bytes of an answer that no socket takes at once.
pub(crate) const LARGE: usize = 16 << 20;

/// What a platform says.
#[derive(Deserialize)]
struct Said {
    id: String,
    /// Whose thread.
    from: String,
    /// Who writes there, where it is somebody else.
    by: Option<String>,
    text: String,
}

/// All plugins of a test.
#[derive(Default)]
pub(crate) struct Fakes {
    /// What the channel saw, oldest first.
    pub(crate) seen: Mutex<Vec<Webhook>>,
    /// Whether the defect of the channel is mended.
    pub(crate) mended: AtomicBool,
    /// Whether the platform takes what it refused before.
    pub(crate) reachable: AtomicBool,
}

fn answer<T>(value: T) -> Called<T> {
    Ok(Returned { value, vault: Vec::new(), took: Duration::from_micros(5) })
}

fn missing<T>(call: Call<'_>) -> Called<T> {
    Err(PluginError::Missing(call.revision.clone()))
}

fn pairs(headers: &[(&str, &str)]) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn reception(status: u16, headers: &[(&str, &str)], body: &str) -> Reception {
    let response = HttpResponse { status, headers: pairs(headers), body: body.into() };
    Reception { response, events: vec![], afterwards: vec![], stream: None }
}

pub(crate) fn capabilities() -> Capabilities {
    Capabilities {
        text_length: 1_000,
        text_unit: Unit::CodePoints,
        choices: 3,
        choice_length: 20,
        media_types: vec![],
        media_size: 0,
        abilities: vec![Ability::Replies],
        typing: None,
        session_hours: None,
        channel_pace: None,
        thread_pace: None,
        echoes: false,
        dedupes: None,
    }
}

pub(crate) fn description(redelivery: Option<u64>) -> ChannelDescription {
    ChannelDescription {
        name: "echo".into(),
        version: "1.0.0".into(),
        summary: "Says what it is told.".into(),
        settings_schema: "{}".into(),
        secrets: vec![],
        hosts: vec![],
        redelivery,
        poll_every: None,
    }
}

impl Fakes {
    fn read(&self, webhook: &Webhook, now: u64) -> Result<Reception, Refusal> {
        if webhook.method == "GET" && webhook.url.split('?').next().is_some_and(|url| url.ends_with("/stream")) {
            let headers = [("access-control-allow-origin", "https://shop.example"), ("connection", "close")];
            return Ok(Reception { stream: Some(STREAM.to_owned()), ..reception(200, &headers, "") });
        }
        if webhook.method != "POST" {
            let challenge = webhook.url.split_once("challenge=").map_or("", |(_, challenge)| challenge);
            return Ok(reception(200, &[("x-platform", "echo"), ("transfer-encoding", "gzip")], challenge));
        }
        if !webhook.headers.contains(&("x-signature".to_owned(), "good".to_owned())) {
            return Err(Refusal::Unauthorised("the signature does not match".to_owned()));
        }
        let Said { id, from, by, text } = serde_json::from_slice(&webhook.body)
            .map_err(|error| Refusal::Malformed(format!("not what this platform sends: {error}")))?;
        let message = Message {
            sender: Sender {
                id: by.unwrap_or_else(|| from.clone()),
                name: Some("Ada".to_owned()),
                ..Sender::default()
            },
            subject: None,
            contents: vec![Content::Text(text)],
            reply_to: None,
        };
        let thread = Thread { address: from, visibility: Visibility::Private, parent: None, memo: None };
        let event = Event { id, account: None, thread: Some(thread), at: now, happening: Happening::Message(message) };
        Ok(Reception { events: vec![event], ..reception(202, &[], "taken") })
    }
}

#[async_trait]
impl Plugins for Fakes {
    async fn describe_channel(&self, _: &RevisionId) -> Result<ChannelDescription, PluginError> {
        Ok(description(None))
    }

    async fn carries(&self, _: &RevisionId) -> Result<Capabilities, PluginError> {
        Ok(capabilities())
    }

    async fn receive(
        &self,
        call: Call<'_>,
        _: &Context,
        webhook: &Webhook,
        _: &[Exchange],
    ) -> Called<Result<ReceiveStep, Refusal>> {
        self.seen.lock().unwrap().push(webhook.clone());
        match &webhook.body[..] {
            b"panic" => panic!("a defect of the host"),
            b"for ever" => std::future::pending().await,
            b"trap" if !self.mended.load(Ordering::Relaxed) => {
                let message = "unreachable executed".to_owned();
                Err(PluginError::Trap { revision: call.revision.clone(), function: "receive", message })
            }
            b"trap" => {
                let body = Bytes::from(r#"{"id":"t","from":"+41","text":"hello"}"#);
                answer(self.read(&Webhook { body, ..webhook.clone() }, call.now).map(ReceiveStep::Done))
            }
            b"large" => answer(Ok(ReceiveStep::Done(reception(200, &[], &"#".repeat(LARGE))))),
            b"status 42" => answer(Ok(ReceiveStep::Done(reception(42, &[], "")))),
            _ => answer(self.read(webhook, call.now).map(ReceiveStep::Done)),
        }
    }

    async fn send(
        &self,
        _: Call<'_>,
        _: &Context,
        delivery: &Delivery,
        _: &[Exchange],
    ) -> Called<Result<SendStep, Failure>> {
        let lost = matches!(&delivery.act, Act::Say(say)
            if say.contents.iter().any(|part| part.words().is_some_and(|words| words.contains("lost"))));
        if lost && !self.reachable.load(Ordering::Relaxed) {
            return answer(Err(Failure::Rejected("no such number".to_owned())));
        }
        answer(Ok(SendStep::Done(Receipt { message_ids: vec![format!("p-{}", delivery.id)], memo: None })))
    }

    async fn poll(
        &self,
        call: Call<'_>,
        _: &Context,
        _: Option<&str>,
        _: &[Exchange],
    ) -> Called<Result<PollStep, Failure>> {
        missing(call)
    }

    async fn resolve_media(
        &self,
        call: Call<'_>,
        _: &Context,
        _: &Media,
        _: &[Exchange],
    ) -> Called<Result<MediaStep, Failure>> {
        missing(call)
    }

    async fn tend(&self, call: Call<'_>, _: &Context, _: Chore, _: &[Exchange]) -> Called<Result<TendStep, Failure>> {
        missing(call)
    }

    async fn analyze(&self, _: Call<'_>, _: &str, _: &Circumstances) -> Called<Analysis> {
        answer(Analysis {
            language: "en".into(),
            language_confidence: 1.0,
            intents: vec![Intent { name: "talk".into(), confidence: 0.25 }],
            out_of_scope: 0.1,
            entities: vec![Entity { kind: "word".into(), start: 0, end: 1, value: "h".into() }],
            sentiment: 0.0,
        })
    }

    async fn handle(&self, _: Call<'_>, turn: &mut Turn) -> Called<Result<Outcome, Failure>> {
        let words = match &turn.trigger {
            Trigger::Message(message) => message.words(),
            _ => return answer(Ok(Outcome::Pass)),
        };
        if words.contains("person") {
            let hand_over =
                HandOver { reason: "asked for one".into(), urgent: words.contains("now"), ..HandOver::default() };
            return answer(Ok(Outcome::Effects(vec![Effect::HandOver(hand_over)])));
        }
        if turn.exchanges.is_empty() {
            return answer(Ok(Outcome::Perform(vec![HttpRequest {
                method: "GET".into(),
                url: "https://words.example/".into(),
                headers: pairs(&[("authorization", "Bearer {secret:words}")]),
                body: vec![],
                repeatable: true,
                after: None,
                timeout: Some(1_000),
                max_age: None,
            }])));
        }
        answer(Ok(Outcome::Effects(vec![
            Effect::Say(Content::Text(format!("You said: {words}"))),
            Effect::Remember(Memory { version: 1, data: Bytes(vec![0xff]) }),
            Effect::Schedule(Schedule { after: 60_000, tag: "later".into() }),
            Effect::CancelSchedule("earlier".into()),
            Effect::SetAttribute(("mood".into(), Some("good".into()))),
            Effect::Tag("greeted".into()),
            Effect::OpenTask(Task { title: "Call".into(), details: "back".into(), department: None, due: None }),
        ])))
    }

    async fn migrate(&self, _: Call<'_>, memory: &Memory) -> Called<Result<Memory, String>> {
        answer(Ok(memory.clone()))
    }
}

#[async_trait]
impl Carrier for Fakes {
    async fn perform(&self, _: Errand<'_>) -> Result<HttpResponse, RequestError> {
        Ok(HttpResponse { status: 200, headers: pairs(&[("content-type", "text/plain")]), body: "words".into() })
    }
}
