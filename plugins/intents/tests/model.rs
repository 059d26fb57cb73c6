//! What a model promises whatever it was trained on: the same bytes again, a safe return from bytes, and an answer to
//! anything that people can type.

#![allow(
    clippy::expect_used,
    clippy::print_stderr,
    reason = "what fails here fails the test, and it says what it reached"
)]

mod common;

use std::sync::LazyLock;

use common::{circumstances, example, small, train};
use plugin_intents::{LoadError, Model, Settings, training};
use proptest::prelude::*;
use sportello_sdk::nlu::{Circumstances, Corpus, ListValue, ValueList};

static MODEL: LazyLock<Model> = LazyLock::new(|| train(&small()));

fn best(message: &str) -> String {
    let analysis = MODEL.analyze(message, &circumstances(None));
    analysis.intents.first().map(|intent| intent.name.clone()).unwrap_or_default()
}

#[test]
fn new_words_for_the_same_wish_are_understood_in_four_languages() {
    for (message, intent) in [
        ("wo steckt denn mein Paket", "track-parcel"),
        ("WO IST MEIN PAKET", "track-parcel"),
        ("mon colis il est ou", "track-parcel"),
        ("dove sta il pacco??", "track-parcel"),
        ("wheres my pacel", "track-parcel"),
        ("offnungszeiten", "opening-hours"),
        ("Oeffnungszeiten Sonntag?", "opening-hours"),
        ("vous etes ouvert samedi ?", "opening-hours"),
        ("wie teuer ist ein Brief", "price"),
        ("combien pour une lettre", "price"),
        ("posso parlare con un operatore", "person"),
        ("agent", "person"),
    ] {
        assert_eq!(best(message), intent, "{message:?}");
    }
}

#[test]
fn a_tracking_number_alone_says_much_when_examples_held_others() {
    let mut corpus = small();
    corpus.examples.push(example("Wo ist 990012345612345678?", "track-parcel", "de"));
    corpus.examples.push(example("990012345698765432", "track-parcel", "de"));
    let analysis = train(&corpus).analyze("RR 123 456 785 CH", &circumstances(Some("de")));
    assert_eq!(analysis.intents.first().map(|intent| intent.name.as_str()), Some("track-parcel"));
    assert_eq!(analysis.entities.first().map(|entity| entity.value.as_str()), Some("RR123456785CH"));
    assert_eq!(analysis.language, "de");
}

#[test]
fn the_same_corpus_settings_and_seed_give_the_same_bytes() {
    let bytes = |seed| training::train(&Settings::default(), &small(), seed).map(|model| model.to_bytes());
    assert_eq!(bytes(7), bytes(7));
    assert_ne!(bytes(7), bytes(8));
}

#[test]
fn a_model_answers_the_same_after_a_round_trip() {
    let mut corpus = small();
    corpus.out_of_scope = vec!["Wie wird das Wetter?".into(), "raccontami una barzelletta".into()];
    let values = vec![ListValue { value: "zurich".into(), synonyms: vec!["Zürich".into(), "Zurigo".into()] }];
    corpus.lists.push(ValueList { name: "branch".into(), values });
    let model = train(&corpus);
    let bytes = model.to_bytes();
    let loaded = Model::from_bytes(Settings::default(), &bytes).expect("these bytes are a model");
    for message in ["Wann ist Zürich offen?", "quanto costa", "", "👍", "Where is my parcel?"] {
        let ask = |model: &Model| model.analyze(message, &circumstances(Some("it")));
        assert_eq!(ask(&model), ask(&loaded), "{message:?}");
    }
    assert_eq!(loaded.to_bytes(), bytes);
    let entities = loaded.analyze("filiale di Zurigo", &circumstances(None)).entities;
    assert_eq!(
        entities.iter().map(|entity| (entity.kind.as_str(), entity.value.as_str())).collect::<Vec<_>>(),
        [("branch", "zurich")]
    );
}

#[test]
fn bytes_that_are_no_model_are_refused_with_a_reason() {
    let load = |bytes: &[u8]| Model::from_bytes(Settings::default(), bytes).map(|_| ()).unwrap_err();
    assert_eq!(load(b"{\"json\": true}"), LoadError::Foreign);
    assert_eq!(load(b""), LoadError::Foreign);
    let bytes = MODEL.to_bytes();
    assert!(matches!(load(&bytes[..bytes.len() - 1]), LoadError::Damaged(_)));
    assert!(matches!(load(&bytes[..12]), LoadError::Damaged(_)));
    let mut newer = bytes.clone();
    newer[8] = 9;
    let error = load(&newer);
    assert_eq!(error, LoadError::Format { found: 9 });
    assert!(error.to_string().contains("train the corpus again"));
}

#[test]
fn nothing_said_means_no_intent() {
    for message in ["", "   ", "?!…", "\u{301}\u{200b}"] {
        let analysis = MODEL.analyze(message, &circumstances(Some("fr")));
        assert_eq!((analysis.intents.len(), analysis.out_of_scope), (0, 1.0), "{message:?}");
        assert_eq!(analysis.language, "fr");
    }
}

#[test]
fn words_of_no_intent_are_out_of_scope() {
    let strange = |message| MODEL.analyze(message, &circumstances(None)).out_of_scope;
    for message in ["Erzähl mir einen Witz über Kühe", "quel temps fera-t-il à Lisbonne", "xqzt wvvk", "推荐一家餐厅"]
    {
        assert!(strange(message) > 0.5, "{message:?}: {}", strange(message));
    }
    for message in ["Wo ist mein Paket jetzt?", "Horaires d'ouverture", "An agent please"] {
        assert!(strange(message) < 0.5, "{message:?}: {}", strange(message));
    }
}

#[test]
fn ten_thousand_characters_are_understood_too() {
    let letter = "Sehr geehrte Damen und Herren, seit Tagen frage ich mich: wo ist mein Paket? ".repeat(130);
    assert!(letter.len() > 10_000);
    assert_eq!(best(&letter), "track-parcel");
    assert_eq!(MODEL.analyze(&"💌".repeat(100_000), &circumstances(None)).language_confidence, 0.25);
}

#[test]
fn problems_of_a_corpus_are_returned_with_their_examples() {
    let mut corpus = small();
    corpus.examples.push(example("Wo ist mein Paket?", "price", "de"));
    corpus.examples.push(example("Adieu", "bye", "fr"));
    let problems = training::train(&Settings::default(), &corpus, 7).map(|_| ()).unwrap_err();
    let examples: Vec<Option<u32>> = problems.iter().map(|problem| problem.example).collect();
    assert_eq!(examples, [Some(64), Some(65)], "{problems:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gets_an_answer_in_bounds(message in "\\PC{0,120}", expected in "(postcode|date)?", now: u64) {
        let circumstances = Circumstances { language: Some("it".into()), expected: vec![expected], now };
        let analysis = MODEL.analyze(&message, &circumstances);
        let unit = 0.0..=1.0;
        prop_assert!(unit.contains(&analysis.out_of_scope) && unit.contains(&analysis.language_confidence));
        prop_assert!((-1.0..=1.0).contains(&analysis.sentiment));
        prop_assert!(analysis.intents.is_sorted_by(|one, other| one.confidence >= other.confidence));
        prop_assert!(analysis.intents.iter().map(|intent| intent.confidence).sum::<f32>() <= 1.001);
        for entity in &analysis.entities {
            prop_assert!(message.get(entity.start as usize..entity.end as usize).is_some());
        }
    }

    #[test]
    fn a_changed_byte_never_panics(place: prop::sample::Index, byte: u8) {
        let mut bytes = MODEL.to_bytes();
        let place = place.index(bytes.len());
        let changed = bytes[place] != byte;
        bytes[place] = byte;
        prop_assert_eq!(Model::from_bytes(Settings::default(), &bytes).is_err(), changed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_corpus_is_learned_or_refused(texts in prop::collection::vec(("\\PC{0,12}", 0_u8..4, 0_u8..3), 0..20)) {
        let examples = texts.iter().map(|(text, intent, language)| example(text, &format!("i{intent}"), &format!("l{language}")));
        let corpus = Corpus { examples: examples.collect(), out_of_scope: vec!["😶".into()], lists: vec![] };
        match training::train(&Settings::default(), &corpus, 1) {
            Ok(model) => prop_assert!(model.analyze("😶 a", &circumstances(None)).out_of_scope <= 1.0),
            Err(problems) => prop_assert!(!problems.is_empty()),
        }
    }
}
