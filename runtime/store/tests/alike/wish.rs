//! What is to be done next, drawn without knowing what there will be by then, and said to stores once that is known.

use proptest::prelude::*;
use sportello_domain::{
    contract::{
        AddressChange, Author, Bytes, DeliveryState, Edit, Event, Failure, HandOver, Happening, Memory, Receipt,
        StatusOf,
    },
    conversation::{Owner, Voice, Waiting},
    delivery::{OutboxItem, OutboxState},
    ids::{ContactId, ConversationId, DeliveryId, ScheduleId},
};
use sportello_engine::{
    conformance::{
        World,
        world::{EXPIRY, MARKER, NOW, acceptance, finish, look, message},
    },
    ports::store::{
        Acceptance, AgentAnswer, Claim, Erasure, Finish, Incoming, MemoryChange, Retention, ScheduleChange, Telling,
        TurnCommit,
    },
};

/// What is to be done next, to which of those that are known by then.
#[derive(Clone, Debug)]
pub(crate) enum Wish {
    Event { customer: usize, kind: usize, id: usize },
    Status { customer: usize, of: usize, state: usize },
    Claim(usize),
    Commit { lane: usize, kind: usize, parts: u32 },
    Head(usize),
    Finish { item: usize, state: usize, extra: usize },
    Take(usize, usize),
    Answer(usize, usize),
    HandBack(usize, usize),
    Resolve(usize, usize),
    Resend(usize),
    Erase(usize, u64),
    Fire,
    Recover,
    Sweep(usize),
    Wait(u64),
}

/// The same, said to a store.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    Accept(Acceptance),
    Claim(ConversationId),
    Commit(Box<TurnCommit>),
    Head(ConversationId, u64),
    Finish(Box<Finish>),
    Take(ConversationId, &'static str, u64),
    Answer(Box<AgentAnswer>),
    HandBack(ConversationId, &'static str, u64),
    Resolve(ConversationId, &'static str, u64),
    Resend(DeliveryId, u64),
    Erase(Erasure),
    Fire(u64),
    Recover(u64),
    Sweep(u64, Retention),
}

/// What came of an action that later ones need.
#[derive(Default)]
pub(crate) struct Learned {
    pub(crate) conversations: Vec<ConversationId>,
    pub(crate) claims: Vec<Claim>,
    pub(crate) item: Option<OutboxItem>,
}

const CUSTOMERS: [&str; 3] = ["anna", "bert", "carl"];
const AGENTS: [&str; 2] = ["camille", "denis"];

pub(crate) fn wish() -> impl Strategy<Value = Wish> {
    let some = || 0..8_usize;
    prop_oneof![
        6 => (0..3_usize, 0..9_usize, 0..12_usize).prop_map(|(customer, kind, id)| Wish::Event { customer, kind, id }),
        4 => (0..4_usize, 0..8_usize, 0..4_usize).prop_map(|(customer, of, state)| Wish::Status { customer, of, state }),
        6 => some().prop_map(Wish::Claim),
        8 => (some(), 0..8_usize, 0..3_u32).prop_map(|(lane, kind, parts)| Wish::Commit { lane, kind, parts }),
        6 => some().prop_map(Wish::Head),
        8 => (some(), 0..7_usize, 0..6_usize).prop_map(|(item, state, extra)| Wish::Finish { item, state, extra }),
        2 => (some(), 0..2_usize).prop_map(|(lane, agent)| Wish::Take(lane, agent)),
        2 => (some(), 0..4_usize).prop_map(|(lane, key)| Wish::Answer(lane, key)),
        1 => (some(), 0..2_usize).prop_map(|(lane, agent)| Wish::HandBack(lane, agent)),
        1 => (some(), 0..2_usize).prop_map(|(lane, agent)| Wish::Resolve(lane, agent)),
        2 => some().prop_map(Wish::Resend),
        1 => (some(), 0..3_u64).prop_map(|(customer, earlier)| Wish::Erase(customer, earlier)),
        1 => Just(Wish::Fire),
        1 => Just(Wish::Recover),
        1 => (0..4_usize).prop_map(Wish::Sweep),
        2 => prop_oneof![Just(1_u64), Just(40_000), Just(130_000), Just(EXPIRY)].prop_map(Wish::Wait),
    ]
}

/// What is known by now, of which wishes pick.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) now: u64,
    pub(crate) lanes: Vec<ConversationId>,
    claims: Vec<Claim>,
    items: Vec<OutboxItem>,
    pub(crate) deliveries: Vec<DeliveryId>,
    contacts: Vec<ContactId>,
}

fn pick<T>(all: &[T], at: usize) -> Option<&T> {
    // Mostly the newest: what is long over seldom does anything.
    all.len().checked_sub(1).map(|last| &all[last - at.min(last)])
}

impl Known {
    pub(crate) fn action(&mut self, world: &World<'_>, wish: &Wish) -> Option<Action> {
        let now = NOW + self.now;
        Some(match *wish {
            Wish::Event { customer, kind, id } => self.accept(world, event(world, CUSTOMERS[customer], kind, id)),
            Wish::Status { customer, of, state } => self.accept(world, self.status(world, customer, of, state)?),
            Wish::Claim(lane) => Action::Claim(*pick(&self.lanes, lane)?),
            Wish::Commit { lane, kind, parts } => Action::Commit(Box::new(self.turn(world, lane, kind, parts)?)),
            Wish::Head(lane) => Action::Head(*pick(&self.lanes, lane)?, now),
            Wish::Finish { item, state, extra } => Action::Finish(Box::new(self.end(world, item, state, extra)?)),
            Wish::Take(lane, agent) => Action::Take(*pick(&self.lanes, lane)?, AGENTS[agent], now),
            Wish::Answer(lane, key) => Action::Answer(Box::new(self.answer(world, lane, key)?)),
            Wish::HandBack(lane, agent) => Action::HandBack(*pick(&self.lanes, lane)?, AGENTS[agent], now),
            Wish::Resolve(lane, agent) => Action::Resolve(*pick(&self.lanes, lane)?, AGENTS[agent], now),
            Wish::Resend(delivery) => Action::Resend(*pick(&self.deliveries, delivery)?, now),
            Wish::Erase(customer, earlier) => {
                let contact = *pick(&self.contacts, customer)?;
                Action::Erase(Erasure { contact, marker: MARKER, at: now - earlier })
            }
            Wish::Fire => Action::Fire(now),
            Wish::Recover => Action::Recover(now),
            Wish::Sweep(kind) => {
                let mut kept = [u64::MAX; 4];
                kept[kind] = 60_000;
                let [keys, journal, live, idle] = kept;
                Action::Sweep(
                    now,
                    Retention { keys, journal, journal_turns: u64::MAX, recordings: u64::MAX, live, idle },
                )
            }
            Wish::Wait(time) => {
                self.now += time;
                return None;
            }
        })
    }

    fn accept(&self, world: &World<'_>, incoming: Incoming) -> Action {
        let mut twice = acceptance([Incoming { event: Event { at: NOW + self.now, ..incoming.event }, ..incoming }]);
        twice.now = NOW + self.now;
        twice.claim = sometimes(world).then_some(5);
        Action::Accept(twice)
    }

    fn status(&self, world: &World<'_>, customer: usize, of: usize, state: usize) -> Option<Incoming> {
        let of = match of {
            0..4 => StatusOf::Message(format!("p{of}")),
            4..7 => StatusOf::Delivery(pick(&self.deliveries, of - 4)?.to_string()),
            _ => StatusOf::UpTo(NOW + self.now / 2),
        };
        let state = match state {
            0 => DeliveryState::Accepted,
            1 => DeliveryState::Delivered,
            2 => DeliveryState::Read,
            _ => DeliveryState::Failed(Failure::Blocked),
        };
        Some(world.status(CUSTOMERS.get(customer).copied(), of, state))
    }

    fn turn(&mut self, world: &World<'_>, lane: usize, kind: usize, parts: u32) -> Option<TurnCommit> {
        let mut commit = world.turn(pick(&self.claims, lane)?);
        commit.record.ended_at = NOW + self.now;
        commit.send = sometimes(world).then_some(look(NOW + self.now));
        self.deliveries.extend(world.says(&mut commit, parts));
        for delivery in &mut commit.deliveries {
            (delivery.due_at, delivery.expires_at) = (NOW + self.now, NOW + self.now + EXPIRY);
        }
        let (skill, tag) = ("faq".to_owned(), "remind".to_owned());
        match kind {
            0 => commit.owner = Some(Owner::Queue(waiting(self.now))),
            1 => commit.memories.push(MemoryChange::Keep(skill, Memory { version: parts, data: Bytes::from("kept") })),
            2 => commit.memories.push(MemoryChange::Drop(skill)),
            3 => {
                let (id, due_at) = (ScheduleId::new(NOW, world.draw()), NOW + self.now + 50_000);
                commit.schedules.push(ScheduleChange::Set { id, skill, tag, due_at });
            }
            4 => commit.schedules.push(ScheduleChange::Cancel { skill, tag }),
            5 => {
                commit.tags.push(format!("tag {parts}"));
                commit.attributes.push(("zip".into(), (parts > 0).then(|| "3000".into())));
                commit.lines.push(world.line(Voice::Note));
            }
            _ => commit.locale = Some("fr".into()),
        }
        Some(commit)
    }

    fn end(&self, world: &World<'_>, item: usize, state: usize, extra: usize) -> Option<Finish> {
        let (item, now) = (pick(&self.items, item)?, NOW + self.now);
        let state = match state {
            0 | 1 => OutboxState::Sent,
            2 => OutboxState::Queued { due_at: now + 1 },
            3 => OutboxState::Unknown { hold_until: now + 120_000 },
            4 => OutboxState::Unresolved,
            5 => OutboxState::Expired,
            _ => OutboxState::Dead(Failure::WindowClosed),
        };
        let next = sometimes(world).then_some(look(now));
        let mut finish = Finish { now, next, ..finish(item, state) };
        match extra {
            0 => finish.tell = Some(Telling { note: world.line(Voice::Note), waiting: waiting(self.now) }),
            1 => finish.cancel_group = Some("lost".into()),
            2 => finish.pause_channel = Some(now + 30_000),
            3 => finish.resent = true,
            other => {
                let message_ids = vec![format!("p{}", (item.position as usize + other) % 4)];
                finish.receipt = Some(Receipt { message_ids, memo: (other == 5).then(|| format!("memo {now}")) });
            }
        }
        Some(finish)
    }

    fn answer(&mut self, world: &World<'_>, lane: usize, key: usize) -> Option<AgentAnswer> {
        let conversation = *pick(&self.lanes, lane)?;
        let line = world.line(Voice::Agent("camille".into()));
        let mut part = world.part(Some(line.id), 0, Author::Agent("camille".into()));
        (part.due_at, part.expires_at) = (NOW + self.now, NOW + self.now + EXPIRY);
        self.deliveries.push(part.id);
        let (agent, owner_epoch) = ("camille".to_owned(), 1 + key as u64 / 2);
        let (key, deliveries, now) = (format!("key {key}"), vec![part], NOW + self.now);
        Some(AgentAnswer { conversation, agent, key, owner_epoch, line, deliveries, now })
    }

    pub(crate) fn learn(&mut self, learned: Learned) {
        for conversation in learned.conversations {
            self.lanes.retain(|known| *known != conversation);
            self.lanes.push(conversation);
        }
        for claim in &learned.claims {
            self.contacts.retain(|known| *known != claim.contact.id);
            self.contacts.push(claim.contact.id);
        }
        self.claims.extend(learned.claims);
        self.items.extend(learned.item);
    }
}

/// Every other time.
fn sometimes(world: &World<'_>) -> bool {
    world.draw().is_multiple_of(2)
}

fn waiting(since: u64) -> Waiting {
    Waiting { queue: "service".into(), since: NOW + since, hand_over: HandOver::default() }
}

fn event(world: &World<'_>, customer: &str, kind: usize, id: usize) -> Incoming {
    let about = format!("m{}", id % 6);
    let happening = match kind {
        0 => Happening::Edited(Edit { message_id: about, contents: message("", "better").contents }),
        1 => Happening::Deleted(about),
        2 => Happening::Echo(message("us", "from our phone")),
        3 => {
            let (old, new) = (customer.to_owned(), CUSTOMERS[id % 3].to_owned() + "'s new number");
            Happening::AddressChanged(AddressChange { old, new })
        }
        4 => {
            let mut other = message("bert", "in a group");
            other.sender.aliases.push("carl".into());
            Happening::Message(other)
        }
        _ => Happening::Message(message(customer, "words")),
    };
    let mut incoming = world.happening(customer, &format!("m{id}"), happening);
    if id == 11 {
        incoming.event.thread = None;
    }
    incoming
}
