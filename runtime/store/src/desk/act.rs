//! Taking over, answering, giving back, and bringing to an end.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    conversation::{Agent, Conversation, Owner, Stage},
    ids::ConversationId,
    inbox::Arrival,
};
use sportello_engine::ports::store::{AgentAnswer, Answered};

use crate::{
    columns::Fields,
    error::{Done, Failure},
    outbox, owner,
    rows::conversation_columns,
    script::{Answers, Script},
    writer::{Command, Unit},
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

#[async_trait]
impl Command for Act {
    type Output = Conversation;
    const NAME: &'static str = "act for an agent";

    async fn run(&self, unit: &mut Unit<'_>, _: Done<Answers>) -> Done<Conversation> {
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
    let mut script = Script::of(concat!(
        "SELECT ",
        conversation_columns!(),
        " FROM conversation c JOIN endpoint e ON e.id = c.endpoint WHERE c.id = ?"
    ));
    script.bind(id);
    let answer = unit.run(script).await?.take();
    let row = answer.first().ok_or_else(|| Failure::missing("conversation", id))?;
    Fields::of(row).conversation()
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
        let mut script = Script::new();
        if !matches!(before.owner, Owner::Agent(_)) {
            let agent = Agent { name: self.agent.clone(), since: self.now };
            owner::change(&mut script, self.id, &Owner::Agent(agent));
            self.touch(&mut script);
        }
        script.add("UPDATE conversation SET stage = 'open' WHERE id = ?").bind(self.id);
        unit.run(script).await.map(|_| ())
    }

    async fn hand_back(&self, unit: &mut Unit<'_>, before: Conversation) -> Done<()> {
        check_owned(&before, &self.agent)?;
        let mut script = Script::new();
        owner::change(&mut script, self.id, &Owner::Bot);
        self.touch(&mut script);
        script.add("UPDATE conversation SET last_seq = last_seq + 1 WHERE id = ?").bind(self.id);
        script
            .add(
                "INSERT INTO inbox (conversation, seq, accepted_at, answerable, arrival) \
                 SELECT id, last_seq, ?, ?, ? FROM conversation WHERE id = ?",
            )
            .bind(self.now)
            .bind(true)
            .json(&Arrival::HandedBack)
            .bind(self.id);
        unit.run(script).await.map(|_| ())
    }

    async fn resolve(&self, unit: &mut Unit<'_>, before: Conversation) -> Done<()> {
        check_free(&before, &self.agent)?;
        if before.stage != Stage::Open {
            return Ok(());
        }
        let mut script = Script::new();
        if !before.owner.is_bot() {
            owner::change(&mut script, self.id, &Owner::Bot);
        }
        self.touch(&mut script);
        script.add("UPDATE conversation SET stage = 'closing' WHERE id = ?").bind(self.id);
        unit.run(script).await?;
        owner::close_when_done(unit, self.id).await
    }

    fn touch(&self, script: &mut Script) {
        script.add("UPDATE conversation SET active_at = ? WHERE id = ?").bind(self.now).bind(self.id);
    }
}

pub(super) struct Answer(pub(super) AgentAnswer);

#[async_trait]
impl Command for Answer {
    type Output = Answered;
    const NAME: &'static str = "answer for an agent";

    async fn run(&self, unit: &mut Unit<'_>, _: Done<Answers>) -> Done<Answered> {
        let AgentAnswer { conversation, agent, key, owner_epoch, line, deliveries, now } = &self.0;
        let id = *conversation;
        let before = read(unit, *conversation).await?;
        let mut script = Script::of("SELECT line FROM answer WHERE conversation = ? AND key = ?");
        script.bind(id).bind(key);
        if let Some(row) = unit.run(script).await?.take().first() {
            return Ok(Answered::Known(Fields::of(row).id()?));
        }
        check_owned(&before, agent)?;
        if before.owner_epoch != *owner_epoch {
            return Err(Failure::conflict("the conversation changed hands: look at it again before answering"));
        }
        let mut script = Script::new();
        script.add("INSERT INTO answer (conversation, key, line) VALUES (?, ?, ?)").bind(id).bind(key).bind(line.id);
        script.add("UPDATE conversation SET active_at = ? WHERE id = ?").bind(*now).bind(id);
        owner::write(&mut script, *conversation, std::slice::from_ref(line), deliveries);
        outbox::add(&mut script, *conversation, deliveries);
        unit.run(script).await?;
        Ok(Answered::New(line.id))
    }
}
