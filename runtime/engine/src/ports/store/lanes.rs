//! Turns (rules 6 to 10).

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sportello_domain::{
    Instant,
    contract::{
        Act, Analysis, Author, Circumstances, Effect, Exchange, Failure, HttpRequest, HttpResponse, Line, Memory,
        RequestError, Task, Turn, VaultAnswer, VaultQuestion,
    },
    conversation::{ActiveSkill, Contact, Conversation, Owner},
    ids::{ConversationId, DeliveryId, MessageId, ScheduleId, TurnId},
    inbox::InboxItem,
    revision::RevisionId,
};

use super::{Head, Look, NewLine, Stored, Watched};

/// A claimed lane with the item whose turn it is.
#[derive(Clone, Debug)]
pub struct Claim {
    /// As it stands; its lane token is the claim's.
    pub conversation: Conversation,
    /// Who writes.
    pub contact: Contact,
    /// `min(seq)` of what is not done.
    pub item: InboxItem,
    /// What skills keep for this conversation: of each version the last, those of a skill in the order of writing.
    pub memories: Vec<KeptMemory>,
    /// The last lines, oldest first; left out are notes, this item's own line, and those of items that still wait behind it.
    pub history: Vec<Line>,
    /// The item is a schedule that was cancelled or replaced after it had entered the lane: its turn calls no skill.
    pub stale: bool,
    /// What an earlier try of this very turn made durable.
    pub frozen: Option<Frozen>,
}

/// What a skill keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptMemory {
    /// The skill's name in the configuration.
    pub skill: String,
    /// The last one of its version.
    pub memory: Memory,
}

/// A turn that has begun something that is not repeatable (rule 7).
#[derive(Clone, Debug)]
pub struct Frozen {
    /// Its id.
    pub turn: TurnId,
    /// Of the step under way: it goes on with no other (rule 8).
    pub revision: RevisionId,
    /// All it knew: given back byte for byte.
    pub input: String,
    /// Requests that are not repeatable, by position, with the outcome where it is known.
    pub intents: Vec<FrozenIntent>,
}

/// A request that leaves at most once (rule 8).
#[derive(Clone, Debug, PartialEq)]
pub struct FrozenIntent {
    /// Its place among all requests of the turn.
    pub position: u32,
    /// SHA-256 of the request, to notice a plugin that asks for something else.
    pub digest: [u8; 32],
    /// As asked.
    pub request: HttpRequest,
    /// None: nobody knows.
    pub outcome: Option<Result<HttpResponse, RequestError>>,
}

/// What has to be durable before a request leaves that is not repeatable.
#[derive(Clone, Debug)]
pub struct Freeze {
    /// Whose turn.
    pub conversation: ConversationId,
    /// Of the claim.
    pub lane_token: u64,
    /// Of the item.
    pub seq: u64,
    /// The turn.
    pub turn: TurnId,
    /// Of the step under way.
    pub revision: RevisionId,
    /// All it knows.
    pub input: String,
    /// The request.
    pub intent: FrozenIntent,
}

/// How a turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TurnOutcome {
    /// A skill answered, or chose to say nothing.
    Answered,
    /// Nothing had to be said: a person has the conversation, or it was too old.
    Noted,
    /// A person is wanted.
    HandedOver,
    /// A person took over while it ran; nothing of it was said.
    Superseded,
    /// It had begun what is not repeatable and could not go on.
    Abandoned,
}

impl TurnOutcome {
    /// For columns, metrics and people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Noted => "noted",
            Self::HandedOver => "handed-over",
            Self::Superseded => "superseded",
            Self::Abandoned => "abandoned",
        }
    }
}

/// What a turn did, for operators and replay; secrets and attachments never enter it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct TurnRecord {
    /// Its id.
    pub id: TurnId,
    /// The item.
    pub seq: u64,
    /// When it began.
    pub started_at: Instant,
    /// When it ended.
    pub ended_at: Instant,
    /// How.
    pub outcome: TurnOutcome,
    /// Step by step.
    pub journal: Journal,
}

/// A turn at its place in the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Journaled {
    /// Grows with each turn that is committed, over all conversations; there may be gaps.
    pub place: u64,
    /// Whose turn.
    pub conversation: ConversationId,
    /// What it did.
    pub record: TurnRecord,
}

/// A turn, step by step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Journal {
    /// What the message was understood to mean, and by whom.
    pub analysis: Option<AnalysisEntry>,
    /// The calls of skills, in order.
    pub steps: Vec<StepEntry>,
    /// What the host decided, for people.
    pub notes: Vec<String>,
}

/// One call of the understanding plugin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct AnalysisEntry {
    /// By which revision.
    pub revision: RevisionId,
    /// What it read.
    #[serde(default)]
    pub text: String,
    /// What it knew beside it.
    #[serde(default)]
    pub circumstances: Circumstances,
    /// What came of it; an error for people otherwise.
    #[serde(with = "sportello_domain::contract::outcome")]
    pub analysis: Result<Analysis, String>,
    /// Microseconds.
    pub took: u64,
}

/// One skill's part in a turn: all its calls, seen as one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct StepEntry {
    /// The skill's name in the configuration.
    pub skill: String,
    /// Which revision.
    pub revision: RevisionId,
    /// Its arguments; exchanges are beside it.
    pub input: Turn,
    /// What was performed, secrets masked.
    pub exchanges: Vec<Exchange>,
    /// What the vault was asked in the last call; secrets masked.
    pub vault: Vec<(VaultQuestion, VaultAnswer)>,
    /// Why this cannot be run again as it was: attachments and large answers are not kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// What came of it.
    pub result: StepResult,
    /// Microseconds, all calls together.
    pub took: u64,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepResult {
    /// What the skill wanted done.
    Effects(Vec<Effect>),
    /// Not for this skill.
    Pass,
    /// The skill gave up.
    Failure(Failure),
    /// It trapped, ran into a limit, or contradicted itself.
    Broken(String),
}

/// Something to be done on the platform, wanted by a turn or an agent.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDelivery {
    /// Drawn by the caller.
    pub id: DeliveryId,
    /// Its place within the turn or the answer.
    pub ordinal: u32,
    /// The line that it carries out.
    pub line: Option<MessageId>,
    /// Who speaks.
    pub author: Author,
    /// What is to be done.
    pub act: Act,
    /// Not before, by the store's time.
    pub due_at: Instant,
    /// Not after, by the store's time.
    pub expires_at: Instant,
}

/// A change of what a skill keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemoryChange {
    /// Keeps this; the last one of an older version is kept beside it until the dialogue ends.
    Keep(String, Memory),
    /// Forgets all of this skill.
    Drop(String),
}

/// A change of a skill's schedules; one a skill and tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScheduleChange {
    /// Sets it; where there is one already, its id stays and its generation is raised.
    Set {
        /// For a new one.
        id: ScheduleId,
        /// Whose.
        skill: String,
        /// Which.
        tag: String,
        /// Not before, by the store's time.
        due_at: Instant,
    },
    /// Takes it away.
    Cancel {
        /// Whose.
        skill: String,
        /// Which.
        tag: String,
    },
}

/// All effects of a turn: they commit together, or none does.
#[derive(Clone, Debug)]
pub struct TurnCommit {
    /// Whose turn.
    pub conversation: ConversationId,
    /// Of the claim; another one standing is `LaneLost`.
    pub lane_token: u64,
    /// As the turn saw it; another one standing is `Superseded`.
    pub owner_epoch: u64,
    /// What it did; unique by conversation and seq.
    pub record: TurnRecord,
    /// A new owner: raises the epoch and suspends schedules while it is not the bot. Where that is a queue, queued deliveries
    /// of the bot go along under the new epoch: it handed over by itself, and nothing that it said before is lost.
    pub owner: Option<Owner>,
    /// The language from now on; none: as it was.
    pub locale: Option<String>,
    /// The active skill from now on.
    pub active_skill: Option<ActiveSkill>,
    /// From now on.
    pub misunderstandings: u32,
    /// From now on.
    pub greeted: bool,
    /// Labels to add.
    pub tags: Vec<String>,
    /// Customer attributes to set; none removes.
    pub attributes: Vec<(String, Option<String>)>,
    /// What skills keep.
    pub memories: Vec<MemoryChange>,
    /// What skills want to be called for.
    pub schedules: Vec<ScheduleChange>,
    /// Work for the back office.
    pub tasks: Vec<Task>,
    /// Lines of the bot, and notes.
    pub lines: Vec<NewLine>,
    /// In order; they get the epoch with which the turn ends.
    pub deliveries: Vec<NewDelivery>,
    /// For guards.
    pub watched: Vec<Watched>,
    /// Whether something can be learnt from it: it is unread then ([`super::Learning::unread_turns`]).
    pub instructive: bool,
    /// Looks at the head of the outbox in the same transaction, as [`super::Outbox::claim_delivery`] does: that saves a commit on
    /// the way of most messages. None where nobody is free to send.
    pub send: Option<Look>,
}

/// A committed turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Committed {
    /// Whether the lane has more items.
    pub more: bool,
    /// The head of the outbox, where that was looked at; none: it has to be.
    pub head: Option<Head>,
}

/// Turns.
#[async_trait]
pub trait Lanes: Send + Sync {
    /// Claims a conversation's lane: bumps its token and gives the head; none where nothing is pending.
    ///
    /// # Errors
    /// `NotFound`, `Failed`.
    async fn claim(&self, conversation: ConversationId, history: u32) -> Stored<Option<Claim>>;

    /// Makes a turn and its next request durable. The same position again with the same digest changes nothing; a new
    /// position brings the newer input, which knows more.
    ///
    /// # Errors
    /// `NotFound`; `LaneLost`; `Conflict` where the position holds another digest, or the item another turn.
    async fn freeze(&self, freeze: Freeze) -> Stored<()>;

    /// Keeps the outcome of a frozen request; the first one stays.
    ///
    /// # Errors
    /// `LaneLost`, `NotFound`.
    async fn settle(
        &self,
        conversation: ConversationId,
        lane_token: u64,
        turn: TurnId,
        position: u32,
        outcome: Result<HttpResponse, RequestError>,
    ) -> Stored<()>;

    /// Commits a turn. Committing the same turn (conversation and seq) again, with any token, is known, changes nothing and
    /// is answered as things stand: that is how an ambiguous commit is read back (rule 5). A closing conversation closes
    /// here (and in [`super::Outbox::finish`]) when nothing is pending any more: neither an item nor a delivery.
    ///
    /// # Errors
    /// `NotFound`; `LaneLost`; `Superseded`; `Conflict` where the item is not the head of its lane.
    async fn commit_turn(&self, commit: TurnCommit) -> Stored<Committed>;

    /// Puts schedules that came due into their lanes as inbox items, at most `limit`, oldest first; those of conversations
    /// that the bot does not have, or that are closing, are left alone. Says whose lanes. A schedule stays known until the
    /// turn of its item is committed, so that [`Claim::stale`] can tell. By the store's time.
    async fn fire_schedules(&self, now: Instant, limit: u32) -> Stored<Vec<ConversationId>>;

    /// The turns of a conversation, oldest first.
    async fn turns(&self, conversation: ConversationId) -> Stored<Vec<TurnRecord>>;

    /// The turns of all conversations as they were committed, newest first: `limit` of those before a place in the journal, or
    /// the last ones.
    async fn last_turns(&self, before: Option<u64>, limit: u32) -> Stored<Vec<Journaled>>;
}
