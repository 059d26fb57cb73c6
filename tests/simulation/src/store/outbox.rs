//! Sending, witnessed.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    contract::Author,
    conversation::Owner,
    delivery::{OutboxItem, OutboxState},
    ids::{ConversationId, DeliveryId},
};
use sportello_engine::ports::store::{Desk, Finish, Finished, Head, Outbox, Sending, Stored};

use super::Faulty;
use crate::plan::{Knows, Op};
use crate::world::{Attempt, HOLD, Invariant, START, Seat};

/// A call may be so long on its way to the store.
const EXPIRED: u64 = 5_000;

#[async_trait]
impl Outbox for Faulty {
    async fn claim_delivery(&self, conversation: ConversationId, now: Instant, deadline: Instant) -> Stored<Head> {
        let work = async {
            let head = self.store.claim_delivery(conversation, now, deadline).await?;
            looked_at(&self.seat, Some(&head), deadline).await?;
            Ok(head)
        };
        self.through(Op::ClaimDelivery, Some(conversation), work).await
    }

    async fn finish(&self, finish: Finish) -> Stored<Finished> {
        let (delivery, attempt, state, next) = (finish.delivery, finish.attempt, finish.state.clone(), finish.next);
        let pause = finish.pause_channel;
        let of = self.world().state().ledger.outgoing.get(&delivery).map(|outgoing| outgoing.conversation);
        let work = async {
            let finished = self.store.finish(finish).await?;
            self.world().tell(Some(self.seat.node), || {
                let late = if finished.late { " (too late)" } else { "" };
                format!("{}: {}{late}", self.world().name_of(delivery), words(&state))
            });
            self.world().attempt_ended(delivery, attempt);
            if let Some(until) = pause {
                let channel = self.world().channel_name_of(delivery).await;
                self.world().state().ledger.paused.extend(channel.map(|channel| (channel, until)));
            }
            if let Some(deadline) = next {
                looked_at(&self.seat, finished.head.as_ref(), deadline).await?;
            }
            self.world().look_at_conversations().await;
            Ok(finished)
        };
        self.through(Op::Finish, of, work).await
    }

    async fn dead_letters(&self, limit: u32) -> Stored<Vec<OutboxItem>> {
        self.through(Op::Other, None, self.store.dead_letters(limit)).await
    }

    async fn resend(&self, delivery: DeliveryId, now: Instant, expires_at: Instant) -> Stored<ConversationId> {
        let work = async {
            let conversation = self.store.resend(delivery, now, expires_at).await?;
            self.world().sent_again(delivery, expires_at);
            Ok(conversation)
        };
        self.through(Op::Desk, None, work).await
    }

    async fn delivery(&self, delivery: DeliveryId) -> Stored<Option<OutboxItem>> {
        self.through(Op::Other, None, self.store.delivery(delivery)).await
    }
}

/// The head of an outbox was looked at; where it is to be sent, `sending` has just become durable.
pub(super) async fn looked_at(seat: &Seat, head: Option<&Head>, deadline: Instant) -> Stored<()> {
    match head {
        Some(Head::Send(sending)) => witness(seat, sending, deadline).await,
        _ => Ok(()),
    }
}

async fn witness(seat: &Seat, sending: &Sending, deadline: Instant) -> Stored<()> {
    let (world, item) = (&seat.world, &sending.item);
    let now = world.elapsed();
    world.tell(Some(seat.node), || format!("begins to send {} (attempt {})", world.name_of(item.id), item.attempt));
    let overview = world.store.conversation(item.conversation).await?;
    if let (Some(overview), Author::Bot) = (overview, &item.author) {
        let conversation = overview.conversation;
        let known = world.state().ledger.outgoing.get(&item.id).map_or(0, |outgoing| outgoing.sent_again);
        let over = conversation.owner_epoch != item.owner_epoch
            || (matches!(conversation.owner, Owner::Agent(_)) && known == 0);
        if over {
            let name = world.name_of(item.id);
            let epochs = format!("epoch {} of {}", item.owner_epoch, conversation.owner_epoch);
            seat.broken(Invariant::SpeakerFenced, || format!("{name} of the bot leaves under {epochs}"));
        }
    }
    let knows = world.channel_of(&sending.channel).knows;
    let mut state = world.state();
    let jumped = state.clocks_jumped > 0;
    let deadline = deadline.saturating_add_signed(-state.nodes[seat.node].clock_offset).saturating_sub(START);
    let Some(outgoing) = state.ledger.outgoing.get_mut(&item.id) else { return Ok(()) };
    let echoed = outgoing.echoed;
    outgoing.position = item.position;
    let doubted = outgoing.attempts.last().filter(|last| last.ambiguous && !last.told && last.number < item.attempt);
    let doubted = doubted.copied();
    outgoing.attempts.push(Attempt {
        number: item.attempt,
        node: seat.node,
        began: now,
        deadline,
        ended: false,
        told: false,
        ambiguous: false,
    });
    let paused = state.ledger.paused.get(&sending.channel).copied().unwrap_or(0);
    let on_the_wall = (world.now()).saturating_add_signed(state.nodes[seat.node].clock_offset);
    drop(state);
    if !jumped && on_the_wall < paused {
        seat.broken(Invariant::Paced, || {
            format!("{} leaves {} ms too early", world.name_of(item.id), paused - on_the_wall)
        });
    }
    if !jumped && world.now() > item.expires_at + EXPIRED {
        seat.broken(Invariant::Stale, || format!("{} leaves after it expired", world.name_of(item.id)));
    }
    if echoed {
        let name = world.name_of(item.id);
        seat.broken(Invariant::Repeated, || format!("{name} leaves again although the platform told that it has it"));
    }
    if let (Some(doubted), Knows::Echoes, false) = (doubted, knows, jumped)
        && now < doubted.began + HOLD
    {
        let waited = now - doubted.began;
        let name = world.name_of(item.id);
        seat.broken(Invariant::HoldKept, || {
            format!("{name} is sent again {waited} ms after an attempt that may have arrived")
        });
    }
    Ok(())
}

fn words(state: &OutboxState) -> String {
    match state {
        OutboxState::Dead(failure) => format!("dead: {failure}"),
        OutboxState::Cancelled(reason) => format!("cancelled: {reason}"),
        state => state.kind().to_owned(),
    }
}
