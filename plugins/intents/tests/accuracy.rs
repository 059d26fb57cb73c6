//! How often the classifier is right on texts that it has not seen. The bounds lie a little below what it reaches; the
//! README says what that is.

#![allow(
    clippy::expect_used,
    clippy::print_stderr,
    reason = "what fails here fails the test, and it says what it reached"
)]

mod common;

use common::{circumstances, corpus, demo, english, example, labelled, train};
use plugin_intents::{Model, Settings, training};
use sportello_sdk::nlu::{Corpus, Intent};

/// Texts, what they mean, and what the model holds them for.
struct Answers(Vec<(String, Intent, f32)>);

impl Answers {
    fn of(model: &Model, tests: &[(String, String)]) -> Self {
        let nothing = || Intent { name: String::new(), confidence: 0.0 };
        Self(
            tests
                .iter()
                .map(|(text, intent)| {
                    let analysis = model.analyze(text, &circumstances(None));
                    let first = analysis.intents.into_iter().next().unwrap_or_else(nothing);
                    (intent.clone(), first, analysis.out_of_scope)
                })
                .collect(),
        )
    }

    fn accuracy(&self) -> f32 {
        self.part(|(intent, first, _)| *intent == first.name)
    }

    fn part(&self, holds: impl Fn(&&(String, Intent, f32)) -> bool) -> f32 {
        self.0.iter().filter(holds).count() as f32 / self.0.len() as f32
    }

    /// Expected calibration error over ten ranges of confidence.
    fn calibration_error(&self) -> f32 {
        let mut ranges = [0.0_f32; 10];
        for (intent, first, _) in &self.0 {
            let right = if *intent == first.name { 1.0 } else { 0.0 };
            ranges[((first.confidence * 10.0) as usize).min(9)] += first.confidence - right;
        }
        ranges.iter().map(|difference| difference.abs()).sum::<f32>() / self.0.len() as f32
    }
}

#[track_caller]
fn at_least(what: &str, reached: f32, bound: f32) {
    eprintln!("{what}: {:.1} %", reached * 100.0);
    assert!(reached >= bound, "{what} is {:.1} %, expected {:.1} % or more", reached * 100.0, bound * 100.0);
}

#[test]
fn ten_examples_per_intent_tell_77_banking_intents_apart() {
    let (Some(examples), Some(tests)) = (labelled("banking77/train_10shot.tsv"), labelled("banking77/test.tsv")) else {
        return;
    };
    let answers = Answers::of(&train(&corpus(english(&examples))), &tests);
    at_least("accuracy", answers.accuracy(), 0.75);
    at_least("texts taken for what they are, in scope", answers.part(|(_, _, strange)| *strange <= 0.5), 0.9);
    at_least("calibration", 1.0 - answers.calibration_error(), 0.94);
}

#[test]
fn ten_examples_per_intent_tell_150_intents_apart_and_strangers_from_them() {
    let files = ["train_10shot", "test", "oos_train", "oos_test"].map(|name| labelled(&format!("clinc150/{name}.tsv")));
    let [Some(examples), Some(tests), Some(strangers), Some(strange_tests)] = files else { return };
    let mut corpus = corpus(english(&examples));
    corpus.out_of_scope = strangers.into_iter().map(|(text, _)| text).collect();
    let model = train(&corpus);
    let answers = Answers::of(&model, &tests);
    at_least("accuracy", answers.accuracy(), 0.81);
    at_least("calibration", 1.0 - answers.calibration_error(), 0.93);
    at_least("texts in scope accepted", answers.part(|(_, _, strange)| *strange <= 0.5), 0.9);
    let strange = Answers::of(&model, &strange_tests);
    at_least("texts out of scope found", strange.part(|(_, _, strange)| *strange > 0.5), 0.7);
}

#[test]
fn every_fifth_text_of_the_demo_corpus_is_understood_by_the_others() {
    let all = demo();
    let held_out = |index: &usize| index % 5 == 2;
    let keep = |wanted: bool| {
        let kept = all.examples.iter().enumerate().filter(move |(index, _)| held_out(index) == wanted);
        kept.map(|(_, example)| example.clone()).collect::<Vec<_>>()
    };
    let mut known = all.clone();
    known.examples = keep(false);
    let strangers: Vec<(String, String)> = all
        .out_of_scope
        .iter()
        .enumerate()
        .filter(|(index, _)| held_out(index))
        .map(|(_, text)| (text.clone(), String::new()))
        .collect();
    known.out_of_scope.retain(|text| strangers.iter().all(|(stranger, _)| stranger != text));
    let model = train(&known);
    let asked = keep(true);
    let tests: Vec<(String, String)> =
        asked.iter().map(|example| (example.text.clone(), example.intent.clone())).collect();
    let answers = Answers::of(&model, &tests);
    at_least("calibration", 1.0 - answers.calibration_error(), 0.9);
    at_least("texts in scope accepted", answers.part(|(_, _, strange)| *strange <= 0.5), 0.88);
    for language in ["de", "en", "fr", "it"] {
        let asked: Vec<_> = asked.iter().filter(|example| example.language == language).collect();
        let tests: Vec<(String, String)> =
            asked.iter().map(|example| (example.text.clone(), example.intent.clone())).collect();
        let answers = Answers::of(&model, &tests);
        at_least(&format!("accuracy in {language}"), answers.accuracy(), 0.83);
        let told = |conversation| {
            let right = |text: &str| model.analyze(text, &circumstances(conversation)).language == language;
            tests.iter().filter(|(text, _)| right(text)).count() as f32 / tests.len() as f32
        };
        at_least(&format!("language {language} told"), told(None), 0.9);
        at_least(&format!("language {language} told in its conversation"), told(Some(language)), 0.96);
    }
    let answers = Answers::of(&model, &strangers);
    at_least("texts out of scope found", answers.part(|(_, _, strange)| *strange > 0.5), 0.6);
}

/// Two models are compared text by text when one of them has learned corrections: what differs has to come of those, and not of
/// chance.
#[test]
fn one_example_more_changes_less_than_another_seed() {
    let mut known = demo();
    let (asked, taught): (Vec<_>, Vec<_>) =
        known.examples.into_iter().enumerate().partition(|(index, _)| index % 5 == 2);
    known.examples = taught.into_iter().map(|(_, example)| example).collect();
    let told = |corpus: &Corpus, seed| -> Vec<(String, bool)> {
        let model = training::train(&Settings::default(), corpus, seed).expect("the corpus is sound");
        let answers = asked.iter().map(|(_, example)| model.analyze(&example.text, &circumstances(None)));
        let first = |intents: Vec<Intent>| intents.into_iter().next().map(|intent| intent.name).unwrap_or_default();
        answers.map(|answer| (first(answer.intents), answer.out_of_scope > 0.5)).collect()
    };
    let (before, by_chance) = (told(&known, 7), told(&known, 8));
    known.examples.push(example("somebody else's dog ate what the postman brought", "damaged-parcel", "en"));
    let after = told(&known, 7);
    let differ = |others: &[(String, bool)]| before.iter().zip(others).filter(|(one, other)| one != other).count();
    let (taught, chance) = (differ(&after), differ(&by_chance));
    eprintln!("of {} answers one example more changes {taught}, and another seed {chance}", before.len());
    assert!(taught * 3 < chance * 2, "one example more changes {taught} answers, and another seed {chance}");
}
