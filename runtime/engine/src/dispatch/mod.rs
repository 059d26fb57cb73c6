//! Sending: the outbox of a conversation, one delivery at a time and in order (rules 11 to 16).
//!
//! `attempt` has the plugin and the carrier send one delivery, `verdict` decides what becomes of it, `pace` keeps to what a
//! platform allows.

mod attempt;
mod pace;
mod verdict;

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
use crate::ports::store::{Finish, Head, NewLine, Sending, StoreError, Stored, Telling};
use verdict::{Moment, Verdict};

/// An attempt is over by then, one way or the other; milliseconds.
pub(crate) const DEADLINE: Instant = 60_000;
/// Waits that are longer than this are left to the periodic look for work.
const SOON: Instant = 1_200;
/// After so many deliveries a lane lets others send.
const SENDS_IN_A_ROW: usize = 32;

/// What an outbox has its lane do.
#[allow(clippy::large_enum_variant, reason = "it lives for one match")]
enum Next {
    /// Nothing is left.
    Nothing,
    /// Go on; the head may be known already.
    Look(Option<Head>),
    /// Wait for so many milliseconds.
    Wait(Instant),
}

impl Core {
    /// Sends what is in a conversation's outbox, in order, until it is empty or has to wait; the first may be claimed already.
    pub(crate) async fn work_sends(self: Arc<Self>, id: ConversationId, claimed: Option<Sending>) {
        let mut head = claimed.map(Head::Send);
        for _ in 0..SENDS_IN_A_ROW {
            match self.next_send(id, head.take()).await {
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
            Some(Head::Send(sending)) => self.sends.wake_with(id, sending),
            Some(_) | None => self.sends.wake(id),
        }
    }

    /// One step of the outbox.
    async fn next_send(&self, id: ConversationId, head: Option<Head>) -> Stored<Next> {
        let now = self.now();
        let head = match head {
            Some(head) => head,
            None => self.ports.store.claim_delivery(id, now, now + DEADLINE).await?,
        };
        match head {
            Head::Idle => Ok(Next::Nothing),
            Head::Wait(until) => Ok(Next::Wait(until.saturating_sub(now).max(1))),
            Head::Send(sending) => {
                let span = tracing::info_span!(
                    "engine.delivery.send",
                    conversation = %id,
                    delivery = %sending.item.id,
                    channel = sending.channel,
                    attempt = sending.item.attempt,
                    outcome = tracing::field::Empty,
                );
                self.send(sending).instrument(span).await
            }
            Head::Lapsed(item) => self.finish(&item, Verdict::lapsed()).await,
            Head::Unsettled(item) => {
                let verdict = verdict::unsettled(&item, self.channel_of(id).await?.as_deref(), now);
                self.finish(&item, verdict).await
            }
        }
    }

    async fn channel_of(&self, id: ConversationId) -> Stored<Option<Arc<Channel>>> {
        let overview = self.ports.store.conversation(id).await?;
        Ok(overview.and_then(|overview| self.catalog.load().channels.get(&overview.conversation.channel).cloned()))
    }

    async fn send(&self, sending: Sending) -> Stored<Next> {
        let Some(channel) = self.catalog.load().channels.get(&sending.channel).cloned() else {
            let reason = format!("the channel `{}` is not configured any more", sending.channel);
            return self.finish(&sending.item, Verdict::dead(Failure::Rejected(reason))).await;
        };
        self.pace.wait(&channel, &sending.thread).await;
        let attempt = self.attempt(&channel, &sending).await;
        let moment = Moment { now: self.now(), hold: self.unknown_hold, random: self.seed() };
        let verdict = verdict::of(&sending.item, attempt, &channel, moment);
        self.finish(&sending.item, verdict).await
    }

    /// Keeps the verdict on an attempt, and looks at what comes next.
    async fn finish(&self, item: &OutboxItem, verdict: Verdict) -> Stored<Next> {
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
            now,
            next: Some(now + DEADLINE),
        };
        match self.ports.store.finish(finish).await {
            Ok(finished) => Ok(Next::Look(finished.head)),
            // Erased meanwhile: there is nothing to keep track of.
            Err(StoreError::NotFound { .. }) => Ok(Next::Look(None)),
            Err(error) => Err(error),
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
