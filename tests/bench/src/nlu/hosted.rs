//! The plugin in the host: trained there, and asked there as the engine asks it.

use std::collections::BTreeSet;
use std::time::Duration;

use sportello_domain::contract::{Analysis, Circumstances, Corpus};
use sportello_domain::revision::{Grants, Revision, RevisionId};
use sportello_domain::secrets::Secrets;
use sportello_engine::ports::{Call, Plugins as _};
use sportello_plugin_host::{Compiler, HostConfig, PluginHost};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::clock::{processor_time, processor_time_of_all};
use crate::sandbox::component;

/// The same corpus and seed give the same model.
const SEED: u64 = 7;
/// Data sets have intents with a single example, which an operator's corpus should not.
const SETTINGS: &str = r#"{ "minimum-examples": 1 }"#;
/// Calls before times are taken.
const WARMING: usize = 200;

/// The host with the plugin loaded, and the one thread that it runs on.
pub(super) struct Hosted {
    runtime: Runtime,
    host: PluginHost,
    plugin: RevisionId,
    _cache: TempDir,
}

/// What a training came to.
pub(super) struct Trained {
    pub(super) model: Vec<u8>,
    pub(super) took: Duration,
    /// Without the examples that the plugin refused, such as a text under two intents.
    pub(super) learnt: Corpus,
    /// How many those were.
    pub(super) refused: usize,
}

impl Hosted {
    pub(super) fn new() -> anyhow::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let cache = TempDir::new()?;
        let host = PluginHost::new(HostConfig::new(cache.path().join("compiled"), Compiler::InProcess))?;
        let bytes = component("intents")?;
        let plugin = runtime.block_on(async {
            let found = host.inspect(&bytes).await?;
            let (digest, contract) = (&found.digest, &found.contract);
            let settings = SETTINGS.to_owned();
            let revision = Revision::new("nlu", "intents", found.kind, digest, contract, settings, Grants::default());
            host.load(&revision, &bytes, Secrets::default()).await?;
            anyhow::Ok(revision.id)
        })?;
        Ok(Self { runtime, host, plugin, _cache: cache })
    }

    /// Trains inside the sandbox, without the examples that are refused.
    pub(super) fn train(&self, corpus: &Corpus) -> anyhow::Result<Trained> {
        let mut corpus = corpus.clone();
        let mut refused = 0;
        loop {
            // The host has others go before a training, on a thread of its own.
            let began = processor_time_of_all()?;
            let trained = self.runtime.block_on(self.host.train(&self.plugin, &corpus, SEED))?;
            let took = processor_time_of_all()? - began;
            let problems = match trained {
                Ok(model) => return Ok(Trained { model, took, learnt: corpus, refused }),
                Err(problems) => problems,
            };
            let wrong: BTreeSet<usize> =
                problems.iter().filter_map(|problem| Some(problem.example? as usize)).collect();
            anyhow::ensure!(!wrong.is_empty(), "the corpus is refused: {problems:?}");
            refused += wrong.len();
            let kept = std::mem::take(&mut corpus.examples).into_iter().enumerate();
            corpus.examples = kept.filter(|(index, _)| !wrong.contains(index)).map(|(_, example)| example).collect();
        }
    }

    /// Has all further questions go to this model.
    pub(super) fn load(&self, model: Vec<u8>) -> anyhow::Result<()> {
        Ok(self.runtime.block_on(self.host.load_model(&self.plugin, model))?)
    }

    /// What each text means, and how long it took to find out in an instance that was asked before.
    pub(super) fn analyze<'a>(
        &self,
        texts: impl Iterator<Item = &'a str> + Clone,
    ) -> anyhow::Result<Vec<(Analysis, Duration)>> {
        for text in texts.clone().cycle().take(WARMING) {
            self.ask(text)?;
        }
        texts.map(|text| self.ask(text)).collect()
    }

    fn ask(&self, text: &str) -> anyhow::Result<(Analysis, Duration)> {
        let circumstances = Circumstances::default();
        let call =
            Call { revision: &self.plugin, conversation: None, now: 1_795_305_600_000, seed: SEED, recorded: &[] };
        let began = processor_time()?;
        let called = self.runtime.block_on(self.host.analyze(call, text, &circumstances))?;
        Ok((called.value, processor_time()? - began))
    }
}
