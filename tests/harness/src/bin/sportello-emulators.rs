//! The emulated platforms as a program, for demonstrations and for trying things by hand:
//! `sportello-emulators serve --whatsapp 127.0.0.1:9911 …` serves until it is ended.
//!
//! `sportello-emulators sign --app-secret S` prints the signature of what it reads.
#![expect(clippy::print_stdout, reason = "a command-line program talks to the terminal")]

use std::io::Read as _;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use sportello_harness::platforms::{Reports, Telegram, Tracking, WhatsApp};
use sportello_harness::webhooks::whatsapp::Business;
use sportello_harness::{Emulator, Log, signing};

/// Emulated platforms on the loopback interface.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves all platforms until it is ended, and prints what it is asked to send.
    Serve(Serve),
    /// Prints Meta's signature of what it reads from standard input.
    Sign {
        /// The secret of the app.
        #[arg(long)]
        app_secret: String,
    },
}

#[derive(clap::Args)]
struct Serve {
    /// Address of the WhatsApp Cloud API.
    #[arg(long)]
    whatsapp: std::net::SocketAddr,
    /// The token that it takes.
    #[arg(long)]
    access_token: String,
    /// The secret that it signs statuses with.
    #[arg(long)]
    app_secret: String,
    /// Where it reports that a message was delivered.
    #[arg(long)]
    whatsapp_hook: Option<String>,
    /// Address of the Telegram Bot API.
    #[arg(long)]
    telegram: std::net::SocketAddr,
    /// The token of the bot.
    #[arg(long)]
    bot_token: String,
    /// Address of the tracking service.
    #[arg(long)]
    tracking: std::net::SocketAddr,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Serve(serve) => serve.run().await,
        Command::Sign { app_secret } => {
            let mut body = Vec::new();
            std::io::stdin().read_to_end(&mut body)?;
            println!("{}", signing::hub_signature(&app_secret, &body)?);
            Ok(())
        }
    }
}

impl Serve {
    async fn run(self) -> anyhow::Result<()> {
        let whatsapp = Emulator::start_at(WhatsApp::new(&self.access_token), self.whatsapp).await?;
        let reports = |hook| Reports { hook, app_secret: self.app_secret, business: Business::default() };
        whatsapp.platform.report_to(self.whatsapp_hook.map(reports));
        let telegram = Emulator::start_at(Telegram::new(&self.bot_token), self.telegram).await?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock stands before 1970")?;
        let tracking = Emulator::start_at(Tracking::new(u64::try_from(now.as_millis())?)?, self.tracking).await?;
        tokio::join!(
            narrate("WhatsApp", &whatsapp.log),
            narrate("Telegram", &telegram.log),
            narrate("tracking", &tracking.log)
        );
        Ok(())
    }
}

/// A line for each request, for ever.
async fn narrate(platform: &str, log: &Log) {
    let mut told = 0;
    loop {
        let requests = log.settled_after(told).await;
        for request in &requests {
            let status = request.answered.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            println!("[{platform}] {} {} → {status} {}", request.method, request.route(), request.text());
        }
        told += requests.len();
    }
}
