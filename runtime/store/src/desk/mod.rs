//! What people see and do.

mod act;
mod look;

use async_trait::async_trait;
use sportello_domain::{Instant, conversation::Conversation, ids::ConversationId};
use sportello_engine::ports::store::{
    AgentAnswer, Answered, ConversationFilter, DeliveredLine, Desk, Overview, Stored,
};

use crate::store::SqlStore;
use act::{Act, Deed};

#[async_trait]
impl Desk for SqlStore {
    async fn conversations(&self, filter: ConversationFilter, limit: u32) -> Stored<Vec<Overview>> {
        self.read(look::List { filter, limit }).await
    }

    async fn conversation(&self, id: ConversationId) -> Stored<Option<Overview>> {
        self.read(look::One(id)).await
    }

    async fn transcript(&self, id: ConversationId) -> Stored<Vec<DeliveredLine>> {
        self.read(look::Transcript(id)).await
    }

    async fn take(&self, id: ConversationId, agent: &str, now: Instant) -> Stored<Conversation> {
        self.write(Act { id, agent: agent.to_owned(), now, deed: Deed::Take }).await
    }

    async fn answer(&self, answer: AgentAnswer) -> Stored<Answered> {
        self.write(act::Answer(answer)).await
    }

    async fn hand_back(&self, id: ConversationId, agent: &str, now: Instant) -> Stored<Conversation> {
        self.write(Act { id, agent: agent.to_owned(), now, deed: Deed::HandBack }).await
    }

    async fn resolve(&self, id: ConversationId, agent: &str, now: Instant) -> Stored<Conversation> {
        self.write(Act { id, agent: agent.to_owned(), now, deed: Deed::Resolve }).await
    }
}
