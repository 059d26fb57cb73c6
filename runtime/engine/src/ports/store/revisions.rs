//! Revisions, which of them serve, and what was done to them.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sportello_domain::{
    Instant,
    guard::{Metric, Stage},
    ids::AuditId,
    replay::Shadowed,
    revision::{Asks, Revision, RevisionId, RevisionState, Rollout},
};

use super::{Mark, Stored};

/// A revision with where it is in its life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RevisionRecord {
    /// What never changes.
    #[serde(flatten)]
    pub revision: Revision,
    /// Where it is in its life.
    pub state: RevisionState,
    /// What its plugin says of itself, once it is linked.
    pub told: Told,
    /// When it was pushed.
    pub pushed_at: Instant,
    /// When its state last changed, for people.
    pub changed_at: Instant,
    /// The same by the store's time: what waits since then does so by this.
    pub since: Instant,
}

/// What a plugin says of itself, as far as others decide by it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Told {
    /// Version of a skill's memory (rule 18); 0 of what keeps none.
    pub memory_version: u32,
    /// What it asks to reach.
    pub asks: Asks,
    /// What of it waits for an operator's yes.
    pub wants: Asks,
}

/// Something that was done: never changed, never removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Instant,
    /// A token's name, `operator` at the machine itself, `configuration`, `guard`, or `server`.
    pub who: String,
    /// The name that is served.
    pub name: String,
    /// To which revision.
    pub revision: RevisionId,
    /// What, such as `linked` or `canary 10 %`.
    pub what: String,
    /// Why, in words for people; may be empty.
    pub why: String,
}

/// A state of a revision, and the one after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which revision.
    pub revision: RevisionId,
    /// As whoever decided has seen it.
    pub from: RevisionState,
    /// What it becomes.
    pub to: RevisionState,
}

/// A change of states, and of a rollout where one goes along: all of it, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advance {
    /// A revision that goes on in the place of another, with an entry of its own, as in [`Revisions::enter_revision`].
    pub entered: Option<(RevisionRecord, AuditEntry)>,
    /// What becomes of revisions.
    pub steps: Vec<Step>,
    /// What a revision was found to say of itself.
    pub told: Option<(RevisionId, Told)>,
    /// The rollout as it becomes; one generation after the one that is kept.
    pub rollout: Option<Rollout>,
    /// Who, what and why; its time is when states changed.
    pub audit: AuditEntry,
    /// The store's time.
    pub time: Instant,
}

/// What came of calls of a candidate beside those of what serves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// How they came out.
    pub found: Shadowed,
    /// Of all whom the calls name.
    pub marks: Vec<Mark>,
    /// When they were made, by the clock on the wall.
    pub at: Instant,
}

/// Of calls that name nobody.
impl From<Shadowed> for Compared {
    fn from(found: Shadowed) -> Self {
        Self { found, ..Self::default() }
    }
}

/// What still depends on a revision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Uses {
    /// Open conversations of which it has the dialogue.
    pub dialogues: u64,
    /// Turns that began with it what is not repeatable (rule 8).
    pub frozen: u64,
    /// Requests that follow webhooks that it read.
    pub errands: u64,
}

impl Uses {
    /// Whether nothing does.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// What a conversation went through in a turn, or a delivery in an attempt, while a candidate was tried: the guard counts it once
/// it is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The name that is served.
    pub name: String,
    /// As [`sportello_domain::revision::Candidate::trial`].
    pub trial: u64,
    /// As [`sportello_domain::revision::Candidate::stage`].
    pub stage: u32,
    /// Whether the candidate served it, or what is active.
    pub candidate: bool,
    /// Whether it may be the first turn, or attempt, of it: what began before is not counted.
    pub begins: bool,
    /// What happened.
    pub happened: Vec<Metric>,
    /// Whether it is over: it counts from then on, and nothing is added.
    pub finished: bool,
}

/// Revisions.
#[async_trait]
pub trait Revisions: Send + Sync {
    /// Keeps bytes that revisions are made of, a component or a corpus, by their SHA-256; `time` is the store's. Those that are
    /// kept already count as handed in now.
    async fn keep_artefact(&self, digest: [u8; 32], bytes: Vec<u8>, time: Instant) -> Stored<()>;

    /// Bytes with this SHA-256.
    async fn artefact(&self, digest: [u8; 32]) -> Stored<Option<Vec<u8>>>;

    /// Enters a revision. The same one again changes nothing, unless it ended badly: then it begins anew. What is kept comes back.
    async fn enter_revision(&self, record: RevisionRecord, audit: AuditEntry) -> Stored<RevisionRecord>;

    /// All revisions, oldest first.
    async fn revisions(&self) -> Stored<Vec<RevisionRecord>>;

    /// One revision.
    async fn revision(&self, id: &RevisionId) -> Stored<Option<RevisionRecord>>;

    /// All rollouts, by name.
    async fn rollouts(&self) -> Stored<Vec<Rollout>>;

    /// Changes states and a rollout.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` where a revision is in another state by now, the state may not follow, or the rollout was
    /// changed meanwhile.
    async fn advance(&self, advance: Advance) -> Stored<()>;

    /// How many times revisions and rollouts were changed: another number than last time means another look.
    async fn revision_changes(&self) -> Stored<u64>;

    /// Waits until another node may have changed revisions or rollouts: a hint, which may be lost. A store of one node waits for
    /// ever. One task asks.
    async fn revisions_changed_elsewhere(&self) {
        std::future::pending().await
    }

    /// What was done, newest first; of one name, or of all.
    async fn audit(&self, name: Option<&str>, limit: u32) -> Stored<Vec<AuditEntry>>;

    /// What still depends on a revision.
    async fn uses(&self, revision: &RevisionId) -> Stored<Uses>;

    /// What was counted in a stage of a trial.
    async fn trial(&self, name: &str, trial: u64, stage: u32) -> Stored<Stage>;

    /// Adds to what came of a candidate's calls beside those of what serves: without words where they are of somebody who was erased
    /// since (rule 22).
    async fn keep_shadowed(&self, name: &str, trial: u64, found: Vec<Compared>, now: Instant) -> Stored<()>;

    /// What came of them so far.
    async fn shadowed(&self, name: &str, trial: u64) -> Stored<Shadowed>;

    /// Forgets a revision that is over, in this state; what was done to it stays on record, with this.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` where it is in another state by now, or a rollout names it.
    async fn forget_revision(&self, revision: &RevisionId, state: &RevisionState, audit: AuditEntry) -> Stored<()>;

    /// Forgets bytes that no revision is made of, and that were handed in before this, by the store's time; says how many.
    async fn forget_artefacts(&self, before: Instant) -> Stored<u64>;

    /// How many dialogues of a revision have kept nothing that a skill of this memory version can read (rule 18).
    async fn stranded(&self, revision: &RevisionId, memory_version: u32) -> Stored<u64>;
}
