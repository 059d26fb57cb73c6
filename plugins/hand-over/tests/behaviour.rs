//! What customers get to read when a person takes over, and what agents do.
#![allow(clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

use plugin_hand_over::ToPerson;
use serde_json::{Value, json};
use sportello_sdk::skill::{Effect, Facts, HandOver, Opening, Outcome, Purpose, Trigger};
use sportello_sdk::testing::skill::{chooses, handle, says, turn, understood};
use sportello_sdk::types::Content;

const LANGUAGES: [&str; 4] = ["de-CH", "fr", "it", "en"];
/// Friday, 20 November 2026, 19:00 in Zurich.
const FRIDAY_EVENING: u64 = 1_795_197_600_000;
const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;
const HOUR_EAST: i32 = 60;

fn effects(settings: &Value, facts: &Facts) -> Vec<Effect> {
    let asked = |request: &sportello_sdk::types::HttpRequest| panic!("it asks for nothing, not even {}", request.url);
    match handle::<ToPerson>(settings, facts, asked).expect("an outcome") {
        Outcome::Effects(effects) => effects,
        other => panic!("unexpected: {other:?}"),
    }
}

fn notice(locale: &str, open: bool, changes_at: Option<u64>) -> String {
    let facts = Facts {
        now: FRIDAY_EVENING,
        purpose: Purpose::HandOver,
        locale: locale.to_owned(),
        opening: Opening { open, changes_at, utc_offset: HOUR_EAST },
        ..turn(Trigger::HandingOver(HandOver::new("…")))
    };
    match effects(&json!({}), &facts).as_slice() {
        [Effect::Say(Content::Text(text))] => text.clone(),
        other => panic!("one text is enough: {other:?}"),
    }
}

fn wish(settings: &Value, facts: &Facts) -> HandOver {
    match effects(settings, facts).as_slice() {
        [Effect::HandOver(hand_over)] => hand_over.clone(),
        other => panic!("only the hand-over: {other:?}"),
    }
}

fn each_language(expected: [&str; 4], notice: impl Fn(&str) -> String) {
    for (language, part) in LANGUAGES.into_iter().zip(expected) {
        let text = notice(language);
        assert!(text.contains(part), "{language}: {text}");
    }
}

#[test]
fn in_opening_hours_a_person_takes_over_now() {
    let expected = [
        "sobald jemand frei ist",
        "dès que quelqu'un sera libre",
        "appena qualcuno sarà libero",
        "as soon as someone is free",
    ];
    each_language(expected, |language| notice(language, true, Some(FRIDAY_EVENING + 3 * 60 * MINUTE)));
    each_language(expected, |language| notice(language, true, None));
}

#[test]
fn shortly_before_closing_nothing_is_promised_for_now() {
    let expected = ["noch bis 19:15 Uhr", "jusqu'à 19 h 15", "fino alle 19:15", "until 19:15"];
    each_language(expected, |language| notice(language, true, Some(FRIDAY_EVENING + 15 * MINUTE)));
    assert!(!notice("en", true, Some(FRIDAY_EVENING + 16 * MINUTE)).contains("until"));
}

#[test]
fn out_of_hours_it_says_when_somebody_is_back() {
    let morning = FRIDAY_EVENING + 13 * 60 * MINUTE;
    let tomorrow =
        ["morgen um 8:00 Uhr zurück", "de retour demain à 8 h", "torniamo domani alle 8:00", "back tomorrow at 08:00"];
    each_language(tomorrow, |language| notice(language, false, Some(morning)));

    let monday = FRIDAY_EVENING + 2 * DAY + 12 * 60 * MINUTE + 30 * MINUTE;
    let on_monday = [
        "am Montag um 7:30 Uhr zurück",
        "de retour lundi à 7 h 30",
        "torniamo lunedì alle 7:30",
        "back on Monday at 07:30",
    ];
    each_language(on_monday, |language| notice(language, false, Some(monday)));

    let far = [
        "am Montag, 30. November, um 7:30 Uhr",
        "lundi 30 novembre à 7 h 30",
        "lunedì 30 novembre alle 7:30",
        "on Monday 30 November at 07:30",
    ];
    each_language(far, |language| notice(language, false, Some(monday + 7 * DAY)));
}

#[test]
fn a_queue_that_is_closed_for_good_promises_no_time() {
    let expected = ["sobald es geht", "dès que possible", "appena possibile", "as soon as possible"];
    each_language(expected, |language| notice(language, false, None));
}

#[test]
fn who_asks_for_a_person_is_handed_over_with_what_they_wrote() {
    let facts = Facts { understanding: Some(understood(&[("talk-to-person", 0.9)])), ..turn(says("a human please")) };
    let wish = wish(&json!({}), &facts);
    assert_eq!(wish, HandOver::new("The customer wants to talk to a person.").summary("a human please"));
}

#[test]
fn a_choice_is_a_wish_too() {
    assert_eq!(wish(&json!({}), &turn(chooses("talk-to-person"))).reason, "The customer wants to talk to a person.");
}

#[test]
fn other_matters_go_where_the_operator_wants_them() {
    let settings = json!({
        "queues": { "damaged-parcel": "claims" },
        "reasons": { "damaged-parcel": "Damage" },
        "urgent": ["damaged-parcel"],
    });
    let about = |intent| Facts { understanding: Some(understood(&[(intent, 0.9)])), ..turn(says("…")) };
    let damage = wish(&settings, &about("damaged-parcel"));
    assert_eq!(damage, HandOver::new("Damage").summary("…").queue("claims").urgent());
    let complaint = wish(&settings, &about("complaint"));
    assert_eq!(complaint, HandOver::new("The customer has a matter for a person: complaint.").summary("…"));
}

#[test]
fn an_operator_can_replace_a_text() {
    let settings = json!({ "texts": { "open": "One moment." } });
    let facts = turn(Trigger::HandingOver(HandOver::new("…")));
    assert_eq!(effects(&settings, &facts), [Effect::Say(Content::text("One moment."))]);
    let misspelled = handle::<ToPerson>(&json!({ "texts": { "opne": "x" } }), &facts, |_| unreachable!());
    assert!(format!("{misspelled:?}").contains("`opne`"), "{misspelled:?}");
}

#[test]
fn other_happenings_hand_nobody_over() {
    assert_eq!(effects(&json!({}), &turn(Trigger::Scheduled("x".to_owned()))), []);
}
