//! Revisions, which of them serve, and what was done to them.
#![cfg(any(test, feature = "testing"))]

use sportello_domain::{
    Instant,
    contract::Memory,
    conversation::ActiveSkill,
    delivery::OutboxState,
    guard::{Metric, Tally},
    ids::{AuditId, ConversationId, ErrandId, TurnId},
    replay::Shadowed,
    revision::{Asks, Grants, Mode, PluginKind, Revision, RevisionId, RevisionState, Rollout, Start},
};

use super::world::{NOW, World, acceptance, digest, finish};
use crate::ports::store::{
    Advance, AuditEntry, Finish, Freeze, FrozenIntent, MemoryChange, PendingErrand, RevisionRecord, Step, StoreError,
    Told, Uses, Watched,
};
use RevisionState::{Active, Canary, Compiled, Draining, Linked, Rejected, Replayed, Retired, Uploaded};

/// The store's time, which is not that of people.
const TIME: Instant = 40;

fn revision(settings: &str) -> Revision {
    let secrets = [("key".into(), "env:KEY".into())].into();
    let grants = Grants { hosts: vec!["https://a.example".into()], secrets, warm: true };
    Revision::new("faq", "faq", PluginKind::Skill, "d1", "0.1.0", settings.into(), grants)
}

fn record(settings: &str, state: RevisionState) -> RevisionRecord {
    RevisionRecord {
        revision: revision(settings),
        state,
        told: Told::default(),
        pushed_at: NOW,
        changed_at: NOW,
        since: TIME,
    }
}

fn audit(world: &World<'_>, revision: &RevisionId, what: &str) -> AuditEntry {
    AuditEntry {
        id: AuditId::new(NOW, world.draw()),
        at: NOW + 7,
        who: "operator".into(),
        name: "faq".into(),
        revision: revision.clone(),
        what: what.into(),
        why: "to see".into(),
    }
}

async fn enter(world: &World<'_>, settings: &str, state: RevisionState) -> RevisionId {
    let record = record(settings, state);
    let id = record.revision.id.clone();
    let entry = audit(world, &id, "pushed");
    world.store.enter_revision(record, entry).await.unwrap();
    id
}

fn change(world: &World<'_>, steps: &[(&RevisionId, RevisionState, RevisionState)]) -> Advance {
    let step = |(revision, from, to): &(&RevisionId, RevisionState, RevisionState)| Step {
        revision: (*revision).clone(),
        from: from.clone(),
        to: to.clone(),
    };
    Advance {
        entered: None,
        steps: steps.iter().map(step).collect(),
        told: None,
        rollout: None,
        audit: audit(world, steps[0].0, steps[0].2.name()),
        time: TIME + 7,
    }
}

async fn state(world: &World<'_>, id: &RevisionId) -> RevisionState {
    world.store.revision(id).await.unwrap().unwrap().state
}

pub async fn what_revisions_are_made_of_is_found_by_its_digest(world: &World<'_>) {
    let bytes = vec![0, 255, 7];
    world.store.keep_artefact(digest("a"), bytes.clone(), TIME).await.unwrap();
    world.store.keep_artefact(digest("a"), bytes.clone(), TIME).await.unwrap();
    assert_eq!(world.store.artefact(digest("a")).await.unwrap(), Some(bytes));
    assert_eq!(world.store.artefact(digest("b")).await.unwrap(), None);
}

pub async fn a_revision_is_entered_once(world: &World<'_>) {
    let first = record("{}", Uploaded);
    let id = first.revision.id.clone();
    let entered = world.store.enter_revision(first.clone(), audit(world, &id, "pushed")).await.unwrap();
    assert_eq!(entered, first);
    world.store.advance(change(world, &[(&id, Uploaded, Compiled)])).await.unwrap();
    let again = world.store.enter_revision(first.clone(), audit(world, &id, "pushed")).await.unwrap();
    assert_eq!(again, RevisionRecord { state: Compiled, changed_at: NOW + 7, since: TIME + 7, ..first });
    assert_eq!(world.store.revisions().await.unwrap(), [again]);
    assert_eq!(world.store.revision(&RevisionId("faq@0".into())).await.unwrap(), None);
    assert_eq!(world.store.audit(None, 10).await.unwrap().len(), 2);
}

pub async fn what_ended_badly_begins_anew_and_what_is_granted_takes_its_place_at_once(world: &World<'_>) {
    let (asks, granted) = (enter(world, "{}", Linked).await, record("[]", Uploaded));
    let given = granted.revision.id.clone();
    let rejected = |from| {
        let mut change = change(world, &[(&asks, from, Rejected("granted".into()))]);
        change.entered = Some((granted.clone(), audit(world, &given, "uploaded")));
        change
    };
    let refused = world.store.advance(rejected(Compiled)).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    assert_eq!(world.store.revision(&given).await.unwrap(), None, "both or none");
    world.store.advance(rejected(Linked)).await.unwrap();
    assert_eq!((state(world, &asks).await, state(world, &given).await), (Rejected("granted".into()), Uploaded));
    let noted = world.store.audit(None, 2).await.unwrap();
    assert_eq!(noted.iter().filter(|entry| entry.revision == given && entry.what == "uploaded").count(), 1);

    let again = world.store.enter_revision(record("{}", Uploaded), audit(world, &asks, "uploaded")).await.unwrap();
    assert_eq!((again.state, world.store.audit(None, 10).await.unwrap().len()), (Uploaded, 4));
}

pub async fn what_is_over_is_forgotten_unless_somebody_may_come_back_to_it(world: &World<'_>) {
    let (serves, before) = (enter(world, "{}", Replayed).await, enter(world, "[]", Retired).await);
    let gone = enter(world, "1", Retired).await;
    let mut change = change(world, &[(&serves, Replayed, Active)]);
    let rollout = Rollout { previous: Some(before.clone()), ..Rollout::new("faq") };
    change.rollout = Some(Rollout { active: Some(serves.clone()), generation: 1, ..rollout });
    world.store.advance(change).await.unwrap();
    let entry = |of: &RevisionId| audit(world, of, "forgotten");
    for (kept, state) in [(&serves, Active), (&before, Retired), (&gone, Uploaded)] {
        let refused = world.store.forget_revision(kept, &state, entry(kept)).await;
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    }
    world.store.forget_revision(&gone, &Retired, entry(&gone)).await.unwrap();
    let missing = world.store.forget_revision(&gone, &Retired, entry(&gone)).await;
    assert!(matches!(missing, Err(StoreError::NotFound { .. })), "{missing:?}");
    assert_eq!(world.store.revisions().await.unwrap().len(), 2);
    let last = world.store.audit(None, 1).await.unwrap().remove(0);
    assert_eq!((last.revision, last.what.as_str()), (gone, "forgotten"), "what was done to it stays");
}

pub async fn bytes_are_forgotten_that_no_revision_is_made_of(world: &World<'_>) {
    let hex = |of: &str| digest(of).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut made = record("{}", Uploaded);
    made.revision.digest = hex("component");
    made.revision = made.revision.with_corpus(Some(hex("corpus")));
    let entry = audit(world, &made.revision.id, "uploaded");
    world.store.enter_revision(made, entry).await.unwrap();
    for of in ["component", "corpus", "nothing", "again"] {
        world.store.keep_artefact(digest(of), of.into(), TIME).await.unwrap();
    }
    world.store.keep_artefact(digest("again"), "again".into(), TIME + 1).await.unwrap();
    assert_eq!(world.store.forget_artefacts(TIME).await.unwrap(), 0, "all are too young");
    assert_eq!(world.store.forget_artefacts(TIME + 1).await.unwrap(), 1);
    for (of, is_there) in [("component", true), ("corpus", true), ("nothing", false), ("again", true)] {
        assert_eq!(world.store.artefact(digest(of)).await.unwrap().is_some(), is_there, "{of}");
    }
}

pub async fn a_revision_goes_on_from_the_state_that_was_seen(world: &World<'_>) {
    let id = enter(world, "{}", Uploaded).await;
    world.store.advance(change(world, &[(&id, Uploaded, Compiled)])).await.unwrap();
    for wrong in [(&id, Uploaded, Compiled), (&id, Compiled, Active)] {
        let refused = world.store.advance(change(world, &[wrong])).await;
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    }
    let mut linked = change(world, &[(&id, Compiled, Linked)]);
    let asks = Asks { hosts: vec!["https://b.example".into()], secrets: vec!["key".into()] };
    let told = Told { memory_version: 3, asks: asks.clone(), wants: asks };
    linked.told = Some((id.clone(), told.clone()));
    world.store.advance(linked).await.unwrap();
    let known = world.store.revision(&id).await.unwrap().unwrap();
    assert_eq!((known.state, known.told, known.revision), (Linked, told, revision("{}")));
    let unknown = RevisionId("faq@0".into());
    let missing = world.store.advance(change(world, &[(&unknown, Uploaded, Compiled)])).await;
    assert!(matches!(missing, Err(StoreError::NotFound { .. })), "{missing:?}");
}

pub async fn states_and_the_pointer_change_together_or_not_at_all(world: &World<'_>) {
    let (old, new) = (enter(world, "{}", Replayed).await, enter(world, "[]", Replayed).await);
    let mut first = change(world, &[(&old, Replayed, Active)]);
    first.rollout = Some(Rollout::new("faq").promote(&old).unwrap().rollout);
    world.store.advance(first).await.unwrap();
    let rollout = world.store.rollouts().await.unwrap().remove(0);
    assert_eq!((rollout.active.as_ref(), rollout.generation), (Some(&old), 1));

    let swapped = rollout.promote(&new).unwrap().rollout;
    let mut torn = change(world, &[(&new, Replayed, Active), (&old, Replayed, Draining)]);
    torn.rollout = Some(swapped.clone());
    let refused = world.store.advance(torn).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    assert_eq!((state(world, &new).await, state(world, &old).await), (Replayed, Active));
    assert_eq!(world.store.rollouts().await.unwrap(), [rollout]);

    let mut whole = change(world, &[(&new, Replayed, Active), (&old, Active, Draining)]);
    whole.rollout = Some(swapped.clone());
    world.store.advance(whole).await.unwrap();
    assert_eq!((state(world, &new).await, state(world, &old).await), (Active, Draining));
    assert_eq!(world.store.rollouts().await.unwrap(), [swapped]);
}

pub async fn of_two_who_move_the_pointer_one_is_refused(world: &World<'_>) {
    let (old, new) = (enter(world, "{}", Replayed).await, enter(world, "[]", Replayed).await);
    let mut first = change(world, &[(&old, Replayed, Active)]);
    first.rollout = Some(Rollout::new("faq").promote(&old).unwrap().rollout);
    world.store.advance(first.clone()).await.unwrap();
    let rollout = world.store.rollouts().await.unwrap().remove(0);
    let tried = |percent| {
        rollout.begin(&new, Mode::Canary(percent), Start { salt: 3, now: NOW, slow_above: 10_000 }).unwrap().rollout
    };
    let mut one = change(world, &[(&new, Replayed, Canary)]);
    one.rollout = Some(tried(10));
    world.store.advance(one).await.unwrap();
    let mut other = change(world, &[(&new, Canary, Canary)]);
    other.rollout = Some(tried(50));
    let refused = world.store.advance(other).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    let mut begun_anew = change(world, &[(&new, Canary, Canary)]);
    begun_anew.rollout = first.rollout;
    let refused = world.store.advance(begun_anew).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    assert_eq!(world.store.rollouts().await.unwrap(), [tried(10)]);
}

pub async fn every_change_is_counted_and_noted(world: &World<'_>) {
    assert_eq!(world.store.revision_changes().await.unwrap(), 0);
    let id = enter(world, "{}", Uploaded).await;
    assert_eq!(world.store.revision_changes().await.unwrap(), 1);
    let change = change(world, &[(&id, Uploaded, Compiled)]);
    world.store.advance(change.clone()).await.unwrap();
    world.store.advance(change.clone()).await.unwrap_err();
    assert_eq!(world.store.revision_changes().await.unwrap(), 2);
    let noted = world.store.audit(Some("faq"), 10).await.unwrap();
    assert_eq!((noted.len(), &noted[0]), (2, &change.audit));
    assert_eq!(world.store.audit(None, 1).await.unwrap(), noted[..1]);
    assert_eq!(world.store.audit(Some("other"), 10).await.unwrap(), []);
}

/// A conversation whose dialogue a revision has, with what it kept.
async fn dialogue(world: &World<'_>, address: &str, revision: &RevisionId, memories: &[u32]) -> ConversationId {
    let conversation = world.writes(address, "m1").await;
    let mut commit = world.turn(&world.claim(conversation).await);
    commit.active_skill = Some(ActiveSkill { name: "faq".into(), revision: revision.clone() });
    let keep = |version: &u32| MemoryChange::Keep("faq".into(), Memory { version: *version, data: "x".into() });
    commit.memories = memories.iter().map(keep).collect();
    world.store.commit_turn(commit).await.unwrap();
    conversation
}

pub async fn what_depends_on_a_revision_is_counted(world: &World<'_>) {
    let id = RevisionId("faq@1".into());
    assert!(world.store.uses(&id).await.unwrap().is_none());
    let anna = dialogue(world, "anna", &id, &[]).await;
    dialogue(world, "bert", &RevisionId("faq@2".into()), &[]).await;
    world.writes("anna", "m2").await;
    let claim = world.claim(anna).await;
    let request = super::upkeep::request();
    let intent = FrozenIntent { position: 0, digest: digest("a"), request: request.clone(), outcome: None };
    let lane_token = claim.conversation.lane_token;
    let frozen = Freeze {
        conversation: anna,
        lane_token,
        seq: claim.item.seq,
        turn: TurnId::new(NOW, 1),
        revision: id.clone(),
        input: "{}".into(),
        intent,
    };
    world.store.freeze(frozen).await.unwrap();
    let mut batch = acceptance([]);
    let errand = ErrandId::new(NOW, 1);
    batch.errands.push(PendingErrand { id: errand, revision: id.clone(), request, due_at: NOW, attempts: 0 });
    world.store.accept(batch).await.unwrap();
    assert_eq!(world.store.uses(&id).await.unwrap(), Uses { dialogues: 1, frozen: 1, errands: 1 });
}

pub async fn dialogues_that_no_memory_fits_are_counted(world: &World<'_>) {
    let id = RevisionId("faq@1".into());
    dialogue(world, "anna", &id, &[2]).await;
    dialogue(world, "bert", &id, &[1, 2]).await;
    dialogue(world, "carl", &id, &[]).await;
    dialogue(world, "dora", &RevisionId("faq@2".into()), &[2]).await;
    assert_eq!(world.store.stranded(&id, 1).await.unwrap(), 1);
    assert_eq!(world.store.stranded(&id, 2).await.unwrap(), 0);
    assert_eq!(world.store.stranded(&id, 0).await.unwrap(), 2);
}

fn watched(candidate: bool, happened: &[Metric], finished: bool) -> Watched {
    Watched { name: "faq".into(), trial: 3, stage: 1, candidate, begins: true, happened: happened.to_vec(), finished }
}

/// Another turn of a conversation.
async fn goes_through(world: &World<'_>, address: &str, id: &str, watched: Watched) {
    let conversation = world.writes(address, id).await;
    let mut commit = world.turn(&world.claim(conversation).await);
    commit.watched.push(watched);
    world.store.commit_turn(commit).await.unwrap();
}

pub async fn a_trial_counts_what_began_in_it_once_it_is_over(world: &World<'_>) {
    let begun_before = Watched { begins: false, ..watched(true, &[Metric::Trap], true) };
    goes_through(world, "early", "m1", begun_before).await;
    goes_through(world, "anna", "m1", watched(true, &[Metric::Slow], false)).await;
    assert_eq!(world.store.trial("faq", 3, 1).await.unwrap().candidate, Tally::default(), "nothing is over");
    let over = Watched { begins: false, ..watched(true, &[Metric::HandOver, Metric::Slow], true) };
    goes_through(world, "anna", "m2", over).await;
    goes_through(world, "anna", "m3", watched(true, &[Metric::Trap], true)).await;
    goes_through(world, "bert", "m1", watched(true, &[], true)).await;
    goes_through(world, "carl", "m1", watched(false, &[Metric::Error], true)).await;
    let stage = world.store.trial("faq", 3, 1).await.unwrap();
    assert_eq!(stage.candidate, Tally { conversations: 2, slow: 1, hand_over: 1, ..Tally::default() });
    assert_eq!(stage.active, Tally { conversations: 1, error: 1, ..Tally::default() });
    let other = world.store.trial("faq", 3, 2).await.unwrap();
    assert_eq!((other.number, other.candidate), (2, Tally::default()), "each stage counts for itself");
}

pub async fn a_trial_counts_a_delivery_with_the_end_of_its_attempt_and_once(world: &World<'_>) {
    let (conversation, _) = world.answered("anna", "m1", 1).await;
    let first = world.sending(conversation).await.item;
    let away = Finish {
        watched: Some(watched(true, &[Metric::Slow], false)),
        ..finish(&first, OutboxState::Queued { due_at: NOW })
    };
    world.store.finish(away).await.unwrap();
    assert_eq!(world.store.trial("faq", 3, 1).await.unwrap().candidate, Tally::default(), "it is tried again");
    let second = world.sending(conversation).await.item;
    let sent = Finish { watched: Some(watched(true, &[], true)), ..finish(&second, OutboxState::Sent) };
    let late = Finish { watched: Some(watched(true, &[Metric::Trap], true)), ..finish(&second, OutboxState::Expired) };
    for finish in [sent.clone(), sent, late] {
        world.store.finish(finish).await.unwrap();
    }
    let stage = world.store.trial("faq", 3, 1).await.unwrap();
    assert_eq!(stage.candidate, Tally { conversations: 1, slow: 1, ..Tally::default() });
}

pub async fn what_came_of_a_candidate_beside_what_serves_adds_up(world: &World<'_>) {
    let found = |same, words: &str| Shadowed { same, changed: 1, examples: vec![words.into()], ..Shadowed::default() };
    world.store.keep_shadowed("nlu", 3, vec![found(5, "one").into()], NOW).await.unwrap();
    world.store.keep_shadowed("nlu", 3, vec![found(2, "two").into()], NOW).await.unwrap();
    world.store.keep_shadowed("nlu", 4, vec![Shadowed::skipped().into()], NOW).await.unwrap();
    let sum = world.store.shadowed("nlu", 3).await.unwrap();
    assert_eq!((sum.same, sum.changed, sum.examples), (7, 2, vec!["one".to_owned(), "two".to_owned()]));
    assert_eq!(world.store.shadowed("nlu", 4).await.unwrap(), Shadowed::skipped(), "each trial for itself");
    assert_eq!(world.store.shadowed("faq", 3).await.unwrap(), Shadowed::default());
}
