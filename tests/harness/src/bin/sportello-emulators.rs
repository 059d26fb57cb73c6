//! The emulated platforms as a program, for demonstrations and for trying things by hand:
//! `sportello-emulators serve --whatsapp 127.0.0.1:9911 …` serves until it is ended.
//!
//! `sportello-emulators webhook …` prints a command that sends a signed webhook.
#![expect(clippy::print_stdout, reason = "a command-line program talks to the terminal")]

use clap::{Parser, Subcommand};
use sportello_harness::platforms::{Reports, Telegram, Tracking, WhatsApp};
use sportello_harness::webhooks::whatsapp::Business;
use sportello_harness::{Emulator, Log, now, signing};

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
    /// Prints a command that sends a customer's message, signed, to a webhook of WhatsApp.
    Webhook(Webhook),
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

#[derive(clap::Args)]
struct Webhook {
    /// The secret of the app.
    #[arg(long)]
    app_secret: String,
    /// The address of the webhook.
    #[arg(long)]
    hook: String,
    /// The customer's number.
    #[arg(long)]
    from: String,
    /// What the customer writes.
    #[arg(long)]
    text: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Serve(serve) => serve.run().await,
        Command::Webhook(webhook) => webhook.print(),
    }
}

impl Serve {
    async fn run(self) -> anyhow::Result<()> {
        let whatsapp = Emulator::start_at(WhatsApp::new(&self.access_token), self.whatsapp).await?;
        let reports = |hook| Reports { hook, app_secret: self.app_secret, business: Business::default() };
        whatsapp.platform.report_to(self.whatsapp_hook.map(reports));
        let telegram = Emulator::start_at(Telegram::new(&self.bot_token), self.telegram).await?;
        let tracking = Emulator::start_at(Tracking::new(now())?, self.tracking).await?;
        tokio::join!(
            narrate("WhatsApp", &whatsapp.log),
            narrate("Telegram", &telegram.log),
            narrate("tracking", &tracking.log)
        );
        Ok(())
    }
}

impl Webhook {
    fn print(&self) -> anyhow::Result<()> {
        let now = now();
        let body = Business::default().text(&self.from, &format!("wamid.TRIED{now}"), now, &self.text).to_string();
        let signature = signing::hub_signature(&self.app_secret, body.as_bytes())?;
        // The shell ends a quoted text at an apostrophe.
        let quoted = body.replace('\'', r"'\''");
        let hook = &self.hook;
        println!(
            "curl -i -H 'Content-Type: application/json' -H 'X-Hub-Signature-256: {signature}' -d '{quoted}' {hook}"
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
