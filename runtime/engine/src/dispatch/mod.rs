//! Sending: the outbox of a conversation, one delivery at a time and in order (rules 11 to 16).
//!
//! `attempt` has the plugin and the carrier send one delivery, `verdict` decides what becomes of it, `pace` keeps to what a
//! platform allows, `watch` says what a guard counts.

mod attempt;
mod pace;
mod verdict;
mod watch;

pub(crate) use pace::Pace;

use std::sync::Arc;
use std::time::Duration;

use sportello_domain::{
    Instant,
    contract::{Content, Failure, HandOver},
    conversation::{Voice, Waiting},
    delivery::{OutboxItem, OutboxState},
    ids::{ConversationId, MessageId},
};
use tracing::Instrument;

use crate::catalog::Channel;
use crate::core::Core;
use crate::ports::store::{Finish, Finished, Head, Look, NewLine, Sending, StoreError, Stored, Telling, Watched};
use crate::shares::Place;
use crate::time::LEEWAY;
use verdict::{Moment, Verdict};
use watch::Arm;

/// An attempt is over by then, one way or the other; milliseconds.
const DEADLINE: Instant = 60_000;
/// Waits that are longer than this are left to the periodic look for work.
const SOON: Instant = 1_200;
/// After so many deliveries a lane lets others send.
const SENDS_IN_A_ROW: usize = 32;

/// How often the store is asked to keep what came of an attempt while it has no room.
const AGAIN: Duration = Duration::from_millis(500);

/// A delivery that is being sent.
pub(crate) struct Claimed {
    pub(crate) sending: Sending,
    /// It leaves by then, or not at all, for then somebody else may settle it: by the clock that runs on during suspend.
    pub(crate) not_after: Instant,
}

/// What is known of the head of an outbox, with the end of the time in which it may leave.
type Known = (Head, Instant);

/// Whether an outbox may be looked at now.
enum Entry {
    /// It may, with the place in its channel's share where that is taken already.
    Free(Option<Place>),
    /// It stands in line for one.
    Full,
}

/// What an outbox has its lane do.
#[allow(clippy::large_enum_variant, reason = "it lives for one match")]
enum Next {
    /// Nothing is left.
    Nothing,
    /// Go on; the head may be known already.
    Look(Option<Known>),
    /// Wait for so many milliseconds.
    Wait(Instant),
}

impl Core {
    /// Sends what is in a conversation's outbox, in order, until it is empty or has to wait; the first may be claimed already.
    pub(crate) async fn work_sends(self: Arc<Self>, id: ConversationId, claimed: Option<Claimed>) {
        if let Entry::Free(place) = self.entry(id, claimed.as_ref()).await {
            self.send_in_order(id, claimed, place).await;
        }
        self.send_shares.settle(id);
    }

    /// As long as no channel has all its places taken nobody asks which one the conversation is on: what it claims says so.
    async fn entry(&self, id: ConversationId, claimed: Option<&Claimed>) -> Entry {
        if claimed.is_some() || !self.send_shares.is_crowded() {
            return Entry::Free(None);
        }
        if self.send_shares.is_waiting(id) {
            return Entry::Full;
        }
        match self.channel_of(id).await {
            Ok(Some(channel)) => match self.send_shares.enter(&channel.name, id) {
                Some(place) => Entry::Free(Some(place)),
                None => Entry::Full,
            },
            Ok(None) | Err(_) => Entry::Free(None),
        }
    }

    async fn send_in_order(self: &Arc<Self>, id: ConversationId, claimed: Option<Claimed>, mut place: Option<Place>) {
        let mut head = claimed.map(|Claimed { sending, not_after }| (Head::Send(sending), not_after));
        for _ in 0..SENDS_IN_A_ROW {
            match self.next_send(id, head.take(), &mut place).await {
                Ok(Next::Nothing) => return,
                Ok(Next::Look(next)) => head = next,
                Ok(Next::Wait(wait)) if wait <= SOON => return self.sends.wake_after(id, Duration::from_millis(wait)),
                Ok(Next::Wait(_)) => return,
                Err(error) => {
                    tracing::error!(conversation = %id, %error, "a delivery could not be kept track of; it is looked at again");
                    return self.sends.wake_after(id, Duration::from_millis(SOON));
                }
            }
        }
        match head {
            Some((Head::Send(sending), not_after)) => self.sends.wake_with(id, Claimed { sending, not_after }),
            Some(_) | None => self.sends.wake(id),
        }
    }

    /// One step of the outbox.
    async fn next_send(&self, id: ConversationId, head: Option<Known>, place: &mut Option<Place>) -> Stored<Next> {
        let (head, not_after) = match head {
            Some(known) => known,
            None => {
                let (look, not_after) = self.look_at_head();
                (self.ports.store.claim_delivery(id, look).await?, not_after)
            }
        };
        match head {
            Head::Idle => Ok(Next::Nothing),
            Head::Wait(until) => Ok(Next::Wait(until.saturating_sub(self.time()).max(1))),
            Head::Send(sending) => {
                let span = tracing::info_span!(
                    "engine.delivery.send",
                    conversation = %id,
                    delivery = %sending.item.id,
                    channel = sending.channel,
                    attempt = sending.item.attempt,
                    outcome = tracing::field::Empty,
                );
                self.send(Claimed { sending, not_after }, place).instrument(span).await
            }
            Head::Lapsed(item) => self.finish(&item, Verdict::lapsed(), None).await,
            Head::Unsettled(item) => {
                let verdict = verdict::unsettled(&item, self.channel_of(id).await?.as_deref(), self.moment());
                self.finish(&item, verdict, None).await
            }
        }
    }

    async fn channel_of(&self, id: ConversationId) -> Stored<Option<Arc<Channel>>> {
        let overview = self.ports.store.conversation(id).await?;
        Ok(overview.and_then(|overview| self.catalog.load().channel(&overview.conversation.channel, id).cloned()))
    }

    async fn send(&self, Claimed { sending, not_after }: Claimed, place: &mut Option<Place>) -> Stored<Next> {
        let catalog = self.catalog.load_full();
        let Some(channel) = catalog.channel(&sending.channel, sending.item.conversation) else {
            let reason = format!("the channel `{}` is not configured any more", sending.channel);
            return self.finish(&sending.item, Verdict::dead(Failure::Rejected(reason)), None).await;
        };
        if place.is_none() {
            *place = self.send_shares.enter(&channel.name, sending.item.conversation);
        }
        if place.is_none() {
            return self.put_back(&sending.item, 0).await;
        }
        if let Err(later) = self.pace.wait(channel, &sending.thread).await {
            return self.put_back(&sending.item, u64::try_from(later.as_millis()).unwrap_or(u64::MAX)).await;
        }
        let attempt = self.attempt(channel, &sending, not_after).await;
        let seen = Arm::of(&catalog, channel).map(|arm| (arm.happened(&attempt), arm));
        let verdict = verdict::of(&sending.item, attempt, channel, self.moment());
        let watched = seen.map(|(happened, arm)| arm.watched(happened, &verdict.state));
        self.finish(&sending.item, verdict, watched).await
    }

    fn moment(&self) -> Moment {
        Moment { now: self.time(), hold: self.unknown_hold, random: self.seed() }
    }

    /// A look at the head of an outbox, with the end of the time in which that may leave. Others wait a little longer, for their
    /// time may be a little ahead.
    pub(crate) fn look_at_head(&self) -> (Look, Instant) {
        let (now, not_after) = (self.time(), self.ports.clock.boot() + DEADLINE);
        (Look { now, deadline: now + DEADLINE + LEEWAY }, not_after)
    }

    /// Puts back what was claimed and cannot leave now, until so many milliseconds have passed; its lane ends.
    async fn put_back(&self, item: &OutboxItem, wait: Instant) -> Stored<Next> {
        self.conclude(item, Verdict::later(self.time() + wait), None, None).await?;
        Ok(if wait == 0 { Next::Nothing } else { Next::Wait(wait) })
    }

    /// Keeps the verdict on an attempt, and looks at what comes next.
    async fn finish(&self, item: &OutboxItem, verdict: Verdict, watched: Option<Watched>) -> Stored<Next> {
        let (look, not_after) = self.look_at_head();
        let head = self.conclude(item, verdict, watched, Some(look)).await?;
        Ok(Next::Look(head.map(|head| (head, not_after))))
    }

    /// Keeps the verdict on an attempt, and claims what comes next if that is wanted.
    async fn conclude(
        &self,
        item: &OutboxItem,
        verdict: Verdict,
        watched: Option<Watched>,
        next: Option<Look>,
    ) -> Stored<Option<Head>> {
        let now = self.now();
        let kind = verdict.state.kind();
        tracing::Span::current().record("outcome", kind);
        metrics::counter!("sportello_deliveries_total", "outcome" => kind).increment(1);
        if let OutboxState::Dead(failure) = &verdict.state {
            tracing::warn!(delivery = %item.id, conversation = %item.conversation, %failure, "a delivery is dead");
        }
        let tell = verdict.tell.map(|reason| self.telling(reason, now));
        let finish = Finish {
            delivery: item.id,
            attempt: item.attempt,
            state: verdict.state,
            resent: verdict.resent,
            receipt: verdict.receipt,
            cancel_group: verdict.cancel_group,
            tell,
            pause_channel: verdict.pause_channel,
            watched,
            now,
            next,
        };
        match self.keep(finish).await {
            Ok(finished) => Ok(finished.head),
            // Erased meanwhile: there is nothing to keep track of.
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What came of an attempt is known here and nowhere else: while the store has no room for it, it is asked again, for as
    /// long as an attempt lasts. The same finish again changes nothing more.
    async fn keep(&self, finish: Finish) -> Stored<Finished> {
        let until = self.ports.clock.boot() + DEADLINE;
        loop {
            match self.ports.store.finish(finish.clone()).await {
                Err(StoreError::Full { .. }) if self.ports.clock.boot() < until => tokio::time::sleep(AGAIN).await,
                kept => return kept,
            }
        }
    }

    fn telling(&self, reason: String, now: Instant) -> Telling {
        let queue = self.catalog.load().policy.default_queue.clone();
        let note = NewLine {
            id: MessageId::new(now, self.bits()),
            voice: Voice::Note,
            contents: vec![Content::Text(reason.clone())],
            at: now,
        };
        Telling { note, waiting: Waiting { queue, since: now, hand_over: HandOver { reason, ..HandOver::default() } } }
    }
}
