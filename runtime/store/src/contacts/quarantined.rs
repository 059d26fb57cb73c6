//! What is in quarantine and names somebody. It may be thousands of webhooks, so they are searched before the erasure, which then looks
//! at those alone that came since. Which these are their ids tell: they are drawn by nodes, and in no order.

use std::collections::BTreeSet;

use sportello_domain::{contract::Event, ids::QuarantineId};
use sportello_engine::ports::store::Quarry;

use super::names::Name;
use crate::{error::Done, operation::Unit, sql::Statement};

const IDS: &str = "SELECT id FROM quarantine ORDER BY id";
const SEARCH: &str = "SELECT id FROM quarantine WHERE channel = $1 AND what LIKE $2 ESCAPE '\\'";
const READ: &str = "SELECT what FROM quarantine WHERE id = $1 AND channel = $2 AND what LIKE $3 ESCAPE '\\'";

/// What was in quarantine, and in what of it these names stand.
#[derive(Clone, Debug)]
pub(super) struct Quarantined {
    names: Vec<Name>,
    all: BTreeSet<QuarantineId>,
    found: BTreeSet<QuarantineId>,
}

impl Quarantined {
    pub(super) async fn search(unit: &mut Unit<'_>, names: &[Name]) -> Done<Self> {
        // What comes between the two is looked at twice, and never overlooked.
        let all = ids(unit, Statement::of(IDS)).await?;
        let mut found = BTreeSet::new();
        for name in names {
            found.extend(naming(unit, name).await?);
        }
        Ok(Self { names: names.to_vec(), all, found })
    }

    /// Takes their events out; says which webhooks name them. A name that has come since is searched for in all.
    pub(super) async fn forget(
        &self,
        unit: &mut Unit<'_>,
        names: &[Name],
        is_theirs: impl Fn(&str, &Event) -> bool,
    ) -> Done<Vec<QuarantineId>> {
        let since = ids(unit, Statement::of(IDS)).await?;
        let mut suspects: BTreeSet<QuarantineId> = since.difference(&self.all).chain(&self.found).copied().collect();
        for name in names.iter().filter(|name| !self.names.contains(name)) {
            suspects.extend(naming(unit, name).await?);
        }
        let mut webhooks = Vec::new();
        for id in suspects {
            for name in names {
                let read = Statement::of(READ).bind(id).bind(&name.channel).bind(name.pattern());
                let Some(mut row) = unit.run(read).await?.first() else { continue };
                match row.json()? {
                    Quarry::Event(event) if is_theirs(&name.channel, &event) => {
                        unit.run(Statement::of("DELETE FROM quarantine WHERE id = $1").bind(id)).await?;
                    }
                    Quarry::Webhook(_) => webhooks.push(id),
                    Quarry::Event(_) => {}
                }
                break;
            }
        }
        Ok(webhooks)
    }
}

/// Where a name stands.
async fn naming(unit: &mut Unit<'_>, name: &Name) -> Done<BTreeSet<QuarantineId>> {
    ids(unit, Statement::of(SEARCH).bind(&name.channel).bind(name.pattern())).await
}

async fn ids(unit: &mut Unit<'_>, statement: Statement<'_>) -> Done<BTreeSet<QuarantineId>> {
    unit.run(statement).await?.all().map(|mut row| row.id()).collect()
}
