//! `sportello plugin`: looking at plugins, and the life of their revisions.

mod bench;
mod counter;
mod decide;
mod deploy;
mod logs;
mod pack;
mod push;
mod replay;
mod show;
mod table;

use std::process::ExitCode;

use crate::cli::Plugin;
pub(super) use counter::Counter;
pub(super) use push::corpus;
pub(super) use table::table;

/// It waits for an operator's yes.
const WAITS: u8 = 3;

pub(super) async fn run(command: Plugin) -> anyhow::Result<ExitCode> {
    match command {
        Plugin::Inspect { file } => bench::inspect(&file).await,
        Plugin::Call { file, function, input, secret } => bench::call(&file, &function, input.as_deref(), secret).await,
        Plugin::Test { file, cases: Some(folder) } => bench::test(&file, &folder).await,
        Plugin::Test { file, cases: None } => bench::self_test(&file).await,
        Plugin::Pack { file, cases, output } => pack::run(&file, &cases, output.as_deref()),
        Plugin::Push { target, what } => push::run(Counter::reach(target).await?, what).await,
        Plugin::Deploy { target, what, share, now } => {
            deploy::run(Counter::reach(target).await?, what, (!now).then_some(share)).await
        }
        Plugin::List { target } => show::list(Counter::reach(target).await?).await,
        Plugin::Show { target, name } => show::one(Counter::reach(target).await?, &name).await,
        Plugin::Replay { target, revision, last, require } => {
            replay::run(Counter::reach(target).await?, &revision, last, &require).await
        }
        Plugin::Canary { target, revision, share } => {
            decide::canary(Counter::reach(target).await?, &revision, share).await
        }
        Plugin::Promote { target, revision } => decide::promote(Counter::reach(target).await?, &revision).await,
        Plugin::Rollback { target, name } => decide::roll_back(Counter::reach(target).await?, &name).await,
        Plugin::Grant { target, revision, secret, yes } => {
            decide::grant(Counter::reach(target).await?, &revision, secret, yes).await
        }
        Plugin::Logs { target, name, follow } => logs::run(Counter::reach(target).await?, &name, follow).await,
        Plugin::Diff { target, one, other } => show::diff(Counter::reach(target).await?, &one, &other).await,
    }
}
