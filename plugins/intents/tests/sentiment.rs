//! Whether upset customers are heard and all others left alone, on messages written for the purpose apart from the lexicon.

#![allow(
    clippy::expect_used,
    clippy::print_stderr,
    reason = "what fails here fails the test, and it says what it reached"
)]

mod common;

use common::{circumstances, small, train};

/// From here on down a message counts as strongly negative.
const UPSET: f32 = -0.5;
const MESSAGES: &str = include_str!("sentiment.tsv");

#[test]
fn upset_customers_are_heard_and_happy_ones_are_left_alone() {
    let model = train(&small());
    let (mut heard, mut missed, mut wronged) = (0_u16, Vec::new(), Vec::new());
    for line in MESSAGES.lines() {
        let (text, truth) = line.split_once('\t').expect("a text, a tab and how its writer feels");
        let taken_for_upset = model.analyze(text, &circumstances(None)).sentiment <= UPSET;
        match (truth == "upset", taken_for_upset) {
            (true, true) => heard += 1,
            (true, false) => missed.push(text),
            (false, true) => wronged.push(text),
            (false, false) => {}
        }
    }
    let part = |others: usize| f32::from(heard) / (f32::from(heard) + others as f32);
    let (precision, recall) = (part(wronged.len()), part(missed.len()));
    eprintln!("precision {:.1} %, recall {:.1} %", 100.0 * precision, 100.0 * recall);
    assert!(wronged.is_empty(), "taken for upset: {wronged:?}");
    assert!(recall >= 0.6, "not heard: {missed:?}");
}
