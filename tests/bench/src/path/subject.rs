//! What is measured: the program, or the least that any program would have to do.

use std::process::Stdio;

use anyhow::Context as _;
use serde::Serialize;
use sportello_harness::{Server, Setup, secrets};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Subject {
    Sportello,
    Ceiling,
}

/// A subject at work.
pub(crate) enum Running {
    Sportello(Box<Server>),
    Ceiling { child: Box<Child>, hook: String },
}

impl Subject {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sportello => "sportello",
            Self::Ceiling => "ceiling",
        }
    }

    /// Starts it on an empty store, with the platform at this address.
    pub(crate) async fn start(self, platform: &str) -> anyhow::Result<Running> {
        match self {
            Self::Sportello => Ok(Running::Sportello(Box::new(sportello(platform).await?))),
            Self::Ceiling => ceiling(platform).await,
        }
    }
}

/// The demo's configuration with one channel and the answers, and without what would say more than one message a turn.
async fn sportello(platform: &str) -> anyhow::Result<Server> {
    Setup::demo()?
        .without("channels.telegram")
        .without("channels.web-chat")
        .without("routing.greeting")
        .set("channels.whatsapp.settings.api-base", platform)?
        // The platform's own pace is not what is measured.
        .set("channels.whatsapp.settings.messages-per-second", 1_000_000)?
        // The ceiling marks nothing as read either.
        .set("channels.whatsapp.read-marks", false)?
        .set("channels.whatsapp.grants.hosts", vec![platform.to_owned()])?
        .env("WA_APP_SECRET", secrets::APP_SECRET)
        .env("WA_ACCESS_TOKEN", secrets::ACCESS_TOKEN)
        .env("WA_VERIFY_TOKEN", secrets::VERIFY_TOKEN)
        .start()
        .await
}

async fn ceiling(platform: &str) -> anyhow::Result<Running> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["ceiling", "--platform", platform, "--secret", secrets::APP_SECRET])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let stdout = child.stdout.take().context("the ceiling has no output")?;
    let address = BufReader::new(stdout).lines().next_line().await?.context("the ceiling ended at once")?;
    Ok(Running::Ceiling { child: Box::new(child), hook: format!("http://{address}/hooks/whatsapp") })
}

impl Running {
    pub(crate) fn hook(&self) -> String {
        match self {
            Self::Sportello(server) => server.hook("whatsapp"),
            Self::Ceiling { hook, .. } => hook.clone(),
        }
    }

    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        match self {
            Self::Sportello(mut server) => server.stop().await,
            Self::Ceiling { mut child, .. } => Ok(child.kill().await?),
        }
    }
}
