//! One server with all that surrounds it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use sportello_domain::contract::SkillDescription;
use sportello_domain::revision::{Grants, PluginKind, Revision};
use sportello_domain::routing::Policy;
use sportello_engine::catalog::{Catalog, Channel, UnknownPolicy};
use sportello_engine::memory::MemoryStore;
use sportello_engine::ports::store::{Publication, Store};
use sportello_engine::ports::{Clock, Entropy};
use sportello_engine::{Engine, PluginLog, Ports, Settings};
use sportello_http::{App, HttpConfig, Scope, make_token};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::bench;
use super::client::{Client, LIMIT, Reply, Stream};
use super::contract::Contract;
use super::plugins::{self, Fakes, STREAM};

/// When every test happens.
pub(crate) const NOW: u64 = 1_795_305_600_000;

struct Still;

impl Clock for Still {
    fn now(&self) -> u64 {
        NOW
    }
    fn boot(&self) -> u64 {
        NOW
    }
}

#[derive(Default)]
struct Counted(AtomicU64);

impl Entropy for Counted {
    fn bits(&self) -> u128 {
        u128::from(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// One server with all that surrounds it.
pub(crate) struct World {
    pub(crate) base: String,
    pub(crate) app: App,
    pub(crate) engine: Arc<Engine>,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) log: Arc<PluginLog>,
    pub(crate) fakes: Arc<Fakes>,
    pub(crate) client: Client,
    pub(crate) serving: JoinHandle<()>,
    pub(crate) contract: Contract,
    /// Of a token that allows everything.
    token: String,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(configure: impl FnOnce(&mut HttpConfig)) -> Self {
        let (store, fakes) = (Arc::new(MemoryStore::new()), Arc::new(Fakes::default()));
        let ports = Ports {
            store: Arc::clone(&store) as Arc<dyn Store>,
            plugins: Arc::clone(&fakes) as Arc<_>,
            carrier: Arc::clone(&fakes) as Arc<_>,
            clock: Arc::new(Still),
            entropy: Arc::new(Counted::default()),
        };
        let registry = bench::registry(&ports, catalog()).await;
        let (engine, _) = Engine::start(ports, registry.pointer(), Settings::default()).await.unwrap();
        let engine = Arc::new(engine);
        tokio::spawn(Arc::clone(&registry).run(engine.stopping()));
        let mut config = HttpConfig::new("https://bot.example/base");
        configure(&mut config);
        let log = Arc::new(PluginLog::default());
        let app = App::new(Arc::clone(&engine), registry, Arc::clone(&log), config, || "sportello_up 1\n".to_owned());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let serving = tokio::spawn(sportello_http::serve(listener, app.clone()));
        let client = Client::new();
        let document = client.send("GET", &format!("{base}/api/openapi.json"), &[], "").await.json();
        let contract = Contract::new(document);
        let mut world = Self { base, app, engine, store, log, fakes, client, serving, contract, token: String::new() };
        world.token = world.token(&Scope::ALL).await;
        world
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Any request; the answer is held against the document.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let reply = self.client.send(method, &self.url(path), headers, body.to_owned()).await;
        self.contract.check(method, path, &reply);
        reply
    }

    /// A call of the API with a token that allows everything.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Reply {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.call_as(&self.token, method, path, &body).await
    }

    /// An upload.
    pub(crate) async fn raw(&self, path: &str, body: &str) -> Reply {
        self.call_as(&self.token, "POST", path, body).await
    }

    pub(crate) async fn call_as(&self, token: &str, method: &str, path: &str, body: &str) -> Reply {
        let authorization = format!("Bearer {token}");
        let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
        self.send(method, path, &headers, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let reply = self.call("GET", path, Value::Null).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    }

    pub(crate) async fn token(&self, scopes: &[Scope]) -> String {
        let bits = || self.engine.bits();
        make_token(self.store.as_ref(), "of a test", scopes, NOW, bits).await.unwrap().token
    }

    /// A webhook with a good signature.
    pub(crate) async fn hook(&self, channel: &str, body: &str) -> Reply {
        self.send("POST", &format!("/hooks/{channel}"), &[("x-signature", "good")], body).await
    }

    /// A customer writes.
    pub(crate) async fn write(&self, id: &str, from: &str, text: &str) {
        let reply = self.hook("echo", &json!({ "id": id, "from": from, "text": text }).to_string()).await;
        assert_eq!((reply.status, reply.text().as_str()), (202, "taken"));
    }

    /// A customer writes, and a person is wanted; the conversation as it waits.
    pub(crate) async fn waiting(&self, from: &str) -> Value {
        self.write(&format!("first of {from}"), from, "A person, please").await;
        let path = "/api/v1/queue";
        let queue = self.until(path, |queue| waiting_of(queue, from).is_some()).await;
        waiting_of(&queue, from).unwrap()["conversation"].clone()
    }

    /// Asks until the answer is as wanted.
    pub(crate) async fn until(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let asking = async {
            loop {
                let answer = self.get(path).await;
                if wanted(&answer) {
                    return answer;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(LIMIT, asking).await.unwrap_or_else(|_| panic!("{path} never is as wanted"))
    }

    /// Publishes events to the stream that the channel opens.
    pub(crate) async fn publish(&self, data: &[&str]) {
        for data in data {
            let publication = Publication {
                cause: None,
                address: STREAM.to_owned(),
                key: None,
                event: Some("message".to_owned()),
                data: (*data).to_owned(),
                now: NOW,
            };
            self.engine.live().publish(publication).await.unwrap();
        }
    }

    /// Opens the stream of the channel.
    pub(crate) async fn stream(&self, query: &str, headers: &[(&str, &str)]) -> Stream {
        Stream::of(self.client.open("GET", &self.url(&format!("/hooks/echo/stream{query}")), headers, "").await)
    }

    /// Nothing at all was taken in.
    pub(crate) async fn is_untouched(&self) -> bool {
        let gauges = self.engine.store().gauges().await.unwrap();
        gauges.open_conversations == 0 && gauges.quarantined == 0
    }
}

fn waiting_of<'a>(queue: &'a Value, from: &str) -> Option<&'a Value> {
    queue["waiting"].as_array()?.iter().find(|waiting| waiting["conversation"]["thread"]["address"] == from)
}

fn revision(name: &str, kind: PluginKind) -> Arc<Revision> {
    let settings = r#"{"mistake":"a-secret-in-the-settings"}"#.to_owned();
    let grants = Grants { hosts: vec!["https://words.example".to_owned()], ..Grants::default() };
    Arc::new(Revision::new(name, "echo", kind, "d1g357", "0.1.0", settings, grants))
}

pub(super) fn description() -> SkillDescription {
    SkillDescription {
        name: "talk".into(),
        version: "1.0.0".into(),
        summary: "Talks.".into(),
        settings_schema: "{}".into(),
        secrets: vec![],
        hosts: vec![],
        intents: vec![],
        locales: vec!["en".into()],
        memory_version: 1,
    }
}

/// `echo` never repeats a webhook, `patient` does.
fn catalog() -> Catalog {
    let channel = |name: &str, redelivery| {
        let channel = Channel {
            name: name.to_owned(),
            revision: revision(name, PluginKind::Channel),
            hook: format!("https://bot.example/base/hooks/{name}"),
            description: plugins::description(redelivery),
            capabilities: plugins::capabilities(),
            unknown: UnknownPolicy::Hold,
            read_marks: false,
            polled: false,
        };
        (name.to_owned(), Arc::new(channel))
    };
    Catalog {
        channels: BTreeMap::from([channel("echo", None), channel("patient", Some(60_000))]),
        nlu: Some(revision("nlu", PluginKind::Nlu)),
        policy: Policy { fallback: Some("talk".to_owned()), ..Policy::default() },
        ..Catalog::default()
    }
}
