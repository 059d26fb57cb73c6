//! What customers get to read from the welcome skill, in every language.
#![allow(clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

use plugin_welcome::Welcome;
use serde_json::{Value, json};
use sportello_sdk::skill::{Effect, Facts, Outcome, Purpose, Trigger};
use sportello_sdk::testing::skill::{bot_said, chooses, handle, says, turn, understood};
use sportello_sdk::types::{Content, Media, MediaKind};

const LANGUAGES: [&str; 4] = ["de-CH", "fr", "it", "en"];

fn settings() -> Value {
    json!({
        "menu": ["track-parcel", "opening-hours", "talk-to-person"],
        "titles": {
            "track-parcel": { "de": "Paket verfolgen", "fr": "Suivre un colis", "it": "Seguire un pacco", "en": "Track a parcel" },
            "opening-hours": { "de": "Öffnungszeiten", "fr": "Horaires", "it": "Orari", "en": "Opening hours" },
            "customs": { "de": "Zoll", "fr": "Douane", "it": "Dogana", "en": "Customs" },
        },
    })
}

fn outcome(settings: &Value, facts: &Facts) -> Outcome {
    handle::<Welcome>(settings, facts, |request| panic!("it asks for nothing, not even {}", request.url))
        .expect("an outcome")
}

/// The one thing that is said: its text and the ids of its choices.
fn said(settings: &Value, facts: &Facts) -> (String, Vec<String>) {
    let Outcome::Effects(effects) = outcome(settings, facts) else { panic!("nothing was said") };
    match <[Effect; 1]>::try_from(effects) {
        Ok([Effect::Say(Content::Text(text))]) => (text, vec![]),
        Ok([Effect::Say(Content::Choices(choices))]) => {
            (choices.prompt, choices.options.into_iter().map(|option| option.id).collect())
        }
        other => panic!("one message is enough: {other:?}"),
    }
}

fn facts(locale: &str, trigger: Trigger) -> Facts {
    Facts { locale: locale.to_owned(), ..turn(trigger) }
}

fn later(locale: &str, trigger: Trigger) -> Facts {
    Facts { history: vec![bot_said("…")], ..facts(locale, trigger) }
}

fn asked_for(purpose: Purpose, facts: Facts) -> Facts {
    Facts { purpose, ..facts }
}

fn fallback(locale: &str, intents: &[(&str, f32)]) -> Facts {
    asked_for(Purpose::Fallback, meaning(later(locale, says("…")), intents))
}

fn meaning(facts: Facts, intents: &[(&str, f32)]) -> Facts {
    Facts { understanding: Some(understood(intents)), ..facts }
}

const MENU: [&str; 3] = ["intent:track-parcel", "intent:opening-hours", "intent:talk-to-person"];

#[test]
fn a_new_customer_learns_that_it_is_a_bot_what_it_can_do_and_what_not_to_send() {
    let expected = [
        ("Chatbot", "Paket verfolgen, Öffnungszeiten", "eine Person", "Kartennummern"),
        ("chatbot", "Suivre un colis, Horaires", "une personne", "numéros de carte"),
        ("chatbot", "Seguire un pacco, Orari", "una persona", "numeri di carta"),
        ("chatbot", "Track a parcel, Opening hours", "a person", "card numbers"),
    ];
    for (language, (bot, topics, person, private)) in LANGUAGES.into_iter().zip(expected) {
        let (text, choices) = said(&settings(), &asked_for(Purpose::Greeting, facts(language, says("…"))));
        for part in [bot, topics, person, private] {
            assert!(text.contains(part), "{language}: {part:?} is missing in {text:?}");
        }
        assert_eq!(choices, [""; 0], "{language}");
    }
}

#[test]
fn a_first_hello_is_answered_with_the_introduction_and_the_menu_in_one_message() {
    let expected = ["Womit kann ich", "Comment puis-je", "Come posso", "How can I"];
    for (language, part) in LANGUAGES.into_iter().zip(expected) {
        let first = facts(language, says("…"));
        let (introduction, _) = said(&settings(), &asked_for(Purpose::Greeting, first.clone()));
        let (text, choices) = said(&settings(), &meaning(first, &[("greeting", 0.9)]));
        let question = text.strip_prefix(&introduction).expect("the introduction comes first");
        assert!(question.trim_start().starts_with(part), "{language}: {text}");
        assert_eq!(choices, MENU, "{language}");
        assert_eq!(said(&settings(), &facts(language, chooses("greeting"))), (text, choices));
    }
}

#[test]
fn a_conversation_that_begins_with_a_thank_you_is_introduced_too() {
    for (language, bot) in LANGUAGES.into_iter().zip(["Chatbot", "chatbot", "chatbot", "chatbot"]) {
        let (text, _) = said(&settings(), &meaning(facts(language, says("…")), &[("thanks", 0.9)]));
        assert!(text.contains(bot), "{language}: {text}");
    }
}

#[test]
fn later_greetings_thanks_and_goodbyes_are_answered_briefly() {
    let expected = [
        ("greeting", ["Womit kann ich", "Comment puis-je", "Come posso", "How can I"]),
        ("thanks", ["Gern geschehen", "Avec plaisir", "Prego", "You're welcome"]),
        ("goodbye", ["Auf Wiedersehen", "Au revoir", "Arrivederci", "Goodbye"]),
    ];
    for (intent, texts) in expected {
        for (language, part) in LANGUAGES.into_iter().zip(texts) {
            let (text, _) = said(&settings(), &meaning(later(language, says("…")), &[(intent, 0.8)]));
            assert!(text.contains(part) && !text.to_lowercase().contains("chatbot"), "{language}: {text}");
        }
    }
}

#[test]
fn what_is_not_understood_gets_the_menu() {
    let expected = ["nicht verstanden", "pas compris", "non ho capito", "didn't understand"];
    for (language, part) in LANGUAGES.into_iter().zip(expected) {
        let (text, choices) = said(&settings(), &fallback(language, &[]));
        assert!(text.contains(part), "{language}: {text}");
        assert_eq!(choices, MENU, "{language}");
    }
}

#[test]
fn the_likeliest_intents_are_offered_first() {
    let expected = ["nicht sicher", "pas sûr", "Non sono sicuro", "not sure"];
    let ranking = [("customs", 0.4), ("stamps", 0.3), ("track-parcel", 0.2), ("opening-hours", 0.02)];
    for (language, part) in LANGUAGES.into_iter().zip(expected) {
        let (text, choices) = said(&settings(), &fallback(language, &ranking));
        assert!(text.contains(part), "{language}: {text}");
        assert_eq!(choices, ["intent:customs", "intent:track-parcel", "intent:talk-to-person"], "{language}");
    }
}

#[test]
fn not_understood_twice_in_a_row_offers_a_person() {
    let expected = ["immer noch nicht", "toujours pas", "continuo a non", "still don't"];
    for (language, part) in LANGUAGES.into_iter().zip(expected) {
        let first = fallback(language, &[]);
        let (prompt, _) = said(&settings(), &first);
        let history = vec![bot_said(Content::choices(prompt, vec![]))];
        let (text, choices) = said(&settings(), &Facts { history, ..first });
        assert!(text.contains(part), "{language}: {text}");
        assert_eq!(choices, ["intent:talk-to-person"], "{language}");
    }
}

#[test]
fn a_picture_without_words_is_not_read() {
    let expected = ["Bilder", "images", "immagini", "pictures"];
    let picture = || says(Media::at(MediaKind::Image, "https://example.org/a.jpg"));
    for (language, part) in LANGUAGES.into_iter().zip(expected) {
        let (text, choices) = said(&settings(), &asked_for(Purpose::Fallback, later(language, picture())));
        assert!(text.contains(part), "{language}: {text}");
        assert_eq!(choices, MENU);
    }
}

#[test]
fn a_conversation_that_comes_back_from_an_agent_is_taken_up() {
    let expected = ["wieder der Chatbot", "de nouveau le chatbot", "di nuovo il chatbot", "chatbot again"];
    for (language, part) in LANGUAGES.into_iter().zip(expected) {
        let (text, _) = said(&settings(), &later(language, Trigger::HandedBack));
        assert!(text.contains(part), "{language}: {text}");
    }
}

#[test]
fn a_language_that_it_does_not_speak_gets_the_default_one() {
    let german = json!({ "default-language": "de" });
    assert!(said(&german, &meaning(later("rm", says("…")), &[("thanks", 0.9)])).0.contains("Gern"));
    assert!(said(&json!({}), &meaning(later("rm", says("…")), &[("thanks", 0.9)])).0.contains("welcome"));
}

#[test]
fn an_operator_can_replace_a_text_in_one_language() {
    let settings = json!({ "texts": { "thanks": { "de": "Keine Ursache!" } } });
    assert_eq!(said(&settings, &meaning(later("de", says("…")), &[("thanks", 0.9)])).0, "Keine Ursache!");
    assert!(said(&settings, &meaning(later("fr", says("…")), &[("thanks", 0.9)])).0.contains("Avec plaisir"));
}

#[test]
fn a_menu_entry_without_a_title_is_refused_by_name() {
    let broken = handle::<Welcome>(&json!({ "menu": ["stamps"] }), &facts("en", says("…")), |_| unreachable!());
    assert!(format!("{broken:?}").contains("the menu offers `stamps`, which has no title"), "{broken:?}");
}

#[test]
fn a_due_schedule_is_met_with_silence() {
    assert_eq!(outcome(&settings(), &later("en", Trigger::Scheduled("x".to_owned()))), Outcome::Effects(vec![]));
}

#[test]
fn what_means_something_else_is_left_to_others() {
    assert_eq!(outcome(&settings(), &meaning(later("en", says("…")), &[("customs", 0.9)])), Outcome::Pass);
}
