//! What customers get to read from the faq skill.
#![allow(clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

use plugin_faq::Faq;
use serde_json::{Value, json};
use sportello_sdk::skill::{Effect, Facts, Outcome, Trigger};
use sportello_sdk::testing::skill::{chooses, handle, says, turn, understood};
use sportello_sdk::types::Content;

fn settings() -> Value {
    json!({
        "answers": {
            "redirect-price": { "de": "Zwölf Monate: CHF 48.", "fr": "Douze mois : CHF 48.", "it": "Dodici mesi: CHF 48.", "en": "Twelve months: CHF 48." },
            "stamps": { "de": "In jeder Filiale.", "en": "At every branch." },
        },
        "offers": { "redirect-price": ["redirect-mail", "talk-to-person"] },
        "titles": { "redirect-mail": { "de": "Post nachsenden", "fr": "Réexpédition", "it": "Rispedizione", "en": "Redirect mail" } },
    })
}

fn asks(locale: &str, intent: &str) -> Facts {
    Facts { locale: locale.to_owned(), understanding: Some(understood(&[(intent, 0.9)])), ..turn(says("…")) }
}

fn outcome(settings: &Value, facts: &Facts) -> Outcome {
    handle::<Faq>(settings, facts, |request| panic!("it asks for nothing, not even {}", request.url))
        .expect("an outcome")
}

fn said(facts: &Facts) -> Content {
    let Outcome::Effects(effects) = outcome(&settings(), facts) else { panic!("nothing was said") };
    let [Effect::Say(content)] = effects.as_slice() else { panic!("one message is enough: {effects:?}") };
    content.clone()
}

#[test]
fn a_question_gets_the_operators_answer_in_the_customers_language() {
    let expected = [
        ("de-CH", "Zwölf Monate: CHF 48.", "Post nachsenden", "Mit Person sprechen"),
        ("fr", "Douze mois : CHF 48.", "Réexpédition", "Parler à quelqu'un"),
        ("it", "Dodici mesi: CHF 48.", "Rispedizione", "Parlare con qualcuno"),
        ("en", "Twelve months: CHF 48.", "Redirect mail", "Talk to a person"),
    ];
    for (locale, text, first, second) in expected {
        let Content::Choices(choices) = said(&asks(locale, "redirect-price")) else { panic!("offers are choices") };
        assert_eq!(choices.prompt, text);
        let options: Vec<_> =
            choices.options.iter().map(|option| (option.id.as_str(), option.title.as_str())).collect();
        assert_eq!(options, [("intent:redirect-mail", first), ("intent:talk-to-person", second)]);
    }
}

#[test]
fn an_answer_without_offers_is_plain_text() {
    assert_eq!(said(&asks("de", "stamps")), Content::text("In jeder Filiale."));
}

#[test]
fn an_answer_that_does_not_exist_in_the_language_comes_in_the_default_one() {
    assert_eq!(said(&asks("fr", "stamps")), Content::text("At every branch."));
}

#[test]
fn a_choice_is_answered_like_the_question() {
    assert_eq!(said(&turn(chooses("stamps"))), Content::text("At every branch."));
}

#[test]
fn what_has_no_answer_is_left_to_others() {
    assert_eq!(outcome(&settings(), &asks("en", "customs")), Outcome::Pass);
    assert_eq!(outcome(&settings(), &turn(says("…"))), Outcome::Pass);
    let due = Facts { trigger: Trigger::Scheduled("x".to_owned()), ..asks("en", "stamps") };
    assert_eq!(outcome(&settings(), &due), Outcome::Pass);
}

#[test]
fn what_cannot_be_offered_is_refused_by_name() {
    let refusal =
        |settings: Value| format!("{:?}", handle::<Faq>(&settings, &asks("en", "stamps"), |_| unreachable!()));
    let untitled = json!({ "answers": { "stamps": "…" }, "offers": { "stamps": ["prices"] } });
    assert!(refusal(untitled).contains("`prices` is offered and has no title"));
    let unanswered = json!({ "answers": { "stamps": "…" }, "offers": { "customs": [] } });
    assert!(refusal(unanswered).contains("`offers` names `customs`, which has no answer"));
    assert!(refusal(json!({})).contains("`answers`"));
}

#[test]
fn an_answer_that_cannot_be_read_is_named() {
    let refusal =
        |settings: Value| format!("{:?}", handle::<Faq>(&settings, &asks("en", "stamps"), |_| unreachable!()));
    assert!(refusal(json!({ "answers": { "stamps": 5 } })).contains("answers.stamps"));
    let offering =
        json!({ "answers": { "stamps": "…" }, "offers": { "stamps": ["prices"] }, "titles": { "prices": 5 } });
    assert!(refusal(offering).contains("titles.prices"));
}
