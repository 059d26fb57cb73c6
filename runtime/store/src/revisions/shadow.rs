//! What came of candidates beside what serves: all nodes add to it.

use sportello_domain::{Instant, replay::Shadowed};
use sportello_engine::ports::store::{Compared, second_before};

use crate::{
    contacts::{self, erased_at},
    error::Done,
    operation::{Operation, Unit},
    sql::Statement,
};

pub(super) struct Keep {
    pub(super) name: String,
    pub(super) trial: u64,
    pub(super) found: Vec<Compared>,
    pub(super) now: Instant,
}

impl Operation for Keep {
    type Output = ();
    const NAME: &'static str = "keep what came of a candidate beside what serves";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        contacts::keep_out(unit).await?;
        // Whoever adds at the same time waits here.
        let hold = Statement::of(
            "INSERT INTO shadow (name, trial, found, at) VALUES ($1, $2, '{}', $3) \
             ON CONFLICT (name, trial) DO UPDATE SET at = excluded.at RETURNING found",
        );
        let row = unit.run(hold.bind(&self.name).bind(self.trial).bind(self.now)).await?.first();
        let mut found: Shadowed = row.map_or_else(|| Ok(Shadowed::default()), |mut row| row.json())?;
        for Compared { found: more, marks, at } in &self.found {
            let is_erased = erased_at(unit, marks).await? >= Some(second_before(*at));
            found += if is_erased { more.clone().without_words() } else { more.clone() };
        }
        let keep = Statement::of("UPDATE shadow SET found = $1 WHERE name = $2 AND trial = $3");
        unit.run(keep.json(&found).bind(&self.name).bind(self.trial)).await?;
        Ok(())
    }
}

pub(super) struct Find {
    pub(super) name: String,
    pub(super) trial: u64,
}

impl Operation for Find {
    type Output = Shadowed;
    const NAME: &'static str = "read what came of a candidate beside what serves";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Shadowed> {
        let find = Statement::of("SELECT found FROM shadow WHERE name = $1 AND trial = $2");
        let row = unit.run(find.bind(&self.name).bind(self.trial)).await?.first();
        row.map_or_else(|| Ok(Shadowed::default()), |mut row| row.json())
    }
}
