//! The oracle can fail: each rule, broken on purpose, is found.

use std::sync::Mutex;

use sportello_simulation::broken::Broken;

/// In so many seeds at most.
const SEEDS: u64 = 1_500;

#[test]
fn every_broken_rule_is_found() {
    let left = Mutex::new(Broken::all());
    let next = || left.lock().unwrap().next();
    let missed = Mutex::new(vec![]);
    // A rule is broken on one thread alone.
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(broken) = next() {
                    if broken.find(SEEDS).unwrap().is_none() {
                        missed.lock().unwrap().push(broken);
                    }
                }
            });
        }
    });
    let missed = missed.into_inner().unwrap();
    assert!(missed.is_empty(), "not found in {SEEDS} seeds: {missed:?}");
}
