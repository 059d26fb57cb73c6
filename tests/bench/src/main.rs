//! Measures, as ratios within one run: machines are noisy, and a bare number says nothing about the program.

mod clock;
mod growth;
mod live;
mod load;
mod memory;
mod metrics;
mod month;
mod nlu;
mod path;
mod process;
mod sandbox;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Measures the program as it is shipped, against what nobody can leave out.")]
struct Arguments {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Subcommand)]
enum Bench {
    /// Messages through the whole program, against a native one that only verifies, parses, syncs and answers.
    Path(path::Options),
    /// The same plugin code natively, in bare wasmtime and in the host; and its share of a message.
    Sandbox(sandbox::Options),
    /// The same load on an empty store and on large ones.
    Growth(growth::Options),
    /// Memory with open conversations and under load, the time of a start, and what idling costs.
    Memory(memory::Options),
    /// Open chat windows: what each costs, and how long a message takes to the screen.
    Live(live::Options),
    /// A month of a national post, replayed from empty.
    Month(month::Options),
    /// How well the intents plugin understands, measured through the host on labelled texts.
    Nlu(nlu::Options),
    /// The native program, started by `path`.
    #[command(hide = true)]
    Ceiling(path::ceiling::Options),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().bench {
        Bench::Path(options) => path::run(options).await,
        Bench::Sandbox(options) => sandbox::run(options).await,
        Bench::Growth(options) => growth::run(options).await,
        Bench::Memory(options) => memory::run(options).await,
        Bench::Live(options) => live::run(options).await,
        Bench::Month(options) => month::run(options).await,
        Bench::Nlu(options) => nlu::run(options).await,
        Bench::Ceiling(options) => path::ceiling::serve(options).await,
    }
}
