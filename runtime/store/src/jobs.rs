//! Work on the classifier that outlasts a request.

use async_trait::async_trait;
use sportello_domain::{Instant, ids::JobId};
use sportello_engine::ports::store::{Job, JobState, Jobs, KEPT_JOBS, StoreError, Stored, busy};

use crate::{
    error::{Done, Failure},
    operation::{Operation, Unit},
    sql::Statement,
    store::SqlStore,
};

#[async_trait]
impl Jobs for SqlStore {
    async fn begin_job(&self, job: Job, silent: Instant) -> Stored<()> {
        self.write(Begin { job, silent }).await
    }

    async fn tell_job(&self, job: Job) -> Stored<()> {
        self.write(Tell(job)).await
    }

    async fn job(&self, id: JobId) -> Stored<Option<Job>> {
        self.read(Find(id)).await
    }

    async fn jobs(&self) -> Stored<Vec<Job>> {
        self.read(List).await
    }
}

struct Begin {
    job: Job,
    silent: Instant,
}

impl Operation for Begin {
    type Output = ();
    const NAME: &'static str = "begin a job";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        unit.lock(Statement::of("LOCK TABLE job IN SHARE ROW EXCLUSIVE MODE")).await?;
        let running = Statement::of("SELECT job FROM job WHERE running = 1");
        if let Some(mut row) = unit.run(running).await?.first() {
            let other: Job = row.json()?;
            if other.heard_at >= self.silent {
                return Err(StoreError::Conflict(busy(&other)).into());
            }
            keep(unit, &Job { state: JobState::Lost, ..other }).await?;
        }
        let enter = Statement::of("INSERT INTO job (id, running, job) VALUES ($1, 1, $2)");
        unit.run(enter.bind(self.job.id).json(&self.job)).await?;
        let forget = Statement::of("DELETE FROM job WHERE id NOT IN (SELECT id FROM job ORDER BY id DESC LIMIT $1)");
        unit.run(forget.bind(KEPT_JOBS as u64)).await?;
        Ok(())
    }
}

struct Tell(Job);

impl Operation for Tell {
    type Output = ();
    const NAME: &'static str = "tell how a job stands";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        keep(unit, &self.0).await
    }
}

async fn keep(unit: &mut Unit<'_>, job: &Job) -> Done<()> {
    let keep = Statement::of("UPDATE job SET running = $1, job = $2 WHERE id = $3 AND running = 1");
    let keep = keep.bind(u64::from(job.is_running())).json(job).bind(job.id);
    if unit.run(keep).await?.changes == 0 {
        return Err(Failure::missing("running job", job.id));
    }
    Ok(())
}

struct Find(JobId);

impl Operation for Find {
    type Output = Option<Job>;
    const NAME: &'static str = "find a job";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Option<Job>> {
        let find = Statement::of("SELECT job FROM job WHERE id = $1").bind(self.0);
        unit.run(find).await?.first().map(|mut row| row.json()).transpose()
    }
}

struct List;

impl Operation for List {
    type Output = Vec<Job>;
    const NAME: &'static str = "list jobs";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Vec<Job>> {
        unit.run(Statement::of("SELECT job FROM job ORDER BY id DESC")).await?.all().map(|mut row| row.json()).collect()
    }
}
