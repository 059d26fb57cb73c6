//! What is seen of the store between calls, and what people's deeds are witnessed by.

use sportello_domain::{
    Instant,
    contract::{Act, Author, Content},
    conversation::{Conversation, Stage},
    ids::{ConversationId, DeliveryId},
};
use sportello_engine::ports::store::{
    self, AgentAnswer, Answered, Contacts, ConversationFilter, Desk, Erased, NewDelivery, Outbox, Overview, Stored,
};

use crate::catalog::index;
use crate::plan::ChannelSetup;
use crate::world::{Erasure, Invariant, Outgoing, Takeover, World};

impl Outgoing {
    /// Committed at this moment.
    #[must_use]
    pub fn new(conversation: ConversationId, new: &NewDelivery, now: u64) -> Self {
        Self {
            conversation,
            line: new.line,
            by_bot: new.author == Author::Bot,
            text: text_of(&new.act),
            made_at: now,
            expires_at: new.expires_at,
            position: 0,
            attempts: vec![],
            refused: false,
            stalled: false,
            echoed: false,
            sent_again: 0,
            attempts_before: 0,
            undone: 0,
        }
    }
}

fn text_of(act: &Act) -> String {
    match act {
        Act::Say(say) => say.contents.iter().filter_map(Content::words).collect(),
        other => format!("{other:?}"),
    }
}

impl World {
    /// An item, for people.
    #[must_use]
    pub fn event_of(&self, conversation: ConversationId, seq: u64) -> String {
        let state = self.state();
        let event = state.ledger.items.get(&(conversation, seq)).and_then(|item| item.event.clone());
        event.unwrap_or_else(|| format!("item {seq}"))
    }

    /// A delivery, for people: the first word of what it says.
    #[must_use]
    pub fn name_of(&self, delivery: DeliveryId) -> String {
        let state = self.state();
        let text = state.ledger.outgoing.get(&delivery).map(|outgoing| outgoing.text.clone()).unwrap_or_default();
        let word = text.split(' ').next().unwrap_or_default().trim_end_matches('.');
        format!("`{word}`")
    }

    /// The channel of a delivery's conversation.
    pub(crate) async fn channel_name_of(&self, delivery: DeliveryId) -> Option<String> {
        let conversation = self.state().ledger.outgoing.get(&delivery)?.conversation;
        let overview = self.store.conversation(conversation).await.ok()??;
        Some(overview.conversation.channel)
    }

    /// What the platform of this name is like.
    #[must_use]
    pub fn channel_of(&self, name: &str) -> ChannelSetup {
        let index = index(name).unwrap_or(0);
        self.plan.setup.channels[index % self.plan.setup.channels.len()]
    }

    /// All conversations.
    pub async fn conversations(&self) -> Vec<Overview> {
        let filter = ConversationFilter { closed: true, ..ConversationFilter::default() };
        self.store.conversations(filter, u32::MAX).await.unwrap_or_default()
    }

    /// A customer's newest conversation.
    pub async fn conversation_of(&self, customer: usize) -> Option<Conversation> {
        let address = crate::customers::address(customer);
        let all = self.conversations().await.into_iter().map(|overview| overview.conversation);
        let own = all.filter(|conversation| conversation.thread.address == address);
        own.max_by_key(|conversation| (conversation.stage != Stage::Closed, conversation.id))
    }

    /// At most one conversation of an endpoint is open, and closed ones are done, but for what an operator has sent again (3).
    pub async fn look_at_conversations(&self) {
        let mut open = vec![];
        for Overview { conversation, .. } in self.conversations().await {
            let endpoint = (conversation.channel.clone(), conversation.thread.address.clone());
            if conversation.stage != Stage::Closed {
                if open.contains(&endpoint) {
                    self.broken(Invariant::OneOpenConversation, || format!("{endpoint:?} has two"));
                }
                open.push(endpoint);
            } else if conversation.done_seq != conversation.last_seq || self.sends_something(conversation.id).await {
                self.broken(Invariant::ClosedIsDone, || format!("that of {endpoint:?} is not"));
            }
        }
    }

    async fn sends_something(&self, conversation: ConversationId) -> bool {
        let own: Vec<DeliveryId> = {
            let state = self.state();
            let own = state.ledger.outgoing.iter().filter(|(_, outgoing)| outgoing.conversation == conversation);
            let own = own.filter(|(_, outgoing)| outgoing.sent_again == 0);
            own.map(|(id, _)| *id).collect()
        };
        for id in own {
            if let Ok(Some(item)) = self.store.delivery(id).await
                && !item.state.is_final()
            {
                return true;
            }
        }
        false
    }

    /// News of a delivery only ever go forward (15).
    pub async fn news_of(&self, delivery: DeliveryId) {
        let Ok(Some(item)) = self.store.delivery(delivery).await else { return };
        let mut state = self.state();
        let known = state.ledger.progress.insert(delivery, item.progress).flatten();
        drop(state);
        if item.progress < known {
            self.broken(Invariant::StatusMonotone, || {
                format!("{} went from {known:?} back to {:?}", self.name_of(delivery), item.progress)
            });
        }
    }

    /// The outcome of an attempt is durable.
    pub(crate) fn attempt_ended(&self, delivery: DeliveryId, attempt: u32) {
        let mut state = self.state();
        let known = state.ledger.outgoing.get_mut(&delivery);
        let attempts = known.into_iter().flat_map(|outgoing| &mut outgoing.attempts);
        if let Some(known) = attempts.rev().find(|known| known.number == attempt) {
            known.ended = true;
        }
    }

    /// A dead letter is in the outbox anew.
    pub fn sent_again(&self, delivery: DeliveryId, expires_at: Instant) {
        self.tell(None, || format!("{} is sent again by a person", self.name_of(delivery)));
        self.begins_anew(delivery, expires_at);
    }

    /// A delivery is in its outbox as if it had never left.
    pub(crate) fn begins_anew(&self, delivery: DeliveryId, expires_at: Instant) {
        let now = self.elapsed();
        let mut state = self.state();
        state.ledger.progress.remove(&delivery);
        if let Some(outgoing) = state.ledger.outgoing.get_mut(&delivery) {
            outgoing.sent_again += 1;
            outgoing.attempts_before = outgoing.attempts.len();
            outgoing.echoed = false;
            outgoing.made_at = now;
            outgoing.expires_at = expires_at;
        }
    }

    /// Somebody takes a conversation.
    pub(crate) async fn take(&self, id: ConversationId, agent: &str, now: Instant) -> Stored<Conversation> {
        let taken = self.store.take(id, agent, now).await?;
        self.handled(id, || format!("{agent} takes the conversation"));
        Ok(taken)
    }

    /// Somebody answers.
    pub(crate) async fn answer(&self, answer: AgentAnswer) -> Stored<Answered> {
        let (id, key, deliveries) = (answer.conversation, answer.key.clone(), answer.deliveries.clone());
        let answered = self.store.answer(answer).await?;
        self.tell(None, || format!("an agent answers: {key} ({answered:?})"));
        let now = self.elapsed();
        let mut state = self.state();
        if let Answered::New(line) = answered {
            let known = state.ledger.answers.insert(key.clone(), line);
            for new in &deliveries {
                state.ledger.outgoing.insert(new.id, Outgoing::new(id, new, now));
            }
            drop(state);
            if known.is_some() {
                self.broken(Invariant::AcceptedOnce, || format!("the answer {key} is in the outbox twice"));
            }
        }
        Ok(answered)
    }

    /// Somebody gives a conversation back to the bot.
    pub(crate) async fn hand_back(&self, id: ConversationId, agent: &str, now: Instant) -> Stored<Conversation> {
        let given = self.store.hand_back(id, agent, now).await?;
        self.handled(id, || format!("{agent} gives the conversation back"));
        Ok(given)
    }

    /// Somebody is done with a conversation.
    pub(crate) async fn resolve(&self, id: ConversationId, agent: &str, now: Instant) -> Stored<Conversation> {
        let resolved = self.store.resolve(id, agent, now).await?;
        self.handled(id, || format!("{agent} resolves the conversation"));
        self.look_at_conversations().await;
        Ok(resolved)
    }

    /// Somebody is forgotten: what was to become of their items becomes of none.
    pub(crate) async fn erase(&self, erasure: store::Erasure) -> Stored<Erased> {
        let all = self.conversations().await.into_iter().map(|overview| overview.conversation);
        let own: Vec<Conversation> = all.filter(|conversation| conversation.contact == erasure.contact).collect();
        let erased = self.store.erase(erasure).await?;
        let Some(address) = own.first().map(|conversation| conversation.thread.address.clone()) else {
            return Ok(erased);
        };
        self.tell(None, || format!("{address} is erased, with {} conversations", own.len()));
        let mut state = self.state();
        let ledger = &mut state.ledger;
        for conversation in own {
            ledger.erased.insert(conversation.id, ledger.erasures.len());
            let is_left = |place: &(ConversationId, u64)| place.0 != conversation.id;
            ledger.items.retain(|place, item| is_left(place) || item.turn.is_some());
        }
        ledger.erasures.push(Erasure { address, at: erasure.at });
        Ok(erased)
    }

    /// Something begins or ends in a conversation that there should not be any more.
    pub(crate) fn look_for_erased(&self, conversation: ConversationId, what: impl FnOnce() -> String) {
        let is_erased = self.state().ledger.erased.contains_key(&conversation);
        if is_erased {
            self.broken(Invariant::Erased, what);
        }
    }

    fn handled(&self, conversation: ConversationId, what: impl FnOnce() -> String) {
        self.tell(None, what);
        let at = self.elapsed();
        self.state().ledger.takeovers.push(Takeover { conversation, at });
    }
}
