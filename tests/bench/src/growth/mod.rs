//! Whether the program stays as fast while its store grows: the same load on an empty store and on large ones.
//!
//! A large store is a real one: a load goes through the program, and what it left is copied until there are enough messages.
//! The stores take turns over several rounds, so that what else happens on the machine hits all of them; half of the
//! conversations with a large one are with customers who have written before.

mod multiply;

use std::sync::Arc;

use clap::Args;
use serde_json::{Value, json};
use sportello_harness::{Server, machine, report};

use crate::load::{Amount, Crowd, Load, Measured, Pace, Platform, customers, program, step};
use crate::process::mebibytes;
use multiply::{Grown, multiply};

/// How large, and how much load.
#[derive(Args)]
pub(crate) struct Options {
    /// Stored messages, beside an empty store.
    #[arg(long, value_delimiter = ',', default_values_t = [100_000, 3_000_000])]
    sizes: Vec<u64>,
    #[command(flatten)]
    amount: Amount,
    /// How often each store has its turn; the middle one counts.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Draws `target/bench/growth.svg`.
    #[arg(long)]
    plot: bool,
}

/// A store, with what was measured on it.
struct Store {
    name: String,
    /// With its program; none: a new one for each load.
    grown: Option<(Server, Grown)>,
    runs: Vec<Measured>,
}

/// Measures and reports.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let machine = machine::describe();
    let platform = Arc::new(Platform::start().await?);
    let mut stores = vec![Store { name: "empty".to_owned(), grown: None, runs: vec![] }];
    for size in &options.sizes {
        step(&format!("growing a store to {size} messages"));
        stores.push(Store::grow(*size, &options, &platform).await?);
    }
    for round in 0..options.rounds.max(1) {
        for store in &mut stores {
            step(&format!("round {}: {}", round + 1, store.name));
            store.measure(round, &options, &platform).await?;
        }
    }
    let rate = stores[0].rate();
    let rows: Vec<Vec<String>> = stores.iter().map(|store| store.row(rate)).collect();
    report::table(&["", "database MiB", "round trips/s", "p50 ms", "p99 ms", "of empty", "not as they should"], &rows);
    let figures = json!({
        "machine": machine,
        "messages": options.amount.messages,
        "conversations": options.amount.conversations,
        "at-once": options.amount.at_once,
        "stores": stores.iter().map(|store| store.figures(rate)).collect::<Vec<_>>(),
    });
    report::json("growth", &figures)?;
    if options.plot {
        let bars: Vec<(String, f64)> = stores.iter().map(|store| (store.name.clone(), store.rate())).collect();
        report::write("growth.svg", &report::bars("Round trips by stored messages", "a second", &bars))?;
    }
    let is_clean = stores.iter().flat_map(|store| &store.runs).all(Measured::is_clean);
    anyhow::ensure!(is_clean, "messages were lost, repeated or answered out of order");
    Ok(())
}

impl Options {
    fn load(&self, crowd: Crowd) -> Load {
        self.amount.load(Pace::AsAnswered, crowd)
    }
}

impl Store {
    async fn grow(size: u64, options: &Options, platform: &Arc<Platform>) -> anyhow::Result<Self> {
        let mut server = program::on_whatsapp(&platform.url())?.start().await?;
        customers::run(options.load(Crowd::default()), &server.hook("whatsapp"), platform).await?;
        server.stop().await?;
        let file = server.setup().folder().join("sportello.db");
        let customers = options.amount.conversations as u64;
        let grown = tokio::task::spawn_blocking(move || multiply(&file, customers, size)).await??;
        Ok(Self { name: format!("{} messages", grown.messages), grown: Some((server, grown)), runs: vec![] })
    }

    async fn measure(&mut self, round: usize, options: &Options, platform: &Arc<Platform>) -> anyhow::Result<()> {
        let measured = match &mut self.grown {
            None => {
                let mut server = program::on_whatsapp(&platform.url())?.start().await?;
                let measured =
                    customers::run(options.load(Crowd::default()), &server.hook("whatsapp"), platform).await?;
                server.stop().await?;
                measured
            }
            Some((server, grown)) => {
                server.restart().await?;
                let crowd = Crowd { known: grown.customers, before: (round * options.amount.conversations) as u64 };
                let measured = customers::run(options.load(crowd), &server.hook("whatsapp"), platform).await?;
                server.stop().await?;
                measured
            }
        };
        self.runs.push(measured);
        Ok(())
    }

    /// The run of which half of the others were faster.
    fn middle(&self) -> &Measured {
        let mut runs: Vec<&Measured> = self.runs.iter().collect();
        runs.sort_by(|one, other| one.rate().total_cmp(&other.rate()));
        runs[runs.len() / 2]
    }

    fn rate(&self) -> f64 {
        self.middle().rate()
    }

    fn row(&self, empty: f64) -> Vec<String> {
        let middle = self.middle();
        vec![
            self.name.clone(),
            self.grown.as_ref().map_or_else(|| "0".to_owned(), |(_, grown)| format!("{:.0}", mebibytes(grown.bytes))),
            format!("{:.0}", middle.rate()),
            middle.milliseconds(500),
            middle.milliseconds(990),
            format!("{:.2}", middle.rate() / empty),
            self.runs.iter().map(|run| run.lost + run.wrong + run.repeated).sum::<usize>().to_string(),
        ]
    }

    fn figures(&self, empty: f64) -> Value {
        json!({
            "messages": self.grown.as_ref().map_or(0, |(_, grown)| grown.messages),
            "database-bytes": self.grown.as_ref().map(|(_, grown)| grown.bytes),
            "of-empty": self.rate() / empty,
            "runs": self.runs.iter().map(Measured::figures).collect::<Vec<_>>(),
        })
    }
}
