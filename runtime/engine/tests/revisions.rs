//! Revisions: what dialogues live through while the skill that they talk to is swapped.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: a wrong world is a failed test")]

mod support;

use sportello_domain::replay::Shadowed;
use sportello_domain::{contract::*, conversation::Owner, revision::RevisionState};
use sportello_engine::EngineError;
use sportello_engine::ports::store::Revisions as _;
use support::SkillCode;
use support::shop::{Component, KEEP, Shop, by, component};

/// Asks on and on, and remembers how often, with memory of this version; `stop` ends the dialogue.
fn counts(word: &'static str, version: u32) -> SkillCode {
    Box::new(move |turn| {
        let Trigger::Message(message) = &turn.trigger else { return None };
        let before = turn.memory.as_ref().map_or(0, |memory| memory.data.0.first().copied().unwrap_or(0));
        let said = Effect::Say(Content::Text(format!("{word} {}", before + 1)));
        let then = match message.words().contains("stop") {
            true => Effect::Finish,
            false => Effect::Remember(Memory { version, data: Bytes(vec![before + 1]) }),
        };
        Some(Ok(Outcome::Effects(vec![said, then])))
    })
}

fn traps() -> SkillCode {
    Box::new(|_| None)
}

async fn counting() -> Shop {
    let skills = vec![("faq", counts("one", 1)), ("two", counts("two", 2)), ("broken", traps())];
    Shop::new(skills, &component("faq", 1)).await
}

impl Shop {
    /// A customer writes, and is answered.
    async fn says(&self, customer: &str, text: &str) -> String {
        self.world.says(customer, text).await;
        self.world.pass(3_000).await;
        self.world.platform.texts().pop().unwrap_or_default()
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_configured_serves_and_is_on_record() {
    let shop = counting().await;
    assert_eq!(shop.says("ann", "faq").await, "one 1");
    let rollout = shop.rollout().await;
    assert_eq!(rollout.active, rollout.configured);
    let steps: Vec<String> = shop.audit().await.into_iter().rev().map(|entry| entry.what).collect();
    assert_eq!(steps, ["uploaded", "compiled", "linked", "self-tested", "replayed", "active"]);
}

#[tokio::test(start_paused = true)]
async fn a_dialogue_ends_on_the_revision_that_it_began_with() {
    let shop = counting().await;
    assert_eq!(shop.says("ann", "faq").await, "one 1");
    let two = shop.push(&component("two", 2)).await.revision.id;
    let one = shop.rollout().await.active.unwrap();
    shop.registry.promote(&two, &by()).await.unwrap();
    assert_eq!(shop.says("ann", "faq").await, "one 2");
    assert_eq!(shop.says("bob", "faq").await, "two 1");
    assert_eq!(shop.state(&one).await, RevisionState::Draining);
    assert_eq!(shop.says("ann", "faq stop").await, "one 3");
    shop.world.pass(100_000).await;
    assert_eq!(shop.state(&one).await, RevisionState::Retired);
    shop.world.pass(100_000).await;
    assert!(!shop.world.plugins.code.lock().unwrap().contains_key(&one), "it is let go of");
    assert_eq!(shop.says("ann", "faq").await, "two 1");
}

#[tokio::test(start_paused = true)]
async fn a_node_that_is_behind_waits_for_the_revision_that_has_a_dialogue() {
    let shop = counting().await;
    let behind = shop.registry.pointer().load_full();
    let two = shop.push(&component("two", 2)).await.revision.id;
    shop.registry.promote(&two, &by()).await.unwrap();
    assert_eq!(shop.says("bob", "faq").await, "two 1");
    // Between two of its looks.
    shop.world.pass(500).await;
    shop.registry.pointer().set((*behind).clone());
    assert_eq!(shop.says("bob", "faq").await, "two 2");
}

#[tokio::test(start_paused = true)]
async fn a_dialogue_that_does_not_end_moves_on_between_two_turns() {
    let shop = counting().await;
    shop.says("ann", "faq").await;
    let two = shop.push(&component("two", 2)).await.revision.id;
    let one = shop.rollout().await.active.unwrap();
    shop.registry.promote(&two, &by()).await.unwrap();
    let mut answers = Vec::new();
    // A conversation in which nothing happens for a day would be closed.
    for _ in 0..5 {
        answers.push(shop.says("ann", "faq").await);
        shop.world.pass(6 * 60 * 60 * 1_000).await;
    }
    assert_eq!(answers, ["one 2", "one 3", "one 4", "one 5", "two 6"], "what it kept was carried over");
    assert_eq!(shop.state(&one).await, RevisionState::Retired);
}

#[tokio::test(start_paused = true)]
async fn no_jump_of_the_clock_on_the_wall_ends_a_dialogue_or_keeps_it() {
    const DAYS: i64 = 2 * 24 * 60 * 60 * 1_000;
    let shop = counting().await;
    shop.says("ann", "faq").await;
    let two = shop.push(&component("two", 2)).await.revision.id;
    let one = shop.rollout().await.active.unwrap();
    shop.registry.promote(&two, &by()).await.unwrap();
    shop.world.jump(DAYS);
    shop.world.pass(100_000).await;
    assert_eq!((shop.says("ann", "faq").await.as_str(), shop.state(&one).await), ("one 2", RevisionState::Draining));
    shop.world.jump(-2 * DAYS);
    let mut answers = Vec::new();
    for _ in 0..5 {
        answers.push(shop.says("ann", "faq").await);
        shop.world.pass(6 * 60 * 60 * 1_000).await;
    }
    assert_eq!(answers, ["one 3", "one 4", "one 5", "one 6", "two 7"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_over_is_forgotten_in_time_with_what_it_was_made_of() {
    let shop = counting().await;
    let (broken, two) = (Component { links: false, ..component("two", 3) }, component("two", 2));
    let rejected = shop.push(&broken).await.revision;
    let one = shop.rollout().await.active.unwrap();
    let serves = shop.push(&two).await.revision.id;
    shop.registry.promote(&serves, &by()).await.unwrap();
    shop.world.pass(KEEP / 2).await;
    assert!(shop.registry.show(&rejected.id).await.is_ok(), "somebody may want to know why");
    shop.world.pass(KEEP).await;
    assert!(matches!(shop.registry.show(&rejected.id).await, Err(EngineError::NoSuchRevision(_))));
    let entry = shop.audit().await.remove(0);
    assert_eq!((entry.revision, entry.what.as_str()), (rejected.id, "forgotten"));
    assert_eq!(shop.state(&one).await, RevisionState::Retired, "it is what one would go back to");
    let made_of = digest(&rejected.digest);
    assert!(shop.world.store.artefact(made_of).await.unwrap().is_some(), "bytes may wait for their push for a day");
    shop.world.pass(25 * 60 * 60 * 1_000).await;
    assert_eq!(shop.world.store.artefact(made_of).await.unwrap(), None);
    let back = shop.registry.roll_back("faq", &by()).await.unwrap();
    assert_eq!((back.to, shop.says("ann", "faq").await.as_str()), (one, "one 1"));
}

fn digest(hex: &str) -> [u8; 32] {
    std::array::from_fn(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_canary_serves_its_share_and_keeps_its_dialogues() {
    let shop = counting().await;
    let two = shop.push(&component("two", 2)).await.revision.id;
    shop.registry.try_out(&two, 50, &by()).await.unwrap();
    let mut twos = 0;
    for customer in 0..40 {
        let customer = format!("c{customer}");
        let (first, second) = (shop.says(&customer, "faq").await, shop.says(&customer, "faq").await);
        assert_eq!(first.split(' ').next(), second.split(' ').next(), "no dialogue changes sides");
        twos += u32::from(first.starts_with("two"));
    }
    assert!((10..=30).contains(&twos), "{twos} of 40");
    let less = shop.registry.try_out(&two, 1, &by()).await.unwrap();
    assert_eq!(less.candidate.unwrap().revision, two);
    let mut still = 0;
    for customer in 0..40 {
        still += u32::from(shop.says(&format!("c{customer}"), "faq").await.starts_with("two"));
    }
    assert_eq!(still, twos, "dialogues stay on a canary whose share shrinks");
}

#[tokio::test(start_paused = true)]
async fn a_rollback_lets_go_of_dialogues_and_says_of_how_many() {
    let shop = counting().await;
    shop.says("ann", "faq").await;
    let two = shop.push(&component("two", 2)).await.revision.id;
    let one = shop.rollout().await.active.unwrap();
    shop.says("ann", "faq stop").await;
    shop.registry.promote(&two, &by()).await.unwrap();
    shop.says("bob", "faq").await;
    let back = shop.registry.roll_back("faq", &by()).await.unwrap();
    assert_eq!((&back.from, &back.to, back.dialogues, back.to_people), (&two, &one, 1, 1));
    assert_eq!(shop.state(&two).await, RevisionState::RolledBack("to see".to_owned()));
    shop.says("bob", "faq").await;
    let bob = shop.world.engine.store().conversations(Default::default(), 10).await.unwrap();
    let bob = bob.iter().find(|one| one.conversation.thread.address == "bob").unwrap();
    assert!(matches!(bob.conversation.owner, Owner::Queue(_)), "nothing that was kept of bob fits: a person");
    assert_eq!(shop.says("cid", "faq").await, "one 1");
    let entry = shop.audit().await.remove(0);
    assert!(entry.what == "rolled-back" && entry.why.contains("1 dialogues let go"), "{entry:?}");
}

#[tokio::test(start_paused = true)]
async fn what_a_dialogue_kept_before_the_swap_is_found_again_after_a_rollback() {
    let shop = counting().await;
    shop.says("ann", "faq").await;
    shop.says("ann", "faq").await;
    let two = shop.push(&component("two", 2)).await.revision.id;
    shop.registry.promote(&two, &by()).await.unwrap();
    shop.world.pass(25 * 60 * 60 * 1_000).await;
    assert_eq!(shop.says("ann", "faq").await, "two 1", "the idle conversation was closed");
    let back = shop.registry.roll_back("faq", &by()).await.unwrap();
    assert_eq!((back.dialogues, back.to_people), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_serve_is_rejected_with_a_reason_and_nothing_changes() {
    let shop = counting().await;
    let before = shop.rollout().await;
    let mut broken = component("two", 2);
    broken.links = false;
    let unlinked = shop.push(&broken).await;
    assert_eq!(unlinked.state, RevisionState::Rejected("it lacks the export `handle`".to_owned()));
    broken.compiles = false;
    let uncompiled = shop.push(&broken).await;
    assert_eq!(uncompiled.state, RevisionState::Rejected("it is no component".to_owned()));
    let careless = shop.push(&component("careless", 1)).await;
    assert_eq!(careless.state, RevisionState::Rejected("greets: expected 1, found 2".to_owned()));
    let refused = shop.registry.promote(&unlinked.revision.id, &by()).await.unwrap_err();
    assert!(matches!(refused, EngineError::NotNow(_)) && refused.to_string().contains("rejected"), "{refused}");
    assert_eq!(shop.rollout().await, before);
    assert_eq!(shop.says("ann", "faq").await, "one 1");
}

#[tokio::test(start_paused = true)]
async fn an_upgrade_that_asks_for_more_waits_for_a_yes() {
    let shop = counting().await;
    let mut greedy = component("two", 2);
    greedy.hosts = vec!["https://new.example".to_owned()];
    let pushed = shop.push(&greedy).await;
    assert_eq!((pushed.state, &pushed.told.wants.hosts), (RevisionState::Linked, &greedy.hosts));
    let id = pushed.revision.id;
    for refused in
        [shop.registry.promote(&id, &by()).await.unwrap_err(), shop.registry.try_out(&id, 10, &by()).await.unwrap_err()]
    {
        assert!(refused.to_string().contains("to call https://new.example"), "{refused}");
    }
    let granted = shop.registry.grant(&id, Default::default(), &by()).await.unwrap().revision;
    assert_eq!(granted.grants.hosts, greedy.hosts);
    shop.world.pass(5_000).await;
    assert!(matches!(shop.state(&id).await, RevisionState::Rejected(_)));
    shop.registry.promote(&granted.id, &by()).await.unwrap();
    assert_eq!(shop.says("ann", "faq").await, "two 1");
    assert!(shop.registry.grant(&granted.id, Default::default(), &by()).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_rollback_outlives_a_restart_until_the_configuration_asks_for_something_else() {
    let mut shop = counting().await;
    let (one, two) = (component("faq", 1), component("two", 2));
    let first = shop.rollout().await.active;
    shop.restart(&two).await;
    let second = shop.rollout().await.active;
    assert_ne!(first, second, "the configuration asks for something else");
    shop.registry.roll_back("faq", &by()).await.unwrap();
    shop.restart(&two).await;
    assert_eq!(shop.rollout().await.active, first, "it asks for the same as before");
    shop.restart(&one).await;
    assert_eq!(shop.rollout().await.active, first);
    shop.restart(&two).await;
    assert_eq!(shop.rollout().await.active, second);
}

#[tokio::test(start_paused = true)]
async fn a_candidate_goes_back_without_a_trace_in_what_serves() {
    let shop = counting().await;
    let broken = shop.push(&component("broken", 1)).await.revision.id;
    let one = shop.rollout().await.active;
    shop.registry.try_out(&broken, 100, &by()).await.unwrap();
    shop.says("ann", "faq").await;
    shop.registry.roll_back("faq", &by()).await.unwrap();
    assert_eq!(shop.rollout().await.active, one);
    assert_eq!(shop.says("bob", "faq").await, "one 1");
    let again = shop.push(&component("broken", 1)).await;
    assert_eq!((again.revision.id, again.state), (broken, RevisionState::Replayed), "it proves itself anew");
}

#[tokio::test(start_paused = true)]
async fn a_canary_that_traps_goes_back_by_itself_with_the_figures() {
    let shop = counting().await;
    let broken = shop.push(&component("broken", 1)).await.revision.id;
    shop.registry.try_out(&broken, 100, &by()).await.unwrap();
    for customer in 0..3 {
        shop.says(&format!("c{customer}"), "faq").await;
    }
    shop.world.pass(3_000).await;
    let state = shop.state(&broken).await;
    assert!(
        matches!(&state, RevisionState::RolledBack(reason) if reason.contains("3 conversations trapped")),
        "{state}"
    );
    let entry = shop.audit().await.remove(0);
    assert_eq!((entry.who.as_str(), entry.what.as_str()), ("guard", "rolled-back"));
    assert_eq!(shop.says("ann", "faq").await, "one 1");
}

#[tokio::test(start_paused = true)]
async fn the_guard_counts_dialogues_that_are_over_in_both_arms() {
    let shop = counting().await;
    shop.says("early", "faq").await;
    let two = shop.push(&component("two", 2)).await.revision.id;
    let rollout = shop.registry.try_out(&two, 50, &by()).await.unwrap();
    shop.says("early", "faq stop").await;
    for customer in 0..30 {
        shop.says(&format!("c{customer}"), "faq").await;
        if customer < 20 {
            shop.says(&format!("c{customer}"), "faq stop").await;
        }
    }
    let judged = shop.registry.judged(&rollout).await.unwrap().unwrap();
    assert_eq!(judged.stage.candidate.conversations + judged.stage.active.conversations, 20, "{judged:?}");
    assert!(judged.stage.candidate.conversations > 3 && judged.stage.active.conversations > 3, "{judged:?}");
    assert!(!judged.may_promote, "20 conversations are too few");
}

#[tokio::test(start_paused = true)]
async fn a_push_is_run_on_what_was_recorded_and_held_against_a_bar() {
    let shop = counting().await;
    for customer in 0..4 {
        shop.says(&format!("c{customer}"), "faq").await;
    }
    let two = shop.push(&component("two", 1)).await;
    let replayed =
        shop.audit().await.into_iter().find(|entry| entry.what == "replayed" && entry.revision == two.revision.id);
    assert!(replayed.unwrap().why.contains("4 calls: 0 same"), "what is said is another word");
    let bar = "no failures, changed < 5 %".parse().unwrap();
    let rehearsed = shop.registry.rehearse(&two.revision.id, 3, &bar).await.unwrap();
    assert_eq!((rehearsed.summary.changed, rehearsed.calls.len()), (3, 3), "{rehearsed:?}");
    assert_eq!(rehearsed.unmet.len(), 1, "{:?}", rehearsed.unmet);
    let active = shop.rollout().await.active.unwrap();
    let same = shop.registry.rehearse(&active, 10, &bar).await.unwrap();
    assert_eq!((same.summary.same, same.unmet.len()), (4, 0));
}

#[tokio::test(start_paused = true)]
async fn a_candidate_that_reads_other_events_goes_back_by_itself() {
    let shop = counting().await;
    let two = shop.push(&component("two", 2)).await.revision.id;
    let trial = shop.registry.try_out(&two, 10, &by()).await.unwrap().candidate.unwrap().trial;
    let found =
        Shadowed { failed: 1, refused: Some("other events: message 1 only now".to_owned()), ..Shadowed::default() };
    shop.world.store.keep_shadowed("faq", trial, vec![found.into()], shop.world.now()).await.unwrap();
    shop.world.pass(3_000).await;
    assert_eq!(shop.state(&two).await, RevisionState::RolledBack("other events: message 1 only now".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_candidate_that_only_fails_beside_what_serves_goes_back_by_itself_with_the_figures() {
    let shop = counting().await;
    let two = shop.push(&component("two", 2)).await.revision.id;
    let trial = shop.registry.try_out(&two, 10, &by()).await.unwrap().candidate.unwrap().trial;
    let failed = Shadowed { failed: 4, examples: vec!["a text: failed: it trapped".to_owned()], ..Shadowed::default() };
    shop.world.store.keep_shadowed("faq", trial, vec![failed.clone().into()], shop.world.now()).await.unwrap();
    shop.world.pass(3_000).await;
    assert_eq!(shop.state(&two).await, RevisionState::Canary, "four are too few");
    shop.world.store.keep_shadowed("faq", trial, vec![failed.into()], shop.world.now()).await.unwrap();
    shop.world.pass(3_000).await;
    let state = shop.state(&two).await;
    assert!(matches!(&state, RevisionState::RolledBack(reason) if reason.contains("8 of 8 live calls")), "{state}");
}
