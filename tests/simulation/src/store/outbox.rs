//! Sending, witnessed.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    contract::Author,
    conversation::Owner,
    delivery::{OutboxItem, OutboxState},
    ids::{ConversationId, DeliveryId},
};
use sportello_engine::ports::store::{Desk, Finish, Finished, Head, Look, Outbox, Sending, Stored};

use super::Faulty;
use crate::plan::{Knows, Op};
use crate::world::{Attempt, HOLD, Invariant, Seat};

/// A call may be so long on its way to the store, and a node's time so far behind that of the world; milliseconds.
const BEHIND: u64 = 5_000;
/// A node begins with an answer about the time that may be so old; milliseconds.
const APART: u64 = 2_000;

#[async_trait]
impl Outbox for Faulty {
    async fn claim_delivery(&self, conversation: ConversationId, look: Look) -> Stored<Head> {
        let work = async {
            let head = self.store.claim_delivery(conversation, look).await?;
            looked_at(&self.seat, Some(&head), look).await?;
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
            if let Some(look) = next {
                looked_at(&self.seat, finished.head.as_ref(), look).await?;
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
pub(super) async fn looked_at(seat: &Seat, head: Option<&Head>, look: Look) -> Stored<()> {
    match head {
        Some(Head::Send(sending)) => witness(seat, sending, look.deadline).await,
        _ => Ok(()),
    }
}

async fn witness(seat: &Seat, sending: &Sending, deadline: Instant) -> Stored<()> {
    let (world, item) = (&seat.world, &sending.item);
    let now = world.time();
    world.tell(Some(seat.node), || format!("begins to send {} (attempt {})", world.name_of(item.id), item.attempt));
    world.look_for_erased(item.conversation, || format!("{} begins to be sent", world.name_of(item.id)));
    world.leaves_by_itself(item.conversation, item.id);
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
    let Some(outgoing) = state.ledger.outgoing.get_mut(&item.id) else { return Ok(()) };
    let echoed = outgoing.echoed;
    outgoing.position = item.position;
    // No echo comes of what never left.
    let doubted =
        outgoing.attempts.last().filter(|last| last.left && last.ambiguous && !last.told && last.number < item.attempt);
    let doubted = doubted.copied();
    // Where that took longer than an attempt may last, whoever looks next finds one that nobody has ended.
    let ambiguous = deadline <= now;
    outgoing.attempts.push(Attempt {
        number: item.attempt,
        node: seat.node,
        began: now,
        deadline,
        ended: false,
        told: false,
        left: false,
        ambiguous,
    });
    let paused = state.ledger.paused.get(&sending.channel).copied().unwrap_or(0);
    let stood_still = state.stood_still;
    drop(state);
    if now < paused {
        seat.broken(Invariant::Paced, || format!("{} leaves {} ms too early", world.name_of(item.id), paused - now));
    }
    // A node may stand still between asking what time it is and being heard.
    if now > item.expires_at + BEHIND + stood_still {
        seat.broken(Invariant::Stale, || format!("{} leaves after it expired", world.name_of(item.id)));
    }
    if echoed {
        let name = world.name_of(item.id);
        seat.broken(Invariant::Repeated, || format!("{name} leaves again although the platform told that it has it"));
    }
    if let (Some(doubted), Knows::Echoes) = (doubted, knows)
        && now + APART < doubted.began + HOLD
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
