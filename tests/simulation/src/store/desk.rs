//! What people do, witnessed.

use async_trait::async_trait;
use sportello_domain::{Instant, conversation::Conversation, ids::ConversationId};
use sportello_engine::ports::store::{
    AgentAnswer, Answered, ConversationFilter, DeliveredLine, Desk, Overview, Stored,
};

use super::Faulty;
use crate::plan::Op;

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
