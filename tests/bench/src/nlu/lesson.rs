//! From a correction to an answer that follows it: the real program, a message that it did not understand, somebody who says
//! what it means, and the customer who writes the same again.
//!
//! The program has a cache of its own, so that no model of an earlier run is known.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use serde_json::{Value, json};
use sportello_domain::contract::Corpus;
use sportello_harness::{Api, Client, Question, Server, Setup, now, secrets};
use toml::Table;

use super::data;
use crate::live::Visitor;
use crate::load::step;

const CHANNEL: &str = "web-chat";
const SCOPES: [&str; 3] = ["nlu:read", "nlu:write", "plugins:read"];
/// Messages among which those are that the model does not understand.
const WRITTEN: usize = 300;
/// What came of the messages so far is on the list by then.
const SETTLE: Duration = Duration::from_secs(2);
/// How long a training may take, and how often it is looked at.
const LIMIT: Duration = Duration::from_secs(60);
const GLANCE: Duration = Duration::from_millis(10);

/// What is taught, and by whom.
pub(super) struct School {
    name: String,
    server: Server,
    api: Api,
    /// What messages of the test file mean.
    meant: BTreeMap<String, String>,
    client: Client,
    visitors: usize,
}

/// When what was done, in milliseconds since the Unix epoch.
pub(super) struct Lesson {
    name: String,
    moments: [u64; PARTS + 1],
}

/// From one moment to the next.
const PARTS: usize = 6;

/// A message that was not understood.
struct Doubted {
    text: String,
    utterances: Value,
    meant: String,
}

impl School {
    /// Has the program serve a model of these texts.
    ///
    /// # Errors
    /// It does not start, or a file cannot be read.
    pub(super) async fn open(folder: &Path, corpus: &Corpus, language: &str) -> anyhow::Result<Self> {
        let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned();
        step(&format!("corrections of {name}"));
        let server = setup(corpus, language)?.start().await?;
        let api = server.api(&SCOPES).await?;
        let meant = data::labelled(&folder.join("test.tsv"))?.into_iter().take(WRITTEN).collect();
        Ok(Self { name, server, api, meant, client: Client::default(), visitors: 0 })
    }

    /// Teaches one message after the other, and times each; fewer where there are not so many that were not understood.
    ///
    /// # Errors
    /// What was taught is not what is answered.
    pub(super) async fn teach(&mut self, lessons: usize) -> anyhow::Result<Vec<Lesson>> {
        let texts: Vec<String> = self.meant.keys().cloned().collect();
        for text in &texts {
            self.enter().await?.write(&self.client, &self.server.hook(CHANNEL), text).await?;
        }
        let mut doubted = self.doubted().await?;
        doubted.truncate(lessons);
        let mut taught = vec![];
        for one in &doubted {
            taught.push(self.correct(one).await?);
        }
        self.server.stop().await?;
        Ok(taught)
    }

    async fn enter(&mut self) -> anyhow::Result<Visitor> {
        let hook = self.server.hook(CHANNEL);
        self.visitors += 1;
        Visitor::open(self.visitors, Visitor::session(&self.client, &hook).await?, &hook).await
    }

    /// What is on the review list and was taken for something else, once all messages had their turns.
    async fn doubted(&self) -> anyhow::Result<Vec<Doubted>> {
        let mut known = usize::MAX;
        loop {
            tokio::time::sleep(SETTLE).await;
            let listed = self.api.get("/api/v1/nlu/review?limit=200").await?;
            let groups = listed["groups"].as_array().context("a list of groups")?;
            if groups.len() == known {
                return Ok(groups.iter().filter_map(|group| self.mistaken(group)).collect());
            }
            known = groups.len();
        }
    }

    fn mistaken(&self, group: &Value) -> Option<Doubted> {
        let text = group["texts"][0].as_str()?.to_owned();
        let meant = self.meant.get(&text)?.clone();
        let mistaken = group["predicted"][0]["name"] != meant.as_str();
        mistaken.then(|| Doubted { text, utterances: group["utterances"].clone(), meant })
    }

    /// Says what a message means, has that learnt, and waits for the answer that follows it.
    async fn correct(&mut self, Doubted { text, utterances, meant }: &Doubted) -> anyhow::Result<Lesson> {
        let mut visitor = self.enter().await?;
        let said = now();
        let correction = json!({ "utterances": utterances, "label": { "intent": meant } });
        self.api.post("/api/v1/nlu/corrections", &correction).await?;
        let job = self.api.post("/api/v1/nlu/training", &json!({})).await?;
        let trained = self.ended(&job).await?;
        let revision = trained["serves"].as_str().with_context(|| format!("nothing new serves: {trained}"))?;
        let question = Question { text: text.clone(), answer: answer(meant) };
        let answered = visitor.ask(&self.client, &self.server.hook(CHANNEL), &question).await?;
        answered.with_context(|| format!("{text:?} is not answered as {meant}"))?;
        let shown = now();
        let overview = self.api.get("/api/v1/plugins/nlu").await?;
        let at = |what: &str| {
            let entries = overview["audit"].as_array().into_iter().flatten();
            let entry = entries.filter(|entry| entry["revision"] == revision).find(|entry| entry["what"] == what);
            entry.and_then(|entry| entry["at"].as_u64()).with_context(|| format!("{revision} was never {what}"))
        };
        let began = job["began-at"].as_u64().context("when the training began")?;
        let moments = [said, began, at("uploaded")?, at("linked")?, at("replayed")?, at("active")?, shown];
        Ok(Lesson { name: self.name.clone(), moments })
    }

    /// What came of a training.
    async fn ended(&self, job: &Value) -> anyhow::Result<Value> {
        let path = format!("/api/v1/nlu/jobs/{}", job["id"].as_str().context("a job has an id")?);
        let until = SystemTime::now() + LIMIT;
        loop {
            let job = self.api.get(&path).await?;
            if let Some(trained) = job["state"].get("trained") {
                return Ok(trained.clone());
            }
            let runs = job["state"].get("running").is_some();
            anyhow::ensure!(runs && SystemTime::now() < until, "the training did not end well: {job}");
            tokio::time::sleep(GLANCE).await;
        }
    }
}

impl Lesson {
    pub(super) const HEAD: [&str; 8] = [
        "from a correction to its answer, s",
        "all",
        "accepted",
        "compared",
        "learnt",
        "checked",
        "switched",
        "answered",
    ];

    pub(super) fn row(&self) -> Vec<String> {
        let figures = std::iter::once(self.seconds()).chain(self.parts());
        std::iter::once(self.name.clone()).chain(figures.map(|seconds| format!("{seconds:.2}"))).collect()
    }

    pub(super) fn figures(&self) -> Value {
        let parts: BTreeMap<&str, f64> = Self::HEAD[2..].iter().copied().zip(self.parts()).collect();
        json!({ "name": self.name, "seconds": self.seconds(), "parts": parts })
    }

    fn seconds(&self) -> f64 {
        seconds(self.moments[0], self.moments[PARTS])
    }

    fn parts(&self) -> impl Iterator<Item = f64> {
        self.moments.windows(2).map(|moments| seconds(moments[0], moments[1]))
    }
}

#[allow(clippy::cast_precision_loss, reason = "seconds of a minute")]
fn seconds(from: u64, to: u64) -> f64 {
    to.saturating_sub(from) as f64 / 1e3
}

/// What the bot says to an intent.
fn answer(intent: &str) -> String {
    format!("This is about {intent}.")
}

/// The web chat and an answer for each intent.
fn setup(corpus: &Corpus, language: &str) -> anyhow::Result<Setup> {
    let mut intents: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for example in &corpus.examples {
        intents.entry(&example.intent).or_default().push(&example.text);
    }
    let told = |intent: &&str| ((*intent).to_owned(), Table::from_iter([(language.to_owned(), answer(intent).into())]));
    let answers: Table = intents.keys().map(told).map(|(intent, answer)| (intent, answer.into())).collect();
    let names: Vec<String> = answers.keys().cloned().collect();
    let corpus = json!({ "out-of-scope": corpus.out_of_scope, "intents": intents });
    Setup::new()?
        .file(&format!("corpus/{language}.toml"), toml::to_string(&corpus)?)?
        .set("plugins.cache", "cache")?
        .set("channels.web-chat.plugin", CHANNEL)?
        .set("channels.web-chat.secrets.session-secret", "env:WEB_CHAT_KEY")?
        .set("nlu.plugin", "intents")?
        .set("nlu.corpus", "corpus")?
        .set("nlu.settings.minimum-examples", 1)?
        .set("skills.faq.plugin", "faq")?
        .set("skills.faq.intents", names)?
        .set("skills.faq.settings.default-language", language)?
        .set("skills.faq.settings.answers", answers)?
        .set("routing.languages", vec![language.to_owned()])
        .map(|setup| setup.env("WEB_CHAT_KEY", secrets::WEB_CHAT_KEY))
}
