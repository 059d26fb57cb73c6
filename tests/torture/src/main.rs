//! Breaks the program in every way there is, and prints one table of what came of it.

use clap::{Parser, ValueEnum};
use serde_json::json;
use sportello_harness::{machine, report};
use sportello_torture::scenarios::{Extent, Scenario};
use sportello_torture::verdict::HEAD;
use sportello_torture::world::Store;

/// Breaks the program under load; ends with 1 where anything was lost, out of order, or repeated without need.
#[derive(Parser)]
struct Arguments {
    /// How often the program is killed.
    #[arg(long, default_value_t = 100)]
    kills: usize,
    /// Messages of each other scenario, about.
    #[arg(long, default_value_t = 2_400)]
    messages: usize,
    /// Only these.
    #[arg(long, value_enum)]
    scenario: Vec<Scenario>,
    /// Only on this store; by default on each where the scenario can be played.
    #[arg(long, value_enum, default_value_t = Stores::Both)]
    store: Stores,
}

/// Which stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stores {
    Sqlite,
    Postgres,
    Both,
}

impl Stores {
    fn include(self, store: Store) -> bool {
        match self {
            Self::Sqlite => store == Store::Sqlite,
            Self::Postgres => store == Store::Postgres,
            Self::Both => true,
        }
    }
}

#[tokio::main]
#[allow(clippy::print_stdout, clippy::print_stderr, reason = "what people came for")]
async fn main() -> anyhow::Result<std::process::ExitCode> {
    let Arguments { kills, messages, scenario, store: stores } = Arguments::parse();
    let chosen = if scenario.is_empty() { Scenario::ALL.to_vec() } else { scenario };
    let (mut rows, mut figures, mut measured, mut faults) = (vec![], vec![], vec![], vec![]);
    let plays = chosen.into_iter().flat_map(|scenario| scenario.stores().iter().map(move |store| (scenario, *store)));
    for (scenario, store) in plays.filter(|(_, store)| stores.include(*store)) {
        let name = match store {
            Store::Sqlite => scenario.name(),
            Store::Postgres => format!("{} on PostgreSQL", scenario.name()),
        };
        eprintln!("{name} …");
        let verdict = scenario.run(Extent { kills, messages, store }).await?;
        faults.extend(verdict.faults().into_iter().map(|fault| format!("{name}: {fault}")));
        measured.extend(verdict.measured.iter().map(|line| format!("{name}: {line}")));
        rows.push(verdict.row(&name));
        figures.push(json!({ "scenario": name, "verdict": verdict }));
    }
    report::table(&HEAD, &rows);
    measured.iter().for_each(|line| println!("{line}"));
    report::json("torture", &json!({ "machine": machine::describe(), "scenarios": figures }))?;
    faults.iter().for_each(|fault| println!("{fault}"));
    Ok(if faults.is_empty() { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE })
}
