//! `sportello held`: what waits for an operator since a backup was put back (rule 21).

use std::process::ExitCode;

use sportello_domain::contract::{Act, Content};
use sportello_engine::ports::store::Held as Waiting;

use super::office;
use crate::cli::Held;
use crate::print;
use crate::transcript::written_time;

pub(super) async fn run(command: Held) -> anyhow::Result<ExitCode> {
    let (Held::List { config } | Held::Release { config, .. } | Held::Drop { config, .. }) = &command;
    let mut office = office(config).await?;
    let told = match command {
        Held::List { .. } => office.held().await.map(|held| list(&held)),
        Held::Release { conversation, .. } => {
            let count = office.let_go(conversation).await;
            count.map(|count| format!("released: something leaves in {count} conversations"))
        }
        Held::Drop { conversation, .. } => {
            let count = office.discard_held(conversation).await;
            count.map(|count| format!("dropped: {count} messages and schedules"))
        }
    };
    office.close().await;
    print::out(&told?)?;
    Ok(ExitCode::SUCCESS)
}

fn list(held: &Waiting) -> String {
    let deliveries = held.deliveries.iter().map(|item| {
        let words = match &item.act {
            Act::Say(say) => say.contents.iter().filter_map(Content::words).collect::<Vec<_>>().join(" "),
            _ => "a sign".to_owned(),
        };
        format!("{}  message   {}  {}", item.conversation, item.id, words.lines().next().unwrap_or_default())
    });
    let schedules = held.schedules.iter().map(|schedule| {
        let due = written_time(schedule.due_at);
        format!("{}  schedule  {}  {} of {} at {due}", schedule.conversation, schedule.id, schedule.tag, schedule.skill)
    });
    let lines: Vec<String> = deliveries.chain(schedules).collect();
    if lines.is_empty() { "nothing is held".to_owned() } else { lines.join("\n") }
}
