//! Replay: a candidate on recorded turns, answered by what was recorded.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: a wrong world is a failed test")]

mod support;

use sportello_domain::{
    contract::*,
    replay::{Finding, Replayed, Summary},
    revision::{Grants, PluginKind, Revision, RevisionId},
};
use sportello_engine::replay::{Candidate, Recorded, recorded, recorded_analyses, recorded_steps, replay};
use support::{Scripted, SkillCode, World, status};

fn skill(code: impl Fn(&Turn) -> Option<Result<Outcome, Failure>> + Send + Sync + 'static) -> SkillCode {
    Box::new(code)
}

fn effects(effects: &[Effect]) -> Option<Result<Outcome, Failure>> {
    Some(Ok(Outcome::Effects(effects.to_vec())))
}

fn say(text: &str) -> Effect {
    Effect::Say(Content::Text(text.to_owned()))
}

fn says(text: &'static str) -> SkillCode {
    skill(move |_| effects(&[say(text)]))
}

fn traps() -> SkillCode {
    skill(|_| None)
}

/// Fetches this address, and says what came back.
fn fetches(url: &'static str) -> SkillCode {
    skill(move |turn| match turn.exchanges.first() {
        None => Some(Ok(Outcome::Perform(vec![HttpRequest {
            method: "GET".to_owned(),
            url: url.to_owned(),
            headers: vec![],
            body: vec![],
            repeatable: true,
            after: None,
            timeout: None,
            max_age: None,
        }]))),
        Some(Exchange { outcome: Ok(response), .. }) => {
            effects(&[say(std::str::from_utf8(&response.body).unwrap_or_default())])
        }
        Some(_) => effects(&[say("nothing")]),
    })
}

/// Remembers in this version, and says what it remembered.
fn remembers(version: u32) -> SkillCode {
    skill(move |turn| {
        let known = turn.memory.as_ref().map_or("nothing".to_owned(), |memory| format!("{:?}", memory.data));
        effects(&[say(&known), Effect::Remember(Memory { version, data: "kept".into() })])
    })
}

/// What the skill `faq` did with these messages.
async fn record(code: SkillCode, messages: &[&str]) -> Vec<Recorded> {
    let world = World::new(vec![("faq", code)]).await;
    world.platform.answers(|request| status(200, if request.url.contains("parcel") { "in transit" } else { "m" }));
    for message in messages {
        world.says("ann", message).await;
        world.pass(1_000).await;
    }
    recorded_steps(world.engine.store().as_ref(), "faq", 100).await.unwrap()
}

async fn run(code: SkillCode, memory_version: u32, migrates: bool, recorded: &[Recorded]) -> Vec<Replayed> {
    let plugins = Scripted::new(vec![("faq", code)]);
    *plugins.migrates_to.lock().unwrap() = migrates.then_some(memory_version);
    let revision = RevisionId("faq@candidate".to_owned());
    let candidate = Candidate { revision: &revision, settings: &"{}".to_owned(), memory_version };
    let mut heard = 0;
    let replayed = replay(&plugins, candidate, recorded, |_| heard += 1).await.unwrap();
    assert_eq!(heard, replayed.len());
    replayed
}

/// What came of the only call, in words.
async fn told(code: SkillCode, recorded: &[Recorded]) -> String {
    let replayed = run(code, 1, false, recorded).await;
    assert_eq!(replayed.len(), 1, "{replayed:?}");
    replayed[0].to_string().split_once(": ").unwrap().1.to_owned()
}

#[tokio::test(start_paused = true)]
async fn the_same_code_gives_the_same_answers_newest_first() {
    let recorded = record(says("hello"), &["faq 1", "faq 2", "faq 3"]).await;
    let replayed = run(says("hello"), 1, false, &recorded).await;
    assert_eq!(Summary::of(&replayed).same, 3);
    let turns: Vec<&str> = replayed.iter().map(|one| one.call.split(" of ").next().unwrap()).collect();
    assert_eq!(turns, ["turn 3", "turn 2", "turn 1"]);
}

#[tokio::test(start_paused = true)]
async fn another_answer_is_told_with_both() {
    let recorded = record(says("good day"), &["faq"]).await;
    assert_eq!(told(says("hello"), &recorded).await, r#"changed: say: "good day" → "hello""#);
}

#[tokio::test(start_paused = true)]
async fn requests_are_answered_by_what_was_recorded() {
    let recorded = record(fetches("https://parcel.example/1"), &["faq"]).await;
    assert_eq!(told(fetches("https://parcel.example/1"), &recorded).await, "same");
    let shouts = skill(|turn| match fetches("https://parcel.example/1")(turn) {
        Some(Ok(Outcome::Effects(_))) => effects(&[say("IN TRANSIT")]),
        asks => asks,
    });
    assert_eq!(told(shouts, &recorded).await, r#"changed: say: "in transit" → "IN TRANSIT""#);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_was_not_recorded_is_not_comparable_and_not_made() {
    let recorded = record(fetches("https://parcel.example/1"), &["faq"]).await;
    assert_eq!(
        told(fetches("https://parcel.example/v2/1"), &recorded).await,
        "not comparable: it asked for what was not recorded: request: GET https://parcel.example/1 → GET \
         https://parcel.example/v2/1"
    );
    let quiet = record(says("hello"), &["faq"]).await;
    assert_eq!(
        told(fetches("https://parcel.example/1"), &quiet).await,
        "not comparable: it asked for what was not recorded: request added: GET https://parcel.example/1"
    );
}

#[tokio::test(start_paused = true)]
async fn a_trap_is_a_failure_unless_it_trapped_then_as_well() {
    let recorded = record(says("hello"), &["faq"]).await;
    assert_eq!(told(traps(), &recorded).await, "failed: faq@candidate trapped in handle: unreachable");
    let broken = record(traps(), &["faq"]).await;
    assert!(told(traps(), &broken).await.starts_with("not comparable: it failed then, too: "));
    assert!(told(says("mended"), &broken).await.ends_with(r#"say added: "mended""#));
}

#[tokio::test(start_paused = true)]
async fn to_ask_once_more_than_was_recorded_is_not_comparable() {
    let recorded = record(
        skill(|turn| {
            let again = fetches("https://parcel.example/1");
            match turn.exchanges.len() {
                0..9 => again(&Turn { exchanges: vec![], ..turn.clone() }),
                _ => effects(&[say("done")]),
            }
        }),
        &["faq"],
    )
    .await;
    let restless = skill(|turn| fetches("https://parcel.example/1")(&Turn { exchanges: vec![], ..turn.clone() }));
    let told = told(restless, &recorded).await;
    assert!(told.starts_with("not comparable: it asked for what was not recorded: "), "{told}");
}

#[tokio::test(start_paused = true)]
async fn memory_is_carried_over_on_both_sides() {
    let recorded = record(remembers(1), &["faq", "more"]).await;
    let replayed = run(remembers(2), 2, true, &recorded).await;
    assert_eq!(Summary::of(&replayed).same, 2, "{replayed:?}");
}

#[tokio::test(start_paused = true)]
async fn memory_that_the_candidate_cannot_read_is_a_failure() {
    let recorded = record(remembers(1), &["faq", "more"]).await;
    let replayed = run(remembers(2), 2, false, &recorded).await;
    let Finding::Failed(reason) = &replayed[0].finding else { panic!("{replayed:?}") };
    assert_eq!(reason, "faq@candidate trapped in migrate: unreachable");
    let older = run(remembers(0), 0, false, &recorded).await;
    let Finding::Failed(reason) = &older[0].finding else { panic!("{older:?}") };
    assert_eq!(reason, "what was kept is of version 1, and the candidate reads 0 at most");
}

#[tokio::test(start_paused = true)]
async fn an_attachment_that_was_not_kept_makes_a_turn_not_comparable() {
    let world = World::new(vec![("faq", says("hello"))]).await;
    let picture = Media {
        kind: MediaKind::Image,
        source: MediaSource::Inline(vec![0xff, 0xd8].into()),
        mime_type: None,
        file_name: None,
        caption: Some("faq".to_owned()),
        size: None,
        duration: None,
    };
    let sender = Sender { id: "ann".to_owned(), ..Sender::default() };
    let contents = vec![Content::Media(picture)];
    let message = Message { sender, subject: None, contents, reply_to: None };
    world.webhook(&[support::event("ann", "m1", world.now(), Happening::Message(message))]).await;
    world.pass(1_000).await;
    let recorded = recorded_steps(world.engine.store().as_ref(), "faq", 100).await.unwrap();
    let told = told(says("hello"), &recorded).await;
    assert_eq!(told, "not comparable: the journal does not keep the bytes of an attachment");
}

#[tokio::test(start_paused = true)]
async fn a_classifier_is_run_on_the_texts_that_were_read() {
    let world = World::new(vec![("faq", says("hello"))]).await;
    world.says("ann", "faq please").await;
    world.says("ann", "xyzzy").await;
    world.pass(1_000).await;
    let recorded = recorded_analyses(world.engine.store().as_ref(), 100).await.unwrap();
    let revision = RevisionId("nlu@candidate".to_owned());
    let candidate = Candidate { revision: &revision, settings: &"{}".to_owned(), memory_version: 0 };
    let knows_less = Scripted::new(vec![]);
    let replayed = replay(&knows_less, candidate, &recorded, |_| {}).await.unwrap();
    let lines: Vec<String> =
        replayed.iter().map(|one| one.to_string().split_once(": ").unwrap().1.to_owned()).collect();
    assert_eq!(lines, ["same", "changed: intent: faq (0.90) → none; out-of-scope: 0.00 → 1.00"]);
}

#[tokio::test(start_paused = true)]
async fn only_so_many_of_the_newest_are_taken() {
    let world = World::new(vec![("faq", says("hello")), ("other", says("other"))]).await;
    for message in ["faq 1", "other", "faq 2", "faq 3"] {
        world.says("ann", message).await;
        world.pass(1_000).await;
    }
    let recorded = recorded_steps(world.engine.store().as_ref(), "faq", 2).await.unwrap();
    let texts = recorded.iter().map(|one| match one {
        Recorded::Handled { entry, .. } => match &entry.input.trigger {
            Trigger::Message(message) => message.words(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    });
    assert_eq!(texts.collect::<Vec<_>>(), ["faq 3", "faq 2"]);
}

/// What the channel did while a customer wrote twice and was answered: each webhook and each delivery.
async fn channel_calls() -> Vec<Recorded> {
    let world = World::new(vec![("faq", says("hello"))]).await;
    for message in ["faq 1", "faq 2"] {
        world.says("ann", message).await;
        world.pass(2_000).await;
    }
    let channel = Revision::new("chat", "chat", PluginKind::Channel, "d", "0.1.0", "{}".to_owned(), Grants::default());
    recorded(world.engine.store().as_ref(), &channel, 100).await.unwrap()
}

async fn rerun(plugins: &Scripted) -> Vec<String> {
    let revision = RevisionId("chat@candidate".to_owned());
    let candidate = Candidate { revision: &revision, settings: &"{}".to_owned(), memory_version: 0 };
    let replayed = replay(plugins, candidate, &channel_calls().await, |_| {}).await.unwrap();
    let told = replayed.iter().map(|one| {
        let (call, finding) = (one.call.split(' ').next().unwrap(), one.to_string());
        format!("{call}: {}", finding.split_once(": ").unwrap().1)
    });
    told.collect()
}

#[tokio::test(start_paused = true)]
async fn a_channel_is_run_on_the_webhooks_and_deliveries_that_were_recorded() {
    let calls = rerun(&Scripted::new(vec![])).await;
    assert_eq!(calls, ["delivery: same", "webhook: same", "delivery: same", "webhook: same"]);
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_gives_other_event_ids_has_failed() {
    let candidate = Scripted::new(vec![]);
    *candidate.event_prefix.lock().unwrap() = "new-".to_owned();
    let calls = rerun(&candidate).await;
    assert_eq!(calls[3], r#"webhook: failed: other events: message "1" only before; message "new-1" only now"#);
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_calls_elsewhere_is_not_comparable_and_one_that_traps_has_failed() {
    let candidate = Scripted::new(vec![]);
    *candidate.sends_to.lock().unwrap() = "https://platform.example/v2/send".to_owned();
    *candidate.receive_traps.lock().unwrap() = true;
    let calls = rerun(&candidate).await;
    assert!(
        calls[0].starts_with("delivery: not comparable: it asked for what was not recorded: request: POST "),
        "{calls:?}"
    );
    assert_eq!(calls[1], "webhook: failed: chat@candidate trapped in receive: unreachable");
}
