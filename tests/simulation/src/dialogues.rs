//! What is seen of dialogues and the revisions that have them: what a swap does to them, and what it must not.

use sportello_domain::contract::Memory;
use sportello_domain::revision::{RevisionId, RevisionState};
use sportello_engine::ports::store::{Advance, MemoryChange, Revisions, Stored, TurnCommit};

use crate::calls::HEARD;
use crate::catalog::CLERK;
use crate::plugins::counted;
use crate::world::{Invariant, World};

/// The skill's dialogue in a conversation.
#[derive(Clone, Debug, Default)]
pub struct Dialogue {
    /// The revision that has it.
    pub with: Option<RevisionId>,
    /// What was kept, oldest first.
    pub kept: Vec<Memory>,
}

impl World {
    /// A turn is committed. Says whether it left what serves now with nothing that it can read.
    pub(crate) async fn dialogue_goes_on(&self, commit: &TurnCommit) -> Stored<bool> {
        let versions = self.versions_that_serve().await?;
        let mut state = self.state();
        let ledger = &mut state.ledger;
        let dialogue = ledger.dialogues.entry(commit.conversation).or_default();
        let keeps = dialogue.with.clone().filter(|with| !ledger.let_go.contains_key(with));
        let before = dialogue.kept.clone();
        for change in &commit.memories {
            match change {
                MemoryChange::Keep(_, memory) => dialogue.kept.push(memory.clone()),
                MemoryChange::Drop(_) => dialogue.kept.clear(),
            }
        }
        dialogue.with = commit.active_skill.as_ref().map(|active| active.revision.clone());
        drop(state);
        for step in &commit.record.journal.steps {
            if let Some(with) = keeps.as_ref().filter(|with| **with != step.revision) {
                self.broken(Invariant::Pinned, || format!("{} has a turn in a dialogue of {with}", step.revision));
            }
            let Some(memory) = &step.input.memory else { continue };
            let last = before.iter().rfind(|kept| kept.version <= memory.version);
            if last.is_none_or(|last| counted(Some(last)) != counted(Some(memory))) {
                self.broken(Invariant::LastMemory, || {
                    format!("{} goes on with {memory:?} of {before:?}", step.revision)
                });
            }
        }
        let unreadable = |version: &u32| before.iter().all(|kept| kept.version > *version);
        Ok(keeps.is_none() && !before.is_empty() && versions.iter().any(unreadable))
    }

    /// The versions of memory that new turns are served with, or were so lately that this turn may have begun before that changed,
    /// or where nobody had heard of it.
    async fn versions_that_serve(&self) -> Stored<Vec<u32>> {
        let now = self.elapsed();
        let mut serve = self.state().ledger.serves.clone();
        serve.retain(|_, until| now < until.saturating_add(HEARD));
        let mut versions = vec![];
        for id in serve.keys() {
            versions.extend(self.store.revision(id).await?.map(|record| record.told.memory_version));
        }
        Ok(versions)
    }

    /// Something was decided about revisions.
    pub(crate) fn decided(&self, advance: &Advance) {
        let (audit, now) = (&advance.audit, self.elapsed());
        self.tell(None, || format!("{}: {} ({})", audit.revision, audit.what, audit.why));
        self.tell_nodes();
        let mut state = self.state();
        if let Some(rollout) = advance.rollout.as_ref().filter(|rollout| rollout.name == CLERK) {
            state.ledger.serves.values_mut().for_each(|until| *until = now.min(*until));
            let tried = rollout.candidate.as_ref().map(|candidate| &candidate.revision);
            let serve = rollout.active.iter().chain(tried).map(|id| (id.clone(), u64::MAX));
            state.ledger.serves.extend(serve);
        }
        for step in &advance.steps {
            match &step.to {
                RevisionState::RolledBack(_) | RevisionState::Retired => {
                    state.ledger.let_go.insert(step.revision.clone(), now);
                }
                // It serves again, and nobody knows what became of its dialogues meanwhile.
                RevisionState::Active | RevisionState::Canary => {
                    state.ledger.let_go.entry(step.revision.clone()).and_modify(|since| *since = u64::MAX);
                }
                _ => {}
            }
        }
    }
}
