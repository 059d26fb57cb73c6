//! `cargo xtask simulate`: runs seeds; prints the first failing one shrunk, with its history; or breaks rules on purpose.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program talks to the terminal")]

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use sportello_simulation::broken::Broken;
use sportello_simulation::plan::Plan;
use sportello_simulation::shrink::shrink;
use sportello_simulation::world::{Line, Violation};
use sportello_simulation::{Report, run};

/// Runs the engine in worlds that are made of one seed each.
#[derive(Parser)]
#[command(name = "cargo xtask simulate")]
struct Arguments {
    /// How many seeds.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// From which seed on.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Runs this one alone and prints all that happens in it.
    #[arg(long)]
    seed: Option<u64>,
    /// How many at the same time.
    #[arg(long, default_value_t = std::thread::available_parallelism().map_or(1, usize::from))]
    jobs: usize,
    /// Breaks each rule once on purpose and says after how many seeds it is found.
    #[arg(long)]
    broken: bool,
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    if arguments.broken {
        return break_rules(arguments.seeds);
    }
    match arguments.seed {
        Some(seed) => show(seed),
        None => run_many(&arguments),
    }
}

/// One seed, step by step; shrunk as well where it fails.
fn show(seed: u64) -> anyhow::Result<ExitCode> {
    let plan = Plan::of(seed);
    let report = run(&plan, true)?;
    print_run(&plan, &report);
    let Some(first) = report.violations.first() else {
        println!("\nevery promise was kept");
        return Ok(ExitCode::SUCCESS);
    };
    print_shrunk(&plan, first)?;
    Ok(ExitCode::FAILURE)
}

fn print_shrunk(plan: &Plan, first: &Violation) -> anyhow::Result<()> {
    let small = shrink(plan, first.of)?;
    println!("\nshrunk from {} to {} elements:\n", plan.elements.len(), small.elements.len());
    print_run(&small, &run(&small, true)?);
    Ok(())
}

fn print_run(plan: &Plan, report: &Report) {
    println!("seed {}: {}", plan.seed, plan.setup);
    for element in &plan.elements {
        println!("  - {element}");
    }
    println!();
    for (number, Line { at, node, what }) in report.history.iter().enumerate() {
        let node = node.map_or(String::new(), |node| format!("node {node}"));
        println!("{:>4}. {at:>8} ms  {node:6}  {what}", number + 1);
    }
    for Violation { of, seen } in &report.violations {
        println!("\nBROKEN: {of}\n        {seen}");
    }
}

/// What many runs came to.
#[derive(Default)]
struct Total {
    done: AtomicU64,
    acts: AtomicU64,
    lasted: AtomicU64,
    failed: Mutex<Vec<(u64, Violation)>>,
}

fn run_many(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let begin = Instant::now();
    let total = Total::default();
    let next = AtomicU64::new(arguments.from);
    let end = arguments.from + arguments.seeds;
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..arguments.jobs.max(1)).map(|_| scope.spawn(|| work(&total, &next, end))).collect();
        while workers.iter().any(|worker| !worker.is_finished()) {
            std::thread::sleep(Duration::from_millis(250));
            progress(&total, arguments.seeds, begin);
        }
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Ok(())))
    })?;
    let mut failed = total.failed.into_inner()?;
    failed.sort_by_key(|(seed, _)| *seed);
    let hours = total.lasted.into_inner() / 3_600_000;
    let (seeds, acts, took) = (arguments.seeds, total.acts.into_inner(), begin.elapsed().as_secs_f64());
    println!(
        "{seeds} seeds in {took:.0} s: {} failed; {acts} messages sent in {hours} hours of simulated time",
        failed.len()
    );
    for (seed, violation) in failed.iter().take(20) {
        println!("  seed {seed}: {}: {}", violation.of, violation.seen);
    }
    let Some((seed, first)) = failed.first() else { return Ok(ExitCode::SUCCESS) };
    print_shrunk(&Plan::of(*seed), first)?;
    println!("\nall of it: cargo xtask simulate --seed {seed}");
    Ok(ExitCode::FAILURE)
}

fn work(total: &Total, next: &AtomicU64, end: u64) -> std::io::Result<()> {
    loop {
        let seed = next.fetch_add(1, Ordering::SeqCst);
        if seed >= end {
            return Ok(());
        }
        let report = run(&Plan::of(seed), false)?;
        total.done.fetch_add(1, Ordering::SeqCst);
        total.acts.fetch_add(report.acts as u64, Ordering::SeqCst);
        total.lasted.fetch_add(report.lasted, Ordering::SeqCst);
        if let (Some(first), Ok(mut failed)) = (report.violations.into_iter().next(), total.failed.lock()) {
            failed.push((seed, first));
        }
    }
}

fn progress(total: &Total, seeds: u64, begin: Instant) {
    if !std::io::stderr().is_terminal() {
        return;
    }
    const WIDTH: u64 = 40;
    let done = total.done.load(Ordering::SeqCst);
    let failed = total.failed.lock().map_or(0, |failed| failed.len());
    let full = usize::try_from(done * WIDTH / seeds.max(1)).unwrap_or(0);
    let bar: String = (0..usize::try_from(WIDTH).unwrap_or(0)).map(|at| if at < full { '#' } else { '.' }).collect();
    eprint!("\r[{bar}] {done}/{seeds} seeds, {failed} failed, {} s ", begin.elapsed().as_secs());
}

fn break_rules(seeds: u64) -> anyhow::Result<ExitCode> {
    println!("| rule | broken on purpose | found after | by |\n|---|---|---|---|");
    let mut missed = 0;
    for broken in Broken::all() {
        let (rule, what) = broken.words();
        match broken.find(seeds)? {
            Some(found) => {
                let plural = if found.seeds == 1 { "" } else { "s" };
                println!("| {rule} | {what} | {} seed{plural} | {} |", found.seeds, found.by.of);
            }
            None => {
                missed += 1;
                println!("| {rule} | {what} | NOT in {seeds} seeds | |");
            }
        }
    }
    Ok(if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
