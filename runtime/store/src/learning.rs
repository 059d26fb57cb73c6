//! What people should look at, and what they said about it.

use async_trait::async_trait;
use sportello_domain::{
    ids::TurnId,
    learning::{Correction, Utterance},
};
use sportello_engine::ports::{
    StoreError,
    store::{Chosen, Findings, Journaled, Learning, Stored},
};

use crate::{
    error::{Done, Failure},
    operation::{Operation, Unit},
    sql::Statement,
    store::SqlStore,
};

#[async_trait]
impl Learning for SqlStore {
    async fn unread_turns(&self, limit: u32) -> Stored<Vec<Journaled>> {
        self.read(Next { limit }).await
    }

    async fn keep_findings(&self, findings: Findings) -> Stored<bool> {
        match self.write(Keep(findings)).await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn utterances(&self, limit: u32) -> Stored<Vec<Utterance>> {
        self.read(List { limit }).await
    }

    async fn correct(&self, corrections: Vec<Correction>, utterances: Vec<TurnId>) -> Stored<()> {
        self.write(Correct { corrections, utterances }).await
    }

    async fn corrections(&self) -> Stored<Vec<Correction>> {
        self.read(Corrections).await
    }
}

struct Next {
    limit: u32,
}

impl Operation for Next {
    type Output = Vec<Journaled>;
    const NAME: &'static str = "read turns that nobody has read";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Vec<Journaled>> {
        let next = Statement::of(
            "SELECT t.id, t.conversation, t.record FROM unread u JOIN turn t ON t.id = u.turn ORDER BY u.turn LIMIT $1",
        );
        let rows = unit.run(next.bind(self.limit)).await?.all();
        rows.map(|mut row| Ok(Journaled { place: row.number()?, conversation: row.id()?, record: row.json()? }))
            .collect()
    }
}

struct Keep(Findings);

impl Operation for Keep {
    type Output = ();
    const NAME: &'static str = "keep what people should look at";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        let Findings { read, utterances, choices } = &self.0;
        // In the same order as other nodes, so that no two of them wait for each other.
        for place in read {
            let done = Statement::of("DELETE FROM unread WHERE turn = $1").bind(*place);
            if unit.run(done).await?.changes == 0 {
                return Err(Failure::conflict(format!("another node has read turn {place}")));
            }
        }
        for utterance in utterances {
            let add = Statement::of(
                "INSERT INTO review (id, conversation, at, utterance) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            );
            let add = add.bind(utterance.id).bind(utterance.conversation).bind(utterance.at).json(utterance);
            unit.run(add).await?;
        }
        for chosen in choices {
            choose(unit, chosen).await?;
        }
        Ok(())
    }
}

async fn choose(unit: &mut Unit<'_>, chosen: &Chosen) -> Done<()> {
    let newest = Statement::of("SELECT utterance FROM review WHERE conversation = $1 ORDER BY id DESC LIMIT 1");
    let Some(mut row) = unit.run(newest.bind(chosen.conversation)).await?.first() else { return Ok(()) };
    let mut utterance: Utterance = row.json()?;
    if utterance.at >= chosen.since {
        utterance.correct(chosen.intent.clone());
        let change = Statement::of("UPDATE review SET utterance = $1 WHERE id = $2");
        unit.run(change.json(&utterance).bind(utterance.id)).await?;
    }
    Ok(())
}

struct List {
    limit: u32,
}

impl Operation for List {
    type Output = Vec<Utterance>;
    const NAME: &'static str = "list what people should look at";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Vec<Utterance>> {
        let list = Statement::of("SELECT utterance FROM review ORDER BY id DESC LIMIT $1").bind(self.limit);
        unit.run(list).await?.all().map(|mut row| row.json()).collect()
    }
}

struct Correct {
    corrections: Vec<Correction>,
    utterances: Vec<TurnId>,
}

impl Operation for Correct {
    type Output = ();
    const NAME: &'static str = "correct what was not understood";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        for id in &self.utterances {
            let done = Statement::of("DELETE FROM review WHERE id = $1").bind(*id);
            if unit.run(done).await?.changes == 0 {
                return Err(Failure::missing("utterance", *id));
            }
        }
        for correction in &self.corrections {
            let keep = Statement::of("INSERT INTO correction (id, correction) VALUES ($1, $2)");
            unit.run(keep.bind(correction.id).json(correction)).await?;
        }
        Ok(())
    }
}

struct Corrections;

impl Operation for Corrections {
    type Output = Vec<Correction>;
    const NAME: &'static str = "list corrections";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Vec<Correction>> {
        let list = Statement::of("SELECT correction FROM correction ORDER BY id");
        unit.run(list).await?.all().map(|mut row| row.json()).collect()
    }
}
