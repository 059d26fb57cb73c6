//! From an utterance to a corrected corpus, step by step.

use super::*;
use crate::contract::{Analysis, Corpus, Example};
use crate::routing::Policy;

fn correction(number: u64, text: &str, label: Label) -> Correction {
    Correction {
        id: CorrectionId::new(number, 0),
        text: text.to_owned(),
        language: "en".to_owned(),
        label,
        who: "anna".to_owned(),
        at: number,
    }
}

fn price() -> Label {
    Label::Intent("price".to_owned())
}

#[test]
fn who_wrote_it_is_masked_and_what_it_is_about_is_not() {
    for (text, masked) in [
        ("Mail me at anna.meier+x@post.example, please!", "Mail me at <email>, please!"),
        ("look at https://a.example/x?id=3 or www.b.example.", "look at <url> or <url>."),
        ("call +41 79 123 45 67 or (044) 123 45 67, thanks", "call <phone> or <phone>, thanks"),
        ("where is RR123456785CH?", "where is <number>?"),
        ("parcel 99.00.123456.12345678 is late", "parcel <number> is late"),
        ("IBAN CH93 0076 2011 6238 5295 7!", "IBAN CH93 <number>!"),
        ("2 parcels in 24 h, 10:30?", "2 parcels in 24 h, 10:30?"),
        ("in 8001, since 24.12.2026", "in <number>, since <number>"),
        ("je suis à l'étage 3 😡", "je suis à l'étage 3 😡"),
        ("", ""),
    ] {
        assert_eq!(mask(text), masked);
    }
}

#[test]
fn a_classifier_is_taught_something_of_the_kind_that_was_masked() {
    assert_eq!(exemplify("write to <email>: <number>"), "write to name@example.com: 123456789");
    assert_eq!(mask(&exemplify("call <phone>, see <url>")), "call <phone>, see <url>");
}

#[test]
fn the_same_words_are_the_same_whatever_their_signs() {
    assert_eq!(normal("  Wo ist, mein PAKET?! "), "wo ist mein paket");
    assert_eq!(normal("number <number>"), "number <number>");
    assert_eq!((normal("???"), normal("😡")), ("???".to_owned(), "😡".to_owned()));
}

#[test]
fn a_message_is_understood_or_it_is_said_why_not() {
    let analysis = |confidence, out_of_scope| Analysis {
        intents: vec![Intent { name: "price".to_owned(), confidence }],
        out_of_scope,
        ..Analysis::default()
    };
    let policy = Policy { threshold: 0.6, ..Policy::default() };
    assert_eq!(understood(&analysis(0.7, 0.1), &policy), Ok("price"));
    assert_eq!(understood(&analysis(0.5, 0.1), &policy), Err(Doubt::Unsure));
    assert_eq!(understood(&analysis(0.7, 0.9), &policy), Err(Doubt::OutOfScope));
    assert_eq!(understood(&Analysis::default(), &policy), Err(Doubt::OutOfScope));
}

fn utterance(number: u64, text: &str, predicted: &[(&str, f32)]) -> Utterance {
    let predicted =
        predicted.iter().map(|(name, confidence)| Intent { name: (*name).to_owned(), confidence: *confidence });
    Utterance {
        id: TurnId::new(number, 0),
        conversation: ConversationId::new(number, 0),
        at: number,
        text: text.to_owned(),
        language: "de".to_owned(),
        doubt: Doubt::Unsure,
        predicted: predicted.collect(),
        chosen: None,
    }
}

#[test]
fn alike_utterances_are_one_group_and_the_most_frequent_comes_first() {
    let mut all = vec![
        utterance(1, "Wo kann ich parkieren?", &[("hours", 0.4)]),
        utterance(2, "wo ist mein päckli", &[("track", 0.3), ("lost", 0.2)]),
        utterance(3, "Wo ist mein Päckli?", &[("track", 0.5)]),
        utterance(4, "wo isch mein päckli??", &[("lost", 0.4)]),
    ];
    all[3].chosen = Some("track".to_owned());
    let found = groups(&all);
    assert_eq!(found.iter().map(|group| group.count).collect::<Vec<_>>(), [3, 1]);
    let parcels = &found[0];
    assert_eq!((parcels.id, parcels.chosen.as_deref()), (TurnId::new(4, 0), Some("track")));
    assert_eq!(parcels.predicted[0].name, "track");
    assert!((parcels.predicted[0].confidence - 0.8 / 3.0).abs() < 1e-6);
    assert_eq!(parcels.doubts[&Doubt::Unsure], 3);
    assert_eq!(parcels.utterances.len(), 3);
    assert_eq!(groups(&[]), []);
}

#[test]
fn corrections_add_examples_and_overrule_the_corpus_once() {
    let old = |text: &str, intent: &str| Example {
        text: text.to_owned(),
        intent: intent.to_owned(),
        language: "en".to_owned(),
    };
    let corpus = Corpus {
        examples: vec![old("How much is it?", "hours"), old("when", "hours"), old("price", "price")],
        out_of_scope: vec!["what does it cost".to_owned()],
        lists: vec![],
    };
    let corrections = [
        correction(1, "how much is it", price()),
        correction(2, "What does it cost?", price()),
        correction(3, "tell me a joke", Label::OutOfScope),
        correction(4, "when", Label::Ignored),
        correction(5, "the price of <number>", Label::OutOfScope),
        correction(6, "the price of <number>", price()),
    ];
    let learnt = learn(&corpus, &corrections);
    let told: Vec<_> = learnt.corpus.examples.iter().map(|one| (one.text.as_str(), one.intent.as_str())).collect();
    assert_eq!(
        told,
        [
            ("when", "hours"),
            ("price", "price"),
            ("how much is it", "price"),
            ("What does it cost?", "price"),
            ("the price of 123456789", "price")
        ]
    );
    assert_eq!(learnt.corpus.out_of_scope, ["tell me a joke"]);
    assert_eq!((learnt.added, learnt.relabelled), (2, 2));
    let again = learn(&learnt.corpus, &corrections);
    assert_eq!((again.changes(), &again.corpus), (0, &learnt.corpus));
}

#[test]
fn a_new_intent_waits_for_its_third_example() {
    let stamps = |number: u64| correction(number, &format!("stamps {number}"), Label::Intent("stamps".to_owned()));
    let two = learn(&Corpus::default(), &[stamps(1), stamps(2)]);
    assert_eq!((two.changes(), two.waiting["stamps"], two.corpus.examples.len()), (0, 2, 0));
    let three = learn(&Corpus::default(), &[stamps(1), stamps(2), stamps(3)]);
    assert_eq!((three.changes(), three.waiting.len(), three.corpus.examples.len()), (3, 0, 3));
}
