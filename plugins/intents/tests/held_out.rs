//! How well the demo's corpus prepares for messages of somebody who never saw it. Nobody tunes on these: the bounds lie a
//! little below what is reached, and the README says what that is.

#![allow(
    clippy::expect_used,
    clippy::print_stderr,
    reason = "what fails here fails the test, and it says what it reached"
)]

mod common;

use std::collections::BTreeSet;

use common::{circumstances, demo, held_out, train};
use plugin_intents::Model;

/// The intent that stands for none.
const NONE: &str = "out-of-scope";

/// A text as it counts for "the same": words in lower case.
fn words(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn understands(model: &Model, text: &str, intent: &str) -> bool {
    let analysis = model.analyze(text, &circumstances(None));
    analysis.intents.first().is_some_and(|first| first.name == intent)
}

fn part(texts: &[&(String, String)], holds: impl Fn(&str, &str) -> bool) -> f32 {
    texts.iter().filter(|(text, intent)| holds(text, intent)).count() as f32 / texts.len() as f32
}

#[test]
fn messages_of_another_writer_are_understood() {
    let corpus = demo();
    let model = train(&corpus);
    let taught: BTreeSet<String> = corpus.examples.iter().map(|example| words(&example.text)).collect();
    for (language, bound) in [("de", 0.93), ("fr", 0.92), ("it", 0.92), ("en", 0.92), ("gsw", 0.92)] {
        let texts = held_out(language);
        let (strange, meant): (Vec<_>, Vec<_>) = texts.iter().partition(|(_, intent)| intent == NONE);
        let new: Vec<_> = meant.iter().copied().filter(|(text, _)| !taught.contains(&words(text))).collect();
        let right = |text: &str, intent: &str| understands(&model, text, intent);
        let accepted = |text: &str, _: &str| model.analyze(text, &circumstances(None)).out_of_scope <= 0.5;
        let accuracy = part(&meant, right);
        eprintln!(
            "{language}: {} texts, {:.1} % right; {} that are not among the examples, {:.1} % right; {:.1} % accepted; \
             of {} out of scope {:.1} % found",
            meant.len(),
            100.0 * accuracy,
            new.len(),
            100.0 * part(&new, right),
            100.0 * part(&meant, accepted),
            strange.len(),
            100.0 * (1.0 - part(&strange, accepted)),
        );
        assert!(accuracy >= bound, "{:.1} % of the {language} texts are understood", 100.0 * accuracy);
    }
}

#[test]
fn the_language_of_another_writer_is_told() {
    let model = train(&demo());
    let (mut sentences, mut told, mut short, mut told_short) = (0_u16, 0_u16, 0_u16, 0_u16);
    for (language, expected) in [("de", "de"), ("fr", "fr"), ("it", "it"), ("en", "en"), ("gsw", "de")] {
        for (text, _) in held_out(language) {
            let is_told = |conversation| model.analyze(&text, &circumstances(conversation)).language == expected;
            match words(&text).split(' ').count() {
                2 | 3 => {
                    short += 1;
                    told_short += u16::from(is_told(Some(expected)));
                }
                4.. => {
                    sentences += 1;
                    told += u16::from(is_told(None));
                }
                _ => {}
            }
        }
    }
    let part = |some: u16, all: u16| f32::from(some) / f32::from(all);
    let (told, told_short) = (part(told, sentences), part(told_short, short));
    eprintln!(
        "language told of {sentences} sentences: {:.2} %, of {short} messages of two or three words within their \
         conversation: {:.2} %",
        100.0 * told,
        100.0 * told_short
    );
    assert!(told >= 0.995 && told_short >= 0.97, "{told} of the sentences, {told_short} of the short messages");
}
