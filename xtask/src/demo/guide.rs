//! What to try while the demo runs.

use std::path::Path;
use std::process::Command;

use super::world;
use crate::command;

/// What the demo's token may do.
pub(crate) const SCOPES: &str = "conversations:read,conversations:write";

/// Prints addresses and three commands to try.
pub(crate) fn print(emulators: &Path, address: &str, token: &str, folder: &Path) -> anyhow::Result<()> {
    let base = format!("http://{address}");
    let webhook = command::output(Command::new(emulators).args([
        "webhook",
        "--app-secret",
        world::APP_SECRET,
        "--hook",
        &format!("{base}/hooks/whatsapp"),
        "--from",
        "41791112233",
        "--text",
        "I would like to talk to a person, please.",
    ]))?;
    println!(
        "
Sportello runs at {base}

  A page with the chat window   {base}/
  API description               {base}/api/openapi.json
  Metrics                       {base}/metrics
  WhatsApp, emulated            http://{whatsapp}
  Telegram, emulated            http://{telegram}
  Parcel tracking, emulated     http://{tracking}
  Logs                          {folder}

A customer writes on WhatsApp and asks for a person:

  {webhook}
The queue of those who wait for one:

  curl -s -H 'Authorization: Bearer {token}' {base}/api/v1/queue

An agent takes the conversation and answers (ID is the conversation's, from the queue):

  ID=…; curl -s -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' \\
    -d '{{\"agent\": \"Camille\"}}' {base}/api/v1/conversations/$ID/take && \\
  curl -s -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' \\
    -d '{{\"agent\": \"Camille\", \"text\": \"Good morning, how can I help you?\"}}' {base}/api/v1/conversations/$ID/answer

Ctrl-C ends it.",
        whatsapp = world::WHATSAPP,
        telegram = world::TELEGRAM,
        tracking = world::TRACKING,
        folder = folder.display(),
    );
    Ok(())
}
