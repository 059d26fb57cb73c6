//! Revisions, which of them serve, and what was done to them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use sportello_domain::{
    Instant, conversation,
    guard::{Stage, Tally},
    replay::Shadowed,
    revision::{RevisionId, RevisionState, Rollout},
};

use super::{MemoryStore, lane::Lane};
use crate::ports::store::{
    Advance, AuditEntry, Compared, RevisionRecord, Revisions, Step, StoreError, Stored, Uses, Watched, second_before,
};

/// All that is known of revisions.
#[derive(Clone, Debug, Default)]
pub(super) struct Library {
    /// With when they were last handed in.
    artefacts: BTreeMap<[u8; 32], (Vec<u8>, Instant)>,
    records: BTreeMap<RevisionId, RevisionRecord>,
    rollouts: BTreeMap<String, Rollout>,
    audit: Vec<AuditEntry>,
    changes: u64,
    /// By name and trial.
    shadowed: BTreeMap<(String, u64), Shadowed>,
    /// By name, trial and stage.
    trials: BTreeMap<(String, u64, u32), BTreeMap<[u8; 16], Watched>>,
}

impl Library {
    fn check(&self, advance: &Advance) -> Stored<()> {
        for Step { revision, from, to } in &advance.steps {
            let missing = || StoreError::NotFound { what: "revision", id: revision.to_string() };
            let state = &self.records.get(revision).ok_or_else(missing)?.state;
            if state != from || !state.may_become(to) {
                return Err(StoreError::Conflict(format!("{revision} is {state}: it cannot become {}", to.name())));
            }
        }
        match &advance.rollout {
            Some(rollout) if self.generation(&rollout.name) + 1 != rollout.generation => {
                Err(StoreError::Conflict(format!("`{}` was changed meanwhile: look again", rollout.name)))
            }
            _ => Ok(()),
        }
    }

    /// Of a conversation or a delivery.
    pub(super) fn watch(&mut self, unit: [u8; 16], watched: Vec<Watched>) {
        for watched in watched {
            let stage = self.trials.entry((watched.name.clone(), watched.trial, watched.stage)).or_default();
            match stage.get_mut(&unit) {
                Some(known) if !known.finished => {
                    known.happened.extend(watched.happened);
                    known.finished = watched.finished;
                }
                Some(_) => {}
                None if watched.begins => {
                    stage.insert(unit, watched);
                }
                None => {}
            }
        }
    }

    fn generation(&self, name: &str) -> u64 {
        self.rollouts.get(name).map_or(0, |rollout| rollout.generation)
    }

    fn enter(&mut self, record: RevisionRecord, audit: AuditEntry) -> RevisionRecord {
        let known = self.records.get_mut(&record.revision.id);
        let entered = match known {
            Some(known) if known.state.reason().is_none() => return known.clone(),
            Some(known) => {
                known.state = record.state;
                known.changed_at = audit.at;
                known.since = record.since;
                known.clone()
            }
            None => self.records.entry(record.revision.id.clone()).or_insert(record).clone(),
        };
        self.note(audit);
        entered
    }

    fn note(&mut self, audit: AuditEntry) {
        self.audit.push(audit);
        self.changes += 1;
    }
}

fn has_dialogue(lane: &Lane, revision: &RevisionId) -> bool {
    let active = lane.conversation.active_skill.as_ref();
    lane.conversation.stage != conversation::Stage::Closed && active.is_some_and(|active| active.revision == *revision)
}

impl Library {
    /// Leaves the words of calls out in which one of these stands.
    pub(super) fn forget_words(&mut self, names: &[String]) {
        for found in self.shadowed.values_mut().filter(|found| names.iter().any(|name| found.names(name))) {
            *found = std::mem::take(found).without_words();
        }
    }
}

#[async_trait]
impl Revisions for MemoryStore {
    async fn keep_artefact(&self, digest: [u8; 32], bytes: Vec<u8>, time: Instant) -> Stored<()> {
        self.state().revisions.artefacts.insert(digest, (bytes, time));
        Ok(())
    }

    async fn artefact(&self, digest: [u8; 32]) -> Stored<Option<Vec<u8>>> {
        Ok(self.state().revisions.artefacts.get(&digest).map(|(bytes, _)| bytes.clone()))
    }

    async fn enter_revision(&self, record: RevisionRecord, audit: AuditEntry) -> Stored<RevisionRecord> {
        Ok(self.state().revisions.enter(record, audit))
    }

    async fn revisions(&self) -> Stored<Vec<RevisionRecord>> {
        let mut all: Vec<_> = self.state().revisions.records.values().cloned().collect();
        all.sort_by(|one, other| (one.pushed_at, &one.revision.id).cmp(&(other.pushed_at, &other.revision.id)));
        Ok(all)
    }

    async fn revision(&self, id: &RevisionId) -> Stored<Option<RevisionRecord>> {
        Ok(self.state().revisions.records.get(id).cloned())
    }

    async fn rollouts(&self) -> Stored<Vec<Rollout>> {
        Ok(self.state().revisions.rollouts.values().cloned().collect())
    }

    async fn advance(&self, advance: Advance) -> Stored<()> {
        let library = &mut self.state().revisions;
        library.check(&advance)?;
        if let Some((record, audit)) = advance.entered {
            library.enter(record, audit);
        }
        for Step { revision, to, .. } in advance.steps {
            if let Some(record) = library.records.get_mut(&revision) {
                record.state = to;
                record.changed_at = advance.audit.at;
                record.since = advance.time;
            }
        }
        if let Some((revision, told)) = advance.told
            && let Some(record) = library.records.get_mut(&revision)
        {
            record.told = told;
        }
        if let Some(rollout) = advance.rollout {
            library.rollouts.insert(rollout.name.clone(), rollout);
        }
        library.note(advance.audit);
        Ok(())
    }

    async fn revision_changes(&self) -> Stored<u64> {
        Ok(self.state().revisions.changes)
    }

    async fn audit(&self, name: Option<&str>, limit: u32) -> Stored<Vec<AuditEntry>> {
        let state = self.state();
        let of = |entry: &&AuditEntry| name.is_none_or(|name| entry.name == name);
        Ok(state.revisions.audit.iter().rev().filter(of).take(limit as usize).cloned().collect())
    }

    async fn uses(&self, revision: &RevisionId) -> Stored<Uses> {
        let state = self.state();
        let frozen = |lane: &&Lane| lane.frozen.as_ref().is_some_and(|(_, frozen)| frozen.revision == *revision);
        Ok(Uses {
            dialogues: state.lanes.values().filter(|lane| has_dialogue(lane, revision)).count() as u64,
            frozen: state.lanes.values().filter(frozen).count() as u64,
            errands: state.errands.values().filter(|errand| errand.revision == *revision).count() as u64,
        })
    }

    async fn trial(&self, name: &str, trial: u64, stage: u32) -> Stored<Stage> {
        let state = self.state();
        let mut counted = Stage { number: stage, candidate: Tally::default(), active: Tally::default() };
        let units = state.revisions.trials.get(&(name.to_owned(), trial, stage));
        for unit in units.into_iter().flat_map(BTreeMap::values).filter(|unit| unit.finished) {
            let arm = if unit.candidate { &mut counted.candidate } else { &mut counted.active };
            *arm += Tally::of(&unit.happened);
        }
        Ok(counted)
    }

    async fn keep_shadowed(&self, name: &str, trial: u64, found: Vec<Compared>, _: Instant) -> Stored<()> {
        let mut state = self.state();
        for Compared { found, marks, at } in found {
            let is_erased = state.is_erased(&marks, second_before(at));
            let found = if is_erased { found.without_words() } else { found };
            *state.revisions.shadowed.entry((name.to_owned(), trial)).or_default() += found;
        }
        Ok(())
    }

    async fn shadowed(&self, name: &str, trial: u64) -> Stored<Shadowed> {
        let of = (name.to_owned(), trial);
        Ok(self.state().revisions.shadowed.get(&of).cloned().unwrap_or_default())
    }

    async fn forget_revision(&self, revision: &RevisionId, state: &RevisionState, audit: AuditEntry) -> Stored<()> {
        let library = &mut self.state().revisions;
        let missing = || StoreError::NotFound { what: "revision", id: revision.to_string() };
        let found = &library.records.get(revision).ok_or_else(missing)?.state;
        if found != state || library.rollouts.values().any(|rollout| rollout.names(revision)) {
            return Err(StoreError::Conflict(format!("{revision} is {found}, and somebody may come back to it")));
        }
        library.records.remove(revision);
        library.note(audit);
        Ok(())
    }

    async fn forget_artefacts(&self, before: Instant) -> Stored<u64> {
        let Library { artefacts, records, .. } = &mut self.state().revisions;
        let all = artefacts.len();
        artefacts.retain(|digest, (_, time)| {
            *time >= before || records.values().any(|record| record.revision.is_made_of(digest))
        });
        Ok((all - artefacts.len()) as u64)
    }

    async fn stranded(&self, revision: &RevisionId, memory_version: u32) -> Stored<u64> {
        let state = self.state();
        let strands = |lane: &&Lane| {
            let skill = lane.conversation.active_skill.as_ref().map(|active| active.name.clone()).unwrap_or_default();
            let kept = || lane.memories.iter().filter(|kept| kept.skill == skill);
            kept().next().is_some() && kept().all(|kept| kept.memory.version > memory_version)
        };
        let of = |lane: &&Lane| has_dialogue(lane, revision);
        Ok(state.lanes.values().filter(of).filter(strands).count() as u64)
    }
}
