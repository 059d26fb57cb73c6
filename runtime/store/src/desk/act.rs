//! Taking over, answering, giving back, and bringing to an end.

use sportello_domain::{
    Instant,
    conversation::{Agent, Conversation, Owner, Stage},
    ids::ConversationId,
    inbox::Arrival,
};
use sportello_engine::ports::store::{AgentAnswer, Answered};

use crate::{
    error::{Done, Failure},
    intake::{NewItem, enqueue},
    operation::{Operation, Unit},
    outbox, owner,
    rows::conversation_columns,
    sql::Statement,
};

/// What an agent does with a conversation.
pub(super) struct Act {
    pub(super) id: ConversationId,
    pub(super) agent: String,
    pub(super) now: Instant,
    pub(super) deed: Deed,
}

pub(super) enum Deed {
    Take,
    HandBack,
    Resolve,
}

impl Operation for Act {
    type Output = Conversation;
    const NAME: &'static str = "act for an agent";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Conversation> {
        owner::lock(unit, self.id).await?;
        let before = read(unit, self.id).await?;
        match self.deed {
            Deed::Take => self.take(unit, before).await?,
            Deed::HandBack => self.hand_back(unit, before).await?,
            Deed::Resolve => self.resolve(unit, before).await?,
        }
        read(unit, self.id).await
    }
}

async fn read(unit: &mut Unit<'_>, id: ConversationId) -> Done<Conversation> {
    let read = Statement::of(concat!(
        "SELECT ",
        conversation_columns!(),
        " FROM conversation c JOIN endpoint e ON e.id = c.endpoint WHERE c.id = $1"
    ));
    unit.run(read.bind(id)).await?.first().ok_or_else(|| Failure::missing("conversation", id))?.conversation()
}

fn check_free(conversation: &Conversation, agent: &str) -> Done<()> {
    match &conversation.owner {
        Owner::Agent(other) if other.name != agent => {
            Err(Failure::conflict(format!("{} has the conversation: ask them for it", other.name)))
        }
        _ => Ok(()),
    }
}

fn check_owned(conversation: &Conversation, agent: &str) -> Done<()> {
    match &conversation.owner {
        Owner::Agent(owner) if owner.name == agent => Ok(()),
        _ => Err(Failure::conflict("the conversation is not yours: take it first")),
    }
}

impl Act {
    async fn take(&self, unit: &mut Unit<'_>, before: Conversation) -> Done<()> {
        check_free(&before, &self.agent)?;
        if before.stage == Stage::Closed {
            return Err(Failure::conflict("the conversation is closed: wait for the customer to write again"));
        }
        if !matches!(before.owner, Owner::Agent(_)) {
            let agent = Agent { name: self.agent.clone(), since: self.now };
            owner::change(unit, self.id, &Owner::Agent(agent)).await?;
            self.touch(unit).await?;
        }
        unit.run(Statement::of("UPDATE conversation SET stage = 'open' WHERE id = $1").bind(self.id)).await.map(|_| ())
    }

    async fn hand_back(&self, unit: &mut Unit<'_>, before: Conversation) -> Done<()> {
        check_owned(&before, &self.agent)?;
        owner::change(unit, self.id, &Owner::Bot).await?;
        self.touch(unit).await?;
        let seq = before.last_seq + 1;
        let draw = Statement::of("UPDATE conversation SET last_seq = $1 WHERE id = $2");
        unit.run(draw.bind(seq).bind(self.id)).await?;
        let arrival = Arrival::HandedBack;
        let item = NewItem { conversation: self.id, seq, accepted_at: self.now, answerable: true, arrival: &arrival };
        enqueue(unit, item).await
    }

    async fn resolve(&self, unit: &mut Unit<'_>, before: Conversation) -> Done<()> {
        check_free(&before, &self.agent)?;
        if before.stage != Stage::Open {
            return Ok(());
        }
        if !before.owner.is_bot() {
            owner::change(unit, self.id, &Owner::Bot).await?;
        }
        self.touch(unit).await?;
        unit.run(Statement::of("UPDATE conversation SET stage = 'closing' WHERE id = $1").bind(self.id)).await?;
        owner::close_when_done(unit, self.id).await
    }

    async fn touch(&self, unit: &mut Unit<'_>) -> Done<()> {
        let touch = Statement::of("UPDATE conversation SET active_at = $1 WHERE id = $2");
        unit.run(touch.bind(self.now).bind(self.id)).await.map(|_| ())
    }
}

pub(super) struct Answer(pub(super) AgentAnswer);

impl Operation for Answer {
    type Output = Answered;
    const NAME: &'static str = "answer for an agent";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Answered> {
        let AgentAnswer { conversation, agent, key, owner_epoch, line, deliveries, now } = &self.0;
        let id = *conversation;
        owner::lock(unit, id).await?;
        let before = read(unit, id).await?;
        let known = Statement::of("SELECT line FROM answer WHERE conversation = $1 AND key = $2");
        if let Some(mut row) = unit.run(known.bind(id).bind(key)).await?.first() {
            return Ok(Answered::Known(row.id()?));
        }
        check_owned(&before, agent)?;
        if before.owner_epoch != *owner_epoch {
            return Err(Failure::conflict("the conversation changed hands: look at it again before answering"));
        }
        let keep = Statement::of("INSERT INTO answer (conversation, key, line) VALUES ($1, $2, $3)");
        unit.run(keep.bind(id).bind(key).bind(line.id)).await?;
        unit.run(Statement::of("UPDATE conversation SET active_at = $1 WHERE id = $2").bind(*now).bind(id)).await?;
        owner::write(unit, id, std::slice::from_ref(line), deliveries).await?;
        outbox::add(unit, id, deliveries).await?;
        Ok(Answered::New(line.id))
    }
}
