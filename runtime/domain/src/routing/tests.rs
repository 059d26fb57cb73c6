//! Routing, rule by rule.

use super::*;
use crate::contract::{Event, Intent, Selection, Sender, Thread};
use crate::conversation::{ActiveSkill, Agent, Owner, Stage};
use crate::ids::{ContactId, ConversationId};
use crate::revision::RevisionId;

fn conversation() -> Conversation {
    Conversation {
        id: ConversationId::new(0, 0),
        channel: "whatsapp".to_owned(),
        account: None,
        thread: Thread { address: "1".to_owned(), visibility: Default::default(), parent: None, memo: None },
        contact: ContactId::new(0, 0),
        stage: Stage::Open,
        owner: Owner::Bot,
        owner_epoch: 1,
        lane_token: 1,
        last_seq: 1,
        done_seq: 0,
        locale: None,
        active_skill: None,
        misunderstandings: 0,
        greeted: true,
        tags: vec![],
        opened_at: 0,
        last_customer_at: None,
    }
}

fn policy() -> Policy {
    Policy {
        greeting: Some("welcome".to_owned()),
        fallback: Some("fallback".to_owned()),
        intents: [("track-parcel", "parcel-tracking"), ("greeting", "welcome")]
            .map(|(intent, skill)| (intent.to_owned(), IntentRule::by(skill)))
            .into(),
        languages: vec!["de".to_owned(), "fr".to_owned()],
        default_language: "de".to_owned(),
        ..Policy::default()
    }
}

fn says(content: Content) -> Arrival {
    Arrival::Event(Event {
        id: "1".to_owned(),
        account: None,
        thread: None,
        at: 0,
        happening: Happening::Message(Message {
            sender: Sender::default(),
            subject: None,
            contents: vec![content],
            reply_to: None,
        }),
    })
}

fn meant(intent: &str, confidence: f32) -> Analysis {
    Analysis {
        intents: vec![Intent { name: intent.to_owned(), confidence }],
        out_of_scope: 1.0 - confidence,
        ..Analysis::default()
    }
}

fn asked(route: Route) -> Vec<(String, Purpose)> {
    match route {
        Route::Skills { chain, .. } => chain.into_iter().map(|asked| (asked.skill, asked.purpose)).collect(),
        other => panic!("{other:?}"),
    }
}

fn text() -> Arrival {
    says(Content::Text("…".to_owned()))
}

#[test]
fn the_active_skill_is_asked_first_then_the_intents_then_the_fallback() {
    let mut conversation = conversation();
    conversation.active_skill =
        Some(ActiveSkill { name: "survey".to_owned(), revision: RevisionId("survey@1".to_owned()) });
    let route = route(&conversation, &text(), Some(&meant("track-parcel", 0.9)), &policy());
    assert_eq!(
        asked(route),
        [
            ("survey".to_owned(), Purpose::Dialogue),
            ("parcel-tracking".to_owned(), Purpose::Intent),
            ("fallback".to_owned(), Purpose::Fallback)
        ]
    );
}

#[test]
fn an_unsure_intent_is_left_to_the_fallback() {
    let route = route(&conversation(), &text(), Some(&meant("track-parcel", 0.4)), &policy());
    assert_eq!(asked(route), [("fallback".to_owned(), Purpose::Fallback)]);
}

#[test]
fn the_second_misunderstanding_brings_a_person() {
    let conversation = Conversation { misunderstandings: 1, ..conversation() };
    assert!(matches!(route(&conversation, &text(), None, &policy()), Route::Person(_)));
}

fn ruled(rule: IntentRule) -> Policy {
    let mut policy = policy();
    policy.intents.insert("track-parcel".to_owned(), rule);
    policy
}

fn busy() -> Conversation {
    let survey = ActiveSkill { name: "survey".to_owned(), revision: RevisionId("survey@1".to_owned()) };
    Conversation { active_skill: Some(survey), ..conversation() }
}

fn reason(route: Route) -> String {
    match route {
        Route::Person(hand_over) => hand_over.reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_intent_may_ask_for_more_confidence_than_others() {
    let policy = ruled(IntentRule { threshold: Some(0.8), ..IntentRule::by("parcel-tracking") });
    let asked = |confidence| asked(route(&conversation(), &text(), Some(&meant("track-parcel", confidence)), &policy));
    assert_eq!(asked(0.7)[0].1, Purpose::Fallback);
    assert_eq!(asked(0.9)[0].1, Purpose::Intent);
}

#[test]
fn an_intent_that_is_off_goes_to_people_once_the_dialogue_has_passed() {
    let policy = ruled(IntentRule { automation: Automation::Off, ..IntentRule::by("parcel-tracking") });
    let meant = meant("track-parcel", 0.9);
    assert_eq!(reason(route(&conversation(), &text(), Some(&meant), &policy)), "`track-parcel` is left to people");
    assert_eq!(asked(route(&busy(), &text(), Some(&meant), &policy)), [("survey".to_owned(), Purpose::Dialogue)]);
}

#[test]
fn a_suggestion_is_drafted_by_the_intents_skill_and_by_no_fallback() {
    let policy = ruled(IntentRule { automation: Automation::Suggest, ..IntentRule::by("parcel-tracking") });
    let route = route(&conversation(), &text(), Some(&meant("track-parcel", 0.9)), &policy);
    let Route::Skills { chain, .. } = route else { panic!("{route:?}") };
    let drafts: Vec<_> = chain.iter().map(|asked| (asked.skill.as_str(), asked.drafts)).collect();
    assert_eq!(drafts, [("parcel-tracking", true)]);
}

#[test]
fn a_customer_who_is_furious_gets_a_person_even_in_a_dialogue() {
    let says = |sentiment| Analysis { sentiment, ..meant("track-parcel", 0.9) };
    assert_eq!(reason(route(&busy(), &text(), Some(&says(-0.8)), &policy())), "the customer is upset");
    assert_eq!(asked(route(&busy(), &text(), Some(&says(-0.3)), &policy()))[0].0, "survey");
    let patient = Policy { anger: 1.0, ..policy() };
    assert_eq!(asked(route(&busy(), &text(), Some(&says(-1.0)), &patient))[0].0, "survey");
}

#[test]
fn a_chosen_intent_needs_no_classifier() {
    let choice = says(Content::Selection(Selection {
        id: "intent:track-parcel".to_owned(),
        title: "Paket".to_owned(),
        data: None,
    }));
    assert_eq!(asked(route(&conversation(), &choice, None, &policy()))[0].0, "parcel-tracking");
}

#[test]
fn the_bot_introduces_itself_once_and_not_twice_in_one_turn() {
    let new = Conversation { greeted: false, ..conversation() };
    let greeting = |intent| match route(&new, &text(), Some(&meant(intent, 0.9)), &policy()) {
        Route::Skills { greeting, .. } => greeting,
        other => panic!("{other:?}"),
    };
    assert_eq!(greeting("track-parcel").as_deref(), Some("welcome"));
    assert_eq!(greeting("greeting"), None);
}

#[test]
fn the_bot_is_silent_while_a_person_has_the_conversation() {
    let owner = Owner::Agent(Agent { name: "Camille".to_owned(), since: 0 });
    let conversation = Conversation { owner, ..conversation() };
    assert!(matches!(route(&conversation, &text(), None, &policy()), Route::Nobody(_)));
}

#[test]
fn the_language_is_the_one_written_where_the_bot_speaks_it() {
    let found = |language: &str, language_confidence| Analysis {
        language: language.to_owned(),
        language_confidence,
        ..Analysis::default()
    };
    let policy = policy();
    let french = Conversation { locale: Some("fr".to_owned()), ..conversation() };
    assert_eq!(language(&french, Some(&found("de-CH", 0.9)), None, &policy), "de");
    assert_eq!(language(&french, Some(&found("de", 0.3)), None, &policy), "fr");
    assert_eq!(language(&conversation(), None, Some("fr_CH"), &policy), "fr");
    assert_eq!(language(&conversation(), Some(&found("pt", 0.9)), None, &policy), "de");
}
