//! Who writes, and how they are forgotten (rule 22).
#![cfg(any(test, feature = "testing"))]

use sportello_domain::{
    contract::{AddressChange, Bytes, DeliveryState, Edit, Happening, HttpResponse, Memory, StatusOf, Webhook},
    conversation::Voice,
    delivery::OutboxState,
    ids::{ContactId, ErrandId, QuarantineId, ScheduleId, TurnId},
    inbox::Arrival,
    learning::{Doubt, Utterance},
    replay::Shadowed,
    revision::RevisionId,
};

use super::lanes::{freeze, request};
use super::learning::utterance;
use super::live::publication;
use super::recordings::{keep, recording};
use super::world::{CHANNEL, MARKER, NOW, World, acceptance, event, finish, message};
use crate::ports::store::{
    Accepted, Cause, Compared, ConversationFilter, Erased, Erasure, Findings, Incoming, MemoryChange, PendingErrand,
    Publication, Quarantined, Quarry, RecordedCall, Recording, ScheduleChange, StoreError, Stored,
};

async fn contact(world: &World<'_>, name: &str) -> Option<ContactId> {
    world.store.contact(CHANNEL, name).await.unwrap().map(|contact| contact.id)
}

async fn erase(world: &World<'_>, contact: ContactId) -> Stored<Erased> {
    world.store.erase(Erasure { contact, marker: MARKER, at: NOW }).await
}

async fn erase_named(world: &World<'_>, name: &str) -> Erased {
    let contact = contact(world, name).await.expect("somebody of that name");
    erase(world, contact).await.unwrap()
}

fn at(mut incoming: Incoming, at: u64) -> Incoming {
    incoming.event.at = at;
    incoming
}

pub async fn a_contact_is_found_by_any_of_their_names(world: &World<'_>) {
    let mut said = message("anna", "hello");
    said.sender.aliases.push("+41 31 338 11 11".into());
    world.accept_one(world.happening("anna", "m1", Happening::Message(said))).await;
    assert_eq!(contact(world, "anna").await, contact(world, "+41 31 338 11 11").await);
    assert!(contact(world, "anna").await.is_some());
    assert_eq!(contact(world, "bert").await, None);
    assert_eq!(world.store.contact("telegram", "anna").await.unwrap(), None);
}

/// Of a call in which this customer wrote.
pub fn recorded(name: &str) -> Recording {
    let mut recording = recording(CHANNEL, 0);
    if let RecordedCall::Received { reception, .. } = &mut recording.call {
        reception.events.push(event(name, "m1", Happening::Message(message(name, "hello"))));
    }
    recording
}

pub fn errand(world: &World<'_>, url: String) -> PendingErrand {
    PendingErrand {
        id: ErrandId::new(NOW, world.draw()),
        revision: RevisionId("web@1".into()),
        request: request(&url),
        due_at: NOW,
        attempts: 0,
    }
}

pub fn quarantined(world: &World<'_>, what: Quarry) -> Quarantined {
    let id = QuarantineId::new(NOW, world.draw());
    Quarantined { id, channel: CHANNEL.into(), what, reason: "it could not be read".into(), at: NOW }
}

fn turn_id(world: &World<'_>) -> TurnId {
    TurnId::new(NOW, world.draw())
}

/// Leaves something everywhere.
pub async fn lives(world: &World<'_>, name: &str) {
    let conversation = world.writes(name, "m1").await;
    let mut commit = world.turn(&world.claim(conversation).await);
    world.says(&mut commit, 2);
    commit.lines.push(world.line(Voice::Note));
    commit.memories.push(MemoryChange::Keep("faq".into(), Memory { version: 1, data: Bytes::from("kept") }));
    let id = ScheduleId::new(NOW, world.draw());
    let (skill, tag) = ("faq".to_owned(), "remind".to_owned());
    commit.schedules.push(ScheduleChange::Set { id, skill, tag, due_at: NOW });
    commit.instructive = true;
    let turn = commit.record.id;
    world.store.commit_turn(commit).await.unwrap();
    world.sent(conversation, &format!("p1 of {name}")).await;
    let early = StatusOf::Message(format!("p2 of {name}"));
    world.accept_one(world.status(Some(name), early, DeliveryState::Delivered)).await;
    let read = world.store.unread_turns(9).await.unwrap().iter().map(|turn| turn.place).collect();
    let utterance = Utterance { id: turn, conversation, ..utterance(1, 0, Doubt::Unsure) };
    let findings = Findings { read, utterances: vec![utterance], choices: vec![] };
    assert!(world.store.keep_findings(findings).await.unwrap());
    world.writes(name, "m2").await;
    let claim = world.claim(conversation).await;
    world.store.freeze(freeze(&claim, turn_id(world), 0, "https://a.example/")).await.unwrap();
    keep(world, [recorded(name)]).await;
    let address = format!("{CHANNEL}/{name}");
    world.store.publish(publication(&address, None, "hello")).await.unwrap();
    let mut batch = acceptance([]);
    batch.errands.push(errand(world, format!("live:{address}")));
    world.store.accept(batch).await.unwrap();
    let event = event(name, "m3", Happening::Message(message(name, "hello")));
    world.store.quarantine(quarantined(world, Quarry::Event(event))).await.unwrap();
}

/// All that can be seen, without what only belongs to nobody.
async fn seen(world: &World<'_>) -> Vec<String> {
    let filter = ConversationFilter { closed: true, ..Default::default() };
    let due = world.store.due(NOW, 99).await.unwrap();
    let mut seen = vec![
        format!("{:?}", world.store.conversations(filter, 99).await.unwrap()),
        format!("{due:?}"),
        format!("{:?}", world.store.gauges().await.unwrap()),
        format!("{:?}", world.store.utterances(99).await.unwrap()),
        format!("{:?}", world.store.last_turns(None, 99).await.unwrap()),
        format!("{:?}", world.store.quarantined(99).await.unwrap()),
        format!("{:?}", world.store.last_recordings(CHANNEL, 99).await.unwrap()),
    ];
    for name in ["anna", "bert"] {
        seen.push(format!("{:?}", world.store.live_after(&format!("{CHANNEL}/{name}"), 0, 99).await.unwrap()));
    }
    seen
}

pub async fn nothing_is_left_of_whom_was_erased(world: &World<'_>) {
    lives(world, "bert").await;
    let without = seen(world).await;
    lives(world, "anna").await;
    assert_ne!(seen(world).await, without);
    assert_eq!(erase_named(world, "anna").await, Erased { conversations: 1, webhooks: vec![] });
    assert_eq!(seen(world).await, without);
    assert_eq!(contact(world, "anna").await, None);
    assert!(world.store.fire_schedules(NOW, 9).await.unwrap().len() == 1, "only that of the other one");
}

pub async fn all_recorded_calls_of_whom_was_erased_go(world: &World<'_>) {
    world.writes("anna", "m1").await;
    let elsewhere = Recording { channel: "telegram".to_owned(), ..recorded("anna") };
    for _ in 0..20 {
        keep(world, [recorded("anna"), recorded("bert")]).await;
    }
    keep(world, [elsewhere.clone()]).await;
    erase_named(world, "anna").await;
    assert_eq!(world.store.last_recordings(CHANNEL, 99).await.unwrap(), vec![recorded("bert"); 20]);
    assert_eq!(world.store.last_recordings("telegram", 99).await.unwrap(), [elsewhere], "of another anna");
}

pub async fn what_was_under_way_for_whom_was_erased_is_not_kept(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 1).await;
    let item = world.sending(conversation).await.item;
    world.writes("anna", "m2").await;
    let claim = world.claim(conversation).await;
    let (commit, freeze) = (world.turn(&claim), freeze(&claim, turn_id(world), 0, "https://a.example/"));
    let (token, turn) = (claim.conversation.lane_token, freeze.turn);
    erase_named(world, "anna").await;

    let gone = |result: Stored<()>| assert!(matches!(result, Err(StoreError::NotFound { .. })), "{result:?}");
    gone(world.store.commit_turn(commit).await.map(drop));
    gone(world.store.freeze(freeze).await);
    gone(world.store.settle(conversation, token, turn, 0, Ok(HttpResponse::default())).await);
    gone(world.store.claim(conversation, 9).await.map(drop));
    gone(world.store.finish(finish(&item, OutboxState::Sent)).await.map(drop));
    gone(world.store.take(conversation, "camille", NOW).await.map(drop));
    assert_eq!(world.store.delivery(ids[0]).await.unwrap(), None);
    for cause in [Cause::Delivery(ids[0]), Cause::Conversation(conversation), Cause::Errand(ErrandId::new(NOW, 1))] {
        let late = Publication { cause: Some(cause), ..publication("anna", None, "late") };
        gone(world.store.publish(late).await.map(drop));
    }
    keep(world, [recorded("anna")]).await;
    assert_eq!(world.store.last_recordings(CHANNEL, 9).await.unwrap(), []);
    assert!(world.store.live_after("anna", 0, 9).await.unwrap().is_empty());
}

pub async fn what_happened_before_an_erasure_is_dropped_however_late(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    erase_named(world, "anna").await;
    let edit = Edit { message_id: "m1".into(), contents: message("", "better").contents };
    let change = AddressChange { old: "anna".into(), new: "anna's new number".into() };
    for (id, happening) in [
        ("m0", Happening::Message(message("anna", "earlier"))),
        ("m1", Happening::Message(message("anna", "m1"))),
        ("e1", Happening::Edited(edit)),
        ("d1", Happening::Deleted("m1".into())),
        ("a1", Happening::AddressChanged(change)),
        ("o1", Happening::Echo(message("us", "from our phone"))),
    ] {
        assert_eq!(world.accept_one(world.happening("anna", id, happening)).await, Accepted::Erased, "{id}");
    }
    let elsewhere = world.happening("a group", "m2", Happening::Message(message("anna", "in a group")));
    assert_eq!(world.accept_one(elsewhere).await, Accepted::Erased, "wherever they wrote");
    let mut later = world.status(Some("anna"), StatusOf::Message("p1".into()), DeliveryState::Read);
    later.event.at = NOW + 99;
    assert_eq!(world.accept_one(later).await, Accepted::Erased, "of something that is gone");
    assert!(world.store.conversation(conversation).await.unwrap().is_none());
    assert_eq!(contact(world, "anna").await, None);
    assert_eq!(world.store.gauges().await.unwrap().open_conversations, 0);
}

pub async fn what_was_to_be_done_after_events_that_are_dropped_is_not(world: &World<'_>) {
    world.writes("anna", "m1").await;
    erase_named(world, "anna").await;
    let (group, seen) = (format!("live:{CHANNEL}/group"), "https://a.example/seen".to_owned());
    let [anna, bert] = ["anna", "bert"].map(|name| format!("live:{CHANNEL}/{name}"));
    let urls = [&anna, &bert, &group, &seen];
    let hers = || world.message("anna", "m0");
    let there = || world.happening("group", "m0", Happening::Message(message("anna", "in a group")));
    let his = |id| world.message("bert", id);
    for (events, kept) in [
        (vec![hers(), there()], vec![]),
        (vec![hers(), his("m1")], vec![&bert, &group, &seen]),
        (vec![his("m2"), there()], vec![&bert, &seen]),
        (vec![his("m2")], vec![&anna, &bert, &group, &seen]),
        (vec![], vec![&anna, &bert, &group, &seen]),
    ] {
        let mut batch = acceptance(events);
        batch.errands = urls.map(|url| errand(world, url.clone())).to_vec();
        let left = world.store.accept(batch).await.unwrap().errands;
        assert_eq!(left.iter().map(|errand| &errand.request.url).collect::<Vec<_>>(), kept);
        assert_eq!(world.store.due(NOW, 9).await.unwrap().errands, left);
        for errand in left {
            world.store.errand_done(errand.id).await.unwrap();
        }
    }
}

pub async fn what_a_candidate_made_of_their_words_is_counted_without_them(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    world.writes("bert", "m1").await;
    let found = |words: &str| Shadowed { changed: 1, examples: vec![words.to_owned()], ..Shadowed::default() };
    let of = |words: &str, name: &str, at| {
        let marks = MARKER.event(CHANNEL, &event(name, "m1", Happening::Message(message(name, "hello"))));
        vec![Compared { found: found(words), marks, at }]
    };
    world.store.keep_shadowed("chat", 1, of("anna wrote", "anna", NOW), NOW).await.unwrap();
    world.store.keep_shadowed("nlu", 1, of(&format!("a text of {conversation}"), "anna", NOW), NOW).await.unwrap();
    world.store.keep_shadowed("faq", 1, of("bert wrote", "bert", NOW), NOW).await.unwrap();
    erase_named(world, "anna").await;
    let soon = NOW + 999;
    let more = [of("anna wrote more", "anna", soon), of("bert wrote more", "bert", soon)].concat();
    world.store.keep_shadowed("chat", 1, more, soon).await.unwrap();
    let later = of("anna is a stranger", "anna", NOW + 1_001);
    world.store.keep_shadowed("chat", 1, later, soon).await.unwrap();
    let kept = async |name| world.store.shadowed(name, 1).await.unwrap();
    let stranger = ["bert wrote more", "anna is a stranger"].map(str::to_owned).to_vec();
    assert_eq!(kept("chat").await, Shadowed { changed: 4, examples: stranger, ..Shadowed::default() });
    assert_eq!(kept("nlu").await, Shadowed { changed: 1, ..Shadowed::default() });
    assert_eq!(kept("faq").await, found("bert wrote"));
}

pub async fn who_writes_again_is_a_stranger(world: &World<'_>) {
    let (before, _) = world.answered("anna", "m1", 1).await;
    let known = contact(world, "anna").await;
    erase_named(world, "anna").await;
    let again = world.accept_one(at(world.message("anna", "m2"), NOW + 1)).await;
    let Accepted::Queued { conversation, seq: 1 } = again else { panic!("{again:?}") };
    assert_ne!(conversation, before);
    assert_ne!(contact(world, "anna").await, known);
    let claim = world.claim(conversation).await;
    assert!(claim.history.is_empty() && claim.contact.attributes.is_empty(), "{claim:?}");
    let news = at(world.status(Some("anna"), StatusOf::Message("p9".into()), DeliveryState::Read), NOW + 2);
    assert_eq!(world.accept_one(news).await, Accepted::Status { delivery: None });
    assert_eq!(world.accept_one(world.message("anna", "m0")).await, Accepted::Erased, "and before is before");
    assert_eq!(erase_named(world, "anna").await.conversations, 1, "and again");
}

pub async fn others_keep_what_is_theirs(world: &World<'_>) {
    let said = |name: &str, id: &str| world.happening("group", id, Happening::Message(message(name, "in a group")));
    let Accepted::Queued { conversation: group, .. } = world.accept_one(said("anna", "m1")).await else { panic!() };
    world.accept_one(said("bert", "m2")).await;
    let own = world.writes("bert", "m1").await;
    assert_eq!(erase_named(world, "bert").await.conversations, 1);
    assert!(world.store.conversation(own).await.unwrap().is_none());
    assert_eq!(world.conversation(group).await.last_seq, 2, "it is anna's");
    assert_eq!(world.accept_one(said("bert", "m0")).await, Accepted::Erased);
    let hers = world.accept_one(said("anna", "m3")).await;
    assert_eq!(hers, Accepted::Queued { conversation: group, seq: 3 });
    let claim = world.claim(group).await;
    assert!(matches!(claim.item.arrival, Arrival::Event(_)));
    assert_eq!(contact(world, "anna").await, Some(claim.contact.id));
}

pub async fn webhooks_that_nobody_could_read_are_named(world: &World<'_>) {
    world.writes("anna", "m1").await;
    let of = |body: &str| {
        let url = "https://bot.example/hooks/whatsapp".to_owned();
        Quarry::Webhook(Webhook { method: "POST".into(), url, headers: vec![], body: body.into() })
    };
    let theirs = quarantined(world, of(r#"{"from":"anna","and":"bert"}"#));
    let others = quarantined(world, of(r#"{"from":"bert"}"#));
    for item in [&theirs, &others] {
        world.store.quarantine(item.clone()).await.unwrap();
    }
    assert_eq!(erase_named(world, "anna").await.webhooks, [theirs.id]);
    assert_eq!(world.store.quarantined(9).await.unwrap().len(), 2, "what others wrote may be in it");
}

pub async fn a_page_that_is_open_misses_nothing_that_comes_later(world: &World<'_>) {
    world.writes("anna", "m1").await;
    let address = format!("{CHANNEL}/anna");
    for data in ["one", "two"] {
        world.store.publish(publication(&address, None, data)).await.unwrap();
    }
    erase_named(world, "anna").await;
    assert!(world.store.live_after(&address, 0, 9).await.unwrap().is_empty());
    world.store.publish(publication(&address, None, "three")).await.unwrap();
    assert_eq!(world.store.live_after(&address, 2, 9).await.unwrap().len(), 1);
}

pub async fn who_is_not_there_cannot_be_erased(world: &World<'_>) {
    world.writes("anna", "m1").await;
    let anna = contact(world, "anna").await.unwrap();
    erase(world, anna).await.unwrap();
    for contact in [anna, ContactId::new(NOW, 999_999)] {
        let refused = erase(world, contact).await;
        assert!(matches!(refused, Err(StoreError::NotFound { what: "contact", .. })), "{refused:?}");
    }
}
