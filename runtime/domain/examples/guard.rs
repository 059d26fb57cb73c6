//! How often the guard of a canary is wrong, and how soon it is right: prints the tables of its documentation.
//!
//! Conversations begin one after the other, belong to an arm by chance, last as long as they last, and the guard is asked
//! after each that the candidate finishes. Everything follows from one seed.

#![allow(clippy::print_stdout, reason = "what it prints is what it is for")]

use sportello_domain::guard::{Metric, Settings, Stage, Tally, Verdict, judge};

/// Canaries for each line of a table.
const RUNS: usize = 2000;
/// Finished conversations of the candidate after which a canary is given up.
const LONGEST: u64 = 2000;

/// The chance of each metric in a conversation.
type Rates = [(Metric, f64); 6];

/// A bot in good health.
const HEALTHY: Rates = [
    (Metric::Trap, 0.0),
    (Metric::Error, 0.005),
    (Metric::TimeOut, 0.001),
    (Metric::HandOver, 0.1),
    (Metric::OutOfScope, 0.05),
    (Metric::Slow, 0.03),
];

/// One line of a table.
struct Scenario {
    name: &'static str,
    share: f64,
    active: Rates,
    candidate: Rates,
    /// All rates rise and fall by this factor, once in a thousand conversations.
    tide: f64,
    /// How long a conversation of the candidate lasts, where one of the active revision lasts 1.
    length: f64,
}

impl Scenario {
    const fn new(name: &'static str, share: f64, active: Rates, candidate: Rates) -> Self {
        Self { name, share, active, candidate, tide: 1.0, length: 1.0 }
    }
}

/// How a canary ended, after how many conversations of the candidate.
#[derive(PartialEq, Eq)]
enum End {
    RolledBack(u64),
    Promoted(u64),
    Undecided,
}

fn main() {
    let busy = but(but(HEALTHY, Metric::HandOver, 0.4), Metric::Slow, 0.2);
    println!("The candidate is as good as the active revision:\n");
    table(&[
        Scenario::new("5 % of the traffic", 0.05, HEALTHY, HEALTHY),
        Scenario::new("10 %", 0.1, HEALTHY, HEALTHY),
        Scenario::new("50 %", 0.5, HEALTHY, HEALTHY),
        Scenario::new("10 %, hand-overs 40 %, slow 20 %", 0.1, busy, busy),
        Scenario { tide: 3.0, ..Scenario::new("10 %, rates rise and fall by 3", 0.1, HEALTHY, HEALTHY) },
        Scenario { length: 0.5, ..Scenario::new("10 %, its conversations half as long", 0.1, HEALTHY, HEALTHY) },
    ]);
    println!("\nThe candidate is worse, at 10 % of the traffic:\n");
    let worse = |name, metric, rate| Scenario::new(name, 0.1, HEALTHY, but(HEALTHY, metric, rate));
    table(&[
        worse("hand-overs 10 → 12 %", Metric::HandOver, 0.12),
        worse("hand-overs 10 → 15 %", Metric::HandOver, 0.15),
        worse("hand-overs 10 → 20 %", Metric::HandOver, 0.2),
        worse("hand-overs 10 → 30 %", Metric::HandOver, 0.3),
        worse("not understood 5 → 10 %", Metric::OutOfScope, 0.1),
        worse("errors 0.5 → 2.5 %", Metric::Error, 0.025),
        worse("errors 0.5 → 5 %", Metric::Error, 0.05),
        worse("time-outs 0.1 → 2 %", Metric::TimeOut, 0.02),
        worse("slow 3 → 8 %", Metric::Slow, 0.08),
        worse("slow 3 → 15 %", Metric::Slow, 0.15),
        worse("traps 0 → 1 %", Metric::Trap, 0.01),
    ]);
}

/// The same rates but for one.
fn but(mut rates: Rates, metric: Metric, rate: f64) -> Rates {
    for (known, chance) in &mut rates {
        if *known == metric {
            *chance = rate;
        }
    }
    rates
}

fn table(scenarios: &[Scenario]) {
    println!("| candidate | rolled back | after (median, 90 %) | promoted | after (median) | undecided |");
    println!("|---|---|---|---|---|---|");
    for (seed, scenario) in (1..).zip(scenarios) {
        let mut random = fastrand::Rng::with_seed(seed);
        let ends: Vec<End> = (0..RUNS).map(|_| run(scenario, &mut random)).collect();
        let mut back: Vec<u64> =
            ends.iter().filter_map(|end| if let End::RolledBack(at) = end { Some(*at) } else { None }).collect();
        let mut promoted: Vec<u64> =
            ends.iter().filter_map(|end| if let End::Promoted(at) = end { Some(*at) } else { None }).collect();
        let undecided = ends.iter().filter(|end| **end == End::Undecided).count();
        back.sort_unstable();
        promoted.sort_unstable();
        println!(
            "| {} | {} | {}, {} | {} | {} | {} |",
            scenario.name,
            percent(back.len()),
            quantile(&back, 50),
            quantile(&back, 90),
            percent(promoted.len()),
            quantile(&promoted, 50),
            percent(undecided),
        );
    }
}

fn run(scenario: &Scenario, random: &mut fastrand::Rng) -> End {
    let mut stage = Stage { number: 1, candidate: Tally::default(), active: Tally::default() };
    let settings = Settings::default();
    // Conversations under way: when they end, whose they are, and what happened in them.
    let mut under_way = std::collections::BinaryHeap::new();
    for now in 0_u32.. {
        let ours = random.f64() < scenario.share;
        let (rates, length) = if ours { (&scenario.candidate, scenario.length) } else { (&scenario.active, 1.0) };
        let tide = scenario.tide.powf((f64::from(now) / 1000.0 * std::f64::consts::TAU).sin());
        let happened: Vec<Metric> =
            rates.iter().filter(|(_, rate)| random.f64() < rate * tide).map(|(metric, _)| *metric).collect();
        // A hundred conversations are under way at once, as long as they last like the active ones.
        let lasts = -random.f64().max(f64::MIN_POSITIVE).ln() * 100.0 * length;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a positive number of steps")]
        under_way.push(std::cmp::Reverse((now + lasts as u32, ours, happened)));
        while under_way.peek().is_some_and(|next| next.0.0 <= now) {
            let Some(std::cmp::Reverse((_, ours, happened))) = under_way.pop() else { break };
            if !ours {
                stage.active += Tally::of(&happened);
                continue;
            }
            stage.candidate += Tally::of(&happened);
            let conversations = stage.candidate.conversations;
            match judge(&stage, &settings) {
                Verdict::Breach(_) => return End::RolledBack(conversations),
                Verdict::MayPromote => return End::Promoted(conversations),
                Verdict::Continue if conversations >= LONGEST => return End::Undecided,
                Verdict::Continue => {}
            }
        }
    }
    End::Undecided
}

fn percent(count: usize) -> String {
    #[allow(clippy::cast_precision_loss, reason = "some thousands")]
    let share = count as f64 / RUNS as f64 * 100.0;
    format!("{share:.2} %")
}

fn quantile(sorted: &[u64], percent: usize) -> String {
    let index = (sorted.len() * percent).div_ceil(100).checked_sub(1);
    index.and_then(|index| sorted.get(index)).map_or_else(|| "–".to_owned(), u64::to_string)
}
