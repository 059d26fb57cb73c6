//! Turns, witnessed.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    contract::{HttpResponse, RequestError},
    ids::{ConversationId, TurnId},
    inbox::Arrival,
};
use sportello_engine::ports::store::{
    Claim, Committed, Desk, Freeze, Journaled, Lanes, ScheduleChange, Stored, TurnCommit, TurnRecord,
};

use super::{Faulty, outbox::looked_at};
use crate::carrier::text;
use crate::plan::Op;
use crate::world::{Invariant, Outgoing, Seat, Turn};

#[async_trait]
impl Lanes for Faulty {
    async fn claim(&self, conversation: ConversationId, history: u32) -> Stored<Option<Claim>> {
        let work = async {
            let claim = self.store.claim(conversation, history).await?;
            claim.iter().for_each(|claim| claimed(&self.seat, claim));
            Ok(claim)
        };
        self.through(Op::Claim, Some(conversation), work).await
    }

    async fn freeze(&self, freeze: Freeze) -> Stored<()> {
        let (of, order) = (Some(freeze.conversation), text(&freeze.intent.request));
        let work = async {
            self.store.freeze(freeze).await?;
            self.world().state().ledger.intents.insert(order);
            Ok(())
        };
        self.through(Op::Freeze, of, work).await
    }

    async fn settle(
        &self,
        conversation: ConversationId,
        lane_token: u64,
        turn: TurnId,
        position: u32,
        outcome: Result<HttpResponse, RequestError>,
    ) -> Stored<()> {
        let work = self.store.settle(conversation, lane_token, turn, position, outcome);
        self.through(Op::Settle, Some(conversation), work).await
    }

    async fn commit_turn(&self, commit: TurnCommit) -> Stored<Committed> {
        let of = Some(commit.conversation);
        let work = async {
            let before = self.store.conversation(commit.conversation).await?;
            let committed = self.store.commit_turn(commit.clone()).await?;
            let bot_owned = before.is_some_and(|overview| overview.conversation.owner.is_bot());
            witness(&self.seat, &commit, bot_owned).await?;
            if let Some(deadline) = commit.send {
                looked_at(&self.seat, committed.head.as_ref(), deadline).await?;
            }
            self.world().look_at_conversations().await;
            Ok(committed)
        };
        self.through(Op::CommitTurn, of, work).await
    }

    async fn fire_schedules(&self, now: Instant, limit: u32) -> Stored<Vec<ConversationId>> {
        let work = async {
            let lanes = self.store.fire_schedules(now, limit).await?;
            for id in &lanes {
                self.world().tell(Some(self.seat.node), || "a schedule comes due".to_owned());
                let overview = self.store.conversation(*id).await?;
                if overview.is_some_and(|overview| !overview.conversation.owner.is_bot()) {
                    self.seat.broken(Invariant::Suspended, || "one came due".to_owned());
                }
            }
            Ok(lanes)
        };
        self.through(Op::Look, None, work).await
    }

    async fn turns(&self, conversation: ConversationId) -> Stored<Vec<TurnRecord>> {
        self.through(Op::Other, Some(conversation), self.store.turns(conversation)).await
    }

    async fn last_turns(&self, before: Option<u64>, limit: u32) -> Stored<Vec<Journaled>> {
        self.through(Op::Other, None, self.store.last_turns(before, limit)).await
    }
}

/// A lane was claimed.
pub(super) fn claimed(seat: &Seat, claim: &Claim) {
    let (world, place) = (&seat.world, (claim.conversation.id, claim.item.seq));
    let mut state = world.state();
    let token = claim.conversation.lane_token;
    state.ledger.tokens.insert(place.0, token);
    state.ledger.claims.insert((seat.id(), place.0), token);
    if let Arrival::Scheduled(due) = &claim.item.arrival {
        state.ledger.items.entry(place).or_default().event = Some(format!("{}+", due.tag));
        drop(state);
        world.comes_due_by_itself(place.0, place.1, &due.tag);
    } else {
        drop(state);
    }
    world.tell(Some(seat.node), || {
        let frozen = if claim.frozen.is_some() { ", as it was frozen" } else { "" };
        format!("takes up the turn of {}{frozen}", world.event_of(place.0, place.1))
    });
}

async fn witness(seat: &Seat, commit: &TurnCommit, bot_owned: bool) -> Stored<()> {
    let world = &seat.world;
    let (conversation, seq) = (commit.conversation, commit.record.seq);
    let event = world.event_of(conversation, seq);
    world.look_for_erased(conversation, || format!("the turn of {event} is committed"));
    let now = world.elapsed();
    let place = (conversation, seq);
    if world.state().ledger.items.get(&place).is_some_and(|item| item.turn.is_some()) {
        // The same turn once more: it changes nothing.
        return Ok(());
    }
    let stranded = world.dialogue_goes_on(commit).await?;
    let mut state = world.state();
    let ledger = &mut state.ledger;
    let earlier = ledger.items.range((conversation, 0)..(conversation, seq)).all(|(_, item)| item.turn.is_some());
    let token = ledger.tokens.get(&conversation).copied().unwrap_or(0);
    let deliveries = commit.deliveries.iter().map(|delivery| delivery.id).collect();
    let turn = Turn { outcome: commit.record.outcome, bot_owned, stranded, deliveries };
    ledger.items.entry(place).or_default().turn = Some(turn);
    for new in &commit.deliveries {
        ledger.outgoing.insert(new.id, Outgoing::new(conversation, new, now));
    }
    let tags = commit.schedules.iter().filter_map(|change| match change {
        ScheduleChange::Set { tag, .. } => Some(tag.clone()),
        ScheduleChange::Cancel { .. } => None,
    });
    ledger.schedules.extend(tags.clone().map(|tag| (conversation, tag)));
    ledger.held.goes_on(place, commit.deliveries.iter().map(|new| new.id), tags);
    drop(state);
    world.tell(Some(seat.node), || {
        let outcome = commit.record.outcome.name();
        format!("commits the turn of {event}: {outcome}, {} to be sent", commit.deliveries.len())
    });
    if token != commit.lane_token {
        let seen = || format!("{event} under token {} while {token} stands", commit.lane_token);
        seat.broken(Invariant::LaneFenced, seen);
    }
    if !earlier {
        seat.broken(Invariant::TurnsInOrder, || format!("{event} before an earlier one of its conversation"));
    }
    Ok(())
}
