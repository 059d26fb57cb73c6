//! The components in the host, called through the engine's port as the engine does.

use sportello_domain::contract::{Circumstances, Delivery, Turn, Webhook};
use sportello_domain::revision::{Grants, Revision, RevisionId};
use sportello_domain::secrets::Secrets;
use sportello_engine::ports::{Call, Plugins as _};
use sportello_plugin_host::{Compiler, HostConfig, PluginHost};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use super::arguments::{APP_SECRET, Cases, TEXT};
use super::calls::{Contender, Function, Language, Way, timed};
use super::components::{component, skills};

/// The host with the plugins loaded, and the one thread that it runs on.
pub(super) struct Hosted<'a> {
    cases: &'a Cases,
    runtime: Runtime,
    host: PluginHost,
    channel: RevisionId,
    skills: Vec<(Language, RevisionId)>,
    nlu: RevisionId,
    _cache: TempDir,
}

impl<'a> Hosted<'a> {
    pub(super) fn new(cases: &'a Cases, model: &[u8]) -> anyhow::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let cache = TempDir::new()?;
        let host = PluginHost::new(HostConfig::new(cache.path().join("compiled"), Compiler::InProcess))?;
        let (channel, skills, nlu) = runtime.block_on(async {
            let nlu = load(&host, "intents", &component("intents")?, "{}".to_owned()).await?;
            host.load_model(&nlu, model.to_vec()).await?;
            let mut loaded = vec![];
            for (language, skill) in skills()? {
                loaded.push((language, load(&host, "faq", &skill, cases.handle.json("/settings")).await?));
            }
            let settings = cases.receive.json("/context/settings");
            anyhow::Ok((load(&host, "whatsapp", &component("whatsapp")?, settings).await?, loaded, nlu))
        })?;
        Ok(Self { cases, runtime, host, channel, skills, nlu, _cache: cache })
    }

    pub(super) fn contenders(&self) -> anyhow::Result<Vec<Contender<'_>>> {
        let Self { cases, runtime, host, .. } = self;
        let webhook: Webhook = cases.receive.part("request")?;
        let delivery: Delivery = cases.send.part("delivery")?;
        let turn: Turn = cases.handle.part("turn")?;
        let (receiving, sending) = (cases.receive.context(), cases.send.context());
        let circumstances = Circumstances::default();
        let contender = |function, way, calls| Contender { function, way, calls };
        let mut contenders = vec![
            contender(
                Function::Receive,
                Way::HostFresh,
                Box::new(move |count| {
                    timed(vec![(); count], |()| {
                        Ok(runtime.block_on(host.receive(call(&self.channel), &receiving, &webhook, &[]))?.value)
                    })
                }),
            ),
            contender(
                Function::Analyze,
                Way::HostWarm,
                Box::new(move |count| {
                    timed(vec![(); count], |()| {
                        Ok(runtime.block_on(host.analyze(call(&self.nlu), TEXT, &circumstances))?.value)
                    })
                }),
            ),
            contender(
                Function::Send,
                Way::HostFresh,
                Box::new(move |count| {
                    timed(vec![(); count], |()| {
                        Ok(runtime.block_on(host.send(call(&self.channel), &sending, &delivery, &[]))?.value)
                    })
                }),
            ),
        ];
        for (language, revision) in &self.skills {
            let mut turn = turn.clone();
            let calls = move |count| {
                timed(vec![(); count], |()| Ok(runtime.block_on(host.handle(call(revision), &mut turn))?.value))
            };
            contenders.push(contender(Function::Handle(*language), Way::HostFresh, Box::new(calls)));
        }
        Ok(contenders)
    }
}

async fn load(host: &PluginHost, name: &str, component: &[u8], settings: String) -> anyhow::Result<RevisionId> {
    let found = host.inspect(component).await?;
    let revision = Revision::new(name, name, found.kind, &found.digest, &found.contract, settings, Grants::default());
    let (secret, value) = APP_SECRET;
    let secrets = Secrets::from_iter([(secret.to_owned(), value.as_bytes().to_vec())]);
    host.load(&revision, component, secrets).await?;
    Ok(revision.id)
}

fn call(revision: &RevisionId) -> Call<'_> {
    Call { revision, conversation: None, now: 1_795_305_600_000, seed: 7, recorded: &[] }
}
