//! What agents and operators do.

use std::sync::Arc;

use sportello_domain::{
    contract::{Act, Author, Content, Say},
    conversation::{Conversation, Voice},
    expiry, fit,
    ids::{ConversationId, DeliveryId, MessageId},
    notices,
};

use crate::core::Core;
use crate::error::EngineError;
use crate::ports::store::{AgentAnswer, Answered, NewDelivery, NewLine, StoreError, Stored};

/// An answer as an agent writes it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Who answers.
    pub agent: String,
    /// Drawn by the agent's client: the same key again is the same answer.
    pub key: String,
    /// The epoch that the agent saw; none: whatever stands.
    pub owner_epoch: Option<u64>,
    /// What to say; the last text is signed.
    pub contents: Vec<Content>,
}

impl Core {
    pub(crate) async fn take(&self, id: ConversationId, agent: &str) -> Stored<Conversation> {
        self.ports.store.take(id, agent, self.now()).await
    }

    pub(crate) async fn hand_back(self: &Arc<Self>, id: ConversationId, agent: &str) -> Stored<Conversation> {
        let conversation = self.ports.store.hand_back(id, agent, self.now()).await?;
        self.turns.wake(id);
        Ok(conversation)
    }

    /// Puts an agent's answer into the outbox: fitted to the channel, and signed, so that the customer knows who writes.
    pub(crate) async fn answer(&self, id: ConversationId, answer: Answer) -> Result<Answered, EngineError> {
        let overview = self.ports.store.conversation(id).await?;
        let conversation = overview.ok_or_else(|| not_found(id))?.conversation;
        let channel = self.channel(&conversation.channel)?;
        let (now, time) = (self.now(), self.time());
        let line = MessageId::new(now, self.bits());
        let worth = expiry::worth(expiry::AGENT, now, conversation.last_customer_at, &channel.capabilities);
        let parts = signed(&answer.contents, &answer.agent);
        let fitted = parts.iter().flat_map(|content| fit::fit(content, &channel.capabilities));
        let deliveries = fitted
            .zip(0..)
            .map(|(part, ordinal)| NewDelivery {
                id: DeliveryId::new(time, self.bits()),
                ordinal,
                line: Some(line),
                author: Author::Agent(answer.agent.clone()),
                act: Act::Say(Say { subject: None, contents: vec![part], reply_to: None }),
                due_at: time,
                expires_at: time.saturating_add(worth),
            })
            .collect();
        let voice = Voice::Agent(answer.agent.clone());
        let answered = self
            .ports
            .store
            .answer(AgentAnswer {
                conversation: id,
                owner_epoch: answer.owner_epoch.unwrap_or(conversation.owner_epoch),
                agent: answer.agent,
                key: answer.key,
                line: NewLine { id: line, voice, contents: answer.contents, at: now },
                deliveries,
                now,
            })
            .await?;
        self.sends.wake(id);
        Ok(answered)
    }

    pub(crate) async fn resend(&self, delivery: DeliveryId) -> Stored<ConversationId> {
        let now = self.time();
        let id = self.ports.store.resend(delivery, now, now + expiry::AGENT).await?;
        self.sends.wake(id);
        Ok(id)
    }

    pub(crate) async fn let_go(&self, conversation: Option<ConversationId>) -> Stored<usize> {
        let now = self.time();
        let woken = self.ports.store.let_go(conversation, now, now + expiry::AGENT).await?;
        woken.iter().for_each(|id| self.sends.wake(*id));
        Ok(woken.len())
    }
}

fn not_found(id: ConversationId) -> StoreError {
    StoreError::NotFound { what: "conversation", id: id.to_string() }
}

/// Signs the last text, or adds a signature of its own where there is none.
fn signed(contents: &[Content], name: &str) -> Vec<Content> {
    let mut signed = contents.to_vec();
    match signed.iter_mut().rev().find_map(|content| match content {
        Content::Text(text) => Some(text),
        _ => None,
    }) {
        Some(text) => *text = notices::signed(text, name),
        None => signed.push(Content::Text(format!("— {name}"))),
    }
    signed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_text_is_signed() {
        let text = |text: &str| Content::Text(text.to_owned());
        assert_eq!(signed(&[text("Hello"), text("Bye")], "Camille"), [text("Hello"), text("Bye\n— Camille")]);
        assert_eq!(signed(&[], "Camille"), [text("— Camille")]);
    }
}
