//! What conversations and deliveries go through while a candidate is tried: written with turns and attempts, counted for the
//! guard.

use sportello_domain::{
    Instant,
    guard::{Metric, Stage, Tally},
};
use sportello_engine::ports::store::Watched;

use crate::{
    error::Done,
    operation::{Operation, Unit},
    sql::{Statement, Value},
};

/// Writes down what a turn brought to a conversation, or an attempt to a delivery.
pub(crate) async fn watch(unit: &mut Unit<'_>, unit_of: Value<'static>, watched: &[Watched], now: Instant) -> Done<()> {
    for Watched { name, trial, stage, candidate, begins, happened, finished } in watched {
        let watch = if *begins {
            let begin = Statement::of(
                "INSERT INTO trial (name, trial, stage, unit, candidate, happened, finished, at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (name, trial, stage, unit) \
                 DO UPDATE SET happened = trial.happened | excluded.happened, finished = excluded.finished \
                 WHERE trial.finished = 0",
            );
            let begin = begin.bind(name).bind(*trial).bind(*stage).bind(unit_of.clone()).bind(*candidate);
            begin.bind(bits(happened)).bind(*finished).bind(now)
        } else {
            let go_on = Statement::of(
                "UPDATE trial SET happened = happened | $1, finished = $2 WHERE name = $3 AND trial = $4 \
                 AND stage = $5 AND unit = $6 AND finished = 0",
            );
            let go_on = go_on.bind(bits(happened)).bind(*finished).bind(name).bind(*trial);
            go_on.bind(*stage).bind(unit_of.clone())
        };
        unit.run(watch).await?;
    }
    Ok(())
}

fn bits(happened: &[Metric]) -> u32 {
    Metric::ALL.iter().enumerate().filter(|(_, metric)| happened.contains(metric)).map(|(bit, _)| 1 << bit).sum()
}

fn metrics(bits: u64) -> Vec<Metric> {
    Metric::ALL.into_iter().enumerate().filter(|(bit, _)| bits & (1 << bit) != 0).map(|(_, metric)| metric).collect()
}

pub(super) struct Count {
    pub(super) name: String,
    pub(super) trial: u64,
    pub(super) stage: u32,
}

impl Operation for Count {
    type Output = Stage;
    const NAME: &'static str = "count what came of a trial";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Stage> {
        let count = Statement::of(
            "SELECT candidate, happened, COUNT(*) FROM trial WHERE name = $1 AND trial = $2 AND stage = $3 \
             AND finished = 1 GROUP BY candidate, happened",
        );
        let mut stage = Stage { number: self.stage, candidate: Tally::default(), active: Tally::default() };
        let rows = unit.run(count.bind(&self.name).bind(self.trial).bind(self.stage)).await?;
        for mut row in rows.all() {
            let (candidate, happened, times) = (row.flag()?, metrics(row.number()?), row.number()?);
            let arm = if candidate { &mut stage.candidate } else { &mut stage.active };
            arm.conversations += times;
            for metric in happened {
                *arm.count_mut(metric) += times;
            }
        }
        Ok(stage)
    }
}
