//! Calls with JSON in and JSON out: for people, for cases, and for whoever does not want to know every type.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, value::Serializer as Writer};
use sportello_domain::{
    contract::{Analysis, Bytes, outcome},
    revision::{PluginKind, RevisionId},
    secrets::Secrets,
};
use sportello_engine::ports::{Call, Called};

use super::arguments::{Analyze, Carries, Handle, Migrate, Poll, Receive, ResolveMedia, Send, Tend, Train, read};
use crate::{
    PluginHost,
    error::HostError,
    host::Checked,
    loaded::{Identity, Loaded, World},
    port::plain,
    worlds::{Channel, Nlu, Skill},
};

impl PluginHost {
    /// Calls one export of a component with arguments and answer as `wit/JSON.md` writes them.
    ///
    /// Clock and randomness are those of the arguments (`now` and `seed` of a context, a turn or circumstances). Settings
    /// are part of the arguments, so the component needs no configuration.
    ///
    /// # Errors
    /// What is wrong with the component, the function's name or its arguments; or why the call gave no answer.
    pub async fn call_json(
        &self,
        component: &[u8],
        function: &str,
        arguments: Value,
        secrets: Secrets,
    ) -> Result<Value, HostError> {
        let checked = self.check(component).await?;
        let plugin = self.trial(&checked, secrets).await?;
        self.call_plugin(&plugin, function, arguments).await
    }

    /// A component that is called without being anything's revision.
    pub(crate) async fn trial(&self, checked: &Checked, secrets: Secrets) -> Result<Arc<Loaded>, HostError> {
        let revision = RevisionId(format!("{}@{}", checked.kind, checked.digest.get(..12).unwrap_or_default()));
        let identity = Identity::new(&checked.kind.to_string(), revision);
        self.link(checked, identity, "{}".to_owned(), secrets, false).await
    }

    pub(crate) async fn call_plugin(
        &self,
        plugin: &Arc<Loaded>,
        function: &str,
        arguments: Value,
    ) -> Result<Value, HostError> {
        match plugin.world {
            World::Channel(_) => self.call_channel(plugin, function, arguments).await,
            World::Nlu(..) => self.call_nlu(plugin, function, arguments).await,
            World::Skill(_) => self.call_skill(plugin, function, arguments).await,
        }
    }

    async fn call_channel(&self, plugin: &Arc<Loaded>, function: &str, arguments: Value) -> Result<Value, HostError> {
        let channel = Channel::of(self, plugin)?;
        let at = |now, seed| Call { now, seed, ..plain(&plugin.identity.revision) };
        match function {
            "describe" => value(function, channel.describe(at(0, 0)).await),
            "carries" => {
                let Carries { settings } = read(function, arguments)?;
                value(function, channel.carries(at(0, 0), &settings).await)
            }
            "receive" => {
                let Receive { context, request, exchanges } = read(function, arguments)?;
                let call = at(context.now, context.seed);
                result(function, channel.receive(call, &context, &request, &exchanges).await)
            }
            "send" => {
                let Send { context, delivery, exchanges } = read(function, arguments)?;
                let call = at(context.now, context.seed);
                result(function, channel.send(call, &context, &delivery, &exchanges).await)
            }
            "poll" => {
                let Poll { context, cursor, exchanges } = read(function, arguments)?;
                let call = at(context.now, context.seed);
                result(function, channel.poll(call, &context, cursor.as_deref(), &exchanges).await)
            }
            "resolve-media" => {
                let ResolveMedia { context, media, exchanges } = read(function, arguments)?;
                let call = at(context.now, context.seed);
                result(function, channel.resolve_media(call, &context, &media, &exchanges).await)
            }
            "tend" => {
                let Tend { context, chore, exchanges } = read(function, arguments)?;
                let call = at(context.now, context.seed);
                result(function, channel.tend(call, &context, chore, &exchanges).await)
            }
            _ => Err(unknown(function, PluginKind::Channel)),
        }
    }

    async fn call_skill(&self, plugin: &Arc<Loaded>, function: &str, arguments: Value) -> Result<Value, HostError> {
        let skill = Skill::of(self, plugin)?;
        let call = plain(&plugin.identity.revision);
        match function {
            "describe" => value(function, skill.describe(call).await),
            "handle" => {
                let Handle { settings, mut turn } = read(function, arguments)?;
                let call = Call { now: turn.now, seed: turn.seed, ..call };
                result(function, skill.handle(call, &settings, &mut turn).await)
            }
            "migrate" => {
                let Migrate { memory } = read(function, arguments)?;
                result(function, skill.migrate(call, &memory).await)
            }
            _ => Err(unknown(function, PluginKind::Skill)),
        }
    }

    async fn call_nlu(&self, plugin: &Arc<Loaded>, function: &str, arguments: Value) -> Result<Value, HostError> {
        let nlu = Nlu::of(self, plugin)?;
        let call = plain(&plugin.identity.revision);
        match function {
            "describe" => value(function, nlu.describe(call).await),
            "train" => {
                let Train { settings, corpus, seed } = read(function, arguments)?;
                let called = nlu.train(Call { seed, ..call }, &settings, &corpus).await?;
                answer(function, outcome::serialize(&called.value.map(Bytes), Writer))
            }
            "analyze" => {
                let analyze: Analyze = read(function, arguments)?;
                let analysis = self.analyze_once(&nlu, call, analyze).await?;
                answer(function, analysis.serialize(Writer))
            }
            _ => Err(unknown(function, PluginKind::Nlu)),
        }
    }

    /// Trains a model where none is given, loads it and asks it.
    async fn analyze_once(&self, nlu: &Nlu<'_>, call: Call<'_>, asked: Analyze) -> Result<Analysis, HostError> {
        let model = match asked.bytes {
            Some(bytes) => bytes.0,
            None => {
                let call = Call { seed: asked.seed, ..call };
                let trained = nlu.train(call, &asked.settings, &asked.corpus).await?.value;
                trained.map_err(|problems| HostError::Corpus { revision: call.revision.clone(), problems })?
            }
        };
        nlu.replace_model(call, &asked.settings, Arc::new(model)).await?;
        let call = Call { now: asked.circumstances.now, seed: asked.seed, ..call };
        Ok(nlu.analyze(call, &asked.text, &asked.circumstances).await?.value)
    }
}

/// An answer that is a plain value.
fn value<T: Serialize>(function: &str, called: Called<T>) -> Result<Value, HostError> {
    answer(function, called?.value.serialize(Writer))
}

/// An answer that is a `result` of the contract.
fn result<T: Serialize, E: Serialize>(function: &str, called: Called<Result<T, E>>) -> Result<Value, HostError> {
    answer(function, outcome::serialize(&called?.value, Writer))
}

fn answer(function: &str, written: Result<Value, serde_json::Error>) -> Result<Value, HostError> {
    written.map_err(|error| HostError::Answer { function: function.to_owned(), reason: error.to_string() })
}

fn unknown(function: &str, kind: PluginKind) -> HostError {
    let exports = match kind {
        PluginKind::Channel => "describe, carries, receive, send, poll, resolve-media, tend",
        PluginKind::Nlu => "describe, train, analyze",
        PluginKind::Skill => "describe, handle, migrate",
    };
    let reason = format!("no such export; a {kind} plugin has {exports}");
    HostError::Arguments { function: function.to_owned(), reason }
}
