//! Accepting what platforms tell us: webhooks, polls, and what was in quarantine.

mod poll;
mod quarantine;
mod receive;

pub use quarantine::Rerun;
pub use receive::Received;

use std::sync::Arc;

use sportello_domain::{
    contract::{Event, HttpRequest},
    ids::{ContactId, ConversationId, ErrandId, MessageId, QuarantineId},
};

use crate::catalog::Channel;
use crate::core::Core;
use crate::error::EngineError;
use crate::keys;
use crate::ports::store::{Acceptance, Accepted, CursorMove, Fresh, Incoming, PendingErrand, Taken};
use crate::turn::HISTORY;

/// An event older than this is stored and never answered: deduplication may have forgotten it (rule 1).
const MEMORY_OF_KEYS: u64 = 30 * 24 * 60 * 60 * 1_000;

/// An errand is left to the periodic look for work only if the node that took it did not get to it by then.
const ERRAND_GRACE: u64 = 30_000;

impl Core {
    /// Makes events durable, deduplicated and in order, and wakes the lanes that have work now.
    pub(crate) async fn accept(
        self: &Arc<Self>,
        channel: &Channel,
        events: Vec<Event>,
        afterwards: Vec<HttpRequest>,
        cursor: Option<CursorMove>,
    ) -> Result<Vec<Accepted>, EngineError> {
        let (now, time) = (self.now(), self.time());
        let errands: Vec<PendingErrand> = afterwards
            .into_iter()
            .map(|request| PendingErrand {
                id: ErrandId::new(now, self.bits()),
                revision: channel.revision.id.clone(),
                due_at: time + u64::from(request.after.unwrap_or(0)) + ERRAND_GRACE,
                request,
                attempts: 0,
            })
            .collect();
        let kinds: Vec<&'static str> = events.iter().map(|event| event.happening.kind()).collect();
        let acceptance = Acceptance {
            channel: channel.name.clone(),
            events: events.into_iter().map(|event| self.incoming(channel, event)).collect(),
            errands,
            cursor,
            default_queue: self.catalog.load().policy.default_queue.clone(),
            now,
            claim: self.turns.has_room().then_some(HISTORY),
        };
        let Taken { events: accepted, claims, errands } = self.ports.store.accept(acceptance).await?;
        self.tell_of(channel, &kinds, &accepted);
        self.run_errands(errands).await;
        let claimed: Vec<ConversationId> = claims.iter().map(|claim| claim.conversation.id).collect();
        for claim in claims {
            self.turns.wake_with(claim.conversation.id, claim);
        }
        for event in &accepted {
            match event {
                Accepted::Queued { conversation, .. } if !claimed.contains(conversation) => {
                    self.turns.wake(*conversation);
                }
                Accepted::Status { delivery: Some((conversation, _)) } => self.sends.wake(*conversation),
                _ => {}
            }
        }
        Ok(accepted)
    }

    fn incoming(&self, channel: &Channel, event: Event) -> Incoming {
        let now = self.now();
        let answerable = event.at.saturating_add(MEMORY_OF_KEYS) > now;
        let fresh = Fresh {
            conversation: ConversationId::new(now, self.bits()),
            contact: ContactId::new(now, self.bits()),
            line: MessageId::new(now, self.bits()),
            quarantine: QuarantineId::new(now, self.bits()),
        };
        let (key, fingerprint) = (keys::key(&self.key, &channel.name, &event), keys::fingerprint(&self.key, &event));
        let marks = self.marker().event(&channel.name, &event);
        Incoming { event, key, fingerprint, marks, answerable, fresh }
    }

    fn tell_of(&self, channel: &Channel, kinds: &[&'static str], accepted: &[Accepted]) {
        for (kind, accepted) in kinds.iter().zip(accepted) {
            let outcome = match accepted {
                Accepted::Queued { conversation, seq } => {
                    tracing::debug!(channel = channel.name, kind, %conversation, seq, "accepted");
                    "queued"
                }
                Accepted::Duplicate => "duplicate",
                Accepted::Conflicting => {
                    tracing::error!(
                        channel = channel.name,
                        kind,
                        "an event bears the id of another one: it is in quarantine"
                    );
                    "conflicting"
                }
                Accepted::Unplaceable => {
                    tracing::error!(channel = channel.name, kind, "an event cannot be placed: it is in quarantine");
                    "unplaceable"
                }
                Accepted::Status { .. } => "status",
                Accepted::Noted(_) => "noted",
                Accepted::Passed => "passed",
                Accepted::Erased => "erased",
            };
            metrics::counter!("sportello_events_total", "channel" => channel.name.clone(), "kind" => *kind, "outcome" => outcome)
                .increment(1);
        }
    }
}
