//! `sportello nlu`: what was not understood, what people say about it, and what the classifier learns of that.

mod eval;
mod job;
mod plot;
mod review;
mod train;

use std::process::ExitCode;

use super::plugin::Counter;
use crate::cli::{Meaning, Nlu};

pub(super) async fn run(command: Nlu) -> anyhow::Result<ExitCode> {
    match command {
        Nlu::Review { target, limit } => review::list(Counter::reach(target).await?, limit).await,
        Nlu::Accept { of } => say(of, review::Said::Accepted).await,
        Nlu::Relabel { of, intent, new } => say(of, review::Said::Intent { intent, new }).await,
        Nlu::Outside { of } => say(of, review::Said::Outside).await,
        Nlu::Ignore { of } => say(of, review::Said::Ignored).await,
        Nlu::Train { target, folds, force } => train::run(Counter::reach(target).await?, folds, force).await,
        Nlu::Job { target, id } => job::show(Counter::reach(target).await?, &id).await,
        Nlu::Eval { target, corpus, folds, plot } => {
            eval::run(Counter::reach(target).await?, corpus.as_deref(), folds, plot.as_deref()).await
        }
    }
}

async fn say(Meaning { target, group }: Meaning, said: review::Said) -> anyhow::Result<ExitCode> {
    review::say(Counter::reach(target).await?, &group, said).await
}

/// `91.5 %`.
fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}
