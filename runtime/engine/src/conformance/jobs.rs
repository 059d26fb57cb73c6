//! Work on the classifier that outlasts a request.
#![cfg(any(test, feature = "testing"))]

use sportello_domain::ids::JobId;

use super::World;
use super::world::NOW;
use crate::ports::store::{Job, JobState, KEPT_JOBS, Progress, StoreError, Work};

fn job(number: u64) -> Job {
    Job {
        id: JobId::new(NOW + number, 0),
        work: Work::Training,
        who: "anna".to_owned(),
        began_at: NOW + number,
        heard_at: NOW + number,
        state: JobState::Running(Progress::default()),
    }
}

pub async fn one_job_runs_at_a_time_and_what_came_of_it_is_kept(world: &World<'_>) {
    world.store.begin_job(job(1), NOW).await.unwrap();
    let refused = world.store.begin_job(job(2), NOW).await;
    assert!(matches!(&refused, Err(StoreError::Conflict(why)) if why.contains("anna")), "{refused:?}");
    let further = Job { state: JobState::Running(Progress { done: 1, of: 6, serving: false }), ..job(1) };
    world.store.tell_job(further.clone()).await.unwrap();
    assert_eq!(world.store.job(further.id).await.unwrap(), Some(further));
    let ended = Job { state: JobState::Failed("nothing to learn".to_owned()), ..job(1) };
    world.store.tell_job(ended.clone()).await.unwrap();
    world.store.begin_job(job(2), NOW).await.unwrap();
    assert_eq!(world.store.jobs().await.unwrap(), [job(2), ended]);
    assert_eq!(world.store.job(job(3).id).await.unwrap(), None);
}

pub async fn a_job_that_nothing_is_heard_of_makes_way_and_may_say_no_more(world: &World<'_>) {
    world.store.begin_job(job(1), NOW).await.unwrap();
    world.store.begin_job(job(2), NOW + 2).await.unwrap();
    let lost = Job { state: JobState::Lost, ..job(1) };
    assert_eq!(world.store.jobs().await.unwrap(), [job(2), lost.clone()]);
    let late = world.store.tell_job(Job { state: JobState::Failed("late".to_owned()), ..job(1) }).await;
    assert!(matches!(late, Err(StoreError::NotFound { .. })), "{late:?}");
    assert_eq!(world.store.job(lost.id).await.unwrap(), Some(lost));
}

pub async fn the_oldest_jobs_are_forgotten(world: &World<'_>) {
    let number = KEPT_JOBS as u64 + 2;
    for one in 1..=number {
        world.store.begin_job(job(one), NOW).await.unwrap();
        world.store.tell_job(Job { state: JobState::Lost, ..job(one) }).await.unwrap();
    }
    let kept = world.store.jobs().await.unwrap();
    assert_eq!((kept.len(), kept[0].id), (KEPT_JOBS, job(number).id));
}
