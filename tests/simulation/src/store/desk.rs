//! What people do, witnessed.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    conversation::{Contact, Conversation},
    ids::ConversationId,
};
use sportello_engine::ports::store::{
    AgentAnswer, Answered, Contacts, ConversationFilter, DeliveredLine, Desk, Erased, Erasure, Overview, Stored,
};

use super::Faulty;
use crate::plan::Op;

#[async_trait]
impl Contacts for Faulty {
    async fn contact(&self, channel: &str, platform_id: &str) -> Stored<Option<Contact>> {
        self.through(Op::Other, None, self.store.contact(channel, platform_id)).await
    }

    async fn erase(&self, erasure: Erasure) -> Stored<Erased> {
        self.through(Op::Desk, None, self.world().erase(erasure)).await
    }
}

#[async_trait]
impl Desk for Faulty {
    async fn conversations(&self, filter: ConversationFilter, limit: u32) -> Stored<Vec<Overview>> {
        self.through(Op::Other, None, self.store.conversations(filter, limit)).await
    }

    async fn conversation(&self, id: ConversationId) -> Stored<Option<Overview>> {
        self.through(Op::Other, Some(id), self.store.conversation(id)).await
    }

    async fn transcript(&self, id: ConversationId) -> Stored<Vec<DeliveredLine>> {
        self.through(Op::Other, Some(id), self.store.transcript(id)).await
    }

    async fn take(&self, id: ConversationId, agent: &str, now: Instant) -> Stored<Conversation> {
        self.through(Op::Desk, Some(id), self.world().take(id, agent, now)).await
    }

    async fn answer(&self, answer: AgentAnswer) -> Stored<Answered> {
        self.through(Op::Desk, Some(answer.conversation), self.world().answer(answer)).await
    }

    async fn hand_back(&self, id: ConversationId, agent: &str, now: Instant) -> Stored<Conversation> {
        self.through(Op::Desk, Some(id), self.world().hand_back(id, agent, now)).await
    }

    async fn resolve(&self, id: ConversationId, agent: &str, now: Instant) -> Stored<Conversation> {
        self.through(Op::Desk, Some(id), self.world().resolve(id, agent, now)).await
    }
}
