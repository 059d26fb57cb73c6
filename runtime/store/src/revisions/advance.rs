//! Changing revisions and rollouts: one change after the other, on whatever node.

use sportello_domain::revision::{RevisionId, RevisionState, Rollout};
use sportello_engine::ports::store::{Advance, AuditEntry, RevisionRecord, Step};

use super::look;
use crate::{
    error::{Done, Failure},
    operation::{Operation, Unit},
    sql::Statement,
};

pub(super) struct Enter {
    pub(super) record: RevisionRecord,
    pub(super) audit: AuditEntry,
}

impl Operation for Enter {
    type Output = RevisionRecord;
    const NAME: &'static str = "enter a revision";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<RevisionRecord> {
        enter(unit, &self.record, &self.audit).await
    }
}

async fn enter(unit: &mut Unit<'_>, record: &RevisionRecord, audit: &AuditEntry) -> Done<RevisionRecord> {
    let RevisionRecord { revision, state, told, pushed_at, changed_at, since } = record;
    let known = look::One(revision.id.clone()).run(unit).await?;
    if let Some(known) = known.filter(|known| known.state.reason().is_none()) {
        return Ok(known);
    }
    note(unit, audit).await?;
    // Of all states only those that ended badly are objects: they have a reason.
    let enter = Statement::of(
        "INSERT INTO revision (id, name, revision, state, told, pushed_at, changed_at, since) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET state = excluded.state, \
         changed_at = excluded.changed_at, since = excluded.since WHERE revision.state LIKE '{%'",
    );
    let enter = enter.bind(&revision.id.0).bind(&revision.name).json(revision).json(state).json(told);
    unit.run(enter.bind(*pushed_at).bind(*changed_at).bind(*since)).await?;
    let entered = look::One(revision.id.clone()).run(unit).await?;
    entered.ok_or_else(|| Failure::missing("revision", &revision.id))
}

pub(super) struct Change(pub(super) Advance);

impl Operation for Change {
    type Output = ();
    const NAME: &'static str = "change a revision";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        let Advance { entered, steps, told, rollout, audit, time } = &self.0;
        note(unit, audit).await?;
        if let Some((record, audit)) = entered {
            enter(unit, record, audit).await?;
        }
        for step in steps {
            let Step { revision, to, .. } = step;
            check(step, &state(unit, revision).await?)?;
            let change = Statement::of("UPDATE revision SET state = $1, changed_at = $2, since = $3 WHERE id = $4");
            unit.run(change.json(to).bind(audit.at).bind(*time).bind(&revision.0)).await?;
        }
        if let Some((revision, told)) = told {
            let learn = Statement::of("UPDATE revision SET told = $1 WHERE id = $2").json(told).bind(&revision.0);
            unit.run(learn).await?;
        }
        match rollout {
            Some(rollout) => turn(unit, rollout).await,
            None => Ok(()),
        }
    }
}

/// One that is over.
pub(super) struct Forget {
    pub(super) revision: RevisionId,
    pub(super) state: RevisionState,
    pub(super) audit: AuditEntry,
}

impl Operation for Forget {
    type Output = ();
    const NAME: &'static str = "forget a revision";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        let Self { revision, state: seen, audit } = self;
        note(unit, audit).await?;
        let found = state(unit, revision).await?;
        if found != *seen || look::Rollouts.run(unit).await?.iter().any(|rollout| rollout.names(revision)) {
            return Err(Failure::conflict(format!("{revision} is {found}, and somebody may come back to it")));
        }
        unit.run(Statement::of("DELETE FROM revision WHERE id = $1").bind(&revision.0)).await.map(|_| ())
    }
}

async fn state(unit: &mut Unit<'_>, revision: &RevisionId) -> Done<RevisionState> {
    let ask = Statement::of("SELECT state FROM revision WHERE id = $1").bind(&revision.0);
    unit.run(ask).await?.first().ok_or_else(|| Failure::missing("revision", revision))?.json()
}

fn check(Step { revision, from, to }: &Step, state: &RevisionState) -> Done<()> {
    if state == from && state.may_become(to) {
        return Ok(());
    }
    Err(Failure::conflict(format!("{revision} is {state}: it cannot become {}", to.name())))
}

/// Moves the pointer, if it still stands where whoever decided has seen it.
async fn turn(unit: &mut Unit<'_>, rollout: &Rollout) -> Done<()> {
    let Rollout { name, generation, .. } = rollout;
    let turn = match *generation {
        1 => {
            Statement::of("INSERT INTO rollout (generation, rollout, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        }
        _ => Statement::of("UPDATE rollout SET generation = $1, rollout = $2 WHERE name = $3 AND generation + 1 = $1"),
    };
    match unit.run(turn.bind(*generation).json(rollout).bind(name)).await?.changes {
        0 => Err(Failure::conflict(format!("`{name}` was changed meanwhile: look again"))),
        _ => Ok(()),
    }
}

/// Raising the number first has every other change wait until this one is over.
async fn note(unit: &mut Unit<'_>, entry: &AuditEntry) -> Done<()> {
    unit.run(Statement::of("UPDATE revision_change SET number = number + 1")).await?;
    unit.tell_of_revisions().await?;
    let AuditEntry { id, at, who, name, revision, what, why } = entry;
    let note =
        Statement::of("INSERT INTO audit (id, at, who, name, revision, what, why) VALUES ($1, $2, $3, $4, $5, $6, $7)");
    let note = note.bind(*id).bind(*at).bind(who).bind(name).bind(&revision.0).bind(what).bind(why);
    unit.run(note).await.map(|_| ())
}
