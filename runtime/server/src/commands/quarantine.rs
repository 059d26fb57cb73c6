//! `sportello quarantine`: webhooks that could not be read, and reading them again once their plugin is mended.

use std::process::ExitCode;

use super::office;
use crate::admin::{Office, Rerun};
use crate::cli::Quarantine;
use crate::print;
use crate::transcript::written_time;
use sportello_domain::ids::QuarantineId;

pub(super) async fn run(command: Quarantine) -> anyhow::Result<ExitCode> {
    match command {
        Quarantine::List { config } => {
            let mut office = office(&config).await?;
            let items = office.quarantine().await?;
            office.close().await;
            if items.is_empty() {
                print::out("nothing is in quarantine")?;
            }
            for item in items {
                print::out(&format!("{}  {}  {}  {}", item.id, written_time(item.at), item.channel, item.reason))?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Quarantine::Run { config, id } => {
            let mut office = office(&config).await?;
            let all_taken = rerun(&mut office, id).await;
            office.close().await;
            Ok(if all_taken? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}

/// One item, or all of them; whether none stays.
async fn rerun(office: &mut Office, only: Option<QuarantineId>) -> anyhow::Result<bool> {
    let ids = match only {
        Some(id) => vec![id],
        None => office.quarantine().await?.into_iter().map(|item| item.id).collect(),
    };
    if ids.is_empty() {
        print::out("nothing is in quarantine")?;
    }
    let mut all_taken = true;
    for id in ids {
        match office.rerun(id).await? {
            Rerun::Taken { events } => print::out(&format!("{id}  taken: {events} events"))?,
            Rerun::Stays { reason } => {
                all_taken = false;
                print::out(&format!("{id}  stays: {reason}"))?;
            }
        }
    }
    Ok(all_taken)
}
