//! What cross-validations are told as, on answers made up for it.

use super::*;
use crate::contract::{Corpus, Intent};

fn answered(text: &str, expected: &str, answer: &str, confidence: f32) -> Answered {
    Answered {
        text: text.to_owned(),
        language: "en".to_owned(),
        expected: expected.to_owned(),
        answer: answer.to_owned(),
        confidence,
    }
}

fn times(number: usize, one: &Answered) -> Vec<Answered> {
    vec![one.clone(); number]
}

fn example(text: &str, intent: &str, language: &str) -> Example {
    Example { text: text.to_owned(), intent: intent.to_owned(), language: language.to_owned() }
}

#[test]
fn precision_recall_and_f1_are_those_of_the_counts() {
    let all = [
        times(8, &answered("how much", "price", "price", 0.9)),
        times(2, &answered("what does", "price", "hours", 0.6)),
        times(5, &answered("open?", "hours", "hours", 0.9)),
    ]
    .concat();
    let told = Evaluation::of(&all, vec![]);
    let hours = &told.intents[0];
    assert_eq!((hours.intent.as_str(), hours.examples, hours.recall), ("hours", 5, 1.0));
    assert!((hours.precision - 5.0 / 7.0).abs() < 1e-9 && (hours.f1 - 10.0 / 12.0).abs() < 1e-9, "{hours:?}");
    let price = &told.intents[1];
    assert_eq!((price.precision, price.recall), (1.0, 0.8));
    assert!((told.figures.accuracy - 13.0 / 15.0).abs() < 1e-9);
    assert!((told.figures.macro_f1 - (10.0 / 12.0 + 16.0 / 18.0) / 2.0).abs() < 1e-9);
}

#[test]
fn the_worst_pairs_come_first_and_those_that_go_both_ways_may_be_one() {
    let all = [
        times(6, &answered("a", "lost", "lost", 0.9)),
        times(3, &answered("where is it", "lost", "track", 0.6)),
        times(8, &answered("b", "track", "track", 0.9)),
        times(1, &answered("it is gone", "track", "lost", 0.6)),
        times(2, &answered("c", "price", OUTSIDE, 0.2)),
        times(18, &answered("d", "price", "price", 0.9)),
    ]
    .concat();
    let told = Evaluation::of(&all, vec![]);
    let pairs: Vec<_> =
        told.confusions.iter().map(|pair| (pair.expected.as_str(), pair.answer.as_str(), pair.count)).collect();
    assert_eq!(pairs, [("lost", "track", 3), ("price", OUTSIDE, 2), ("track", "lost", 1)]);
    assert_eq!(told.merges.len(), 1, "{:?}", told.merges);
    let merge = &told.merges[0];
    assert_eq!((merge.one.as_str(), merge.other.as_str(), merge.count), ("lost", "track", 4));
    assert!((merge.share - 4.0 / 18.0).abs() < 1e-9);
}

#[test]
fn a_model_that_is_surer_than_usual_of_another_intent_makes_an_example_suspect() {
    let all = [
        times(4, &answered("a", "lost", "lost", 0.8)),
        times(1, &answered("surely lost", "price", "lost", 0.95)),
        times(1, &answered("hardly lost", "price", "lost", 0.5)),
        times(1, &answered("not lost", OUTSIDE, "lost", 0.95)),
    ]
    .concat();
    let suspects = Evaluation::of(&all, vec![]).suspects;
    assert_eq!(suspects.iter().map(|suspect| suspect.text.as_str()).collect::<Vec<_>>(), ["surely lost"]);
}

#[test]
fn an_analysis_counts_as_out_of_scope_where_that_is_likelier() {
    let intents = vec![Intent { name: "price".to_owned(), confidence: 0.7 }];
    let analysis = |out_of_scope| Analysis { intents: intents.clone(), out_of_scope, ..Analysis::default() };
    let price = example("how much", "price", "en");
    assert!(Answered::new(&price, &analysis(0.3)).is_right());
    assert_eq!(Answered::new(&price, &analysis(0.8)).answer, OUTSIDE);
    assert_eq!(Answered::new(&price, &Analysis::default()).answer, OUTSIDE);
}

#[test]
fn every_text_is_asked_about_in_one_fold_by_a_model_that_never_saw_its_words() {
    let intents = ["price", "hours", "lost"];
    let mut examples: Vec<Example> =
        (0..60).map(|number| example(&format!("question {number}"), intents[number % 3], "en")).collect();
    examples.push(example("QUESTION 7!", "hours", "en"));
    let corpus = Corpus { examples, out_of_scope: vec!["the weather".to_owned()], lists: vec![] };
    let folds = Folds::of(&corpus, 3);
    let mut asked = 0;
    for fold in 0..folds.number() {
        let (known, questions) = (folds.without(fold, &corpus), folds.questions(fold, &corpus));
        assert_eq!(known.examples.len() + known.out_of_scope.len() + questions.len(), 62);
        assert_eq!(known.out_of_scope, corpus.out_of_scope, "what is so rare is never asked about");
        let words: Vec<String> = known.examples.iter().map(|example| crate::learning::normal(&example.text)).collect();
        assert!(questions.iter().all(|question| !words.contains(&crate::learning::normal(&question.text))));
        for intent in intents {
            let of_intent = questions.iter().filter(|question| question.intent == intent).count();
            assert!((6..=8).contains(&of_intent), "{intent} has {of_intent} of 20 in fold {fold}");
        }
        asked += questions.len();
    }
    assert_eq!(asked, 61);
}

#[test]
fn a_corpus_is_told_of_duplicates_of_intents_with_few_examples_and_of_neglected_languages() {
    let mut examples: Vec<Example> =
        (0..30).map(|number| example(&format!("wie viel {number}"), "price", "de")).collect();
    examples.extend((0..9).map(|number| example(&format!("how much {number}"), "price", "en")));
    examples.extend((0..9).map(|number| example(&format!("wann {number}"), "hours", "de")));
    examples.extend((0..7).map(|number| example(&format!("when {number}"), "hours", "en")));
    examples.push(example("Wann 3?", "price", "de"));
    let corpus = Corpus { examples, ..Corpus::default() };
    let found = flaws(&corpus);
    assert_eq!(
        found,
        [
            CorpusFlaw::Duplicate { text: "wann 3".to_owned(), intents: vec!["hours".to_owned(), "price".to_owned()] },
            CorpusFlaw::Sparse { intent: "hours".to_owned(), language: "en".to_owned(), examples: 7 },
            CorpusFlaw::Unbalanced {
                intent: "price".to_owned(),
                least: ("en".to_owned(), 9),
                most: ("de".to_owned(), 31)
            },
        ]
    );
}
