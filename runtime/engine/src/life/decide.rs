//! Moving the pointer: a share for a candidate, all for it, or back.

use serde::{Deserialize, Serialize};
use sportello_domain::revision::{Mode, Move, PluginKind, RevisionId, RevisionState, Rollout, Start};

use super::steps::settled;
use super::{By, Registry};
use crate::error::EngineError;
use crate::ports::store::RevisionRecord;

/// What a rollback came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RolledBack {
    /// What was taken back.
    pub from: RevisionId,
    /// What serves.
    pub to: RevisionId,
    /// Dialogues that it had, and that go on with what serves.
    pub dialogues: u64,
    /// Those of them that a person gets, because nothing that was kept of them can be read by what serves (rule 18).
    pub to_people: u64,
}

impl Registry {
    /// Tries a revision beside what serves: a classifier on everything and without effects, others on a share of the
    /// conversations, in percent.
    ///
    /// # Errors
    /// It has not passed its checks, waits for grants, or serves already.
    pub async fn try_out(&self, id: &RevisionId, percent: u8, by: &By) -> Result<Rollout, EngineError> {
        let record = self.proved(id).await?;
        let rollout = self.rollout(&record.revision.name).await?;
        let (mode, what) = match record.revision.kind {
            PluginKind::Nlu => (Mode::Shadow, "shadow".to_owned()),
            PluginKind::Channel | PluginKind::Skill => (Mode::Canary(percent), format!("canary {percent} %")),
        };
        #[allow(
            clippy::cast_possible_truncation,
            reason = "any 53 of the bits will do, which every reader of JSON can read"
        )]
        let salt = self.entropy.bits() as u64 >> 11;
        let start = Start { salt, now: self.clock.now(), slow_above: self.slow_above(&rollout).await? };
        let moved = rollout.begin(id, mode, start)?;
        let _busy = self.busy.read().await;
        self.load(&record).await?;
        self.move_pointer(moved, self.entry(&record, what, by)).await?;
        self.decided(&record.revision.name).await
    }

    /// Has a revision serve.
    ///
    /// # Errors
    /// As [`Self::try_out`].
    pub async fn promote(&self, id: &RevisionId, by: &By) -> Result<Rollout, EngineError> {
        let record = self.proved(id).await?;
        let moved = self.rollout(&record.revision.name).await?.promote(id)?;
        let _busy = self.busy.read().await;
        self.load(&record).await?;
        self.move_pointer(moved, self.entry(&record, RevisionState::Active.name(), by)).await?;
        self.decided(&record.revision.name).await
    }

    /// Takes back the candidate of a name, and where there is none what serves it.
    ///
    /// # Errors
    /// There is nothing to go back to.
    pub async fn roll_back(&self, name: &str, by: &By) -> Result<RolledBack, EngineError> {
        if !self.names.iter().any(|known| known == name) {
            return Err(EngineError::NoSuchName(name.to_owned()));
        }
        let rollout = self.rollout(name).await?;
        let words = if by.why.is_empty() { format!("taken back by {}", by.who) } else { by.why.clone() };
        let moved = rollout.roll_back(&words)?;
        self.take_back(moved, &words, by).await
    }

    /// Moves the pointer back, and says what that means for dialogues.
    pub(super) async fn take_back(&self, moved: Move, words: &str, by: &By) -> Result<RolledBack, EngineError> {
        let name = moved.rollout.name.clone();
        let gone = moved.states.iter().find(|(_, state)| state.reason().is_some()).map(|(gone, _)| gone.clone());
        let (Some(gone), Some(to)) = (gone, moved.rollout.active.clone()) else {
            return Err(EngineError::NoSuchName(name));
        };
        let record = self.record(&gone).await?;
        let target = self.record(&to).await?;
        let _busy = self.busy.read().await;
        self.load(&target).await?;
        let dialogues = self.store.uses(&gone).await?.dialogues;
        let to_people = self.store.stranded(&gone, target.told.memory_version).await?;
        let back = RolledBack { from: gone, to, dialogues, to_people };
        let why = format!("{words}; {dialogues} dialogues let go of it, {to_people} of them go to people");
        let audit = self.entry(&record, "rolled-back", &By::new(&by.who, why));
        self.move_pointer(moved, audit).await?;
        self.decided(&name).await?;
        Ok(back)
    }

    async fn proved(&self, id: &RevisionId) -> Result<RevisionRecord, EngineError> {
        let record = self.record(id).await?;
        if !settled(&record.told) {
            let wants = &record.told.wants;
            return Err(EngineError::NotNow(format!(
                "{id} waits to be granted {wants}: `sportello plugin grant {id}`"
            )));
        }
        if !record.state.is_proved() {
            return Err(EngineError::NotNow(format!("{id} is {}: it cannot serve", record.state)));
        }
        Ok(record)
    }

    /// What was decided counts on this node when whoever decided hears of it.
    pub(super) async fn decided(&self, name: &str) -> Result<Rollout, EngineError> {
        self.refresh().await?;
        self.woken.notify_waiters();
        Ok(self.rollout(name).await?)
    }
}
