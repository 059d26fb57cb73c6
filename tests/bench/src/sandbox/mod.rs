//! What the sandbox costs: the same plugin code called natively, in bare wasmtime and in the host; and the share of processor
//! time that plugins take of a message on its way through the whole program.
//!
//! Calls are measured in time that their thread spent on a processor, by turns, so that what else runs on the machine does
//! not count, and what slows the machine down slows all of them.

mod arguments;
mod bare;
mod calls;
mod components;
mod hosted;
mod native;
mod share;

use clap::Args;
use serde_json::json;
use sportello_harness::{machine, report};

use calls::Measured;
pub(crate) use components::component;
use share::Share;

/// How often.
#[derive(Args)]
pub(crate) struct Options {
    /// Calls of each kind.
    #[arg(long, default_value_t = 10_000)]
    calls: usize,
    /// Rounds over which the calls are spread; the middle one counts.
    #[arg(long, default_value_t = 25)]
    rounds: usize,
    /// Messages through the whole program, for the share; 0 leaves it out.
    #[arg(long, default_value_t = 12_000)]
    messages: usize,
    /// Draws `target/bench/sandbox.svg`.
    #[arg(long)]
    plot: bool,
}

/// Measures and reports.
#[allow(clippy::print_stdout, reason = "what people came for")]
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let machine = machine::describe();
    let (rounds, calls) = (options.rounds.max(1), options.calls);
    // On a thread of its own: it runs single-threaded, so that one clock sees all of it.
    let measured = tokio::task::spawn_blocking(move || calls::measure(rounds, calls.div_ceil(rounds).max(1))).await??;
    report::table(&Measured::HEAD, &measured.iter().map(Measured::row).collect::<Vec<_>>());
    println!("of bare wasmtime: the host's call over bare wasmtime's that is as fresh or as warm");
    let share = if options.messages > 0 { Some(share::measure(options.messages).await?) } else { None };
    if let Some(share) = &share {
        println!();
        report::table(&Share::HEAD, &share.rows());
    }
    let figures = json!({
        "machine": machine,
        "calls": measured.iter().map(Measured::figures).collect::<Vec<_>>(),
        "share": share.as_ref().map(Share::figures),
    });
    report::json("sandbox", &figures)?;
    if options.plot {
        let bars: Vec<(String, f64)> = measured.iter().flat_map(Measured::bars).collect();
        report::write("sandbox.svg", &report::bars("A call", "µs", &bars))?;
    }
    Ok(())
}
