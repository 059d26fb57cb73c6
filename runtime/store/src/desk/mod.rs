//! What people see and do.

mod act;
mod look;

use async_trait::async_trait;
use sportello_domain::{Instant, conversation::Conversation, ids::ConversationId};
use sportello_engine::ports::store::{
    AgentAnswer, Answered, ConversationFilter, DeliveredLine, Desk, Overview, Stored,
};

use crate::store::SqliteStore;
use act::{Act, Deed};

#[async_trait]
impl Desk for SqliteStore {
    async fn conversations(&self, filter: ConversationFilter, limit: u32) -> Stored<Vec<Overview>> {
        self.read("list conversations", async |pool| look::list(pool, &filter, limit).await).await
    }

    async fn conversation(&self, id: ConversationId) -> Stored<Option<Overview>> {
        self.read("read a conversation", async |pool| look::one(pool, id).await).await
    }

    async fn transcript(&self, id: ConversationId) -> Stored<Vec<DeliveredLine>> {
        self.read("read a transcript", async |pool| look::transcript(pool, id).await).await
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
