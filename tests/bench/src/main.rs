//! Measures, as ratios within one run: machines are noisy, and a bare number says nothing about the program.

mod path;

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
    /// The native program, started by `path`.
    #[command(hide = true)]
    Ceiling(path::ceiling::Options),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().bench {
        Bench::Path(options) => path::run(options).await,
        Bench::Ceiling(options) => path::ceiling::serve(options).await,
    }
}
