//! Looking at revisions, rollouts, and what depends on them.

use sportello_domain::revision::{RevisionId, Rollout};
use sportello_engine::ports::store::{AuditEntry, RevisionRecord, Uses};

use crate::{
    error::Done,
    operation::{Operation, Unit},
    sql::{Fields, Statement},
};

fn read(mut fields: Fields) -> Done<RevisionRecord> {
    Ok(RevisionRecord {
        revision: fields.json()?,
        state: fields.json()?,
        told: fields.json()?,
        pushed_at: fields.number()?,
        changed_at: fields.number()?,
        since: fields.number()?,
    })
}

pub(super) struct All;

impl Operation for All {
    type Output = Vec<RevisionRecord>;
    const NAME: &'static str = "list revisions";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Self::Output> {
        let list = Statement::of(
            "SELECT revision, state, told, pushed_at, changed_at, since FROM revision ORDER BY pushed_at, id",
        );
        unit.run(list).await?.all().map(read).collect()
    }
}

pub(super) struct One(pub(super) RevisionId);

impl Operation for One {
    type Output = Option<RevisionRecord>;
    const NAME: &'static str = "read a revision";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Self::Output> {
        let find =
            Statement::of("SELECT revision, state, told, pushed_at, changed_at, since FROM revision WHERE id = $1");
        unit.run(find.bind(&self.0.0)).await?.first().map(read).transpose()
    }
}

pub(super) struct Rollouts;

impl Operation for Rollouts {
    type Output = Vec<Rollout>;
    const NAME: &'static str = "list rollouts";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Self::Output> {
        let list = Statement::of("SELECT rollout FROM rollout ORDER BY name");
        unit.run(list).await?.all().map(|mut row| row.json()).collect()
    }
}

pub(super) struct Changes;

impl Operation for Changes {
    type Output = u64;
    const NAME: &'static str = "look whether revisions were changed";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<u64> {
        let found = unit.run(Statement::of("SELECT number FROM revision_change")).await?.first();
        found.map_or(Ok(0), |mut row| row.number())
    }
}

pub(super) struct Audit {
    pub(super) name: Option<String>,
    pub(super) limit: u32,
}

impl Operation for Audit {
    type Output = Vec<AuditEntry>;
    const NAME: &'static str = "read what was done to revisions";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Self::Output> {
        let list = Statement::of(
            "SELECT id, at, who, name, revision, what, why FROM audit \
             WHERE CAST($1 AS TEXT) IS NULL OR name = $1 ORDER BY number DESC LIMIT $2",
        );
        let read = |mut fields: Fields| {
            Ok(AuditEntry {
                id: fields.id()?,
                at: fields.number()?,
                who: fields.text()?,
                name: fields.text()?,
                revision: RevisionId(fields.text()?),
                what: fields.text()?,
                why: fields.text()?,
            })
        };
        unit.run(list.bind(self.name.as_deref()).bind(self.limit)).await?.all().map(read).collect()
    }
}

/// Revisions end rarely, so this looks through what is open instead of every turn keeping an index.
pub(super) struct Count(pub(super) RevisionId);

impl Operation for Count {
    type Output = Uses;
    const NAME: &'static str = "count what depends on a revision";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Uses> {
        let count = Statement::of(
            "SELECT (SELECT COUNT(*) FROM conversation WHERE stage <> 'closed' AND active_skill LIKE $1), \
             (SELECT COUNT(*) FROM frozen WHERE revision = $2), \
             (SELECT COUNT(*) FROM errand WHERE revision = $2)",
        );
        let count = count.bind(pinned_to(&self.0)).bind(&self.0.0);
        let Some(mut row) = unit.run(count).await?.first() else { return Ok(Uses::default()) };
        Ok(Uses { dialogues: row.number()?, frozen: row.number()?, errands: row.number()? })
    }
}

pub(super) struct Stranded {
    pub(super) revision: RevisionId,
    pub(super) memory_version: u32,
}

impl Operation for Stranded {
    type Output = u64;
    const NAME: &'static str = "count dialogues that no memory fits";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<u64> {
        let count = Statement::of(
            "SELECT COUNT(*) FROM conversation c WHERE c.stage <> 'closed' AND c.active_skill LIKE $1 \
             AND (SELECT MIN(m.version) FROM memory m WHERE m.conversation = c.id AND m.skill = $2) > $3",
        );
        let skill = self.revision.0.split('@').next().unwrap_or_default();
        let count = count.bind(pinned_to(&self.revision)).bind(skill).bind(self.memory_version);
        unit.run(count).await?.first().map_or(Ok(0), |mut row| row.number())
    }
}

/// The digest within an id is hex and the name before it is a key of a configuration; `_` stands for itself as well.
fn pinned_to(RevisionId(id): &RevisionId) -> String {
    format!("%\"revision\":\"{id}\"}}")
}
