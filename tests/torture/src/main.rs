//! Breaks the program in every way there is, and prints one table of what came of it.

use clap::Parser;
use serde_json::json;
use sportello_harness::{machine, report};
use sportello_torture::scenarios::{Extent, Scenario};
use sportello_torture::verdict::HEAD;

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
}

#[tokio::main]
#[allow(clippy::print_stdout, clippy::print_stderr, reason = "what people came for")]
async fn main() -> anyhow::Result<std::process::ExitCode> {
    let Arguments { kills, messages, scenario } = Arguments::parse();
    let chosen = if scenario.is_empty() { Scenario::ALL.to_vec() } else { scenario };
    let (mut rows, mut figures, mut measured, mut faults) = (vec![], vec![], vec![], vec![]);
    for scenario in chosen {
        eprintln!("{} …", scenario.name());
        let verdict = scenario.run(Extent { kills, messages }).await?;
        faults.extend(verdict.faults().into_iter().map(|fault| format!("{}: {fault}", scenario.name())));
        measured.extend(verdict.measured.iter().map(|line| format!("{}: {line}", scenario.name())));
        rows.push(verdict.row(&scenario.name()));
        figures.push(json!({ "scenario": scenario.name(), "verdict": verdict }));
    }
    report::table(&HEAD, &rows);
    measured.iter().for_each(|line| println!("{line}"));
    report::json("torture", &json!({ "machine": machine::describe(), "scenarios": figures }))?;
    faults.iter().for_each(|fault| println!("{fault}"));
    Ok(if faults.is_empty() { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE })
}
