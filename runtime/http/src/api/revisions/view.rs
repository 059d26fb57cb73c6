//! A revision as callers see it: without its settings, for what an operator wrote there by mistake stays there.

use serde::Serialize;
use sportello_domain::Instant;
use sportello_domain::revision::{Asks, Grants, PluginKind, Revision, RevisionId, RevisionState};
use sportello_engine::ports::store::RevisionRecord;

/// A revision and where it is in its life.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::api) struct View {
    id: RevisionId,
    name: String,
    plugin: String,
    kind: PluginKind,
    digest: String,
    contract: String,
    grants: Grants,
    #[serde(skip_serializing_if = "Option::is_none")]
    corpus: Option<String>,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Whose move it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    waits_for: Option<&'static str>,
    wants: Asks,
    memory_version: u32,
    pushed_at: Instant,
    changed_at: Instant,
}

impl From<RevisionRecord> for View {
    fn from(record: RevisionRecord) -> Self {
        let RevisionRecord { revision, state, told, pushed_at, changed_at, since: _ } = record;
        let Revision { id, name, plugin, kind, digest, contract, settings: _, grants, corpus } = revision;
        let waits_for = waits_for(&state, &told.wants);
        let (reason, state) = (state.reason().map(str::to_owned), state.name());
        let (wants, memory_version) = (told.wants, told.memory_version);
        Self {
            id,
            name,
            plugin,
            kind,
            digest,
            contract,
            grants,
            corpus,
            state,
            reason,
            waits_for,
            wants,
            memory_version,
            pushed_at,
            changed_at,
        }
    }
}

fn waits_for(state: &RevisionState, wants: &Asks) -> Option<&'static str> {
    match state {
        RevisionState::Uploaded | RevisionState::Compiled => Some("checks"),
        RevisionState::SelfTested => Some("checks"),
        RevisionState::Linked if wants.is_empty() => Some("checks"),
        RevisionState::Linked => Some("grant"),
        RevisionState::Replayed => Some("decision"),
        RevisionState::Shadow | RevisionState::Canary => Some("promotion"),
        _ => None,
    }
}
