//! `sportello contact`: the people who write, and forgetting one of them (rule 22).

use std::process::ExitCode;

use super::office;
use crate::admin::Erased;
use crate::cli::Contact;
use crate::print;

pub(super) async fn run(command: Contact) -> anyhow::Result<ExitCode> {
    let (Contact::Find { config, .. } | Contact::Erase { config, .. }) = &command;
    let mut office = office(config).await?;
    let told = match command {
        Contact::Find { channel, name, .. } => {
            let found = office.contact(&channel, &name).await;
            found.and_then(|contact| Ok(serde_json::to_string_pretty(&contact)?))
        }
        Contact::Erase { id, .. } => office.erase(id).await.map(|erased| told_of(&erased)),
    };
    office.close().await;
    print::out(&told?)?;
    Ok(ExitCode::SUCCESS)
}

fn told_of(erased: &Erased) -> String {
    let head = format!("erased, with {} conversations", erased.conversations);
    let webhooks = erased
        .webhooks
        .iter()
        .map(|id| format!("{id} in quarantine names them: `sportello quarantine run {id}` once its plugin is mended"));
    std::iter::once(head).chain(webhooks).collect::<Vec<_>>().join("\n")
}
