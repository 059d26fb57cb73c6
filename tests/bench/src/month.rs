//! A month of a national post, replayed from empty as fast as the program takes it: every conversation is held by the bot, and
//! every tenth ends with a person.

use std::sync::Arc;

use clap::Args;
use serde_json::json;
use sportello_harness::{machine, report};

use crate::load::{Crowd, Load, Pace, Platform, customers, program, step};
use crate::metrics::Metrics;
use crate::process::{Usage, mebibytes};

/// Every so many conversations end with a person.
const PERSON_EVERY: usize = 10;

/// How long a month.
#[derive(Args)]
pub(crate) struct Options {
    /// Conversations.
    #[arg(long, default_value_t = 30_000)]
    conversations: usize,
    /// Messages of each.
    #[arg(long, default_value_t = 6)]
    each: usize,
    /// Conversations at the same time.
    #[arg(long, default_value_t = 128)]
    at_once: usize,
    /// Draws `target/bench/month.svg`.
    #[arg(long)]
    plot: bool,
}

/// Measures and reports.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let machine = machine::describe();
    let platform = Arc::new(Platform::start().await?);
    let mut server = program::on_whatsapp(&platform.url())?.start().await?;
    let Options { conversations, each, at_once, plot } = options;
    let load = Load {
        conversations,
        each,
        at_once,
        pace: Pace::AsAnswered,
        crowd: Crowd::default(),
        person_every: PERSON_EVERY,
    };
    step(&format!("{conversations} conversations of {each} messages"));
    let measured = customers::run(load, &server.hook("whatsapp"), &platform).await?;
    let usage = Usage::of(&server)?;
    // Counted by the program itself, once a second.
    let waiting = Metrics::of(&server).await?.value("sportello_conversations_waiting")?;
    let database = std::fs::metadata(server.setup().folder().join("sportello.db"))?.len();
    server.stop().await?;

    let row = vec![
        format!("{conversations} conversations"),
        format!("{:.1}", measured.took.as_secs_f64()),
        format!("{:.0}", measured.rate()),
        measured.milliseconds(990),
        waiting.to_string(),
        format!("{:.0}", mebibytes(usage.resident)),
        format!("{:.0}", mebibytes(database)),
        (measured.lost + measured.wrong + measured.repeated).to_string(),
    ];
    let head =
        ["", "seconds", "round trips/s", "p99 ms", "with people", "resident MiB", "database MiB", "not as they should"];
    report::table(&head, std::slice::from_ref(&row));
    let figures = json!({
        "machine": machine,
        "conversations": conversations,
        "messages-each": each,
        "at-once": at_once,
        "run": measured.figures(),
        "waiting-for-people": waiting,
        "resident-bytes": usage.resident,
        "database-bytes": database,
    });
    report::json("month", &figures)?;
    if plot {
        let bars = [("replayed".to_owned(), measured.took.as_secs_f64()), ("goal".to_owned(), 40.0)];
        report::write("month.svg", &report::bars("A month", "seconds", &bars))?;
    }
    anyhow::ensure!(measured.is_clean(), "messages were lost, repeated or answered out of order");
    let expected = conversations.div_ceil(PERSON_EVERY);
    anyhow::ensure!(
        waiting.to_string() == expected.to_string(),
        "{waiting} conversations wait for people, not {expected}"
    );
    Ok(())
}
