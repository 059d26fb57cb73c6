//! What is seen of what is held after a backup was put back: nothing of it leaves before an operator releases it, and what is
//! dropped never does (21).

use std::collections::BTreeMap;

use sportello_domain::{
    Instant,
    ids::{ConversationId, DeliveryId},
};
use sportello_engine::ports::store::{Holding, Stored};

use crate::world::{Invariant, World};

/// What does not leave by itself.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// What turns want said and done later about items up to these is held, too.
    until: BTreeMap<ConversationId, u64>,
    deliveries: BTreeMap<(ConversationId, DeliveryId), Fate>,
    /// By the event that asked for them.
    schedules: BTreeMap<(ConversationId, String), Fate>,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Waits,
    Dropped,
}

impl Held {
    /// A backup was put back, with items up to these, and with these that were not final.
    pub(crate) fn hold(
        &mut self,
        until: Vec<(ConversationId, u64)>,
        deliveries: Vec<(ConversationId, DeliveryId)>,
        schedules: &[(ConversationId, String)],
    ) {
        self.until = until.into_iter().collect();
        self.deliveries.extend(deliveries.into_iter().map(|delivery| (delivery, Fate::Waits)));
        self.schedules.extend(schedules.iter().map(|schedule| (schedule.clone(), Fate::Waits)));
    }

    /// A turn is committed, which wants this said and this done later.
    pub(crate) fn goes_on(
        &mut self,
        (conversation, seq): (ConversationId, u64),
        deliveries: impl Iterator<Item = DeliveryId>,
        schedules: impl Iterator<Item = String>,
    ) {
        if self.until.get(&conversation).is_none_or(|until| seq > *until) {
            schedules.for_each(|tag| self.schedules.retain(|of, _| *of != (conversation, tag.clone())));
            return;
        }
        self.deliveries.extend(deliveries.map(|id| ((conversation, id), Fate::Waits)));
        self.schedules.extend(schedules.map(|tag| ((conversation, tag), Fate::Waits)));
    }

    /// Whether an operator has yet to decide about it.
    #[must_use]
    pub fn waits(&self, conversation: ConversationId, delivery: DeliveryId) -> bool {
        self.deliveries.get(&(conversation, delivery)) == Some(&Fate::Waits)
    }

    /// Whether an operator dropped it.
    #[must_use]
    pub fn is_dropped(&self, conversation: ConversationId, delivery: DeliveryId) -> bool {
        self.deliveries.get(&(conversation, delivery)) == Some(&Fate::Dropped)
    }

    fn let_go(&mut self, of: impl Fn(ConversationId) -> bool) {
        self.deliveries.retain(|(id, _), fate| !of(*id) || *fate == Fate::Dropped);
        self.schedules.retain(|(id, _), fate| !of(*id) || *fate == Fate::Dropped);
    }

    fn discard(&mut self, of: impl Fn(ConversationId) -> bool) {
        let deliveries = self.deliveries.iter_mut().map(|((id, _), fate)| (id, fate));
        let schedules = self.schedules.iter_mut().map(|((id, _), fate)| (id, fate));
        let chosen = deliveries.chain(schedules).filter(|(id, _)| of(**id));
        chosen.for_each(|(_, fate)| *fate = Fate::Dropped);
    }
}

impl World {
    /// A delivery begins to be sent.
    pub(crate) fn leaves_by_itself(&self, conversation: ConversationId, delivery: DeliveryId) {
        let fate = self.state().ledger.held.deliveries.get(&(conversation, delivery)).copied();
        if let Some(fate) = fate {
            self.broken(Invariant::Held, || format!("{} leaves, and {}", self.name_of(delivery), fate.words()));
        }
    }

    /// A schedule's item is taken up. One that had come due when the backup was made is an item that waits.
    pub(crate) fn comes_due_by_itself(&self, conversation: ConversationId, seq: u64, tag: &str) {
        let fate = {
            let held = &self.state().ledger.held;
            let waited = held.until.get(&conversation).is_some_and(|until| seq <= *until);
            held.schedules.get(&(conversation, tag.to_owned())).copied().filter(|_| !waited)
        };
        if let Some(fate) = fate {
            self.broken(Invariant::Held, || format!("what {tag} scheduled comes due, and {}", fate.words()));
        }
    }

    /// An operator lets go what is held: of one conversation, or of all.
    pub(crate) async fn let_go(
        &self,
        conversation: Option<ConversationId>,
        now: Instant,
        expires_at: Instant,
    ) -> Stored<Vec<ConversationId>> {
        let of = |id| conversation.is_none_or(|wanted| wanted == id);
        let held = self.store.held(u32::MAX).await?;
        let woken = self.store.let_go(conversation, now, expires_at).await?;
        for item in held.deliveries.iter().filter(|item| of(item.conversation)) {
            self.tell(None, || format!("{} is released", self.name_of(item.id)));
            if self.state().ledger.outgoing.get(&item.id).is_some_and(|outgoing| outgoing.echoed) {
                let name = self.name_of(item.id);
                self.broken(Invariant::Repeated, || {
                    format!("{name} is released, and the platform told that it has it")
                });
            }
            self.begins_anew(item.id, expires_at);
        }
        for schedule in held.schedules.iter().filter(|schedule| of(schedule.conversation)) {
            self.tell(None, || format!("what {} scheduled is released", schedule.tag));
        }
        self.state().ledger.held.let_go(of);
        Ok(woken)
    }

    /// An operator drops what is held: of one conversation, or of all.
    pub(crate) async fn discard_held(&self, conversation: Option<ConversationId>) -> Stored<u64> {
        let of = |id| conversation.is_none_or(|wanted| wanted == id);
        let held = self.store.held(u32::MAX).await?;
        let count = self.store.discard_held(conversation).await?;
        for item in held.deliveries.iter().filter(|item| of(item.conversation)) {
            self.tell(None, || format!("{} is dropped", self.name_of(item.id)));
        }
        let mut state = self.state();
        let ledger = &mut state.ledger;
        ledger.held.discard(of);
        let dropped = held.schedules.iter().filter(|schedule| of(schedule.conversation));
        for dropped in dropped {
            let is_it = |(id, tag): &(ConversationId, String)| (id, tag) == (&dropped.conversation, &dropped.tag);
            ledger.schedules.retain(|schedule| !is_it(schedule));
        }
        Ok(count)
    }
}

impl Fate {
    fn words(self) -> &'static str {
        match self {
            Self::Waits => "no operator has released it",
            Self::Dropped => "an operator dropped it",
        }
    }
}
