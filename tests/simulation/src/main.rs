//! Runs seeds and says what came of them.
#![allow(clippy::print_stdout, reason = "a command-line program talks to the terminal")]

use sportello_simulation::{plan::Plan, run};

fn main() -> anyhow::Result<()> {
    let from: u64 = std::env::args().nth(1).map_or(Ok(0), |seed| seed.parse())?;
    let count: u64 = std::env::args().nth(2).map_or(Ok(1), |seed| seed.parse())?;
    let told = count == 1;
    let begin = std::time::Instant::now();
    let (mut failed, mut acts, mut lasted) = (0, 0, 0);
    for seed in from..from + count {
        let plan = Plan::of(seed);
        let report = run(&plan, told)?;
        acts += report.acts;
        lasted += report.lasted;
        if told {
            println!("{}", plan.setup);
            for element in &plan.elements {
                println!("  {element}");
            }
            for line in &report.history {
                println!("{:>7} {} {}", line.at, line.node.map_or("-".to_owned(), |node| node.to_string()), line.what);
            }
        }
        if let Some(violation) = report.violations.first() {
            failed += 1;
            println!("seed {seed}: {}: {}", violation.of, violation.seen);
        }
    }
    println!("{failed} of {count} failed, {acts} acts, {} s of the world, {:?}", lasted / 1000, begin.elapsed());
    Ok(())
}
