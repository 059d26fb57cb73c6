//! The path of a message, in a closed loop: the next message of a conversation leaves after the answer to the last.
//!
//! The same load goes through the program and through `ceiling`, one after the other and on the same machine; the ratio is
//! the figure that counts. Every answer is checked: that it is the right one, once, and in order.

pub(crate) mod ceiling;
mod outcome;
mod subject;

use clap::Args;
use serde_json::json;
use sportello_harness::{machine, report};

use crate::load::{Amount, Crowd, Measured, Pace, Platform, customers, step};
use outcome::Outcome;
use subject::Subject;

/// How much load.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    amount: Amount,
    /// Leaves the native program out: only counts and checks.
    #[arg(long)]
    alone: bool,
    /// Draws `target/bench/path.svg`.
    #[arg(long)]
    plot: bool,
}

/// Measures and reports.
#[allow(clippy::print_stdout, reason = "what people came for")]
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let machine = machine::describe();
    let mut outcomes: Vec<Outcome> = vec![];
    let subjects: &[Subject] =
        if options.alone { &[Subject::Sportello] } else { &[Subject::Ceiling, Subject::Sportello, Subject::Warm] };
    for subject in subjects {
        step(&format!("{}: {} messages as fast as they are answered", subject.name(), options.amount.messages));
        let full = measure(*subject, &options, Pace::AsAnswered).await?;
        step(&format!("{}: at half of {:.0} a second", subject.name(), full.rate()));
        let half = measure(*subject, &options, Pace::PerSecond(full.rate() / 2.0)).await?;
        outcomes.push(Outcome { subject: *subject, full, half });
    }
    let rows: Vec<Vec<String>> = outcomes.iter().map(Outcome::row).collect();
    report::table(&Outcome::HEAD, &rows);
    let [ratio, warm] = [Subject::Sportello, Subject::Warm].map(|subject| {
        let ratio = outcome::ratios(&outcomes, subject)?;
        let ((rate, late), name) = (ratio, subject.name());
        println!("{name}: {rate:.2} of the ceiling's round trips; p99 at half load {late:.1} times the ceiling's");
        Some(ratio)
    });
    let figures = json!({
        "machine": machine,
        "messages": options.amount.messages,
        "conversations": options.amount.conversations,
        "at-once": options.amount.at_once,
        "runs": outcomes.iter().map(Outcome::figures).collect::<Vec<_>>(),
        "rate-of-ceiling": ratio.map(|(rate, _)| rate),
        "p99-of-ceiling-at-half-load": ratio.map(|(_, late)| late),
        "warm-rate-of-ceiling": warm.map(|(rate, _)| rate),
        "warm-p99-of-ceiling-at-half-load": warm.map(|(_, late)| late),
    });
    report::json("path", &figures)?;
    if options.plot {
        let bars: Vec<(String, f64)> =
            outcomes.iter().map(|outcome| (outcome.subject.name().to_owned(), outcome.full.rate())).collect();
        report::write("path.svg", &report::bars("Round trips", "a second", &bars))?;
    }
    anyhow::ensure!(outcomes.iter().all(Outcome::is_clean), "messages were lost, repeated or answered out of order");
    Ok(())
}

async fn measure(subject: Subject, options: &Options, pace: Pace) -> anyhow::Result<Measured> {
    let load = options.amount.load(pace, Crowd::default());
    let platform = std::sync::Arc::new(Platform::start().await?);
    let running = subject.start(&platform.url()).await?;
    let measured = customers::run(load, &running.hook(), &platform).await?;
    running.stop().await?;
    Ok(measured)
}
