//! What people read, and that nothing that differs stays hidden.

use proptest::prelude::*;

use super::*;
use crate::contract::{
    Choice, ChoiceKind, Choices, Content, Effect, Entity, Event, HandOver, Happening, HttpResponse, Intent, Piece,
    Schedule, Sender, Thread,
};

fn effects(effects: &[Effect]) -> Result<Outcome, Failure> {
    Ok(Outcome::Effects(effects.to_vec()))
}

fn say(text: &str) -> Effect {
    Effect::Say(Content::Text(text.to_owned()))
}

fn hand_over(reason: &str) -> Effect {
    Effect::HandOver(HandOver { reason: reason.to_owned(), ..HandOver::default() })
}

fn told(before: &Result<Outcome, Failure>, now: &Result<Outcome, Failure>) -> Vec<String> {
    handled(before, now).iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_the_same_is_not_told() {
    let answer = effects(&[say("Hello"), Effect::Finish]);
    assert_eq!(handled(&answer, &answer), []);
}

#[test]
fn another_text_is_told_with_both() {
    let told = told(&effects(&[say("Good day"), Effect::Finish]), &effects(&[say("Hello"), Effect::Finish]));
    assert_eq!(told, [r#"say: "Good day" → "Hello""#]);
}

#[test]
fn what_is_wanted_more_or_less_is_told_so() {
    let before = effects(&[say("One moment"), Effect::Schedule(Schedule { after: 60_000, tag: "again".to_owned() })]);
    let now = effects(&[say("One moment"), hand_over("too difficult")]);
    assert_eq!(told(&before, &now), [r#"schedule removed: "again" after 60 s"#, r#"hand-over added: "too difficult""#]);
    assert_eq!(
        told(&now, &effects(&[say("One moment"), hand_over("too difficult"), Effect::Finish])),
        ["finish added"]
    );
}

#[test]
fn a_skill_that_passes_or_gives_up_is_told_like_anything_else() {
    let before = effects(&[say("Hello")]);
    assert_eq!(told(&before, &Ok(Outcome::Pass)), [r#"say removed: "Hello""#, "pass added"]);
    let failed = Err(Failure::Rejected("no such parcel".to_owned()));
    assert_eq!(told(&before, &failed), [r#"say removed: "Hello""#, "failure added: rejected: no such parcel"]);
}

#[test]
fn another_order_is_a_difference() {
    let (one, other) = (effects(&[say("a"), Effect::Finish]), effects(&[Effect::Finish, say("a")]));
    assert_eq!(told(&one, &other), ["finish in another order"]);
}

#[test]
fn what_no_word_tells_is_found_in_its_parts() {
    let choices = |id: &str| {
        let option = Choice { id: id.to_owned(), title: "Yes".to_owned(), description: None, kind: ChoiceKind::Answer };
        effects(&[Effect::Say(Content::Choices(Choices { prompt: "Sure?".to_owned(), options: vec![option] }))])
    };
    assert_eq!(told(&choices("yes"), &choices("y")), [r#"say, choices.options[0].id: "yes" → "y""#]);
}

#[test]
fn memory_that_is_json_is_compared_as_such() {
    let kept = |data: &str| Memory { version: 2, data: data.into() };
    let changes = remembered(&kept(r#"{"step":1,"n":1}"#), &kept(r#"{"n":1,"step":2}"#));
    assert_eq!(changes.iter().map(ToString::to_string).collect::<Vec<_>>(), ["remember, data.step: 1 → 2"]);
    assert_eq!(remembered(&kept(r#"{"step":1,"n":1}"#), &kept(r#"{ "n": 1, "step": 1 }"#)), []);
}

#[test]
fn long_texts_are_shown_from_where_they_differ() {
    let text = |end: &str| format!("{}{end}", "The same words again and again. ".repeat(20));
    let told = told(&effects(&[say(&text("Then this."))]), &effects(&[say(&text("Then that."))]));
    assert_eq!(told, [r#"say: …again and again. Then this." → …again and again. Then that.""#]);
}

#[test]
fn a_request_differs_by_address_or_by_a_part_of_its_body() {
    let request = |url: &str, body: &str| {
        Ok(SendStep::Perform(vec![HttpRequest {
            method: "POST".to_owned(),
            url: url.to_owned(),
            headers: vec![],
            body: vec![Piece::Bytes(body.into())],
            repeatable: false,
            after: None,
            timeout: None,
            max_age: None,
        }]))
    };
    let told = |now| sent(&request("https://a.example/v1", r#"{"to":"1","text":"x"}"#), &now)[0].to_string();
    assert_eq!(told(request("https://a.example/v1", r#"{"to":"1","text":"y"}"#)), r#"request, body.text: "x" → "y""#);
    assert_eq!(
        told(request("https://a.example/v2", r#"{"to":"1","text":"x"}"#)),
        "request: POST https://a.example/v1, at most once → POST https://a.example/v2, at most once"
    );
}

fn reception(events: &[(&str, &str)]) -> Reception {
    let event = |(id, text): &(&str, &str)| Event {
        id: (*id).to_owned(),
        account: None,
        thread: Some(Thread { address: "1".to_owned(), visibility: Default::default(), parent: None, memo: None }),
        at: 5,
        happening: Happening::Message(crate::contract::Message {
            sender: Sender::default(),
            subject: None,
            contents: vec![Content::Text((*text).to_owned())],
            reply_to: None,
        }),
    };
    Reception {
        response: HttpResponse { status: 200, ..HttpResponse::default() },
        events: events.iter().map(event).collect(),
        afterwards: vec![],
        stream: None,
    }
}

#[test]
fn other_words_in_an_event_are_a_change_and_another_id_is_another_event() {
    let (before, words, id) = (reception(&[("1", "a")]), reception(&[("1", "b")]), reception(&[("2", "a")]));
    assert!(same_events(&before, &words));
    let changes = received(&Ok(ReceiveStep::Done(before.clone())), &Ok(ReceiveStep::Done(words)));
    assert_eq!(changes[0].to_string(), r#"event: message 1: "a" → message 1: "b""#);
    assert_eq!(other_events(&before, &id), [r#"message "1" only before"#, r#"message "2" only now"#]);
}

#[test]
fn a_confidence_that_moved_a_little_is_no_change_and_another_intent_is() {
    let analysis = |name: &str, confidence| Analysis {
        language: "de".to_owned(),
        intents: vec![Intent { name: name.to_owned(), confidence }],
        ..Analysis::default()
    };
    let before = analysis("track-parcel", 0.91);
    assert_eq!(analysed(&before, &analysis("track-parcel", 0.93)), []);
    assert_eq!(
        analysed(&before, &analysis("opening-hours", 0.9))[0].to_string(),
        "intent: track-parcel (0.91) → opening-hours (0.90)"
    );
    assert_eq!(
        analysed(&before, &analysis("track-parcel", 0.6))[0].to_string(),
        "intent: track-parcel (0.91) → track-parcel (0.60)"
    );
}

#[test]
fn an_entity_that_is_not_found_any_more_is_told() {
    let entity = Entity { kind: "date".to_owned(), start: 3, end: 13, value: "2026-11-23".to_owned() };
    let before = Analysis { entities: vec![entity], ..Analysis::default() };
    assert_eq!(analysed(&before, &Analysis::default())[0].to_string(), "entity removed: date 2026-11-23 at 3 to 13");
}

fn any_effect() -> impl Strategy<Value = Effect> {
    prop_oneof![
        "[ab]{0,3}".prop_map(|text| say(&text)),
        Just(Effect::Finish),
        "[ab]".prop_map(Effect::Tag),
        "[ab]{0,2}".prop_map(|reason| hand_over(&reason)),
        (0_u64..3000).prop_map(|after| Effect::Schedule(Schedule { after, tag: "t".to_owned() })),
        any::<Vec<u8>>().prop_map(|data| Effect::Remember(Memory { version: 1, data: data.into() })),
    ]
}

proptest! {
    #[test]
    fn answers_are_told_to_differ_exactly_when_they_do(
        before in prop::collection::vec(any_effect(), 0..5),
        now in prop::collection::vec(any_effect(), 0..5),
    ) {
        let changes = handled(&effects(&before), &effects(&now));
        // Memory that is the same document written otherwise is the same.
        prop_assert!(before != now || changes.is_empty());
        let kept = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::Remember(_)));
        prop_assert!(before == now || kept(&before) || kept(&now) || !changes.is_empty());
    }
}
