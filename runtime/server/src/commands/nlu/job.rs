//! Trainings and evaluations outlast a request: they are begun, asked about until they have ended, and told.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::Value;
use sportello_engine::ports::store::{Job, JobState, Progress};

use super::{eval, train};
use crate::commands::plugin::Counter;

/// How often a job is asked about.
const PAUSE: Duration = Duration::from_millis(250);

/// Tells how a job stands that was begun before.
pub(super) async fn show(mut counter: Counter, id: &str) -> anyhow::Result<ExitCode> {
    let (job, answer) = ask(&mut counter, id).await?;
    tell(&counter, &job, &answer)
}

/// Asks about a job that has just begun until it has ended, and tells people how far it is.
pub(super) async fn follow(counter: &mut Counter, begun: Value) -> anyhow::Result<(Job, Value)> {
    let begun: Job = serde_json::from_value(begun)?;
    let id = begun.id.to_string();
    counter.progress(&format!("job {id}; it goes on without this command: `sportello nlu job {id}`"))?;
    let mut told = None;
    loop {
        let (job, answer) = ask(counter, &id).await?;
        let JobState::Running(progress) = job.state else { return Ok((job, answer)) };
        if told != Some(progress) {
            counter.progress(&words(progress))?;
            told = Some(progress);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn ask(counter: &mut Counter, id: &str) -> anyhow::Result<(Job, Value)> {
    let answer = counter.get(&format!("/api/v1/nlu/jobs/{id}")).await;
    let answer = answer.with_context(|| format!("asking about job {id}"))?;
    Ok((serde_json::from_value(answer.clone())?, answer))
}

/// Tells what came of a job, or how far it is.
pub(super) fn tell(counter: &Counter, job: &Job, answer: &Value) -> anyhow::Result<ExitCode> {
    match &job.state {
        JobState::Trained(trained) => return train::tell(counter, trained, &answer["state"]["trained"]),
        JobState::Evaluated(evaluation) => counter.tell(&answer["state"]["evaluated"], |_| eval::words(evaluation))?,
        JobState::Running(progress) => counter.tell(answer, |_| words(*progress))?,
        JobState::Failed(why) => anyhow::bail!("{why}"),
        JobState::Lost => {
            anyhow::bail!(
                "the server that worked on it has ended: `sportello plugin show nlu` tells what serves; begin it again"
            )
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn words(Progress { done, of, serving }: Progress) -> String {
    match (serving, of) {
        (true, _) => "bringing what was learnt to serve".to_owned(),
        (false, 0) => "beginning".to_owned(),
        (false, of) => format!("{done} of {of} models trained on a part of the corpus and asked about the rest"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_how_far_it_is() {
        assert_eq!(words(Progress::default()), "beginning");
        assert!(words(Progress { done: 2, of: 6, serving: false }).starts_with("2 of 6 models"));
        assert!(words(Progress { done: 6, of: 6, serving: true }).contains("to serve"));
    }
}
