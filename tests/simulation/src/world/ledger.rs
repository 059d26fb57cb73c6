//! What the store was seen to do, at the moment of each commit.

use std::collections::{BTreeMap, BTreeSet};

use sportello_domain::Instant;
use sportello_domain::delivery::Progress;
use sportello_domain::ids::{ConversationId, DeliveryId, MessageId};
use sportello_domain::revision::RevisionId;
use sportello_engine::ports::store::TurnOutcome;

use crate::dialogues::Dialogue;
use crate::held::Held;

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Items of lanes, by conversation and place.
    pub items: BTreeMap<(ConversationId, u64), Item>,
    /// Where each event stands that became an item.
    pub places: BTreeMap<String, Vec<(ConversationId, u64)>>,
    /// The lane token that stands.
    pub tokens: BTreeMap<ConversationId, u64>,
    /// Events that we told their platform are safe.
    pub acknowledged: BTreeSet<String>,
    /// What was to be sent.
    pub outgoing: BTreeMap<DeliveryId, Outgoing>,
    /// People took conversations, gave them back, closed them.
    pub takeovers: Vec<Takeover>,
    /// Schedules that a turn committed: whose, and the event that asked for it.
    pub schedules: Vec<(ConversationId, String)>,
    /// Agents' answers, by their client's key.
    pub answers: BTreeMap<String, MessageId>,
    /// Answers of which agents were told that they are in the outbox.
    pub agents_told: BTreeSet<String>,
    /// How far each delivery was seen to have got.
    pub progress: BTreeMap<DeliveryId, Option<Progress>>,
    /// The lane token with which a life of a node last claimed a lane.
    pub claims: BTreeMap<(u64, ConversationId), u64>,
    /// When a try of a turn first called its skill: by the turn's id, the life of a node, and the lane token.
    pub began: BTreeMap<(String, u64, u64), u64>,
    /// Revisions of the skill that new turns were decided to be served with, and until when.
    pub serves: BTreeMap<RevisionId, u64>,
    /// The skill's dialogues.
    pub dialogues: BTreeMap<ConversationId, Dialogue>,
    /// Since when revisions have no dialogues any more; `u64::MAX`: they had let go of them, and serve again.
    pub let_go: BTreeMap<RevisionId, u64>,
    /// Until when a channel asked to be left alone, by the store's time.
    pub paused: BTreeMap<String, u64>,
    /// Customers who were erased, in order.
    pub erasures: Vec<Erasure>,
    /// Conversations that were erased, and with which of these.
    pub erased: BTreeMap<ConversationId, usize>,
    /// Messages that were dropped, for they were written before their customer was erased.
    pub dropped: BTreeSet<String>,
    /// Which revision turns last entered, and with what.
    pub entered: BTreeMap<String, (RevisionId, String)>,
    /// What turns were about to ask the shop for, and must not ask for again.
    pub intents: BTreeSet<String>,
    /// What the shop did, but for what was undone and had no durable reason.
    pub orders: Vec<String>,
    /// What does not leave by itself.
    pub held: Held,
}

/// An item of a lane.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// The event; `a3+`: what it scheduled; none: a conversation that was given back, or not looked at yet.
    pub event: Option<String>,
    /// What came of it.
    pub turn: Option<Turn>,
}

/// A committed turn.
#[derive(Clone, Debug)]
pub struct Turn {
    /// How it ended.
    pub outcome: TurnOutcome,
    /// Who had the conversation when it was committed.
    pub bot_owned: bool,
    /// Its dialogue had let go of its revision, and kept nothing that every other can read.
    pub stranded: bool,
    /// What it wanted sent.
    pub deliveries: Vec<DeliveryId>,
}

/// Something to be sent.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Where it belongs.
    pub conversation: ConversationId,
    /// The line that it carries out; parts of one are a group.
    pub line: Option<MessageId>,
    /// The bot's, or an agent's.
    pub by_bot: bool,
    /// What it says.
    pub text: String,
    /// When it was committed.
    pub made_at: u64,
    /// By the store's time: it does not leave after this.
    pub expires_at: u64,
    /// Its place in the conversation's order of sending, once it was seen.
    pub position: u64,
    /// How often it was begun.
    pub attempts: Vec<Attempt>,
    /// The platform, or its plugin, will never take it.
    pub refused: bool,
    /// It may have left after the look at the clock was over.
    pub stalled: bool,
    /// The platform told us that it has it.
    pub echoed: bool,
    /// A person had it sent again.
    pub sent_again: u32,
    /// So many of its attempts were made before that.
    pub attempts_before: usize,
    /// The platform took it so often in times that were undone since.
    pub undone: usize,
}

/// An attempt at a delivery.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// Its number.
    pub number: u32,
    /// Who made it.
    pub node: usize,
    /// When `sending` became durable, by the store's time.
    pub began: u64,
    /// It does not leave after this, by the store's time.
    pub deadline: u64,
    /// Its outcome is durable.
    pub ended: bool,
    /// The platform said what it did, or nothing left, and the node knows.
    pub told: bool,
    /// Its first byte left.
    pub left: bool,
    /// Something was done to it that leaves its outcome open.
    pub ambiguous: bool,
}

/// A customer was erased.
#[derive(Clone, Debug)]
pub struct Erasure {
    /// Their address.
    pub address: String,
    /// What they did until then is forgotten.
    pub at: Instant,
}

/// A person had a hand in a conversation.
#[derive(Clone, Copy, Debug)]
pub struct Takeover {
    /// Which.
    pub conversation: ConversationId,
    /// When.
    pub at: u64,
}

impl Ledger {
    /// All that this node was sending may or may not have arrived.
    pub fn node_is_lost(&mut self, node: usize) {
        self.doubt(|_, attempt| attempt.node == node);
    }

    /// Others may have gone on without it.
    pub fn node_stood_still(&mut self, node: usize) {
        self.doubt(|_, attempt| attempt.node == node);
    }

    /// The store did not say what it did with this conversation's outbox.
    pub fn lost_track(&mut self, conversation: ConversationId) {
        self.doubt(|outgoing, _| outgoing.conversation == conversation);
    }

    /// The node knows what the platform did.
    pub fn told(&mut self, delivery: DeliveryId) {
        if let Some(attempt) = self.outgoing.get_mut(&delivery).and_then(|outgoing| outgoing.attempts.last_mut()) {
            attempt.told = true;
        }
    }

    /// The platform told that it has this delivery. What it tells late of a message that was lost, and that waits to be sent
    /// again, is of the lost one; of what is held nobody knows but it.
    pub fn is_echoed(&mut self, delivery: DeliveryId) {
        if let Some(outgoing) = self.outgoing.get_mut(&delivery) {
            let waits = self.held.waits(outgoing.conversation, delivery);
            outgoing.echoed |= outgoing.attempts.len() > outgoing.attempts_before || waits;
        }
    }

    /// The outcome of a request of this delivery is not known.
    pub fn unknown(&mut self, delivery: DeliveryId) {
        if let Some(attempt) = self.outgoing.get_mut(&delivery).and_then(|outgoing| outgoing.attempts.last_mut()) {
            attempt.ambiguous = true;
        }
    }

    fn doubt(&mut self, of: impl Fn(&Outgoing, &Attempt) -> bool) {
        for outgoing in self.outgoing.values_mut() {
            if let Some(mut attempt) = outgoing.attempts.last().copied().filter(|attempt| !attempt.ended) {
                attempt.ambiguous |= of(outgoing, &attempt);
                outgoing.attempts.pop();
                outgoing.attempts.push(attempt);
            }
        }
    }

    /// Whether this customer was erased since they wrote.
    #[must_use]
    pub fn erased_since(&self, address: &str, wrote: Instant) -> bool {
        self.erasures.iter().any(|erasure| erasure.address == address && wrote <= erasure.at)
    }

    /// Whether a person had a hand in a conversation after this moment.
    #[must_use]
    pub fn taken_after(&self, conversation: ConversationId, at: u64) -> bool {
        self.takeovers.iter().any(|takeover| takeover.conversation == conversation && takeover.at >= at)
    }
}

impl Outgoing {
    /// How many of its attempts may have arrived without our knowing.
    #[must_use]
    pub fn doubts(&self) -> usize {
        self.attempts.iter().filter(|attempt| attempt.ambiguous).count()
    }
}
