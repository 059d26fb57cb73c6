//! What customers get to read from the parcel-tracking skill, in every language.
#![allow(clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

use plugin_parcel_tracking::ParcelTracking;
use serde_json::{Value, json};
use sportello_sdk::skill::{Effect, Facts, HandOver, Memory, Opening, Outcome, Purpose, Trigger};
use sportello_sdk::testing::skill::{chooses, entity, handle, says, turn, understood};
use sportello_sdk::types::{Content, HttpRequest, HttpResponse, RequestError};

const LANGUAGES: [&str; 4] = ["de-CH", "fr", "it", "en"];
const NUMBER: &str = "990012345612345678";

fn settings() -> Value {
    json!({ "api-base": "https://tracking.example" })
}

fn facts(locale: &str, text: &str) -> Facts {
    Facts {
        locale: locale.to_owned(),
        opening: Opening { open: true, changes_at: None, utc_offset: 60 },
        understanding: Some(understood(&[("track-parcel", 0.9)])),
        ..turn(says(text))
    }
}

fn no_service(request: &HttpRequest) -> Result<HttpResponse, RequestError> {
    panic!("nothing is to be asked, not even {}", request.url)
}

fn unknown(_: &HttpRequest) -> Result<HttpResponse, RequestError> {
    Ok(HttpResponse::status(404))
}

fn parcel(status: &str) -> Value {
    json!({
        "number": NUMBER,
        "status": status,
        "location": "Härkingen",
        "expected": "2026-11-24",
        "events": [
            { "at": "2026-11-22T18:00:00Z", "status": "accepted", "location": "Chiasso" },
            { "at": "2026-11-23T06:12:00Z", "status": status, "location": "Härkingen" },
        ],
    })
}

/// What comes of a turn.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    said: Vec<String>,
    choices: Vec<String>,
    memory: Option<Memory>,
    finished: bool,
    handed_over: Option<HandOver>,
    passed: bool,
}

fn seen(facts: &Facts, service: impl FnMut(&HttpRequest) -> Result<HttpResponse, RequestError>) -> Seen {
    let mut seen = Seen::default();
    let Outcome::Effects(effects) = handle::<ParcelTracking>(&settings(), facts, service).expect("an outcome") else {
        return Seen { passed: true, ..seen };
    };
    for effect in effects {
        match effect {
            Effect::Say(Content::Text(text)) => seen.said.push(text),
            Effect::Say(Content::Choices(choices)) => {
                seen.said.push(choices.prompt);
                seen.choices.extend(choices.options.into_iter().map(|option| option.id));
            }
            Effect::Remember(memory) => seen.memory = Some(memory),
            Effect::Finish => seen.finished = true,
            Effect::HandOver(hand_over) => seen.handed_over = Some(hand_over),
            other => panic!("unexpected: {other:?}"),
        }
    }
    seen
}

/// The next message of the same dialogue.
fn then(before: &Seen, facts: Facts) -> Facts {
    Facts { memory: before.memory.clone(), purpose: Purpose::Dialogue, ..facts }
}

#[test]
fn a_missing_number_is_asked_for() {
    let expected = ["Sendungsnummer?", "numéro d'envoi ?", "numero d'invio?", "tracking number?"];
    for (language, part) in LANGUAGES.into_iter().zip(expected) {
        let seen = seen(&facts(language, "…"), no_service);
        assert!(seen.said[0].contains(part), "{language}: {seen:?}");
        assert!(seen.memory.is_some() && seen.choices.is_empty(), "{language}");
    }
}

#[test]
fn state_last_event_day_of_delivery_and_next_step_come_in_one_message_with_a_person_as_a_choice() {
    let expected = [
        "Ihre Sendung 990012345612345678 ist *unterwegs*. Letzter Stand: Härkingen, Montag, 23. November, 7:12 Uhr. \
         Voraussichtliche Zustellung: Dienstag, 24. November. Sie müssen nichts tun.",
        "Votre envoi 990012345612345678 est *en route*. Dernier état : Härkingen, lundi 23 novembre à 7 h 12. \
         Distribution prévue : mardi 24 novembre. Vous n'avez rien à faire.",
        "Il suo invio 990012345612345678 è *in viaggio*. Ultimo stato: Härkingen, lunedì 23 novembre alle 7:12. \
         Consegna prevista: martedì 24 novembre. Non deve fare nulla.",
        "Your shipment 990012345612345678 is *on its way*. Last update: Härkingen, Monday 23 November, 07:12. \
         Expected delivery: Tuesday 24 November. There is nothing you need to do.",
    ];
    for (language, text) in LANGUAGES.into_iter().zip(expected) {
        let seen = seen(&facts(language, NUMBER), |request| {
            assert_eq!(request.url, format!("https://tracking.example/parcels/{NUMBER}"));
            assert!(request.method == "GET" && request.repeatable);
            Ok(HttpResponse::json(200, &parcel("in-transit")))
        });
        assert_eq!(seen.said, [text], "{language}");
        assert_eq!(seen.choices, ["intent:talk-to-person"]);
        assert!(seen.finished);
    }
}

#[test]
fn every_state_has_its_words_in_every_language() {
    let states = [
        ("accepted", ["aufgegeben", "déposé", "consegnato alla posta", "accepted"]),
        ("in-transit", ["unterwegs", "en route", "in viaggio", "on its way"]),
        ("out-for-delivery", ["in der Zustellung", "en cours de distribution", "in consegna", "out for delivery"]),
        ("delivered", ["zugestellt", "distribué", "recapitato", "delivered"]),
        ("held", ["zur Abholung bereit", "prêt à être retiré", "pronto per il ritiro", "ready for collection"]),
        ("customs", ["beim Zoll", "à la douane", "in dogana", "at customs"]),
        ("returned", ["geht an den Absender zurück", "en retour", "torna al mittente", "back to the sender"]),
    ];
    for (state, texts) in states {
        for (language, part) in LANGUAGES.into_iter().zip(texts) {
            let seen = seen(&facts(language, NUMBER), |_| Ok(HttpResponse::json(200, &parcel(state))));
            assert!(seen.said[0].contains(part), "{state} in {language}: {}", seen.said[0]);
        }
    }
}

#[test]
fn a_parcel_that_has_arrived_has_no_expected_day() {
    let seen = seen(&facts("en", NUMBER), |_| Ok(HttpResponse::json(200, &parcel("delivered"))));
    assert!(!seen.said[0].contains("Expected"), "{}", seen.said[0]);
}

#[test]
fn a_parcel_without_events_or_days_is_told_all_the_same() {
    let bare = json!({ "number": NUMBER, "status": "accepted", "location": null, "expected": null, "events": [] });
    let seen = seen(&facts("en", NUMBER), |_| Ok(HttpResponse::json(200, &bare)));
    assert!(!seen.said[0].contains("Last update") && !seen.said[0].contains("Expected"), "{}", seen.said[0]);
}

#[test]
fn the_number_may_come_from_the_classifier() {
    let mut facts = facts("en", "the one from yesterday");
    facts.understanding.as_mut().expect("an analysis").entities = vec![entity("tracking-number", NUMBER)];
    assert!(seen(&facts, |_| Ok(HttpResponse::json(200, &parcel("held")))).said[0].contains("ready for collection"));
}

#[test]
fn the_number_may_come_in_the_next_message() {
    let asked = seen(&facts("en", "where is my parcel"), no_service);
    let next = Facts { understanding: None, ..then(&asked, facts("en", "99.00.123456.12345678")) };
    let told = seen(&next, |_| Ok(HttpResponse::json(200, &parcel("held"))));
    assert!(told.said[0].contains("ready for collection") && told.finished);
}

#[test]
fn several_parcels_are_told_in_one_message() {
    let mut asked = vec![];
    let seen = seen(&facts("en", "RR123456785CH and 990012345612345678"), |request| {
        asked.push(request.url.clone());
        let is_known = request.url.ends_with(NUMBER);
        Ok(if is_known { HttpResponse::json(200, &parcel("held")) } else { HttpResponse::status(404) })
    });
    assert_eq!(asked.len(), 2);
    assert!(seen.said[0].starts_with("I can't find a shipment for RR123456785CH.\n\nYour shipment 99"), "{seen:?}");
}

#[test]
fn a_number_with_a_mistake_is_shown_and_asked_for_again() {
    let expected = ["keine gültige", "pas un numéro d'envoi valable", "non è un numero d'invio valido", "not a valid"];
    for (language, part) in LANGUAGES.into_iter().zip(expected) {
        let seen = seen(&facts(language, "RR123456784CH"), no_service);
        assert!(seen.said[0].starts_with("RR123456784CH") && seen.said[0].contains(part), "{language}: {seen:?}");
        assert!(seen.memory.is_some());
    }
}

#[test]
fn an_unknown_number_is_asked_for_again_and_the_second_time_a_person_is_offered() {
    let expected =
        ["finde ich keine Sendung", "ne trouve aucun envoi", "Non trovo nessun invio", "can't find a shipment"];
    for (language, part) in LANGUAGES.into_iter().zip(expected) {
        let first = seen(&facts(language, NUMBER), unknown);
        assert!(first.said[0].contains(part) && first.said[0].contains(NUMBER), "{language}: {first:?}");
        assert!(first.choices.is_empty());
        let second = seen(&then(&first, facts(language, NUMBER)), unknown);
        assert_ne!(second.said, first.said);
        assert_eq!(second.choices, ["intent:talk-to-person"], "{language}");
        assert!(second.memory.is_some() && !second.finished, "another number may still come");
    }
}

#[test]
fn a_customer_who_has_no_number_gets_help_finding_it_and_in_the_end_a_person() {
    let vague = |locale| Facts { understanding: Some(understood(&[])), ..facts(locale, "no idea") };
    let expected = ["Quittung", "quittance", "ricevuta", "receipt"];
    for (language, part) in LANGUAGES.into_iter().zip(expected) {
        let first = seen(&facts(language, "…"), no_service);
        let second = seen(&then(&first, vague(language)), no_service);
        assert!(second.said[0].contains(part), "{language}: {second:?}");
        assert_eq!(second.choices, ["intent:talk-to-person"]);
        let third = seen(&then(&second, vague(language)), no_service);
        let fourth = seen(&then(&third, vague(language)), no_service);
        assert!(fourth.handed_over.is_some_and(|hand_over| hand_over.reason.contains("no valid tracking number")));
    }
}

#[test]
fn while_it_waits_a_message_that_clearly_means_something_else_is_left_to_others() {
    let asked = seen(&facts("en", "where is my parcel"), no_service);
    let says = |intents: &[(&str, f32)]| {
        let facts = Facts { understanding: Some(understood(intents)), ..facts("en", "…") };
        seen(&then(&asked, facts), no_service)
    };
    assert!(says(&[("opening-hours", 0.9)]).passed);
    assert!(!says(&[("opening-hours", 0.6)]).passed, "not clear enough");
    assert!(!says(&[("track-parcel", 0.9)]).passed);
    let picked = |intent| seen(&then(&asked, Facts { understanding: None, ..turn(chooses(intent)) }), no_service);
    assert!(picked("talk-to-person").passed);
    assert!(!picked("track-parcel").passed);
}

#[test]
fn a_number_is_taken_whatever_else_the_message_seems_to_mean() {
    let asked = seen(&facts("en", "where is my parcel"), no_service);
    let facts = Facts { understanding: Some(understood(&[("prices", 0.9)])), ..facts("en", NUMBER) };
    assert!(seen(&then(&asked, facts), |_| Ok(HttpResponse::json(200, &parcel("held")))).finished);
}

#[test]
fn a_service_that_does_not_help_leads_to_a_person_who_learns_why() {
    let failures: [(&str, Result<HttpResponse, RequestError>); 5] = [
        ("it answered 503", Ok(HttpResponse::status(503))),
        ("connection refused", Err(RequestError::Unreachable("connection refused".to_owned()))),
        ("not granted", Err(RequestError::NotGranted)),
        ("not the expected JSON", Ok(HttpResponse::text(200, "<html>"))),
        ("unknown variant `melted`", Ok(HttpResponse::json(200, &parcel("melted")))),
    ];
    for (part, failure) in failures {
        let seen = seen(&facts("en", NUMBER), |_| failure.clone());
        let hand_over = seen.handed_over.expect("a person");
        assert!(hand_over.reason.contains(part), "{}", hand_over.reason);
        assert!(hand_over.summary.is_some_and(|summary| summary.contains(NUMBER)));
    }
    let expected = ["im Moment", "pour le moment", "al momento", "at the moment"];
    for (language, part) in LANGUAGES.into_iter().zip(expected) {
        let seen = seen(&facts(language, NUMBER), |_| Ok(HttpResponse::status(500)));
        assert!(seen.said[0].contains(part), "{language}: {seen:?}");
    }
}

#[test]
fn a_due_schedule_is_met_with_silence() {
    let due = turn(Trigger::Scheduled("x".to_owned()));
    assert_eq!(seen(&due, no_service), Seen::default());
}

#[test]
fn settings_without_the_service_are_refused() {
    let broken = handle::<ParcelTracking>(&json!({}), &facts("en", "…"), no_service);
    assert!(format!("{broken:?}").contains("`api-base`"), "{broken:?}");
}
