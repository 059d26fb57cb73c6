//! Taking over and giving back (rule 11), and the end of a conversation.
#![cfg(any(test, feature = "testing"))]

use sportello_domain::{
    contract::Author,
    conversation::{Agent, Owner, Stage, Voice},
    delivery::OutboxState,
    ids::ConversationId,
    inbox::Arrival,
};

use super::world::{EXPIRY, NOW, World, finish};
use crate::ports::store::{AgentAnswer, Answered, Head, OWNER_CHANGED, StoreError};

fn answer(world: &World<'_>, conversation: ConversationId, key: &str, owner_epoch: u64) -> AgentAnswer {
    let line = world.line(Voice::Agent("camille".into()));
    let deliveries = vec![world.part(Some(line.id), 0, Author::Agent("camille".into()))];
    AgentAnswer { conversation, agent: "camille".into(), key: key.into(), owner_epoch, line, deliveries, now: NOW }
}

pub async fn a_takeover_stops_the_bots_mouth(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 3).await;
    let item = world.sending(conversation).await.item;
    let taken = world.store.take(conversation, "camille", NOW + 3).await.unwrap();
    assert_eq!(taken.owner, Owner::Agent(Agent { name: "camille".into(), since: NOW + 3 }));
    assert_eq!(taken.owner_epoch, 1);
    assert_eq!(world.state(ids[0]).await, item.state, "what is on the wire may arrive");
    for id in &ids[1..] {
        assert_eq!(world.state(*id).await, OutboxState::Cancelled(OWNER_CHANGED.into()));
    }
    world.store.finish(finish(&item, OutboxState::Sent)).await.unwrap();
    assert!(matches!(world.head(conversation, NOW).await, Head::Idle));
}

pub async fn taking_again_changes_nothing(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let first = world.store.take(conversation, "camille", NOW).await.unwrap();
    assert_eq!(world.store.take(conversation, "camille", NOW + 9).await.unwrap(), first);
    assert_eq!(world.conversation(conversation).await, first);
}

pub async fn nobody_takes_what_another_has_or_what_is_closed(world: &World<'_>) {
    let (conversation, _) = world.answered("anna", "m1", 0).await;
    world.store.take(conversation, "camille", NOW).await.unwrap();
    for refused in [
        world.store.take(conversation, "denis", NOW).await,
        world.store.hand_back(conversation, "denis", NOW).await,
        world.store.resolve(conversation, "denis", NOW).await,
    ] {
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    }
    world.store.resolve(conversation, "camille", NOW).await.unwrap();
    let closed = world.store.take(conversation, "camille", NOW).await;
    assert!(matches!(closed, Err(StoreError::Conflict(_))), "{closed:?}");
}

pub async fn an_agents_answer_leaves_under_the_epoch_that_they_saw(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let epoch = world.store.take(conversation, "camille", NOW).await.unwrap().owner_epoch;
    let answer = answer(world, conversation, "k1", epoch);
    let (line, delivery) = (answer.line.clone(), answer.deliveries[0].clone());
    assert_eq!(world.store.answer(answer).await.unwrap(), Answered::New(line.id));
    let sending = world.sending(conversation).await;
    assert_eq!((sending.item.id, sending.item.owner_epoch, sending.item.turn), (delivery.id, epoch, None));
    assert_eq!((sending.item.author, sending.item.act), (delivery.author, delivery.act));
    let lines = world.store.transcript(conversation).await.unwrap();
    let last = &lines[1].line;
    assert_eq!((last.id, &last.voice, last.delivery), (line.id, &line.voice, Some(delivery.id)));
}

pub async fn the_same_key_is_the_same_answer(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let other = world.writes("bert", "m1").await;
    let epoch = world.store.take(conversation, "camille", NOW).await.unwrap().owner_epoch;
    let first = answer(world, conversation, "k1", epoch);
    let line = first.line.id;
    world.store.answer(first).await.unwrap();
    let again = world.store.answer(answer(world, conversation, "k1", epoch)).await.unwrap();
    assert_eq!(again, Answered::Known(line));
    world.store.hand_back(conversation, "camille", NOW).await.unwrap();
    let later = world.store.answer(answer(world, conversation, "k1", epoch)).await.unwrap();
    assert_eq!(later, Answered::Known(line), "the owner does not matter for what was said already");
    assert_eq!(world.store.transcript(conversation).await.unwrap().len(), 2);
    let epoch = world.store.take(other, "camille", NOW).await.unwrap().owner_epoch;
    let elsewhere = world.store.answer(answer(world, other, "k1", epoch)).await.unwrap();
    assert!(matches!(elsewhere, Answered::New(_)));
}

pub async fn an_answer_needs_the_owner_and_the_epoch(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let refused = |result| assert!(matches!(result, Err(StoreError::Conflict(_))), "{result:?}");
    refused(world.store.answer(answer(world, conversation, "k1", 0)).await);
    let epoch = world.store.take(conversation, "camille", NOW).await.unwrap().owner_epoch;
    refused(world.store.answer(answer(world, conversation, "k1", epoch + 1)).await);
    refused(world.store.answer(answer(world, conversation, "k1", epoch - 1)).await);
    let foreign = AgentAnswer { agent: "denis".into(), ..answer(world, conversation, "k1", epoch) };
    refused(world.store.answer(foreign).await);
    assert_eq!(world.store.transcript(conversation).await.unwrap().len(), 1);
    assert!(matches!(world.head(conversation, NOW).await, Head::Idle));
    let unknown = world.store.answer(answer(world, ConversationId::new(NOW, 999_999), "k1", epoch)).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { .. })), "{unknown:?}");
}

pub async fn the_bots_silence_is_not_the_agents(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let epoch = world.store.take(conversation, "camille", NOW).await.unwrap().owner_epoch;
    let answer = answer(world, conversation, "k1", epoch);
    let delivery = answer.deliveries[0].id;
    world.store.answer(answer).await.unwrap();
    world.store.hand_back(conversation, "camille", NOW).await.unwrap();
    assert_eq!(world.sending(conversation).await.item.id, delivery);
}

pub async fn handing_back_asks_for_a_turn(world: &World<'_>) {
    let (conversation, _) = world.answered("anna", "m1", 0).await;
    let bots = world.store.hand_back(conversation, "camille", NOW).await;
    assert!(matches!(bots, Err(StoreError::Conflict(_))), "{bots:?}");
    world.store.take(conversation, "camille", NOW).await.unwrap();
    let back = world.store.hand_back(conversation, "camille", NOW + 4).await.unwrap();
    assert_eq!((&back.owner, back.owner_epoch, back.last_seq), (&Owner::Bot, 2, 2));
    let claim = world.claim(conversation).await;
    assert_eq!((claim.item.arrival, claim.item.accepted_at), (Arrival::HandedBack, NOW + 4));
    assert!(claim.item.answerable);
}

pub async fn a_resolved_conversation_closes_when_nothing_is_pending(world: &World<'_>) {
    let (conversation, _) = world.answered("anna", "m1", 0).await;
    world.store.take(conversation, "camille", NOW).await.unwrap();
    let resolved = world.store.resolve(conversation, "camille", NOW).await.unwrap();
    assert_eq!((resolved.stage, &resolved.owner, resolved.owner_epoch), (Stage::Closed, &Owner::Bot, 2));
    assert_eq!(world.conversation(conversation).await, resolved);
}

pub async fn a_resolved_conversation_waits_for_its_items(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    world.writes("anna", "m2").await;
    let resolved = world.store.resolve(conversation, "camille", NOW).await.unwrap();
    assert_eq!((resolved.stage, resolved.owner_epoch), (Stage::Closing, 0));
    for stage in [Stage::Closing, Stage::Closed] {
        let claim = world.claim(conversation).await;
        world.store.commit_turn(world.turn(&claim)).await.unwrap();
        assert_eq!(world.conversation(conversation).await.stage, stage);
    }
}

pub async fn a_resolved_conversation_waits_for_its_deliveries(world: &World<'_>) {
    let (conversation, _) = world.answered("anna", "m1", 0).await;
    let epoch = world.store.take(conversation, "camille", NOW).await.unwrap().owner_epoch;
    world.store.answer(answer(world, conversation, "k1", epoch)).await.unwrap();
    let resolved = world.store.resolve(conversation, "camille", NOW).await.unwrap();
    assert_eq!(resolved.stage, Stage::Closing);
    let Head::Lapsed(item) = world.head(conversation, NOW + EXPIRY + 1).await else { panic!("it is over") };
    world.store.finish(finish(&item, OutboxState::Expired)).await.unwrap();
    assert_eq!(world.conversation(conversation).await.stage, Stage::Closed);
}

pub async fn resolving_again_changes_nothing(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let first = world.store.resolve(conversation, "camille", NOW).await.unwrap();
    assert_eq!(world.store.resolve(conversation, "denis", NOW).await.unwrap(), first);
    let claim = world.claim(conversation).await;
    world.store.commit_turn(world.turn(&claim)).await.unwrap();
    let closed = world.conversation(conversation).await;
    assert_eq!(world.store.resolve(conversation, "denis", NOW).await.unwrap(), closed);
}
