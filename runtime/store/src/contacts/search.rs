//! Recorded calls in which somebody is named, and what is in quarantine. There are so many that reading them takes longer than anybody
//! should have to wait, so they are searched before the erasure, which then looks at those alone that came since.

use sportello_domain::ids::ContactId;
use sportello_engine::ports::store::Stored;

use super::{
    names::{self, Name},
    quarantined::Quarantined,
};
use crate::{
    error::Done,
    operation::{Operation, Unit},
    sql::Statement,
    store::SqlStore,
};

/// They go where a text holds the name, which may be one too many; nobody's message hangs on them.
const SEARCH: &str = "SELECT id FROM recording WHERE channel = $1 AND call LIKE $2 ESCAPE '\\'";
const FORGET_SINCE: &str = "DELETE FROM recording WHERE channel = $1 AND id > $2 AND call LIKE $3 ESCAPE '\\'";
const FORGET: &str = "DELETE FROM recording WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8)";

/// Recorded calls in which these names stand, of all up to one; and what is in quarantine.
#[derive(Clone, Debug)]
pub(super) struct Searched {
    names: Vec<Name>,
    upto: u64,
    found: Vec<u64>,
    pub(super) quarantined: Quarantined,
}

/// Searches for all names of a contact; finds nothing where there is none.
pub(super) async fn search(store: &SqlStore, contact: ContactId) -> Stored<Searched> {
    let (names, upto) = store.write(Begin(contact)).await?;
    let (found, quarantined) = store.read(Search(names.clone())).await?;
    Ok(Searched { names, upto, found, quarantined })
}

impl Searched {
    /// Takes them out, and those that came since. A name that has come since is searched for in all.
    pub(super) async fn forget(&self, unit: &mut Unit<'_>, names: &[Name]) -> Done<()> {
        for some in self.found.chunks(8) {
            let forget = some.iter().cycle().take(8).fold(Statement::of(FORGET), |forget, id| forget.bind(*id));
            unit.run(forget).await?;
        }
        for name in names {
            let since = if self.names.contains(name) { self.upto } else { 0 };
            let forget = Statement::of(FORGET_SINCE).bind(&name.channel).bind(since);
            unit.run(forget.bind(name.pattern())).await?;
        }
        Ok(())
    }
}

/// What to search for, and up to where.
struct Begin(ContactId);

impl Operation for Begin {
    type Output = (Vec<Name>, u64);
    const NAME: &'static str = "look by which names a contact is known";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<(Vec<Name>, u64)> {
        // Numbers are not drawn in the order of commits: whoever has drawn one is done when nobody records.
        super::keep_all_out(unit).await?;
        let last = Statement::of("SELECT COALESCE(MAX(id), 0) FROM recording");
        let last = unit.run(last).await?.first().map_or(Ok(0), |mut row| row.number())?;
        Ok((names::of(unit, self.0).await?, last))
    }
}

struct Search(Vec<Name>);

impl Operation for Search {
    type Output = (Vec<u64>, Quarantined);
    const NAME: &'static str = "search recorded calls and the quarantine for a name";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<(Vec<u64>, Quarantined)> {
        let mut found = Vec::new();
        for name in &self.0 {
            let search = Statement::of(SEARCH).bind(&name.channel).bind(name.pattern());
            for mut row in unit.run(search).await?.all() {
                found.push(row.number()?);
            }
        }
        Ok((found, Quarantined::search(unit, &self.0).await?))
    }
}
