//! All effects of a turn, in one round trip where nothing stands against it.
//!
//! The statements take for granted that the lane is as the turn saw it. The first one checks just that; where it finds
//! something else, all is taken back and looked at again, to say why.

use async_trait::async_trait;
use sportello_domain::conversation::Contact;
use sportello_engine::ports::{
    StoreError,
    store::{Committed, Head, MemoryChange, TurnCommit},
};

use crate::{
    columns::Fields,
    error::{Done, Failure},
    outbox::{self, claim::ClaimDelivery},
    owner,
    rows::contact_columns,
    schedules,
    script::{Answers, Script},
    writer::{Command, Unit},
};

pub(super) struct CommitTurn(pub(super) TurnCommit);

#[async_trait]
impl Command for CommitTurn {
    type Output = Committed;
    const NAME: &'static str = "commit a turn";

    /// Everything, unless something has to be read first.
    fn opening(&self) -> Script {
        if self.has_to_look_up() { Script::new() } else { self.everything(None) }
    }

    async fn run(&self, unit: &mut Unit<'_>, opening: Done<Answers>) -> Done<Committed> {
        if !self.has_to_look_up() {
            return self.conclude(unit, opening).await;
        }
        let known = self.look_up(unit).await?;
        let answers = unit.run(self.everything(Some(&known))).await;
        self.conclude(unit, answers).await
    }
}

/// What has to be read before it can be changed.
struct Known {
    tags: Vec<String>,
    contact: Contact,
}

impl CommitTurn {
    fn has_to_look_up(&self) -> bool {
        !self.0.tags.is_empty() || !self.0.attributes.is_empty()
    }

    async fn look_up(&self, unit: &mut Unit<'_>) -> Done<Known> {
        let mut script = Script::of(concat!(
            "SELECT c.tags, ",
            contact_columns!(),
            " FROM conversation c JOIN contact k ON k.id = c.contact WHERE c.id = ?"
        ));
        script.bind(self.0.conversation);
        let answer = unit.run(script).await?.take();
        let row = answer.first().ok_or_else(|| Failure::missing("conversation", self.0.conversation))?;
        let mut fields = Fields::of(row);
        Ok(Known { tags: fields.json()?, contact: fields.contact()? })
    }

    fn everything(&self, known: Option<&Known>) -> Script {
        let commit = &self.0;
        let mut script = Script::new();
        self.advance(&mut script, known);
        if let Some(owner) = &commit.owner {
            owner::change(&mut script, commit.conversation, owner);
        }
        self.end_item(&mut script);
        self.keep(&mut script);
        if let Some(known) = known {
            set_attributes(&mut script, known, &commit.attributes);
        }
        owner::fill_lines(&mut script, commit.conversation, &commit.lines, &commit.deliveries);
        outbox::fill(&mut script, commit.conversation, Some(commit.record.id), &commit.deliveries);
        script
    }

    async fn conclude(&self, unit: &mut Unit<'_>, answers: Done<Answers>) -> Done<Committed> {
        match answers {
            Ok(mut answers) => match advanced(&mut answers)? {
                Some((more, closing)) => {
                    if closing {
                        owner::close_when_done(unit, self.0.conversation).await?;
                    }
                    Ok(Committed { more, head: self.head(unit).await? })
                }
                None => self.explain(unit, None).await,
            },
            // The journal refuses a second turn of the same item.
            Err(failure) if failure.is_constraint() => self.explain(unit, Some(failure)).await,
            Err(failure) => Err(failure),
        }
    }

    /// The head of the outbox, where somebody is free to send it.
    async fn head(&self, unit: &mut Unit<'_>) -> Done<Option<Head>> {
        let Some(deadline) = self.0.send else { return Ok(None) };
        let (conversation, now) = (self.0.conversation, self.0.record.ended_at);
        unit.also(ClaimDelivery { conversation, now, deadline }).await.map(Some)
    }

    /// Checks the lane, moves it on, and draws places for lines and deliveries.
    fn advance(&self, script: &mut Script, known: Option<&Known>) {
        let commit = &self.0;
        let seq = commit.record.seq;
        let tags = known.map(|known| {
            let mut tags = known.tags.clone();
            for tag in &commit.tags {
                if !tags.contains(tag) {
                    tags.push(tag.clone());
                }
            }
            tags
        });
        script
            .add(
                "UPDATE conversation SET done_seq = ?, locale = COALESCE(?, locale), active_skill = ?, \
                 misunderstandings = ?, greeted = ?, tags = COALESCE(?, tags), \
                 active_at = CASE WHEN active_at > ? THEN active_at ELSE ? END, \
                 last_line = last_line + ?, last_position = last_position + ? \
                 WHERE id = ? AND done_seq = ? AND last_seq >= ? AND lane_token = ? AND owner_epoch = ? \
                 RETURNING last_seq > done_seq, stage = 'closing'",
            )
            .bind(seq)
            .bind(commit.locale.as_ref())
            .maybe_json(commit.active_skill.as_ref())
            .bind(commit.misunderstandings)
            .bind(commit.greeted)
            .maybe_json(tags.as_ref())
            .bind(commit.record.ended_at)
            .bind(commit.record.ended_at)
            .bind(commit.lines.len() as u64)
            .bind(commit.deliveries.len() as u64)
            .bind(commit.conversation)
            .bind(seq.saturating_sub(1))
            .bind(seq)
            .bind(commit.lane_token)
            .bind(commit.owner_epoch);
    }

    /// The item goes into the journal; a schedule that brought it is over, unless the turn has set it again.
    fn end_item(&self, script: &mut Script) {
        let commit = &self.0;
        let (id, seq) = (commit.conversation, commit.record.seq);
        for change in &commit.schedules {
            schedules::change(script, commit.conversation, change);
        }
        schedules::end(script, commit.conversation, commit.record.seq);
        script.add("DELETE FROM inbox WHERE conversation = ? AND seq = ?").bind(id).bind(seq);
        script.add("DELETE FROM intent WHERE conversation = ?").bind(id);
        script.add("DELETE FROM frozen WHERE conversation = ?").bind(id);
        script
            .add("INSERT INTO turn (conversation, seq, ended_at, record) VALUES (?, ?, ?, ?)")
            .bind(id)
            .bind(seq)
            .bind(commit.record.ended_at)
            .json(&commit.record);
    }

    fn keep(&self, script: &mut Script) {
        let commit = &self.0;
        let (id, seq) = (commit.conversation, commit.record.seq);
        for change in &commit.memories {
            match change {
                MemoryChange::Keep(skill, memory) => script
                    .add(
                        "INSERT INTO memory (conversation, skill, version, data, written) VALUES (?, ?, ?, ?, ?) \
                         ON CONFLICT (conversation, skill, version) \
                         DO UPDATE SET data = excluded.data, written = excluded.written",
                    )
                    .bind(id)
                    .bind(skill)
                    .bind(memory.version)
                    .bind(&memory.data.0[..])
                    .bind(seq),
                MemoryChange::Drop(skill) => {
                    script.add("DELETE FROM memory WHERE conversation = ? AND skill = ?").bind(id).bind(skill)
                }
            };
        }
        for (ordinal, task) in (0_i64..).zip(&commit.tasks) {
            script
                .add("INSERT INTO task (conversation, seq, ordinal, opened_at, task) VALUES (?, ?, ?, ?, ?)")
                .bind(id)
                .bind(seq)
                .bind(ordinal)
                .bind(commit.record.ended_at)
                .json(task);
        }
    }

    /// Why the lane is not as the turn saw it.
    async fn explain(&self, unit: &mut Unit<'_>, failure: Option<Failure>) -> Done<Committed> {
        unit.undo().await?;
        let commit = &self.0;
        let mut script =
            Script::of("SELECT done_seq, last_seq, lane_token, owner_epoch FROM conversation WHERE id = ?");
        script.bind(commit.conversation);
        let answer = unit.run(script).await?.take();
        let row = answer.first().ok_or_else(|| Failure::missing("conversation", commit.conversation))?;
        let mut fields = Fields::of(row);
        let (done, last, token, owner_epoch) = (fields.number()?, fields.number()?, fields.number()?, fields.number()?);
        if commit.record.seq <= done {
            return Ok(Committed { more: last > done, head: self.head(unit).await? });
        }
        if commit.lane_token != token {
            return Err(StoreError::LaneLost.into());
        }
        if commit.owner_epoch != owner_epoch {
            return Err(StoreError::Superseded { owner_epoch }.into());
        }
        let seq = commit.record.seq;
        Err(failure.unwrap_or_else(|| Failure::conflict(format!("item {seq} is not the head of its lane"))))
    }
}

fn set_attributes(script: &mut Script, known: &Known, changes: &[(String, Option<String>)]) {
    let mut attributes = known.contact.attributes.clone();
    for (name, value) in changes {
        attributes.retain(|(known, _)| known != name);
        attributes.extend(value.clone().map(|value| (name.clone(), value)));
    }
    attributes.sort();
    script.add("UPDATE contact SET attributes = ? WHERE id = ?").json(&attributes).bind(known.contact.id);
}

/// Whether the first statement found the lane as it should be; then, whether there is more, and whether it is closing.
fn advanced(answers: &mut Answers) -> Done<Option<(bool, bool)>> {
    let answer = answers.take();
    let Some(row) = answer.first() else { return Ok(None) };
    let mut fields = Fields::of(row);
    Ok(Some((fields.take()?, fields.take()?)))
}
