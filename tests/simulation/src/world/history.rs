//! What happened, for people, and what must not have happened.

use super::World;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Line {
    /// When, in milliseconds since the world began.
    pub at: u64,
    /// On which node; none: outside.
    pub node: Option<usize>,
    /// What.
    pub what: String,
}

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// Which promise.
    pub of: Invariant,
    /// What was seen.
    pub seen: String,
}

/// What must hold, whatever happens; the numbers are those of the rules in `runtime/DELIVERY.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "Display says each in words")]
pub enum Invariant {
    Durable,
    AcceptedOnce,
    OneTurn,
    TurnsInOrder,
    LaneFenced,
    SpeakerFenced,
    FrozenInputs,
    AtMostOnce,
    Lost,
    Repeated,
    OutOfOrder,
    HoldKept,
    Untrue,
    OneOpenConversation,
    ClosedIsDone,
    StatusMonotone,
    Stale,
    AllOrNothing,
    TurnLimit,
    SameRevision,
    Pinned,
    LetGo,
    NewerMemory,
    LastMemory,
    Suspended,
    Group,
    Paced,
    Replay,
    Held,
    Erased,
    Settles,
}

impl std::fmt::Display for Invariant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Durable => "what was acknowledged is durable (4)",
            Self::AcceptedOnce => "the same event is accepted once (1)",
            Self::OneTurn => "an item gets exactly one turn (5, 6)",
            Self::TurnsInOrder => "turns commit in the order of acceptance (2)",
            Self::LaneFenced => "nothing commits under an old lane token (6)",
            Self::SpeakerFenced => "no send begins under an old owner epoch (11)",
            Self::FrozenInputs => "a turn is entered again with the very same bytes (7)",
            Self::AtMostOnce => "a request that is not repeatable leaves at most once (8)",
            Self::Lost => "no answer is lost without a reason (13, 14)",
            Self::Repeated => "no answer is repeated without a reason (13)",
            Self::OutOfOrder => "answers arrive in order (2, 14)",
            Self::HoldKept => "where an echo may come, nothing is sent again before the hold is over (13)",
            Self::Untrue => "what is called sent was taken by the platform (12, 13)",
            Self::OneOpenConversation => "an endpoint has at most one open conversation (3)",
            Self::ClosedIsDone => "nothing is pending in a closed conversation (3)",
            Self::StatusMonotone => "news of a delivery is never taken back (15)",
            Self::Stale => "nothing leaves after its time (12, 14)",
            Self::AllOrNothing => "all of a turn commits, or nothing",
            Self::TurnLimit => "no turn goes on for longer than a turn may (9)",
            Self::SameRevision => "a turn that began something not repeatable stays with its revision (8)",
            Self::Pinned => "a dialogue stays with its revision until that lets go of it (18)",
            Self::LetGo => "what was taken back serves no turn more (18)",
            Self::NewerMemory => "no revision sees memory of a newer version than its own (18)",
            Self::LastMemory => "a revision goes on with the last memory that it can read (18)",
            Self::Suspended => "no schedule fires while a person has the conversation (10)",
            Self::Group => "the loss of a part stops the rest of its message (14)",
            Self::Paced => "a channel that asked for a pause is left alone (16)",
            Self::Replay => "a replay changes nothing, and compares like with like (19)",
            Self::Held => "nothing of a backup that was put back leaves before it is released (21)",
            Self::Erased => "nothing of whom was erased is kept, accepted or sent (22)",
            Self::Settles => "when faults are over, everything becomes final",
        })
    }
}

impl World {
    /// Keeps what happened, where somebody wants to read it.
    pub fn tell(&self, node: Option<usize>, what: impl FnOnce() -> String) {
        if self.told {
            let line = Line { at: self.elapsed(), node, what: what() };
            self.state().history.push(line);
        }
    }

    /// Keeps that a promise was broken.
    pub fn broken(&self, of: Invariant, seen: impl FnOnce() -> String) {
        let seen = seen();
        self.tell(None, || format!("!!! {of}: {seen}"));
        self.state().violations.push(Violation { of, seen });
    }
}
