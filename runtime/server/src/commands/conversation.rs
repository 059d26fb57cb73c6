//! `sportello conversation show`: the transcript with the journal between its lines.

use std::process::ExitCode;

use super::office;
use crate::cli::Conversation;
use crate::print;

pub(super) async fn run(command: Conversation) -> anyhow::Result<ExitCode> {
    let Conversation::Show { config, id, json } = command;
    let mut office = office(&config).await?;
    let transcript = office.transcript(id).await?;
    office.close().await;
    let text = if json { serde_json::to_string_pretty(&transcript)? } else { transcript.to_string() };
    print::out(&text)?;
    Ok(ExitCode::SUCCESS)
}
