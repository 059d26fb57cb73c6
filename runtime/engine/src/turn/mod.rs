//! Turns: one item of a lane, from the claim to the commit (rules 6 to 10).
//!
//! `facts` is all that a turn knows, `understand` asks the classifier, `plan` walks the route that the domain decides,
//! `step` calls one skill until it is done, `effects` gathers what is wanted into one commit.

mod effects;
mod facts;
mod journal;
mod memory;
mod plan;
mod step;
mod understand;
mod watch;

pub(crate) use step::MOST_CALLS;
pub(crate) use understand::micros;
pub(crate) use watch::fault;

use std::sync::Arc;
use std::time::Duration;

use sportello_domain::{Instant, ids::ConversationId};
use tracing::Instrument;

use crate::core::Core;
use crate::dispatch::Claimed;
use crate::ports::store::{Claim, Committed, Head, StoreError, Stored};
use crate::sabotage::{Sabotage, is_broken};
use facts::Facts;
use plan::Run;

/// Lines of history that a skill sees.
pub(crate) const HISTORY: u32 = 20;

/// After so many turns a lane lets others work.
const TURNS_IN_A_ROW: usize = 16;

/// How soon a turn that could not be run for the host's own reasons is tried again.
const AGAIN: Duration = Duration::from_millis(500);

/// How a try to run a turn ended.
#[allow(clippy::large_enum_variant, reason = "it lives for one match")]
enum Ended {
    /// It is committed; more items may wait.
    Committed {
        committed: Committed,
        /// What it claimed to be sent leaves by then, by the clock that runs on during suspend, or not at all.
        not_after: Instant,
    },
    /// Nothing was committed: the host could not run it now.
    Later,
}

impl Core {
    /// Runs the turns of a conversation, in order, until none is pending; the first may be claimed already.
    pub(crate) async fn work_turns(self: Arc<Self>, id: ConversationId, claim: Option<Claim>) {
        // It is woken again once its skill has a place for it.
        if !self.turn_shares.is_waiting(id) {
            self.turn_in_order(id, claim).await;
            self.turn_shares.settle(id);
        }
    }

    async fn turn_in_order(self: &Arc<Self>, id: ConversationId, mut claim: Option<Claim>) {
        let mut overtaken = false;
        for _ in 0..TURNS_IN_A_ROW {
            match self.next_turn(id, claim.take(), overtaken).await {
                Ok(Some(Ended::Committed { committed, not_after })) => {
                    match committed.head {
                        Some(Head::Idle) => {}
                        Some(Head::Send(sending)) => self.sends.wake_with(id, Claimed { sending, not_after }),
                        // What else was seen may be otherwise by the time that somebody gets to it.
                        Some(_) | None => self.sends.wake(id),
                    }
                    if !committed.more {
                        return;
                    }
                    overtaken = false;
                }
                Ok(Some(Ended::Later)) if self.turn_shares.is_waiting(id) => return,
                Ok(Some(Ended::Later)) => return self.turns.wake_after(id, AGAIN),
                Ok(None) => return,
                // A person took over meanwhile: nothing was committed, and the same turn again ends without a word (rule 11).
                Err(StoreError::Superseded { .. }) => overtaken = true,
                // Whoever has the lane now goes on with it, and there is none of whom was erased.
                Err(StoreError::LaneLost | StoreError::NotFound { what: "conversation", .. }) => return,
                Err(error) => {
                    tracing::error!(conversation = %id, %error, "a turn could not be kept; it will be run again");
                    return self.turns.wake_after(id, AGAIN);
                }
            }
        }
        self.turns.wake(id);
    }

    async fn next_turn(
        self: &Arc<Self>,
        id: ConversationId,
        claim: Option<Claim>,
        overtaken: bool,
    ) -> Stored<Option<Ended>> {
        let claim = match claim {
            Some(claim) => claim,
            None => match self.ports.store.claim(id, HISTORY).await? {
                Some(claim) => claim,
                None => return Ok(None),
            },
        };
        let span = tracing::info_span!(
            "engine.turn.run",
            conversation = %id,
            channel = claim.conversation.channel,
            seq = claim.item.seq,
            outcome = tracing::field::Empty,
        );
        self.run_turn(claim, overtaken).instrument(span).await.map(Some)
    }

    async fn run_turn(self: &Arc<Self>, mut claim: Claim, overtaken: bool) -> Stored<Ended> {
        let catalog = self.catalog.load_full();
        let Some(channel) = catalog.channel(&claim.conversation.channel, claim.conversation.id) else {
            tracing::error!(
                channel = claim.conversation.channel,
                "a conversation's channel is not configured any more"
            );
            return Ok(Ended::Later);
        };
        let (facts, resumed) = match claim.frozen.take() {
            None => (Facts::gather(claim, &channel.capabilities, self.now(), self.bits()), None),
            Some(frozen) if is_broken(Sabotage::FrozenInputs) => {
                let anew = Facts::gather(claim, &channel.capabilities, self.now(), self.bits());
                (Facts { turn: frozen.turn, ..anew }, None)
            }
            Some(frozen) => Facts::thaw(&claim, &frozen)?,
        };
        let run = Run::new(self, &catalog, channel, facts, resumed, overtaken);
        let Some(draft) = run.run().await? else { return Ok(Ended::Later) };
        let (look, not_after) = self.look_at_head();
        let commit = draft.into_commit(self, &catalog.policy, look);
        let outcome = commit.record.outcome;
        let committed = self.ports.store.commit_turn(commit).await?;
        tracing::Span::current().record("outcome", tracing::field::debug(outcome));
        metrics::counter!("sportello_turns_total", "outcome" => outcome.name()).increment(1);
        Ok(Ended::Committed { committed, not_after })
    }
}
