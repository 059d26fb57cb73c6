//! Plugins that are closures: a channel whose webhooks are events in JSON, a classifier that takes a text's first word for
//! its intent, and skills.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use sportello_domain::{contract::*, revision::RevisionId};
use sportello_engine::ports::{Call, Called, PluginError, Plugins, Returned};

/// What a skill does: a trap where it gives none.
pub type SkillCode = Box<dyn Fn(&Turn) -> Option<Result<Outcome, Failure>> + Send + Sync>;

pub struct Scripted {
    skills: BTreeMap<String, SkillCode>,
    /// Which of them a revision runs, where it is not the one of its name.
    pub code: Mutex<BTreeMap<RevisionId, String>>,
    /// What classifiers have learnt; those that are not here take the first word for the intent.
    pub models: Mutex<BTreeMap<RevisionId, Corpus>>,
    /// What is to be performed after each webhook.
    pub afterwards: Mutex<Vec<HttpRequest>>,
    /// Webhooks that trap while this holds.
    pub receive_traps: Mutex<bool>,
    /// The version to which memory is carried over; none: that traps.
    pub migrates_to: Mutex<Option<u32>>,
    /// Put before the ids of events.
    pub event_prefix: Mutex<String>,
    /// The revision that traps over every delivery.
    pub send_traps: Mutex<Option<RevisionId>>,
    /// The revision that reads other events, and understands everything otherwise.
    pub contrary: Mutex<Option<RevisionId>>,
    /// Where deliveries go.
    pub sends_to: Mutex<String>,
}

impl Scripted {
    pub fn new(skills: Vec<(&'static str, SkillCode)>) -> Self {
        let skills = skills.into_iter().map(|(name, code)| (name.to_owned(), code)).collect();
        Self {
            skills,
            code: Mutex::default(),
            models: Mutex::default(),
            afterwards: Mutex::default(),
            receive_traps: Mutex::new(false),
            migrates_to: Mutex::new(None),
            event_prefix: Mutex::default(),
            send_traps: Mutex::default(),
            contrary: Mutex::default(),
            sends_to: Mutex::new("https://platform.example/send".to_owned()),
        }
    }
}

impl Scripted {
    fn is_contrary(&self, call: &Call<'_>) -> bool {
        self.contrary.lock().unwrap().as_ref() == Some(call.revision)
    }
}

/// The intent of the example that begins with the same word; whether there is one.
fn nearest(corpus: &Corpus, text: &str) -> (String, bool) {
    let first = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
    let found = corpus.examples.iter().rev().find(|example| first(&example.text) == first(text));
    (found.map(|example| example.intent.clone()).unwrap_or_default(), found.is_some())
}

fn back<T>(value: T) -> Called<T> {
    Ok(Returned { value, vault: vec![], took: Duration::ZERO })
}

fn trap<T>(call: Call<'_>, function: &'static str) -> Called<T> {
    Err(PluginError::Trap { revision: call.revision.clone(), function, message: "unreachable".to_owned() })
}

#[async_trait]
impl Plugins for Scripted {
    async fn describe_channel(&self, revision: &RevisionId) -> Result<ChannelDescription, PluginError> {
        Err(PluginError::Missing(revision.clone()))
    }

    async fn carries(&self, revision: &RevisionId) -> Result<Capabilities, PluginError> {
        Err(PluginError::Missing(revision.clone()))
    }

    async fn receive(
        &self,
        call: Call<'_>,
        _context: &Context,
        request: &Webhook,
        _exchanges: &[Exchange],
    ) -> Called<Result<ReceiveStep, Refusal>> {
        if *self.receive_traps.lock().unwrap() {
            return trap(call, "receive");
        }
        back(match serde_json::from_slice::<Vec<Event>>(&request.body) {
            Ok(mut events) => {
                let prefix = self.event_prefix.lock().unwrap();
                let prefix = if self.is_contrary(&call) { "other-" } else { prefix.as_str() };
                events.iter_mut().for_each(|event| event.id.insert_str(0, prefix));
                Ok(ReceiveStep::Done(Reception {
                    response: HttpResponse { status: 200, ..HttpResponse::default() },
                    events,
                    afterwards: self.afterwards.lock().unwrap().clone(),
                    stream: None,
                }))
            }
            Err(error) => Err(Refusal::Malformed(error.to_string())),
        })
    }

    async fn send(
        &self,
        call: Call<'_>,
        _context: &Context,
        delivery: &Delivery,
        exchanges: &[Exchange],
    ) -> Called<Result<SendStep, Failure>> {
        if self.send_traps.lock().unwrap().as_ref() == Some(call.revision) {
            return trap(call, "send");
        }
        let Act::Say(say) = &delivery.act else { return back(Err(Failure::Rejected("only words".to_owned()))) };
        let text: String = say.contents.iter().filter_map(Content::words).collect();
        back(match exchanges.first().map(|exchange| &exchange.outcome) {
            None => Ok(SendStep::Perform(vec![HttpRequest {
                method: "POST".to_owned(),
                url: self.sends_to.lock().unwrap().clone(),
                headers: vec![],
                body: vec![Piece::Bytes(text.as_str().into())],
                repeatable: false,
                after: None,
                timeout: None,
                max_age: None,
            }])),
            Some(Ok(response)) if response.status == 200 => {
                Ok(SendStep::Done(Receipt { message_ids: vec![delivery.id.clone()], memo: None }))
            }
            Some(Ok(response)) if response.status == 429 => Err(Failure::Throttled(Some(5_000))),
            Some(Ok(response)) if response.status == 400 => Err(Failure::Rejected("bad".to_owned())),
            Some(Ok(_)) | Some(Err(RequestError::Unreachable(_))) => Err(Failure::Retry(None)),
            Some(Err(error)) => Err(Failure::Unknown(format!("{error:?}"))),
        })
    }

    async fn poll(
        &self,
        call: Call<'_>,
        _context: &Context,
        _cursor: Option<&str>,
        _exchanges: &[Exchange],
    ) -> Called<Result<PollStep, Failure>> {
        trap(call, "poll")
    }

    async fn resolve_media(
        &self,
        call: Call<'_>,
        _context: &Context,
        _media: &Media,
        _exchanges: &[Exchange],
    ) -> Called<Result<MediaStep, Failure>> {
        trap(call, "resolve-media")
    }

    async fn tend(
        &self,
        call: Call<'_>,
        _context: &Context,
        _chore: Chore,
        _exchanges: &[Exchange],
    ) -> Called<Result<TendStep, Failure>> {
        trap(call, "tend")
    }

    async fn analyze(&self, call: Call<'_>, text: &str, _circumstances: &Circumstances) -> Called<Analysis> {
        let learnt = self.models.lock().unwrap().get(call.revision).map(|corpus| nearest(corpus, text));
        let (intent, known) = learnt.unwrap_or_else(|| {
            let intent = text.split(' ').next().unwrap_or_default().to_owned();
            let known = self.skills.contains_key(&intent) && !self.is_contrary(&call);
            (intent, known)
        });
        back(Analysis {
            language: "en".to_owned(),
            language_confidence: 1.0,
            intents: known.then_some(Intent { name: intent, confidence: 0.9 }).into_iter().collect(),
            out_of_scope: if known { 0.0 } else { 1.0 },
            entities: vec![],
            sentiment: 0.0,
        })
    }

    async fn handle(&self, call: Call<'_>, turn: &mut Turn) -> Called<Result<Outcome, Failure>> {
        let name = self.code.lock().unwrap().get(call.revision).cloned();
        let name = name.unwrap_or_else(|| call.revision.0.split('@').next().unwrap_or_default().to_owned());
        match self.skills.get(&name).and_then(|code| code(turn)) {
            Some(outcome) => back(outcome),
            None => trap(call, "handle"),
        }
    }

    async fn migrate(&self, call: Call<'_>, memory: &Memory) -> Called<Result<Memory, String>> {
        match *self.migrates_to.lock().unwrap() {
            Some(version) => back(Ok(Memory { version, ..memory.clone() })),
            None => trap(call, "migrate"),
        }
    }
}
