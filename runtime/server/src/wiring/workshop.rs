//! Makes revisions ready: here plugin host, carrier and configuration meet.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use serde_json::Value;
use sportello_carriers::HttpCarrier;
use sportello_domain::contract::Problem;
use sportello_domain::revision::{PluginKind, Revision, RevisionId};
use sportello_domain::secrets::Secrets;
use sportello_engine::catalog::{Channel, Part, Skill};
use sportello_engine::ports::store::Told;
use sportello_engine::ports::{Compiled, Plugins as _, Ready, Unfit, Workshop};
use sportello_plugin_host::{CaseResult, HostError, PluginHost};

use super::cache::{Used, sweep};
use super::fitness::{Needs, ungranted};
use super::model::{file as model_file, train};
use crate::config::{ChannelSection, Config, SecretSource};

/// What this server makes revisions ready with.
pub(crate) struct Workbench {
    host: Arc<PluginHost>,
    carrier: Arc<HttpCarrier>,
    channels: BTreeMap<String, ChannelSection>,
    /// How platforms reach the server.
    public_url: String,
    /// Where machine code and models are kept, and for how long after they were last used.
    cache: PathBuf,
    keep_cache: Duration,
    /// Where the models of loaded classifiers are kept.
    models: Mutex<HashMap<RevisionId, PathBuf>>,
    /// Where files of secrets lie.
    folder: PathBuf,
    environment: fn(&str) -> Option<String>,
}

impl Workbench {
    pub(crate) fn new(
        config: &Config,
        public_url: &str,
        (host, carrier): (Arc<PluginHost>, Arc<HttpCarrier>),
        environment: fn(&str) -> Option<String>,
    ) -> Self {
        let named = |section: &ChannelSection| (section.name.clone(), section.clone());
        Self {
            host,
            carrier,
            channels: config.channels.iter().map(named).collect(),
            public_url: public_url.to_owned(),
            cache: config.plugins.cache.clone(),
            keep_cache: config.plugins.keep_cache,
            models: Mutex::default(),
            folder: config.folder.clone(),
            environment,
        }
    }

    fn secrets(&self, revision: &Revision) -> Result<Secrets, Unfit> {
        let mut secrets = Vec::new();
        for (name, source) in &revision.grants.secrets {
            let unfit = |reason: String| Unfit::Here(format!("the secret `{name}` has no value: {reason}"));
            let source: SecretSource = source.parse().map_err(|error| unfit(format!("{error}")))?;
            secrets.push((name.clone(), source.value(&self.environment, &self.folder).map_err(unfit)?));
        }
        Ok(secrets.into_iter().collect())
    }

    async fn part(&self, revision: &Revision, corpus: Option<&[u8]>) -> Result<Ready, Unfit> {
        let (id, shared) = (&revision.id, Arc::new(revision.clone()));
        let settings: Value = serde_json::from_str(&revision.settings)
            .map_err(|error| Unfit::Revision(format!("its settings are no JSON: {error}")))?;
        let tell =
            |schema: &str, hosts: &[String], secrets: &[String]| tell(revision, &settings, schema, hosts, secrets);
        match revision.kind {
            PluginKind::Channel => {
                let description = self.host.describe_channel(id).await.map_err(broken)?;
                let told = tell(&description.settings_schema, &description.hosts, &description.secrets)?;
                let section = self.channels.get(&revision.name).ok_or_else(|| unknown(&revision.name))?;
                let channel = Channel {
                    name: revision.name.clone(),
                    revision: shared,
                    hook: format!("{}/hooks/{}", self.public_url, revision.name),
                    capabilities: self.host.carries(id).await.map_err(broken)?,
                    description,
                    unknown: section.unknown,
                    read_marks: section.read_marks,
                    polled: section.poll.is_some(),
                };
                Ok(Ready { part: Part::Channel(Arc::new(channel)), told })
            }
            PluginKind::Skill => {
                let description = self.host.describe_skill(id).await.map_err(broken)?;
                let told = tell(&description.settings_schema, &description.hosts, &description.secrets)?;
                let told = Told { memory_version: description.memory_version, ..told };
                let skill = Skill { revision: shared, description };
                Ok(Ready { part: Part::Skill(Arc::new(skill)), told })
            }
            PluginKind::Nlu => {
                let description = self.host.describe_nlu(id).await.map_err(broken)?;
                let told = tell(&description.settings_schema, &[], &[])?;
                self.learn(revision, corpus).await?;
                Ok(Ready { part: Part::Nlu(shared), told })
            }
        }
    }

    async fn learn(&self, revision: &Revision, corpus: Option<&[u8]>) -> Result<(), Unfit> {
        let corpus = corpus.ok_or_else(|| Unfit::Revision("it has nothing to learn from".to_owned()))?;
        let corpus = serde_json::from_slice(corpus)
            .map_err(|error| Unfit::Revision(format!("what it is to learn from cannot be read: {error}")))?;
        let trained = train(&self.host, revision, &corpus, &self.cache).await;
        let model = trained.map_err(|error| Unfit::Here(format!("{error:#}")))?.map_err(|found| {
            let words = found.iter().map(|problem| told_of(problem, &corpus.examples)).collect::<Vec<_>>();
            Unfit::Revision(format!("it cannot learn from this: {}", words.join("; ")))
        })?;
        let file = model_file(revision, &corpus, &self.cache).map_err(|error| Unfit::Here(format!("{error:#}")))?;
        self.models().insert(revision.id.clone(), file);
        self.host.load_model(&revision.id, model).await.map_err(unfit)
    }

    fn models(&self) -> MutexGuard<'_, HashMap<RevisionId, PathBuf>> {
        self.models.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Workshop for Workbench {
    async fn compile(&self, component: &[u8]) -> Result<Compiled, Unfit> {
        let found = self.host.identify(component).await.map_err(unfit)?;
        Ok(found)
    }

    async fn make_ready(&self, revision: &Revision, component: &[u8], corpus: Option<&[u8]>) -> Result<Ready, Unfit> {
        let secrets = self.secrets(revision)?;
        self.host.load(revision, component, secrets.clone()).await.map_err(unfit)?;
        let admitted = self.carrier.admit(&revision.id, &revision.grants, secrets);
        let ready = match admitted {
            Ok(()) => self.part(revision, corpus).await,
            Err(error) => Err(Unfit::Revision(error.to_string())),
        };
        if ready.is_err() {
            self.let_go(&revision.id);
        }
        ready
    }

    async fn self_test(&self, component: &[u8]) -> Result<usize, Unfit> {
        let results = self.host.self_test(component).await.map_err(unfit)?;
        let failed: Vec<String> = results.iter().filter(|case| !case.passed()).map(CaseResult::to_string).collect();
        if failed.is_empty() {
            return Ok(results.len());
        }
        Err(Unfit::Revision(format!("{} of {} cases failed: {}", failed.len(), results.len(), failed.join("; "))))
    }

    fn let_go(&self, revision: &RevisionId) {
        self.host.unload(revision);
        self.carrier.dismiss(revision);
        self.models().remove(revision);
    }

    async fn tidy(&self, ready: &[Arc<Revision>]) {
        let used = Used {
            digests: ready.iter().map(|revision| revision.digest.clone()).collect(),
            files: self.models().values().cloned().collect(),
        };
        let (cache, keep) = (self.cache.clone(), self.keep_cache);
        let sweep = move || sweep(&cache, &used, keep, SystemTime::now());
        // A folder that cannot be read is told by whoever wants something of it.
        if let Ok(Err(error)) = tokio::task::spawn_blocking(sweep).await {
            tracing::warn!(%error, "what was compiled and trained long ago could not be looked through");
        }
    }
}

fn tell(
    revision: &Revision,
    settings: &Value,
    schema: &str,
    hosts: &[String],
    secrets: &[String],
) -> Result<Told, Unfit> {
    let needs = Needs { schema, secrets, hosts };
    let flaws = needs.flaws(settings).into_iter().filter(|flaw| flaw.pointer.is_some());
    let flaws: Vec<String> = flaws.map(|flaw| flaw.message).collect();
    if !flaws.is_empty() {
        return Err(Unfit::Revision(flaws.join("; ")));
    }
    let asks = needs.asks(settings);
    let wants = ungranted(&asks, &revision.grants.hosts, revision.grants.secrets.keys());
    Ok(Told { memory_version: 0, asks, wants })
}

fn unknown(name: &str) -> Unfit {
    Unfit::Here(format!("the configuration of this server has no channel `{name}`"))
}

fn broken(error: sportello_engine::ports::PluginError) -> Unfit {
    Unfit::Revision(error.to_string())
}

/// Whose fault it is.
fn unfit(error: HostError) -> Unfit {
    match error {
        HostError::Engine(_) | HostError::Cache { .. } => Unfit::Here(error.to_string()),
        error => Unfit::Revision(error.to_string()),
    }
}

fn told_of(problem: &Problem, examples: &[sportello_domain::contract::Example]) -> String {
    let example = problem.example.and_then(|index| examples.get(usize::try_from(index).ok()?));
    match example {
        Some(example) => format!("`{}` ({}): {}", example.text, example.language, problem.reason),
        None => problem.reason.clone(),
    }
}
