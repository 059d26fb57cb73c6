//! Rules broken on purpose, one at a time, to show that the simulation finds it: only where the feature `sabotage` is on, which
//! no program has. Everywhere else [`is_broken`] is `false` when it is compiled.

#[cfg(feature = "sabotage")]
use std::cell::Cell;

/// Which rule of `runtime/DELIVERY.md` is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "sabotage"), allow(dead_code, reason = "the places that ask are compiled all the same"))]
pub enum Sabotage {
    /// 1: an event that is known is accepted again.
    Deduplication,
    /// 2: the newest item of a lane goes first.
    Order,
    /// 3: a conversation closes while something is pending.
    Closing,
    /// 4: a webhook is acknowledged although its commit failed.
    Acknowledging,
    /// 4: what is to be performed after a webhook is not kept.
    Errands,
    /// 5: an agent's answer under a known key is another answer.
    ClientKeys,
    /// 5: a turn that is not committed leaves its deliveries behind.
    Atomicity,
    /// 6: the lane token is not checked.
    LaneToken,
    /// 7: a turn that is entered again is made anew.
    FrozenInputs,
    /// 8: a request of unknown outcome is performed again.
    AtMostOnce,
    /// 8: a turn that has begun something is entered again by what serves now.
    SameRevision,
    /// 9: a turn lasts as long as it likes.
    TurnLimit,
    /// 10: schedules fire whoever has the conversation.
    Suspension,
    /// 11: a person who takes over does not stop what is queued.
    Takeover,
    /// 11: a turn that a person overtook speaks.
    Overtaking,
    /// 12: what was being sent is queued again after a crash.
    Recovery,
    /// 12: the sender does not look at the clock.
    Deadline,
    /// 12: deadlines and holds go by the clock on the wall.
    Wall,
    /// 13: nobody waits for an echo.
    Hold,
    /// 13: an unknown outcome is taken for a refusal.
    Unknown,
    /// 14: what waits does not hold up what is behind it.
    Head,
    /// 14: deliveries do not expire.
    Expiry,
    /// 14: the loss of a part does not stop the others.
    Groups,
    /// 15: the last status counts, not the farthest.
    Lattice,
    /// 15: an echo does not settle what was unknown.
    Echo,
    /// 16: a channel that asks for a pause gets none.
    Pause,
    /// 18: dialogues go on with whatever serves.
    Pins,
    /// 18: what was taken back keeps its dialogues.
    Release,
    /// 18: what was taken back is unloaded although something is under way with it.
    InFlight,
    /// 18: a revision is given memory of a newer version than its own.
    NewerMemory,
    /// 18: the last memory of an older version is not kept.
    OlderMemory,
    /// 19: a request that was not recorded is answered in a replay all the same.
    Replay,
    /// 20: work that no hint tells of is not looked for.
    Look,
    /// 20: nodes follow what is decided about revisions by hints alone.
    Follow,
    /// 21: deliveries that were not final in a backup that is put back go by themselves.
    HeldDeliveries,
    /// 21: so do schedules.
    HeldSchedules,
    /// 21: so does what turns say about items that waited.
    HeldTurns,
    /// 22: what was under way when its contact was erased is committed.
    Erasure,
    /// 22: what happened before an erasure and is told of after it is accepted.
    Marks,
}

#[cfg(feature = "sabotage")]
impl Sabotage {
    /// All of them, in the order of the rules.
    pub const ALL: [Self; 39] = [
        Self::Deduplication,
        Self::Order,
        Self::Closing,
        Self::Acknowledging,
        Self::Errands,
        Self::ClientKeys,
        Self::Atomicity,
        Self::LaneToken,
        Self::FrozenInputs,
        Self::AtMostOnce,
        Self::SameRevision,
        Self::TurnLimit,
        Self::Suspension,
        Self::Takeover,
        Self::Overtaking,
        Self::Recovery,
        Self::Deadline,
        Self::Wall,
        Self::Hold,
        Self::Unknown,
        Self::Head,
        Self::Expiry,
        Self::Groups,
        Self::Lattice,
        Self::Echo,
        Self::Pause,
        Self::Pins,
        Self::Release,
        Self::InFlight,
        Self::NewerMemory,
        Self::OlderMemory,
        Self::Replay,
        Self::Look,
        Self::Follow,
        Self::HeldDeliveries,
        Self::HeldSchedules,
        Self::HeldTurns,
        Self::Erasure,
        Self::Marks,
    ];

    /// The number of the rule.
    #[must_use]
    pub fn rule(self) -> u8 {
        match self {
            Self::Deduplication => 1,
            Self::Order => 2,
            Self::Closing => 3,
            Self::Acknowledging | Self::Errands => 4,
            Self::ClientKeys | Self::Atomicity => 5,
            Self::LaneToken => 6,
            Self::FrozenInputs => 7,
            Self::AtMostOnce | Self::SameRevision => 8,
            Self::TurnLimit => 9,
            Self::Suspension => 10,
            Self::Takeover | Self::Overtaking => 11,
            Self::Recovery | Self::Deadline | Self::Wall => 12,
            Self::Hold | Self::Unknown => 13,
            Self::Head | Self::Expiry | Self::Groups => 14,
            Self::Lattice | Self::Echo => 15,
            Self::Pause => 16,
            Self::Pins | Self::Release | Self::InFlight | Self::NewerMemory | Self::OlderMemory => 18,
            Self::Replay => 19,
            Self::Look | Self::Follow => 20,
            Self::HeldDeliveries | Self::HeldSchedules | Self::HeldTurns => 21,
            Self::Erasure | Self::Marks => 22,
        }
    }

    /// What is broken, in words.
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            Self::Deduplication => "an event that is known is accepted again",
            Self::Order => "the newest item of a lane goes first",
            Self::Closing => "a conversation closes while something is pending",
            Self::Acknowledging => "a webhook is acknowledged although its commit failed",
            Self::Errands => "what is to be performed after a webhook is not kept",
            Self::ClientKeys => "an agent's answer under a known key is another answer",
            Self::Atomicity => "a turn that is not committed leaves its deliveries behind",
            Self::LaneToken => "the lane token is not checked",
            Self::FrozenInputs => "a turn that is entered again is made anew",
            Self::AtMostOnce => "a request of unknown outcome is performed again",
            Self::SameRevision => "a turn that has begun something is entered again by what serves now",
            Self::TurnLimit => "a turn lasts as long as it likes",
            Self::Suspension => "schedules fire whoever has the conversation",
            Self::Takeover => "a person who takes over does not stop what is queued",
            Self::Overtaking => "a turn that a person overtook speaks",
            Self::Recovery => "what was being sent is queued again after a crash",
            Self::Deadline => "the sender does not look at the clock",
            Self::Wall => "deadlines and holds go by the clock on the wall",
            Self::Hold => "nobody waits for an echo",
            Self::Unknown => "an unknown outcome is taken for a refusal",
            Self::Head => "what waits does not hold up what is behind it",
            Self::Expiry => "deliveries do not expire",
            Self::Groups => "the loss of a part does not stop the others",
            Self::Lattice => "the last status counts, not the farthest",
            Self::Echo => "an echo does not settle what was unknown",
            Self::Pause => "a channel that asks for a pause gets none",
            Self::Pins => "dialogues go on with whatever serves",
            Self::Release => "what was taken back keeps its dialogues",
            Self::InFlight => "what was taken back is unloaded although something is under way with it",
            Self::NewerMemory => "a revision is given memory of a newer version than its own",
            Self::OlderMemory => "the last memory of an older version is not kept",
            Self::Replay => "a request that was not recorded is answered in a replay all the same",
            Self::Look => "work that no hint tells of is not looked for",
            Self::Follow => "nodes follow what is decided about revisions by hints alone",
            Self::HeldDeliveries => "what was to be sent leaves by itself after a backup was put back",
            Self::HeldSchedules => "schedules come due by themselves after a backup was put back",
            Self::HeldTurns => "what turns say about items that waited in a backup leaves by itself",
            Self::Erasure => "what was under way when its contact was erased is committed",
            Self::Marks => "what happened before an erasure and is told of after it is accepted",
        }
    }

    /// Breaks this rule on this thread, or none.
    pub fn set(broken: Option<Self>) {
        BROKEN.set(broken);
    }
}

#[cfg(feature = "sabotage")]
thread_local! {
    static BROKEN: Cell<Option<Sabotage>> = const { Cell::new(None) };
}

/// Whether this rule is broken here.
#[cfg(feature = "sabotage")]
pub(crate) fn is_broken(rule: Sabotage) -> bool {
    BROKEN.get() == Some(rule)
}

/// No rule is.
#[cfg(not(feature = "sabotage"))]
pub(crate) const fn is_broken(_: Sabotage) -> bool {
    false
}
