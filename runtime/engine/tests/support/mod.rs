//! A small world: a store in memory, plugins that are closures, a platform that does as it is told, and time that is
//! tokio's, so that it stands still until everybody waits.
#![allow(dead_code, missing_docs, unreachable_pub, reason = "support of tests: each file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "support of tests: a wrong world is a failed test")]

mod plugins;
pub mod shop;

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    contract::*,
    conversation::Voice,
    ids::ConversationId,
    revision::{Grants, PluginKind, Revision},
    routing::{IntentRule, Policy},
};
use sportello_engine::catalog::{Catalog, Channel, Pointer, Skill, UnknownPolicy};
use sportello_engine::memory::MemoryStore;
use sportello_engine::ports::store::{ConversationFilter, Overview, TurnRecord};
use sportello_engine::ports::{Carrier, Clock, Entropy, Errand};
use sportello_engine::{Engine, Ports, Settings};

pub use plugins::{Scripted, SkillCode};

/// Monday, 23 November 2026, 10:00 UTC.
pub const START: Instant = 1_795_428_000_000;

pub struct TokioTime {
    began: tokio::time::Instant,
    /// How far the clock on the wall was moved; milliseconds.
    moved: AtomicI64,
}

impl Clock for TokioTime {
    fn now(&self) -> Instant {
        (START + self.boot()).saturating_add_signed(self.moved.load(Ordering::SeqCst))
    }
    fn boot(&self) -> Instant {
        u64::try_from(self.began.elapsed().as_millis()).unwrap()
    }
}

#[derive(Default)]
pub struct Counting(AtomicU64);

impl Entropy for Counting {
    fn bits(&self) -> u128 {
        u128::from(self.0.fetch_add(1, Ordering::SeqCst)) + 1
    }
}

/// What the other side does with a request.
pub type Answer = Box<dyn FnMut(&HttpRequest) -> Result<HttpResponse, RequestError> + Send>;

/// The other side: what it got, and what it does.
pub struct Platform {
    pub got: Mutex<Vec<HttpRequest>>,
    /// Until when each might leave.
    pub not_after: Mutex<Vec<Option<Instant>>>,
    pub answer: Mutex<Answer>,
    /// Milliseconds.
    pub delay: AtomicU64,
    /// Only what mentions this is delayed.
    pub delayed: Mutex<String>,
}

impl Platform {
    /// The texts that arrived, in order.
    pub fn texts(&self) -> Vec<String> {
        self.got.lock().unwrap().iter().filter(|request| request.url.contains("/send")).map(body).collect()
    }

    pub fn answers(&self, answer: impl FnMut(&HttpRequest) -> Result<HttpResponse, RequestError> + Send + 'static) {
        *self.answer.lock().unwrap() = Box::new(answer);
    }
}

pub fn body(request: &HttpRequest) -> String {
    let bytes = request.body.iter().filter_map(|piece| match piece {
        Piece::Bytes(bytes) => Some(String::from_utf8(bytes.0.clone()).unwrap()),
        _ => None,
    });
    bytes.collect()
}

pub fn status(status: u16, body: &str) -> Result<HttpResponse, RequestError> {
    Ok(HttpResponse { status, headers: vec![], body: body.into() })
}

#[async_trait]
impl Carrier for Platform {
    async fn perform(&self, errand: Errand<'_>) -> Result<HttpResponse, RequestError> {
        self.got.lock().unwrap().push(errand.request.clone());
        self.not_after.lock().unwrap().push(errand.not_after);
        let delayed = self.delayed.lock().unwrap().clone();
        if errand.request.url.contains(&delayed) || body(errand.request).contains(&delayed) {
            tokio::time::sleep(std::time::Duration::from_millis(self.delay.load(Ordering::SeqCst))).await;
        }
        (self.answer.lock().unwrap())(errand.request)
    }
}

/// The world of one test.
pub struct World {
    pub engine: Engine,
    pub store: Arc<MemoryStore>,
    pub platform: Arc<Platform>,
    pub plugins: Arc<Scripted>,
    pub catalog: Catalog,
    clock: Arc<TokioTime>,
    entropy: Arc<Counting>,
    next: AtomicU64,
}

impl World {
    /// A channel `chat`, a classifier that takes a text for its intent, and these skills, each for the intent of its name.
    pub async fn new(skills: Vec<(&'static str, SkillCode)>) -> Self {
        Self::with(skills, |_| {}).await
    }

    pub async fn with(skills: Vec<(&'static str, SkillCode)>, change: impl FnOnce(&mut Catalog)) -> Self {
        let mut catalog = catalog(&skills);
        change(&mut catalog);
        Self::around(skills, catalog, |_, _| None).await
    }

    /// With what serves brought there by somebody else.
    pub async fn around(
        skills: Vec<(&'static str, SkillCode)>,
        catalog: Catalog,
        point: impl FnOnce(&Ports, &Arc<Scripted>) -> Option<Pointer>,
    ) -> Self {
        let platform = Arc::new(Platform {
            got: Mutex::default(),
            not_after: Mutex::default(),
            answer: Mutex::new(Box::new(|_| status(200, "m"))),
            delay: AtomicU64::new(0),
            delayed: Mutex::default(),
        });
        let store = Arc::new(MemoryStore::default());
        let plugins = Arc::new(Scripted::new(skills));
        let clock = Arc::new(TokioTime { began: tokio::time::Instant::now(), moved: AtomicI64::new(0) });
        let entropy = Arc::new(Counting::default());
        let ports = Ports {
            store: store.clone(),
            plugins: plugins.clone(),
            carrier: platform.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
        };
        let pointer = point(&ports, &plugins).unwrap_or_else(|| catalog.clone().into());
        let (engine, _) = Engine::start(ports, pointer, Settings::default()).await.unwrap();
        Self { engine, store, platform, plugins, catalog, clock, entropy, next: AtomicU64::new(1) }
    }

    /// Another engine over the same store, as after a crash of this one: what it has under way must hang for ever.
    pub async fn crash(self) -> Self {
        let ports = self.ports();
        let Self { engine, store, platform, plugins, catalog, clock, entropy, next } = self;
        engine.stopping().cancel();
        let (engine, _) = Engine::start(ports, catalog.clone(), Settings::default()).await.unwrap();
        Self { engine, store, platform, plugins, catalog, clock, entropy, next }
    }

    /// What its engine lives on.
    pub fn ports(&self) -> Ports {
        Ports {
            store: self.store.clone(),
            plugins: self.plugins.clone(),
            carrier: self.platform.clone(),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
        }
    }

    /// A customer writes; the webhook is taken when this returns.
    pub async fn says(&self, customer: &str, text: &str) {
        let id = self.next.fetch_add(1, Ordering::SeqCst).to_string();
        self.webhook(&[message(customer, &id, text, self.clock.now())]).await;
    }

    pub async fn webhook(&self, events: &[Event]) {
        self.webhook_on("chat", events).await;
    }

    pub async fn webhook_on(&self, channel: &str, events: &[Event]) {
        let body = serde_json::to_vec(events).unwrap();
        let webhook = Webhook { method: "POST".to_owned(), url: String::new(), headers: vec![], body: body.into() };
        assert_eq!(self.engine.receive(channel, webhook).await.unwrap().response.status, 200);
    }

    /// Lets everybody work until so many milliseconds have passed.
    pub async fn pass(&self, milliseconds: u64) {
        tokio::time::sleep(std::time::Duration::from_millis(milliseconds)).await;
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The clock on the wall jumps by so many milliseconds.
    pub fn jump(&self, by: i64) {
        self.clock.moved.fetch_add(by, Ordering::SeqCst);
    }

    /// The only conversation.
    pub async fn conversation(&self) -> Overview {
        let filter = ConversationFilter { closed: true, ..ConversationFilter::default() };
        let mut all = self.engine.store().conversations(filter, 10).await.unwrap();
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    pub async fn id(&self) -> ConversationId {
        self.conversation().await.conversation.id
    }

    pub async fn turns(&self) -> Vec<TurnRecord> {
        self.engine.store().turns(self.id().await).await.unwrap()
    }

    /// Notes for people in the only conversation.
    pub async fn notes(&self) -> Vec<String> {
        let lines = self.engine.store().transcript(self.id().await).await.unwrap();
        let notes = lines.into_iter().filter(|line| line.line.voice == Voice::Note);
        notes.map(|line| line.line.contents.iter().filter_map(Content::words).collect()).collect()
    }
}

pub fn message(customer: &str, id: &str, text: &str, at: Instant) -> Event {
    let sender = Sender { id: customer.to_owned(), ..Sender::default() };
    let contents = vec![Content::Text(text.to_owned())];
    event(customer, id, at, Happening::Message(Message { sender, subject: None, contents, reply_to: None }))
}

pub fn event(customer: &str, id: &str, at: Instant, happening: Happening) -> Event {
    let thread = Thread { address: customer.to_owned(), visibility: Visibility::Private, parent: None, memo: None };
    Event { id: id.to_owned(), account: None, thread: Some(thread), at, happening }
}

pub fn capabilities() -> Capabilities {
    Capabilities {
        text_length: 1_000,
        text_unit: Unit::CodePoints,
        choices: 3,
        choice_length: 20,
        media_types: vec![],
        media_size: 0,
        abilities: vec![],
        typing: None,
        session_hours: None,
        channel_pace: None,
        thread_pace: None,
        echoes: false,
        dedupes: None,
    }
}

fn revision(name: &str, kind: PluginKind) -> Arc<Revision> {
    Arc::new(Revision::new(name, name, kind, "digest", "0.1.0", "{}".to_owned(), Grants::default()))
}

pub fn catalog(skills: &[(&'static str, SkillCode)]) -> Catalog {
    let description = ChannelDescription {
        name: "chat".to_owned(),
        version: "1.0.0".to_owned(),
        summary: String::new(),
        settings_schema: "{}".to_owned(),
        secrets: vec![],
        hosts: vec![],
        redelivery: Some(1),
        poll_every: None,
    };
    let channel = Channel {
        name: "chat".to_owned(),
        revision: revision("chat", PluginKind::Channel),
        hook: "https://bot.example/hooks/chat".to_owned(),
        description,
        capabilities: capabilities(),
        unknown: UnknownPolicy::Hold,
        read_marks: false,
        polled: false,
    };
    let skill = |name: &str| Skill {
        revision: revision(name, PluginKind::Skill),
        description: SkillDescription {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            summary: String::new(),
            settings_schema: "{}".to_owned(),
            secrets: vec![],
            hosts: vec![],
            intents: vec![],
            locales: vec![],
            memory_version: 1,
        },
    };
    Catalog {
        channels: [("chat".to_owned(), Arc::new(channel))].into(),
        skills: skills.iter().map(|(name, _)| ((*name).to_owned(), Arc::new(skill(name)))).collect(),
        nlu: Some(revision("nlu", PluginKind::Nlu)),
        policy: Policy {
            intents: skills.iter().map(|(name, _)| ((*name).to_owned(), IntentRule::by(name))).collect(),
            ..Policy::default()
        },
        ..Catalog::default()
    }
}
