//! What is measured: the program, or the least that any program would have to do.

use std::process::Stdio;

use anyhow::Context as _;
use serde::Serialize;
use sportello_harness::{Server, Setup, secrets};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::load::program;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Subject {
    Ceiling,
    Sportello,
    /// The program with plugins that are trusted to serve call after call.
    Warm,
}

/// A subject at work.
pub(crate) enum Running {
    Sportello(Box<Server>),
    Ceiling { child: Box<Child>, hook: String },
}

impl Subject {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ceiling => "ceiling",
            Self::Sportello => "sportello",
            Self::Warm => "sportello, plugins warm",
        }
    }

    /// Starts it on an empty store, with the platform at this address.
    pub(crate) async fn start(self, platform: &str) -> anyhow::Result<Running> {
        match self {
            Self::Ceiling => ceiling(platform).await,
            Self::Sportello => sportello(program::on_whatsapp(platform)?).await,
            Self::Warm => sportello(program::warm(program::on_whatsapp(platform)?)?).await,
        }
    }
}

async fn sportello(setup: Setup) -> anyhow::Result<Running> {
    Ok(Running::Sportello(Box::new(setup.start().await?)))
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
