//! What agents and operators do and see, over the API and the commands.

use anyhow::Context as _;
use serde_json::{Value, json};
use sportello_harness::Api;

use super::{Stage, find};
use crate::matches;

/// What the token of a stage may do.
pub(super) const SCOPES: [&str; 6] = [
    "conversations:read",
    "conversations:write",
    "operations:read",
    "operations:write",
    "plugins:read",
    "plugins:write",
];

impl Stage {
    /// The API, with a token that may do everything that scenarios do.
    #[must_use]
    pub fn api(&self) -> Api {
        Api::new(self.server.url(""), self.token.clone())
    }

    /// The token behind [`Stage::api`].
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// An agent takes a customer's conversation.
    pub async fn takes(&mut self, agent: &str, who: &str) -> anyhow::Result<()> {
        self.act(agent, who, "take").await
    }

    /// An agent answers a customer.
    pub async fn answers(&mut self, agent: &str, who: &str, text: &str) -> anyhow::Result<()> {
        let id = self.conversation_id(who).await?;
        let answer = json!({ "agent": agent, "text": text });
        self.api().post(&format!("/api/v1/conversations/{id}/answer"), &answer).await.map(drop)
    }

    /// An agent gives a customer's conversation back to the bot.
    pub async fn returns(&mut self, agent: &str, who: &str) -> anyhow::Result<()> {
        self.act(agent, who, "return").await
    }

    /// An agent has resolved a customer's conversation.
    pub async fn resolves(&mut self, agent: &str, who: &str) -> anyhow::Result<()> {
        self.act(agent, who, "resolve").await
    }

    async fn act(&mut self, agent: &str, who: &str, action: &str) -> anyhow::Result<()> {
        let id = self.conversation_id(who).await?;
        let path = format!("/api/v1/conversations/{id}/{action}");
        self.api().post(&path, &json!({ "agent": agent })).await.map(drop)
    }

    /// Waits until a customer waits in the queue, and compares the reason that agents see.
    pub async fn queue_holds(&mut self, who: &str, reason: &str) -> anyhow::Result<()> {
        let id = self.conversation_id(who).await?;
        let waits = |conversation: &Value, _: &[Value]| conversation["owner"]["queue"].is_object();
        self.waits_for(who, "a place in the queue", waits).await?;
        let queue = self.api().get("/api/v1/queue").await?;
        let place = conversations(&queue["waiting"]).find(|conversation| conversation["id"] == id.as_str());
        let told = &place.context("the queue does not list it")?["owner"]["queue"]["hand-over"]["reason"];
        let told = told.as_str().unwrap_or_default();
        anyhow::ensure!(matches(reason, told), "agents see this reason instead: {told}");
        Ok(())
    }

    /// Nobody waits in a queue.
    pub async fn queue_is_empty(&self) -> anyhow::Result<()> {
        let queue = self.api().get("/api/v1/queue").await?;
        anyhow::ensure!(queue["waiting"] == json!([]), "the queue holds {queue:#}");
        Ok(())
    }

    /// A customer's newest conversation.
    pub async fn conversation(&mut self, who: &str) -> anyhow::Result<Value> {
        let all = self.conversations(who).await?;
        let newest = all.into_iter().max_by_key(|conversation| conversation["opened-at"].as_u64());
        newest.with_context(|| format!("{who} has no conversation"))
    }

    /// All conversations of a customer, closed ones included.
    pub async fn conversations(&mut self, who: &str) -> anyhow::Result<Vec<Value>> {
        let customer = find(&mut self.customers, who)?;
        let (channel, address) = (customer.channel().name(), customer.address());
        let path = format!("/api/v1/conversations?closed=true&limit=1000&channel={channel}");
        let all = self.api().get(&path).await?;
        let theirs = conversations(&all["conversations"])
            .filter(|conversation| conversation["thread"]["address"] == address.as_str());
        Ok(theirs.cloned().collect())
    }

    /// The id of a customer's newest conversation.
    pub async fn conversation_id(&mut self, who: &str) -> anyhow::Result<String> {
        let conversation = self.conversation(who).await?;
        Ok(conversation["id"].as_str().context("a conversation has an id")?.to_owned())
    }

    /// The lines of a customer's newest conversation, each with what became of it.
    pub async fn lines(&mut self, who: &str) -> anyhow::Result<Vec<Value>> {
        let id = self.conversation_id(who).await?;
        let messages = self.api().get(&format!("/api/v1/conversations/{id}/messages")).await?;
        Ok(messages["messages"].as_array().cloned().unwrap_or_default())
    }

    /// The transcript of a customer's newest conversation, as `sportello conversation show` prints it.
    pub async fn transcript(&mut self, who: &str) -> anyhow::Result<String> {
        let id = self.conversation_id(who).await?;
        self.server.command(&["conversation", "show", &id]).await
    }

    /// Deliveries that will not arrive by themselves.
    pub async fn dead_letters(&self) -> anyhow::Result<Vec<Value>> {
        let letters = self.api().get("/api/v1/dead-letters").await?;
        Ok(letters["dead-letters"].as_array().cloned().unwrap_or_default())
    }
}

fn conversations(overviews: &Value) -> impl Iterator<Item = &Value> {
    overviews.as_array().into_iter().flatten().map(|overview| &overview["conversation"])
}
