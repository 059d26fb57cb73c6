//! Turns.
#![cfg(any(test, feature = "testing"))]

use sportello_domain::{
    contract::{Bytes, HttpRequest, HttpResponse, Memory, RequestError, Speaker, Task},
    conversation::{ActiveSkill, Owner, Voice},
    delivery::OutboxState,
    ids::{ConversationId, TurnId},
    revision::RevisionId,
};

use super::world::{NOW, World, digest, finish, waiting};
use crate::ports::store::{
    Claim, Committed, Freeze, FrozenIntent, Head, KeptMemory, MemoryChange, OWNER_CHANGED, StoreError,
};

pub async fn a_claim_gives_the_head_and_fences_the_claim_before(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    world.writes("anna", "m2").await;
    let (first, second) = (world.claim(conversation).await, world.claim(conversation).await);
    assert_eq!((first.item.seq, second.item.seq), (1, 1));
    assert!(first.conversation.lane_token < second.conversation.lane_token);
    assert_eq!(first.contact.id, first.conversation.contact);
    assert!(!first.stale && first.frozen.is_none() && first.memories.is_empty());
    let lost = world.store.commit_turn(world.turn(&first)).await;
    assert!(matches!(lost, Err(StoreError::LaneLost)), "{lost:?}");
    world.store.commit_turn(world.turn(&second)).await.unwrap();
}

pub async fn nothing_pending_is_nothing_to_claim(world: &World<'_>) {
    let (conversation, _) = world.answered("anna", "m1", 0).await;
    assert!(world.store.claim(conversation, 10).await.unwrap().is_none());
    let unknown = world.store.claim(ConversationId::new(NOW, 999), 10).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { .. })), "{unknown:?}");
}

pub async fn turns_are_committed_in_order(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    world.writes("anna", "m2").await;
    let claim = world.claim(conversation).await;
    let mut second = world.turn(&claim);
    second.record.seq = 2;
    let early = world.store.commit_turn(second).await;
    assert!(matches!(early, Err(StoreError::Conflict(_))), "{early:?}");
    assert_eq!(world.store.commit_turn(world.turn(&claim)).await.unwrap(), Committed { more: true, head: None });
    let claim = world.claim(conversation).await;
    assert_eq!(claim.item.seq, 2);
    assert_eq!(world.store.commit_turn(world.turn(&claim)).await.unwrap(), Committed { more: false, head: None });
    assert_eq!(world.conversation(conversation).await.done_seq, 2);
}

/// A turn that would change everything.
async fn everything(world: &World<'_>, claim: &Claim) -> crate::ports::store::TurnCommit {
    let mut commit = world.turn(claim);
    commit.locale = Some("fr".into());
    commit.active_skill = Some(ActiveSkill { name: "faq".into(), revision: RevisionId("faq@1".into()) });
    commit.misunderstandings = 2;
    commit.greeted = true;
    commit.tags = vec!["vip".into(), "parcel".into()];
    commit.attributes = vec![("zip".into(), Some("3000".into())), ("town".into(), Some("Bern".into()))];
    commit.memories = vec![MemoryChange::Keep("faq".into(), memory(1, "asked for the number"))];
    commit.tasks = vec![Task { title: "call back".into(), details: "soon".into(), department: None, due: Some(NOW) }];
    world.says(&mut commit, 2);
    commit
}

fn memory(version: u32, data: &str) -> Memory {
    Memory { version, data: Bytes::from(data) }
}

async fn is_untouched(world: &World<'_>, conversation: ConversationId) {
    let now = world.conversation(conversation).await;
    assert_eq!((now.done_seq, now.greeted, now.tags.len(), now.locale), (0, false, 0, None));
    assert!(matches!(world.head(conversation, NOW).await, Head::Idle));
    assert_eq!(world.store.transcript(conversation).await.unwrap().len(), 1);
    assert!(world.store.turns(conversation).await.unwrap().is_empty());
    let claim = world.claim(conversation).await;
    assert!(claim.memories.is_empty() && claim.contact.attributes.is_empty());
}

pub async fn a_commit_with_an_old_token_leaves_nothing(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let old = world.claim(conversation).await;
    world.claim(conversation).await;
    let lost = world.store.commit_turn(everything(world, &old).await).await;
    assert!(matches!(lost, Err(StoreError::LaneLost)), "{lost:?}");
    is_untouched(world, conversation).await;
}

pub async fn a_superseded_commit_leaves_nothing(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let claim = world.claim(conversation).await;
    let epoch = world.store.take(conversation, "camille", NOW).await.unwrap().owner_epoch;
    let late = world.store.commit_turn(everything(world, &claim).await).await;
    assert!(matches!(late, Err(StoreError::Superseded { owner_epoch }) if owner_epoch == epoch), "{late:?}");
    is_untouched(world, conversation).await;
}

pub async fn a_committed_turn_is_known_whoever_commits_it_again(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let claim = world.claim(conversation).await;
    let commit = everything(world, &claim).await;
    world.store.commit_turn(commit.clone()).await.unwrap();
    let lines = world.store.transcript(conversation).await.unwrap();
    world.store.take(conversation, "camille", NOW).await.unwrap();
    for token in [commit.lane_token, commit.lane_token + 7] {
        let again = crate::ports::store::TurnCommit { lane_token: token, ..commit.clone() };
        assert_eq!(world.store.commit_turn(again).await.unwrap(), Committed { more: false, head: None });
    }
    assert_eq!(world.store.transcript(conversation).await.unwrap().len(), lines.len());
    assert_eq!(world.store.turns(conversation).await.unwrap(), [commit.record]);
}

pub async fn all_effects_of_a_turn_are_there_at_the_next_claim(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let claim = world.claim(conversation).await;
    let commit = everything(world, &claim).await;
    world.store.commit_turn(commit.clone()).await.unwrap();
    world.writes("anna", "m2").await;
    let claim = world.claim(conversation).await;
    assert_eq!(claim.conversation.locale.as_deref(), Some("fr"));
    assert_eq!(claim.conversation.active_skill, commit.active_skill);
    assert_eq!((claim.conversation.misunderstandings, claim.conversation.greeted), (2, true));
    assert_eq!(claim.conversation.tags, ["vip", "parcel"]);
    let attributes = [("town", "Bern"), ("zip", "3000")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(claim.contact.attributes, attributes);
    let kept = KeptMemory { skill: "faq".into(), memory: memory(1, "asked for the number") };
    assert_eq!(claim.memories, [kept]);

    let mut next = world.turn(&claim);
    next.active_skill = None;
    next.tags = vec!["vip".into(), "late".into()];
    next.attributes = vec![("zip".into(), None), ("town".into(), Some("Thun".into()))];
    world.store.commit_turn(next).await.unwrap();
    world.writes("anna", "m3").await;
    let claim = world.claim(conversation).await;
    assert_eq!(claim.conversation.locale.as_deref(), Some("fr"), "none leaves the language as it was");
    assert_eq!(claim.conversation.active_skill, None);
    assert_eq!(claim.conversation.tags, ["vip", "parcel", "late"]);
    assert_eq!(claim.contact.attributes, [("town".to_owned(), "Thun".to_owned())]);
}

pub async fn history_leaves_out_notes_and_what_still_waits(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    world.writes("anna", "m2").await;
    world.writes("anna", "m3").await;
    let first = world.claim(conversation).await;
    assert!(first.history.is_empty(), "neither its own line nor those behind it");
    let mut commit = world.turn(&first);
    world.says(&mut commit, 1);
    commit.lines.push(world.line(Voice::Note));
    commit.lines.push(world.line(Voice::Suggestion("faq".into())));
    world.store.commit_turn(commit).await.unwrap();
    let second = world.claim(conversation).await;
    let authors: Vec<_> = second.history.iter().map(|line| line.author).collect();
    assert_eq!(authors, [Speaker::Customer, Speaker::Bot]);
    world.store.commit_turn(world.turn(&second)).await.unwrap();
    let third = world.store.claim(conversation, 2).await.unwrap().unwrap();
    let words: Vec<_> = third.history.iter().filter_map(|line| line.contents[0].words()).collect();
    assert_eq!(words.len(), 2, "the last ones, no more than asked for");
    assert!(words.contains(&"m2"), "{words:?}");
}

pub async fn memories_are_kept_by_version_until_they_are_dropped(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let keep = |skill: &str, kept: Memory| MemoryChange::Keep(skill.into(), kept);
    let steps = [
        (vec![keep("faq", memory(1, "a")), keep("parcels", memory(1, "p"))], vec![("faq", "a"), ("parcels", "p")]),
        (vec![keep("faq", memory(2, "b"))], vec![("faq", "a"), ("faq", "b"), ("parcels", "p")]),
        (vec![keep("faq", memory(1, "c"))], vec![("faq", "b"), ("faq", "c"), ("parcels", "p")]),
        (vec![MemoryChange::Drop("faq".into())], vec![("parcels", "p")]),
    ];
    for (number, (memories, expected)) in steps.into_iter().enumerate() {
        let mut commit = world.turn(&world.claim(conversation).await);
        commit.memories = memories;
        world.store.commit_turn(commit).await.unwrap();
        world.writes("anna", &format!("next {number}")).await;
        let claim = world.claim(conversation).await;
        let kept: Vec<_> = claim.memories.iter().map(|kept| (kept.skill.as_str(), kept.memory.data.clone())).collect();
        let expected: Vec<_> = expected.into_iter().map(|(skill, data)| (skill, Bytes::from(data))).collect();
        assert_eq!(kept, expected);
    }
}

pub(super) fn request(url: &str) -> HttpRequest {
    HttpRequest {
        method: "POST".into(),
        url: url.into(),
        headers: Vec::new(),
        body: Vec::new(),
        repeatable: false,
        after: None,
        timeout: None,
        max_age: None,
    }
}

pub(super) fn freeze(claim: &Claim, turn: TurnId, position: u32, url: &str) -> Freeze {
    Freeze {
        conversation: claim.conversation.id,
        lane_token: claim.conversation.lane_token,
        seq: claim.item.seq,
        turn,
        revision: RevisionId(format!("faq@{position}")),
        input: format!("{{\"position\": {position},  \"π\": 3.10}}"),
        intent: FrozenIntent { position, digest: digest(url), request: request(url), outcome: None },
    }
}

pub async fn a_frozen_turn_comes_back_byte_for_byte(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let claim = world.claim(conversation).await;
    let (turn, token) = (TurnId::new(NOW, 5), claim.conversation.lane_token);
    let first = freeze(&claim, turn, 0, "https://a.example/");
    let second = freeze(&claim, turn, 3, "https://b.example/");
    world.store.freeze(first.clone()).await.unwrap();
    let answered = Ok(HttpResponse { status: 201, headers: Vec::new(), body: Bytes(vec![0, 255]) });
    world.store.settle(conversation, token, turn, 0, answered.clone()).await.unwrap();
    world.store.settle(conversation, token, turn, 0, Err(RequestError::TooLarge)).await.unwrap();
    world.store.freeze(second.clone()).await.unwrap();
    let mut same = first.clone();
    same.input = "something else".into();
    world.store.freeze(same).await.unwrap();

    let frozen = world.claim(conversation).await.frozen.unwrap();
    assert_eq!((frozen.turn, &frozen.revision, &frozen.input), (turn, &second.revision, &second.input));
    assert_eq!(frozen.intents, [FrozenIntent { outcome: Some(answered), ..first.intent }, second.intent]);
}

pub async fn a_frozen_turn_refuses_what_contradicts_it(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let old = world.claim(conversation).await;
    let claim = world.claim(conversation).await;
    let (turn, token) = (TurnId::new(NOW, 5), claim.conversation.lane_token);
    let lost = world.store.freeze(freeze(&old, turn, 0, "https://a.example/")).await;
    assert!(matches!(lost, Err(StoreError::LaneLost)), "{lost:?}");
    world.store.freeze(freeze(&claim, turn, 0, "https://a.example/")).await.unwrap();
    for other in
        [freeze(&claim, turn, 0, "https://b.example/"), freeze(&claim, TurnId::new(NOW, 6), 1, "https://a.example/")]
    {
        let refused = world.store.freeze(other).await;
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    }
    let outcome = || Err(RequestError::NotGranted);
    for (turn, position) in [(turn, 1), (TurnId::new(NOW, 6), 0)] {
        let unknown = world.store.settle(conversation, token, turn, position, outcome()).await;
        assert!(matches!(unknown, Err(StoreError::NotFound { .. })), "{unknown:?}");
    }
    let lost = world.store.settle(conversation, token - 1, turn, 0, outcome()).await;
    assert!(matches!(lost, Err(StoreError::LaneLost)), "{lost:?}");
    assert_eq!(world.claim(conversation).await.frozen.unwrap().intents[0].outcome, None);
}

pub async fn a_commit_ends_what_was_frozen(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let claim = world.claim(conversation).await;
    let frozen = freeze(&claim, TurnId::new(NOW, 5), 0, "https://a.example/");
    world.store.freeze(frozen).await.unwrap();
    let mut commit = world.turn(&claim);
    commit.record.id = TurnId::new(NOW, 5);
    world.store.commit_turn(commit).await.unwrap();
    world.writes("anna", "m2").await;
    let claim = world.claim(conversation).await;
    assert!(claim.frozen.is_none());
    world.store.freeze(freeze(&claim, TurnId::new(NOW, 6), 0, "https://b.example/")).await.unwrap();
}

pub async fn what_the_bot_said_before_it_handed_over_goes_along(world: &World<'_>) {
    let (conversation, before) = world.answered("anna", "m1", 2).await;
    let on_the_wire = world.sending(conversation).await.item;
    world.writes("anna", "m2").await;
    let mut commit = world.turn(&world.claim(conversation).await);
    commit.owner = Some(Owner::Queue(waiting()));
    let notice = world.says(&mut commit, 1);
    world.store.commit_turn(commit).await.unwrap();
    let now = world.conversation(conversation).await;
    assert_eq!((now.owner.kind(), now.owner_epoch), ("queue", 1));
    world.store.finish(finish(&on_the_wire, OutboxState::Queued { due_at: NOW })).await.unwrap();
    for expected in [before[0], before[1], notice[0]] {
        let item = world.sending(conversation).await.item;
        assert_eq!((item.id, item.owner_epoch), (expected, 1));
        world.store.finish(finish(&item, OutboxState::Sent)).await.unwrap();
    }
}

pub async fn what_a_person_stopped_does_not_go_along_later(world: &World<'_>) {
    let (conversation, before) = world.answered("anna", "m1", 1).await;
    let on_the_wire = world.sending(conversation).await.item;
    world.store.take(conversation, "camille", NOW).await.unwrap();
    world.store.finish(finish(&on_the_wire, OutboxState::Queued { due_at: NOW })).await.unwrap();
    world.store.hand_back(conversation, "camille", NOW).await.unwrap();
    let mut commit = world.turn(&world.claim(conversation).await);
    commit.owner = Some(Owner::Queue(waiting()));
    world.store.commit_turn(commit).await.unwrap();
    assert!(matches!(world.head(conversation, NOW).await, Head::Idle));
    assert_eq!(world.state(before[0]).await, OutboxState::Cancelled(OWNER_CHANGED.into()));
}

pub async fn the_journal_tells_every_turn_in_order(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let mut records = Vec::new();
    for number in 0..3 {
        world.writes("anna", &format!("n{number}")).await;
        let mut commit = world.turn(&world.claim(conversation).await);
        commit.record.journal.notes = vec![format!("note {number}")];
        records.push(commit.record.clone());
        world.store.commit_turn(commit).await.unwrap();
    }
    assert_eq!(world.store.turns(conversation).await.unwrap(), records);
    assert!(world.store.turns(ConversationId::new(NOW, 999)).await.unwrap().is_empty());
}

pub async fn the_last_turns_are_read_page_by_page(world: &World<'_>) {
    let mut committed = Vec::new();
    for (customer, event) in [("anna", "m1"), ("bert", "m1"), ("anna", "m2")] {
        let (conversation, _) = world.answered(customer, event, 0).await;
        committed.insert(0, (conversation, world.store.turns(conversation).await.unwrap().pop().unwrap()));
    }
    let page = world.store.last_turns(None, 2).await.unwrap();
    let place = page.last().unwrap().place;
    let rest = world.store.last_turns(Some(place), 2).await.unwrap();
    let read = page.into_iter().chain(rest).map(|turn| (turn.conversation, turn.record));
    assert_eq!(read.collect::<Vec<_>>(), committed);
}
