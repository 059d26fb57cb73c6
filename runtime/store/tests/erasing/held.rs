//! The orders in which it would go wrong where several nodes share a store: somebody looks while anna is there, and writes when she
//! is not any more.

use std::sync::Arc;

use sportello_domain::{contract::Webhook, replay::Shadowed};
use sportello_engine::{
    conformance::{
        World,
        contacts::{errand, quarantined, recorded},
        live::publication,
        recordings::recording,
        world::{CHANNEL, MARKER, NOW, acceptance},
    },
    ports::store::{
        Accepted, Cause, Compared, Contacts as _, Erasure, Intake as _, LiveLog as _, Publication, Quarry, Recording,
        Recordings as _, Revisions as _,
    },
};
use sportello_store::SqlStore;
use tokio::task::JoinHandle;

use super::{anna, database, erase, gate::Gate, node, said, texts};

async fn nodes(url: &str) -> [Arc<SqlStore>; 2] {
    [Arc::new(node(url).await), Arc::new(node(url).await)]
}

/// Begins to forget anna, as she is known now.
async fn erasing(store: &Arc<SqlStore>) -> JoinHandle<usize> {
    let (store, known) = (store.clone(), anna(store).await);
    tokio::spawn(async move { erase(&store, known, NOW).await })
}

/// The last that an erasure takes out: it is held there when all else of anna is gone, which nobody sees yet.
async fn last(world: &World<'_>) -> &'static str {
    let unreadable = said(world, "anna", "unreadable", NOW).event;
    world.store.quarantine(quarantined(world, Quarry::Event(unreadable))).await.unwrap();
    "SELECT 1 FROM quarantine FOR UPDATE"
}

/// Another node keeps a call under this number.
fn keeps(number: u64, recording: &Recording) -> String {
    let call = serde_json::to_string(recording).unwrap();
    format!("INSERT INTO recording (id, channel, at, call) VALUES ({number}, '{CHANNEL}', {NOW}, '{call}')")
}

#[tokio::test]
async fn an_erasure_waits_for_who_has_looked_and_not_yet_written() {
    let url = database();
    let [a, b] = nodes(&url).await;
    let world = World::new(&*a);
    world.accept([said(&world, "anna", "known", NOW)]).await;
    let late = said(&world, "group", "late", NOW);
    // Whether an event is new comes after whether its sender was erased.
    let key: String = late.key.iter().map(|byte| format!("{byte:02x}")).collect();
    let seen = format!("INSERT INTO seen (key, fingerprint, at) VALUES ('\\x{key}', '\\x00', 0)");
    let mut gate = Gate::closed(&url, &[&seen]).await;
    let accepting = tokio::spawn(async move { a.accept(acceptance([late])).await.unwrap().events });
    gate.until_wait(1, &accepting).await;
    let erasing = erasing(&b).await;
    gate.until_wait(2, &erasing).await;
    gate.open().await;
    let accepted = accepting.await.unwrap();
    assert_eq!(erasing.await.unwrap(), 2, "with what was accepted just before: {accepted:?}");
    assert_eq!(texts(&b).await, [""; 0]);
}

#[tokio::test]
async fn what_is_accepted_while_somebody_is_erased_waits_for_that() {
    let url = database();
    let [a, b] = nodes(&url).await;
    let world = World::new(&*a);
    world.accept([said(&world, "anna", "known", NOW)]).await;
    let mut gate = Gate::closed(&url, &[last(&world).await]).await;
    let erasing = erasing(&b).await;
    gate.until_wait(1, &erasing).await;
    let late = acceptance([said(&world, "group", "late", NOW), said(&world, "group", "after", NOW + 1)]);
    let accepting = tokio::spawn(async move { a.accept(late).await.unwrap().events });
    gate.until_wait(2, &accepting).await;
    gate.open().await;
    assert_eq!(erasing.await.unwrap(), 1);
    let accepted = accepting.await.unwrap();
    assert!(matches!(accepted[..], [Accepted::Erased, Accepted::Queued { .. }]), "{accepted:?}");
    assert_eq!(texts(&b).await, ["after"]);
}

#[tokio::test]
async fn who_is_heard_in_two_places_at_once_is_erased_in_both() {
    let url = database();
    let [a, b] = nodes(&url).await;
    let world = World::new(&*b);
    // Who sent an event is looked for before the place is made to which it came.
    let endpoint = format!(
        "INSERT INTO endpoint (channel, account, address, parent, visibility) VALUES ('{CHANNEL}', '', 'group', '', '')"
    );
    let mut gate = Gate::closed(&url, &[&endpoint]).await;
    let late = acceptance([said(&world, "group", "in a group", NOW)]);
    let accepting = tokio::spawn(async move { a.accept(late).await.unwrap().events });
    gate.until_wait(1, &accepting).await;
    world.accept([said(&world, "anna", "alone", NOW)]).await;
    gate.open().await;
    accepting.await.unwrap();
    assert_eq!(erasing(&b).await.await.unwrap(), 2, "both are anna's");
}

#[tokio::test]
async fn a_call_that_is_recorded_while_somebody_is_erased_is_dropped() {
    let url = database();
    let [a, b] = nodes(&url).await;
    let world = World::new(&*a);
    world.accept([said(&world, "anna", "known", NOW)]).await;
    let mut gate = Gate::closed(&url, &[last(&world).await]).await;
    let erasing = erasing(&b).await;
    gate.until_wait(1, &erasing).await;
    let recordings = MARKER.marked(vec![recorded("anna")]);
    let keeping = tokio::spawn(async move { a.keep_recordings(recordings).await.unwrap() });
    gate.until_wait(2, &keeping).await;
    gate.open().await;
    erasing.await.unwrap();
    keeping.await.unwrap();
    assert_eq!(b.last_recordings(CHANNEL, 9).await.unwrap(), []);
}

#[tokio::test]
async fn what_a_candidate_made_of_their_words_waits_for_an_erasure_and_is_counted_without_them() {
    let url = database();
    let [a, b] = nodes(&url).await;
    let world = World::new(&*a);
    let known = said(&world, "anna", "known", NOW);
    let marks = known.marks.clone();
    world.accept([known]).await;
    let mut gate = Gate::closed(&url, &[last(&world).await]).await;
    let erasing = erasing(&b).await;
    gate.until_wait(1, &erasing).await;
    let found = Shadowed { changed: 1, examples: vec!["anna wrote".to_owned()], ..Shadowed::default() };
    let found = vec![Compared { found, marks, at: NOW }];
    let keeping = tokio::spawn(async move { a.keep_shadowed("chat", 1, found, NOW).await.unwrap() });
    gate.until_wait(2, &keeping).await;
    gate.open().await;
    erasing.await.unwrap();
    keeping.await.unwrap();
    assert_eq!(b.shadowed("chat", 1).await.unwrap(), Shadowed { changed: 1, ..Shadowed::default() });
}

#[tokio::test]
async fn a_call_whose_number_is_low_and_whose_commit_is_late_is_searched() {
    let url = database();
    let [a, b] = nodes(&url).await;
    let world = World::new(&*a);
    world.accept([said(&world, "anna", "known", NOW)]).await;
    let keeping = ["SELECT pg_advisory_xact_lock_shared(22)", &keeps(0, &recorded("anna"))];
    let mut gate = Gate::closed(&url, &keeping).await;
    let other = recording(CHANNEL, 1);
    a.keep_recordings(MARKER.marked(vec![other.clone()])).await.unwrap();
    let erasing = erasing(&b).await;
    gate.until_wait(1, &erasing).await;
    gate.commit().await;
    erasing.await.unwrap();
    assert_eq!(b.last_recordings(CHANNEL, 9).await.unwrap(), [other]);
}

#[tokio::test]
async fn a_call_that_is_recorded_after_the_search_is_erased_all_the_same() {
    let url = database();
    let [a, b] = nodes(&url).await;
    let world = World::new(&*a);
    world.accept([said(&world, "anna", "known", NOW)]).await;
    let other = recording(CHANNEL, 1);
    a.keep_recordings(MARKER.marked(vec![other.clone()])).await.unwrap();
    let keeping = ["SELECT 1 FROM conversation FOR UPDATE", &keeps(1_000, &recorded("anna"))];
    let mut gate = Gate::closed(&url, &keeping).await;
    let erasing = erasing(&b).await;
    gate.until_wait(1, &erasing).await;
    gate.commit().await;
    erasing.await.unwrap();
    assert_eq!(b.last_recordings(CHANNEL, 9).await.unwrap(), [other]);
}

#[tokio::test]
async fn nobody_waits_while_the_quarantine_is_searched() {
    let url = database();
    let [a, b] = nodes(&url).await;
    let world = World::new(&*a);
    world.accept([said(&world, "anna", "known", NOW)]).await;
    let mut gate = Gate::closed(&url, &["LOCK TABLE quarantine"]).await;
    let erasing = erasing(&b).await;
    gate.until_wait(1, &erasing).await;
    let meanwhile = acceptance([said(&world, "group", "meanwhile", NOW)]);
    let accepting = tokio::spawn(async move { a.accept(meanwhile).await.unwrap().events });
    gate.until_wait(2, &accepting).await;
    assert!(accepting.is_finished() && !erasing.is_finished());
    gate.open().await;
    assert_eq!(erasing.await.unwrap(), 2, "with what was accepted meanwhile");
}

#[tokio::test]
async fn what_comes_into_quarantine_after_the_search_is_found_all_the_same() {
    let url = database();
    let [a, b] = nodes(&url).await;
    let world = World::new(&*a);
    world.accept([said(&world, "anna", "known", NOW)]).await;
    let webhook = |body: &str| {
        let webhook = Webhook { method: "POST".into(), url: String::new(), headers: vec![], body: body.into() };
        quarantined(&world, Quarry::Webhook(webhook))
    };
    let [before, others, after] = ["by anna", "by bert", "by anna, too"].map(webhook);
    let unreadable = quarantined(&world, Quarry::Event(said(&world, "anna", "unreadable", NOW).event));
    for item in [&before, &others] {
        world.store.quarantine(item.clone()).await.unwrap();
    }
    let mut gate = Gate::closed(&url, &["SELECT 1 FROM conversation FOR UPDATE"]).await;
    let known = anna(&b).await;
    let erasing = tokio::spawn(async move { b.erase(Erasure { contact: known, marker: MARKER, at: NOW }).await });
    gate.until_wait(1, &erasing).await;
    for item in [&after, &unreadable] {
        a.quarantine(item.clone()).await.unwrap();
    }
    gate.open().await;
    assert_eq!(erasing.await.unwrap().unwrap().webhooks, [before.id, after.id]);
    let left: Vec<_> = a.quarantined(9).await.unwrap().iter().map(|item| item.id).collect();
    assert_eq!(left, [before.id, others.id, after.id]);
}

#[tokio::test]
async fn what_is_being_published_to_somebody_goes_with_them() {
    let url = database();
    let [a, b] = nodes(&url).await;
    let world = World::new(&*a);
    world.accept([said(&world, "anna", "known", NOW)]).await;
    let address = format!("{CHANNEL}/anna");
    let errand = errand(&world, format!("live:{address}"));
    let cause = Some(Cause::Errand(errand.id));
    let mut asked = acceptance([]);
    asked.errands.push(errand);
    world.store.accept(asked).await.unwrap();
    // Numbers are drawn after it was seen that the errand is there.
    let stream = format!("INSERT INTO stream (address, last_id) VALUES ('{address}', 1)");
    let mut gate = Gate::closed(&url, &[&stream]).await;
    let publication = Publication { cause, ..publication(&address, None, "hello") };
    let publishing = tokio::spawn(async move { a.publish(publication).await.unwrap() });
    gate.until_wait(1, &publishing).await;
    let erasing = erasing(&b).await;
    gate.until_wait(2, &erasing).await;
    gate.open().await;
    publishing.await.unwrap();
    erasing.await.unwrap();
    assert!(b.live_after(&address, 0, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_being_counted_of_a_candidate_stays_without_words() {
    let url = database();
    let [a, b] = nodes(&url).await;
    let world = World::new(&*a);
    world.accept([said(&world, "anna", "known", NOW)]).await;
    let found = Shadowed { changed: 1, examples: vec!["anna wrote".to_owned()], ..Shadowed::default() };
    a.keep_shadowed("chat", 1, vec![found.clone().into()], NOW).await.unwrap();
    let more = Shadowed { changed: 2, refused: Some("anna wrote more".to_owned()), ..found };
    let more = format!("UPDATE shadow SET found = '{}'", serde_json::to_string(&more).unwrap());
    let mut gate = Gate::closed(&url, &[&more]).await;
    let erasing = erasing(&b).await;
    gate.until_wait(1, &erasing).await;
    gate.commit().await;
    erasing.await.unwrap();
    let kept = a.shadowed("chat", 1).await.unwrap();
    assert_eq!((kept.changed, kept.refused.is_some()), (2, true));
    assert!(!format!("{kept:?}").contains("anna"), "{kept:?}");
}
