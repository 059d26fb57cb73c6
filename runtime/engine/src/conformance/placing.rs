//! Endpoints, conversations and contacts.
#![cfg(any(test, feature = "testing"))]

use sportello_domain::{
    contract::{AddressChange, Happening, Visibility},
    conversation::Stage,
    ids::ConversationId,
};

use super::world::{CHANNEL, NOW, World, acceptance, event, message, person};
use crate::ports::store::{Accepted, Incoming};

async fn queued(world: &World<'_>, incoming: Incoming) -> ConversationId {
    match world.accept_one(incoming).await {
        Accepted::Queued { conversation, .. } => conversation,
        other => panic!("{other:?}"),
    }
}

fn key_of(mut incoming: Incoming, key: u8) -> Incoming {
    incoming.key = [key; 32];
    incoming
}

pub async fn channel_account_address_and_parent_make_an_endpoint(world: &World<'_>) {
    let plain = queued(world, key_of(world.message("anna", "m"), 1)).await;
    let mut other = key_of(world.message("anna", "m"), 2);
    other.event.account = Some("second number".into());
    let account = queued(world, other).await;
    let mut other = key_of(world.message("anna", "m"), 3);
    if let Some(thread) = &mut other.event.thread {
        thread.parent = Some("post 9".into());
        thread.visibility = Visibility::Public;
    }
    let parent = queued(world, other.clone()).await;
    let mut elsewhere = acceptance([key_of(world.message("anna", "m"), 4)]);
    elsewhere.channel = "telegram".into();
    let Accepted::Queued { conversation: channel, .. } = world.store.accept(elsewhere).await.unwrap().events[0] else {
        panic!("not queued")
    };
    let mut all = vec![plain, account, parent, channel];
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 4);
    assert_eq!(Some(world.conversation(parent).await.thread), other.event.thread);
    assert_eq!(queued(world, key_of(world.message("anna", "m"), 5)).await, plain);
}

pub async fn a_closed_conversation_is_followed_by_a_new_one(world: &World<'_>) {
    let (first, _) = world.answered("anna", "m1", 0).await;
    world.store.resolve(first, "camille", NOW).await.unwrap();
    assert_eq!(world.conversation(first).await.stage, Stage::Closed);
    let second = world.writes("anna", "m2").await;
    assert_ne!(first, second);
    let (first, second) = (world.conversation(first).await, world.conversation(second).await);
    assert_eq!((second.stage, second.last_seq), (Stage::Open, 1));
    assert_eq!(first.contact, second.contact, "it is the same customer");
    assert_eq!(first.stage, Stage::Closed);
}

pub async fn a_closing_conversation_opens_again_owned_as_before(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    world.store.resolve(conversation, "camille", NOW).await.unwrap();
    let closing = world.conversation(conversation).await;
    assert_eq!(closing.stage, Stage::Closing);
    assert_eq!(world.writes("anna", "m2").await, conversation);
    let opened = world.conversation(conversation).await;
    assert_eq!((opened.stage, &opened.owner, opened.owner_epoch), (Stage::Open, &closing.owner, closing.owner_epoch));
}

pub async fn a_customer_is_known_by_any_alias(world: &World<'_>) {
    let first = world.writes("anna", "m1").await;
    let mut sender = person("business-scoped-id");
    sender.aliases = vec!["anna".into(), "anna's name".into()];
    let mut message = message("", "m2");
    message.sender = sender;
    let second = queued(world, world.happening("elsewhere", "m2", Happening::Message(message))).await;
    let third = queued(world, world.message("anna's name", "m3")).await;
    assert_ne!(first, second);
    let contact = world.conversation(first).await.contact;
    assert_eq!(world.conversation(second).await.contact, contact);
    assert_eq!(world.conversation(third).await.contact, contact);
}

pub async fn what_the_platform_tells_of_a_customer_is_kept(world: &World<'_>) {
    let mut named = message("anna", "m1");
    named.sender.name = Some("Anna".into());
    named.sender.locale = Some("de".into());
    let conversation = queued(world, world.happening("anna", "m1", Happening::Message(named))).await;
    world.writes("anna", "m2").await;
    let contact = world.store.conversation(conversation).await.unwrap().unwrap().contact;
    assert_eq!((contact.name.as_deref(), contact.locale.as_deref()), (Some("Anna"), Some("de")));
    let mut renamed = message("anna", "m3");
    renamed.sender.name = Some("Anna B.".into());
    queued(world, world.happening("anna", "m3", Happening::Message(renamed))).await;
    let claim = world.claim(conversation).await;
    assert_eq!((claim.contact.name.as_deref(), claim.contact.locale.as_deref()), (Some("Anna B."), Some("de")));
}

pub async fn another_sender_in_the_thread_does_not_change_whose_it_is(world: &World<'_>) {
    let conversation = world.writes("group", "m1").await;
    let contact = world.conversation(conversation).await.contact;
    let other = world.happening("group", "m2", Happening::Message(message("bert", "m2")));
    assert_eq!(queued(world, other).await, conversation);
    assert_eq!(world.conversation(conversation).await.contact, contact);
    let alone = queued(world, world.message("bert", "m3")).await;
    assert_ne!(world.conversation(alone).await.contact, contact);
}

pub async fn the_newest_memo_wins_and_its_absence_keeps_it(world: &World<'_>) {
    let with = |id: &str, memo: Option<&str>| {
        let mut incoming = world.message("anna", id);
        if let Some(thread) = &mut incoming.event.thread {
            thread.memo = memo.map(Into::into);
        }
        incoming
    };
    let conversation = queued(world, with("m1", Some("token 1"))).await;
    queued(world, with("m2", Some("token 2"))).await;
    queued(world, with("m3", None)).await;
    assert_eq!(world.conversation(conversation).await.thread.memo.as_deref(), Some("token 2"));
    assert_eq!(world.claim(conversation).await.conversation.thread.memo.as_deref(), Some("token 2"));
}

fn moved(world: &World<'_>, id: &str, old: &str, new: &str) -> Incoming {
    let change = AddressChange { old: old.into(), new: new.into() };
    world.incoming(event(old, id, Happening::AddressChanged(change)))
}

pub async fn a_thread_follows_to_a_new_address(world: &World<'_>) {
    let conversation = world.writes("old", "m1").await;
    let answer = world.accept_one(moved(world, "c1", "old", "new")).await;
    assert_eq!(answer, Accepted::Queued { conversation, seq: 2 });
    assert_eq!(world.conversation(conversation).await.thread.address, "new");
    assert_eq!(world.writes("new", "m2").await, conversation);
    let stranger = world.writes("old", "m3").await;
    assert_ne!(stranger, conversation, "the old address is free again");
    let (moved, stranger) = (world.conversation(conversation).await, world.conversation(stranger).await);
    assert_ne!(moved.contact, stranger.contact, "and so is the old identity");
    assert_eq!(moved.channel, CHANNEL);
}

pub async fn a_thread_does_not_move_onto_another(world: &World<'_>) {
    let (old, new) = (world.writes("old", "m1").await, world.writes("new", "m1").await);
    let answer = world.accept_one(moved(world, "c1", "old", "new")).await;
    assert_eq!(answer, Accepted::Queued { conversation: old, seq: 2 });
    assert_eq!(world.conversation(old).await.thread.address, "old");
    assert_eq!(world.conversation(new).await.thread.address, "new");
}
