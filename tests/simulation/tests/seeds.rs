//! Two hundred worlds hold every promise, and a seed is a world: run twice, it has the same history.

use std::hash::{DefaultHasher, Hash, Hasher};

use sportello_simulation::{plan::Plan, run};

#[test]
fn two_hundred_worlds_hold_every_promise() {
    let broken: Vec<String> = (0..200)
        .filter_map(|seed| {
            let report = run(&Plan::of(seed), false).unwrap();
            let first = report.violations.first()?;
            Some(format!("seed {seed}: {}: {}", first.of, first.seen))
        })
        .collect();
    assert!(broken.is_empty(), "see them with `cargo xtask simulate --seed SEED`:\n{}", broken.join("\n"));
}

#[test]
fn the_same_seed_has_the_same_history() {
    let history = |seed| {
        let mut hash = DefaultHasher::new();
        run(&Plan::of(seed), true).unwrap().history.hash(&mut hash);
        hash.finish()
    };
    for seed in 1_000..1_050 {
        assert_eq!(history(seed), history(seed), "seed {seed}");
    }
    assert_ne!(history(1), history(2));
}
