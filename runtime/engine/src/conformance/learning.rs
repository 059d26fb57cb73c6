//! What people should look at, and what they said about it.
#![cfg(any(test, feature = "testing"))]

use sportello_domain::contract::Intent;
use sportello_domain::ids::{ConversationId, CorrectionId, TurnId};
use sportello_domain::learning::{Correction, Doubt, Label, Utterance};

use super::World;
use super::upkeep::FOREVER;
use super::world::NOW;
use crate::ports::store::{Chosen, Findings, Journaled, Retention, StoreError, TurnCommit};

pub(super) fn utterance(number: u64, conversation: u64, doubt: Doubt) -> Utterance {
    Utterance {
        id: TurnId::new(NOW + number, 0),
        conversation: ConversationId::new(conversation, 0),
        at: NOW + number,
        text: format!("what about {number}"),
        language: "en".to_owned(),
        doubt,
        predicted: vec![Intent { name: "price".to_owned(), confidence: 0.25 }],
        chosen: None,
    }
}

fn correction(number: u64) -> Correction {
    Correction {
        id: CorrectionId::new(NOW + number, 0),
        text: format!("what about {number}"),
        language: "en".to_owned(),
        label: Label::Intent("price".to_owned()),
        who: "anna".to_owned(),
        at: NOW + number,
    }
}

fn chosen(conversation: u64, since: u64) -> Chosen {
    Chosen { conversation: ConversationId::new(conversation, 0), since, intent: "hours".to_owned() }
}

/// A message whose turn has something to be learnt from, or not.
async fn answered(world: &World<'_>, customer: &str, event: &str, instructive: bool) {
    let conversation = world.writes(customer, event).await;
    let turn = world.turn(&world.claim(conversation).await);
    world.store.commit_turn(TurnCommit { instructive, ..turn }).await.unwrap();
}

fn places(turns: &[Journaled]) -> Vec<u64> {
    turns.iter().map(|turn| turn.place).collect()
}

pub async fn instructive_turns_are_read_once_in_the_order_of_the_journal(world: &World<'_>) {
    for (customer, event) in [("anna", "m1"), ("bert", "m1"), ("anna", "m2"), ("anna", "m3")] {
        answered(world, customer, event, (customer, event) != ("bert", "m1")).await;
    }
    let journal: Vec<_> = world.store.last_turns(None, 9).await.unwrap().into_iter().rev().collect();
    let first = world.store.unread_turns(2).await.unwrap();
    assert_eq!(first, [journal[0].clone(), journal[2].clone()]);
    let found = Findings { read: places(&first), ..Findings::default() };
    assert!(world.store.keep_findings(found.clone()).await.unwrap());
    assert_eq!(world.store.unread_turns(2).await.unwrap(), journal[3..]);
    let read = vec![journal[3].place, journal[2].place];
    let late = Findings { read, utterances: vec![utterance(1, 1, Doubt::Unsure)], ..found };
    assert!(!world.store.keep_findings(late).await.unwrap(), "another node was quicker with one of them");
    assert_eq!(world.store.utterances(9).await.unwrap(), []);
    assert_eq!(world.store.unread_turns(2).await.unwrap(), journal[3..], "nothing was done by half");
}

pub async fn what_nobody_read_goes_with_the_journal(world: &World<'_>) {
    for event in ["m1", "m2", "m3"] {
        answered(world, "anna", event, true).await;
    }
    world.store.sweep(NOW, Retention { journal_turns: 1, ..FOREVER }).await.unwrap();
    let left = world.store.unread_turns(9).await.unwrap();
    assert_eq!(left, world.store.last_turns(None, 9).await.unwrap());
    assert_eq!(left.len(), 1);
    world.store.sweep(NOW + 13, Retention { journal: 10, ..FOREVER }).await.unwrap();
    assert_eq!(world.store.unread_turns(9).await.unwrap(), []);
    assert!(!world.store.keep_findings(Findings { read: places(&left), ..Findings::default() }).await.unwrap());
}

pub async fn utterances_are_listed_newest_first_until_somebody_corrects_them(world: &World<'_>) {
    let all: Vec<_> = (1..=3).map(|number| utterance(number, number, Doubt::Unsure)).collect();
    let findings = Findings { utterances: all.clone(), ..Findings::default() };
    assert!(world.store.keep_findings(findings).await.unwrap());
    assert_eq!(world.store.utterances(2).await.unwrap(), [all[2].clone(), all[1].clone()]);
    world.store.correct(vec![correction(2), correction(3)], vec![all[1].id, all[2].id]).await.unwrap();
    assert_eq!(world.store.utterances(9).await.unwrap(), [all[0].clone()]);
    assert_eq!(world.store.corrections().await.unwrap(), [correction(2), correction(3)]);
    let again = world.store.correct(vec![correction(4)], vec![all[0].id, all[1].id]).await;
    assert!(matches!(again, Err(StoreError::NotFound { .. })), "{again:?}");
    assert_eq!(world.store.utterances(9).await.unwrap(), [all[0].clone()], "nothing was done by half");
    assert_eq!(world.store.corrections().await.unwrap().len(), 2);
}

pub async fn a_choice_tells_what_the_newest_utterance_meant(world: &World<'_>) {
    let all = vec![
        utterance(1, 1, Doubt::Unsure),
        utterance(2, 1, Doubt::OutOfScope),
        utterance(3, 2, Doubt::HandedOver),
        utterance(4, 3, Doubt::Unsure),
    ];
    let choices = vec![chosen(1, NOW), chosen(2, NOW), chosen(3, NOW + 5), chosen(4, NOW)];
    let findings = Findings { utterances: all.clone(), choices, ..Findings::default() };
    assert!(world.store.keep_findings(findings).await.unwrap());
    let meant = Utterance { doubt: Doubt::Corrected, chosen: Some("hours".to_owned()), ..all[1].clone() };
    let listed = world.store.utterances(9).await.unwrap();
    assert_eq!(listed, [all[3].clone(), all[2].clone(), meant, all[0].clone()]);
}

pub async fn utterances_go_with_the_journal_and_corrections_stay(world: &World<'_>) {
    let all: Vec<_> = (1..=3).map(|number| utterance(number, number, Doubt::Unsure)).collect();
    world.store.keep_findings(Findings { utterances: all, ..Findings::default() }).await.unwrap();
    world.store.correct(vec![correction(1)], vec![TurnId::new(NOW + 1, 0)]).await.unwrap();
    world.store.sweep(NOW + 13, Retention { journal: 10, ..FOREVER }).await.unwrap();
    assert_eq!(world.store.utterances(9).await.unwrap(), [utterance(3, 3, Doubt::Unsure)]);
    assert_eq!(world.store.corrections().await.unwrap(), [correction(1)]);
}
