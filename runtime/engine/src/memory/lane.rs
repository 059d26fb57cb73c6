//! One conversation with all that belongs to it, and what several operations do to it.

use std::collections::BTreeMap;

use sportello_domain::{
    Instant,
    contract::{Author, Line},
    conversation::{Conversation, Owner, Stage, TranscriptLine},
    delivery::{OutboxItem, OutboxState},
    ids::{MessageId, ScheduleId, TurnId},
    inbox::{Arrival, InboxItem},
};

use super::state::Address;
use crate::ports::store::{Frozen, KeptMemory, NewDelivery, NewLine, OWNER_CHANGED, Telling, TurnRecord};
use crate::sabotage::{Sabotage, is_broken};

/// One conversation.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    pub(super) conversation: Conversation,
    /// What turns say about items up to this one is held.
    pub(super) held_seq: u64,
    /// When something last happened.
    pub(super) active_at: Instant,
    /// The node that claimed it, while it has items.
    pub(super) holder: Option<u64>,
    /// What is not done.
    pub(super) inbox: BTreeMap<u64, InboxItem>,
    pub(super) lines: Vec<KeptLine>,
    pub(super) outbox: BTreeMap<u64, Outgoing>,
    pub(super) turns: BTreeMap<u64, TurnRecord>,
    /// The item and what its turn has made durable.
    pub(super) frozen: Option<(u64, Frozen)>,
    /// Of each skill and version; the last one written stands last.
    pub(super) memories: Vec<KeptMemory>,
    /// By skill and tag.
    pub(super) schedules: BTreeMap<(String, String), KeptSchedule>,
    /// By the key that the agent's client drew.
    pub(super) answers: BTreeMap<String, MessageId>,
}

/// A line with what the port does not show.
#[derive(Clone, Debug)]
pub(super) struct KeptLine {
    pub(super) line: TranscriptLine,
    /// The item that brought it.
    pub(super) seq: Option<u64>,
}

/// A delivery with what the port does not show.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    pub(super) item: OutboxItem,
    pub(super) sent_at: Option<Instant>,
    /// The node that began to send it.
    pub(super) node: Option<u64>,
}

/// A wish of a skill to be called again.
#[derive(Clone, Debug)]
pub(super) struct KeptSchedule {
    pub(super) id: ScheduleId,
    pub(super) generation: u64,
    pub(super) due_at: Instant,
    /// It is in the lane.
    pub(super) fired: bool,
    /// An operator has to release it.
    pub(super) held: bool,
}

impl Lane {
    pub(super) fn new(conversation: Conversation, now: Instant) -> Self {
        Self {
            conversation,
            held_seq: 0,
            active_at: now,
            holder: None,
            inbox: BTreeMap::new(),
            lines: Vec::new(),
            outbox: BTreeMap::new(),
            turns: BTreeMap::new(),
            frozen: None,
            memories: Vec::new(),
            schedules: BTreeMap::new(),
            answers: BTreeMap::new(),
        }
    }

    pub(super) fn address(&self) -> Address {
        let Conversation { channel, account, thread, .. } = &self.conversation;
        Address::of(channel, account.as_ref(), thread)
    }

    /// The lowest delivery that is not final.
    pub(super) fn head(&self) -> Option<&Outgoing> {
        self.outbox.values().find(|outgoing| !outgoing.item.state.is_final())
    }

    pub(super) fn enqueue(&mut self, arrival: Arrival, answerable: bool, now: Instant) -> u64 {
        self.conversation.last_seq += 1;
        let seq = self.conversation.last_seq;
        self.inbox.insert(seq, InboxItem { seq, accepted_at: now, answerable, arrival });
        seq
    }

    pub(super) fn write(&mut self, new: NewLine, deliveries: &[NewDelivery]) {
        let delivery = deliveries.iter().find(|delivery| delivery.line == Some(new.id)).map(|delivery| delivery.id);
        let line = TranscriptLine {
            id: new.id,
            voice: new.voice,
            contents: new.contents,
            at: new.at,
            platform_id: None,
            changed: false,
            delivery,
        };
        self.lines.push(KeptLine { line, seq: None });
    }

    /// Puts a delivery at the end of the outbox and says its place.
    pub(super) fn send(&mut self, new: NewDelivery, turn: Option<TurnId>) -> u64 {
        let position = self.next_position();
        let item = OutboxItem {
            id: new.id,
            conversation: self.conversation.id,
            position,
            turn,
            ordinal: new.ordinal,
            line: new.line,
            author: new.author,
            act: new.act,
            owner_epoch: self.conversation.owner_epoch,
            state: OutboxState::Queued { due_at: new.due_at },
            attempt: 0,
            resends: 0,
            expires_at: new.expires_at,
            platform_ids: Vec::new(),
            progress: None,
        };
        self.outbox.insert(position, Outgoing { item, sent_at: None, node: None });
        position
    }

    pub(super) fn next_position(&self) -> u64 {
        self.outbox.last_key_value().map_or(1, |(position, _)| position + 1)
    }

    /// Rule 11: raises the epoch. A person stops the bot's mouth; what the bot said before it handed over by itself goes
    /// along.
    pub(super) fn change_owner(&mut self, owner: Owner) {
        let goes_along = matches!(owner, Owner::Queue(_));
        let before = self.conversation.owner_epoch;
        self.conversation.owner = owner;
        self.conversation.owner_epoch += 1;
        let open = self.outbox.values_mut().map(|outgoing| &mut outgoing.item).filter(|item| !item.state.is_final());
        for item in open.filter(|item| item.author == Author::Bot) {
            if goes_along && item.owner_epoch == before {
                item.owner_epoch = self.conversation.owner_epoch;
            } else if matches!(item.state, OutboxState::Queued { .. }) && !is_broken(Sabotage::Takeover) {
                item.state = OutboxState::Cancelled(OWNER_CHANGED.to_owned());
            }
        }
    }

    pub(super) fn cancel_group(&mut self, line: Option<MessageId>, reason: &str) {
        for Outgoing { item, .. } in self.outbox.values_mut() {
            let part = line.is_some() && item.line == line && !is_broken(Sabotage::Groups);
            if part && matches!(item.state, OutboxState::Queued { .. }) {
                item.state = OutboxState::Cancelled(reason.to_owned());
            }
        }
    }

    pub(super) fn tell(&mut self, telling: Telling) {
        self.write(telling.note, &[]);
        if self.conversation.stage == Stage::Closed {
            return;
        }
        self.conversation.stage = Stage::Open;
        if self.conversation.owner.is_bot() {
            self.change_owner(Owner::Queue(telling.waiting));
        }
    }

    pub(super) fn is_pending(&self) -> bool {
        let open = self.conversation.last_seq > self.conversation.done_seq || self.head().is_some();
        open && !is_broken(Sabotage::Closing)
    }

    /// A closing conversation closes when nothing is pending; its dialogue ends with it.
    pub(super) fn close_when_done(&mut self) {
        if self.conversation.stage == Stage::Closing && !self.is_pending() {
            self.close();
        }
    }

    pub(super) fn close(&mut self) {
        self.conversation.stage = Stage::Closed;
        self.memories.clear();
        self.schedules.clear();
    }

    /// The last lines that the item's turn may know.
    pub(super) fn history(&self, seq: u64, limit: usize) -> Vec<Line> {
        let known = self.lines.iter().rev().filter(|kept| kept.seq.is_none_or(|other| other < seq));
        let mut history: Vec<Line> = known
            .filter_map(|kept| {
                let TranscriptLine { voice, contents, at, .. } = &kept.line;
                Some(Line { author: voice.speaker()?, contents: contents.clone(), at: *at })
            })
            .take(limit)
            .collect();
        history.reverse();
        history
    }

    pub(super) fn last_line(&self) -> Option<&TranscriptLine> {
        self.lines.iter().rev().map(|kept| &kept.line).find(|line| line.voice.speaker().is_some())
    }
}
