//! The oracle can fail: each rule, broken on purpose, is found.

use sportello_simulation::broken::Broken;

/// In so many seeds at most.
const SEEDS: u64 = 1_500;

#[test]
fn every_broken_rule_is_found() {
    let missed: Vec<_> = Broken::all().filter(|broken| broken.find(SEEDS).unwrap().is_none()).collect();
    assert!(missed.is_empty(), "not found in {SEEDS} seeds: {missed:?}");
}
