//! Rows that several aggregates read: conversations, contacts, lines and deliveries.

use sportello_domain::{
    contract::{Failure as Loss, Line, Thread, Visibility},
    conversation::{Contact, Conversation, Stage, TranscriptLine, Voice},
    delivery::{OutboxItem, OutboxState, Progress},
};

use crate::{
    error::{Done, Failure},
    sql::{Fields, Statement, Value},
};

/// Of `conversation c JOIN endpoint e`.
macro_rules! conversation_columns {
    () => {
        "c.id, e.channel, e.account, e.address, e.visibility, e.parent, e.memo, c.contact, c.stage, c.owner, \
         c.owner_epoch, c.lane_token, c.last_seq, c.done_seq, c.locale, c.active_skill, c.misunderstandings, c.greeted, \
         c.tags, c.opened_at, c.last_customer_at"
    };
}

/// Of `contact k`.
macro_rules! contact_columns {
    () => {
        "k.id, k.name, k.locale, k.verified, k.attributes"
    };
}

/// Of `line l`.
macro_rules! line_columns {
    () => {
        "l.id, l.voice, l.contents, l.at, l.platform_id, l.changed, l.delivery"
    };
}

/// Of `delivery d`.
macro_rules! delivery_columns {
    () => {
        "d.id, d.conversation, d.position, d.turn, d.ordinal, d.line, d.author, d.act, d.owner_epoch, d.state, d.wake_at, \
         d.detail, d.attempt, d.resends, d.expires_at, d.platform_ids, d.progress"
    };
}

pub(crate) use {contact_columns, conversation_columns, delivery_columns, line_columns};

impl Fields {
    pub(crate) fn conversation(&mut self) -> Done<Conversation> {
        Ok(Conversation {
            id: self.id()?,
            channel: self.text()?,
            account: self.optional_text()?,
            thread: self.thread()?,
            contact: self.id()?,
            stage: stage(&self.text()?)?,
            owner: self.json()?,
            owner_epoch: self.number()?,
            lane_token: self.number()?,
            last_seq: self.number()?,
            done_seq: self.number()?,
            locale: self.maybe_text()?,
            active_skill: self.maybe_json()?,
            misunderstandings: self.count()?,
            greeted: self.flag()?,
            tags: self.json()?,
            opened_at: self.number()?,
            last_customer_at: self.maybe_number()?,
        })
    }

    /// Address, visibility, parent and memo.
    pub(crate) fn thread(&mut self) -> Done<Thread> {
        Ok(Thread {
            address: self.text()?,
            visibility: visibility(&self.text()?)?,
            parent: self.optional_text()?,
            memo: self.maybe_text()?,
        })
    }

    pub(crate) fn contact(&mut self) -> Done<Contact> {
        Ok(Contact {
            id: self.id()?,
            name: self.maybe_text()?,
            locale: self.maybe_text()?,
            verified: self.flag()?,
            attributes: self.json()?,
        })
    }

    pub(crate) fn line(&mut self) -> Done<TranscriptLine> {
        Ok(TranscriptLine {
            id: self.id()?,
            voice: self.json()?,
            contents: self.json()?,
            at: self.number()?,
            platform_id: self.maybe_text()?,
            changed: self.flag()?,
            delivery: self.maybe_id()?,
        })
    }

    /// Voice, contents and time, as skills see them; none where it is not for them.
    pub(crate) fn heard(&mut self) -> Done<Option<Line>> {
        let voice: Voice = self.json()?;
        let Some(author) = voice.speaker() else { return Ok(None) };
        Ok(Some(Line { author, contents: self.json()?, at: self.number()? }))
    }

    pub(crate) fn delivery(&mut self) -> Done<OutboxItem> {
        Ok(OutboxItem {
            id: self.id()?,
            conversation: self.id()?,
            position: self.number()?,
            turn: self.maybe_id()?,
            ordinal: self.count()?,
            line: self.maybe_id()?,
            author: self.json()?,
            act: self.json()?,
            owner_epoch: self.number()?,
            state: self.state()?,
            attempt: self.count()?,
            resends: self.count()?,
            expires_at: self.number()?,
            platform_ids: self.json()?,
            progress: self.progress()?,
        })
    }

    /// State, `wake_at` and detail.
    pub(crate) fn state(&mut self) -> Done<OutboxState> {
        let (kind, until, detail) = (self.text()?, self.number()?, self.maybe_text()?);
        Ok(match kind.as_str() {
            "queued" => OutboxState::Queued { due_at: until },
            "sending" => OutboxState::Sending { deadline: until },
            "unknown" => OutboxState::Unknown { hold_until: until },
            "sent" => OutboxState::Sent,
            "unresolved" => OutboxState::Unresolved,
            "expired" => OutboxState::Expired,
            "held" => OutboxState::Held,
            "cancelled" => OutboxState::Cancelled(detail.unwrap_or_default()),
            "dead" => OutboxState::Dead(failure(detail)?),
            other => return Err(Failure::Form(format!("a delivery is `{other}`"))),
        })
    }

    pub(crate) fn progress(&mut self) -> Done<Option<Progress>> {
        self.maybe_number()?
            .map(|progress| match progress {
                1 => Ok(Progress::Accepted),
                2 => Ok(Progress::Delivered),
                3 => Ok(Progress::Read),
                other => Err(Failure::Form(format!("a delivery's progress is {other}"))),
            })
            .transpose()
    }
}

fn failure(detail: Option<String>) -> Done<Loss> {
    Ok(serde_json::from_str(&detail.unwrap_or_default())?)
}

/// A state as columns: kind, `wake_at`, detail and `ended`.
pub(crate) fn bind_state<'a>(statement: Statement<'a>, state: &'a OutboxState) -> Statement<'a> {
    let until = match state {
        OutboxState::Queued { due_at: until }
        | OutboxState::Sending { deadline: until }
        | OutboxState::Unknown { hold_until: until } => *until,
        _ => 0,
    };
    let statement = statement.bind(state.kind()).bind(until);
    let statement = match state {
        OutboxState::Dead(failure) => statement.json(failure),
        OutboxState::Cancelled(reason) => statement.bind(reason),
        _ => statement.bind(Value::Null),
    };
    statement.bind(ended(state))
}

/// What indexes go by: 0 open, 1 over, 2 a dead letter, 3 held.
fn ended(state: &OutboxState) -> i64 {
    match state {
        OutboxState::Queued { .. } | OutboxState::Sending { .. } | OutboxState::Unknown { .. } => 0,
        OutboxState::Sent | OutboxState::Cancelled(_) => 1,
        OutboxState::Dead(_) | OutboxState::Expired | OutboxState::Unresolved => 2,
        OutboxState::Held => 3,
    }
}

pub(crate) fn progress_column(progress: Option<Progress>) -> Option<i64> {
    progress.map(|progress| match progress {
        Progress::Accepted => 1,
        Progress::Delivered => 2,
        Progress::Read => 3,
    })
}

pub(crate) fn stage(name: &str) -> Done<Stage> {
    match name {
        "open" => Ok(Stage::Open),
        "closing" => Ok(Stage::Closing),
        "closed" => Ok(Stage::Closed),
        other => Err(Failure::Form(format!("a conversation is `{other}`"))),
    }
}

pub(crate) fn visibility_column(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Private => "private",
        Visibility::Group => "group",
        Visibility::Public => "public",
    }
}

fn visibility(name: &str) -> Done<Visibility> {
    match name {
        "private" => Ok(Visibility::Private),
        "group" => Ok(Visibility::Group),
        "public" => Ok(Visibility::Public),
        other => Err(Failure::Form(format!("a thread is `{other}`"))),
    }
}
