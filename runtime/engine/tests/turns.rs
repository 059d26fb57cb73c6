//! Turns: order, routing, requests, and what happens when a skill or the process fails.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: a wrong world is a failed test")]

mod support;

use std::sync::atomic::Ordering;

use sportello_domain::{
    contract::*,
    conversation::{Owner, Voice},
    routing::Automation,
};
use sportello_engine::ports::store::TurnOutcome;
use support::{SkillCode, World, status};

fn says(text: impl Into<String>) -> Option<Result<Outcome, Failure>> {
    Some(Ok(Outcome::Effects(vec![Effect::Say(Content::Text(text.into()))])))
}

fn skill(code: impl Fn(&Turn) -> Option<Result<Outcome, Failure>> + Send + Sync + 'static) -> SkillCode {
    Box::new(code)
}

fn words(turn: &Turn) -> String {
    match &turn.trigger {
        Trigger::Message(message) => message.words(),
        other => panic!("{other:?}"),
    }
}

fn request(repeatable: bool) -> HttpRequest {
    HttpRequest {
        method: "POST".to_owned(),
        url: "https://api.example/orders".to_owned(),
        headers: vec![],
        body: vec![],
        repeatable,
        after: None,
        timeout: None,
        max_age: None,
    }
}

/// Orders something once, then says what came of it.
fn orders(repeatable: bool) -> SkillCode {
    skill(move |turn| match turn.exchanges.first() {
        None => Some(Ok(Outcome::Perform(vec![request(repeatable)]))),
        Some(exchange) => says(match &exchange.outcome {
            Ok(response) => format!("ordered: {}", response.status),
            Err(RequestError::Unknown(_)) => "unknown".to_owned(),
            Err(error) => format!("{error:?}"),
        }),
    })
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_answered_in_the_order_of_acceptance() {
    let world = World::new(vec![("echo", skill(|turn| says(words(turn))))]).await;
    for number in 0..20 {
        world.says("ann", &format!("echo {number}")).await;
    }
    world.pass(5_000).await;
    let expected: Vec<String> = (0..20).map(|number| format!("echo {number}")).collect();
    assert_eq!(world.platform.texts(), expected);
}

#[tokio::test(start_paused = true)]
async fn the_same_webhook_ten_times_is_answered_once() {
    let world = World::new(vec![("echo", skill(|turn| says(words(turn))))]).await;
    let event = support::message("ann", "1", "echo", world.now());
    for _ in 0..10 {
        world.webhook(std::slice::from_ref(&event)).await;
    }
    world.pass(5_000).await;
    assert_eq!(world.platform.texts(), ["echo"]);
}

#[tokio::test(start_paused = true)]
async fn a_slow_conversation_does_not_hold_another_one_up() {
    let world = World::new(vec![("order", orders(true)), ("echo", skill(|turn| says(words(turn))))]).await;
    world.platform.answers(|_| status(200, ""));
    world.platform.delay.store(30_000, Ordering::SeqCst);
    world.says("ann", "order").await;
    world.pass(10).await;
    world.platform.delay.store(0, Ordering::SeqCst);
    world.says("bob", "echo").await;
    world.pass(100).await;
    assert_eq!(world.platform.texts(), ["echo"]);
}

#[tokio::test(start_paused = true)]
async fn a_skill_goes_on_with_what_it_fetched() {
    let world = World::new(vec![("order", orders(true))]).await;
    world.platform.answers(|_| status(200, ""));
    world.says("ann", "order").await;
    world.pass(1_000).await;
    assert_eq!(world.platform.texts(), ["ordered: 200"]);
    let turns = world.turns().await;
    assert_eq!(turns[0].outcome, TurnOutcome::Answered);
    assert_eq!(turns[0].journal.steps[0].exchanges.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_skill_that_traps_brings_a_person_and_words_for_the_customer() {
    let world = World::new(vec![("bad", skill(|_| None))]).await;
    world.says("ann", "bad").await;
    world.pass(1_000).await;
    assert!(world.platform.texts()[0].contains("person"), "{:?}", world.platform.texts());
    let Owner::Queue(waiting) = world.conversation().await.conversation.owner else { panic!() };
    assert!(waiting.hand_over.reason.contains("`bad` failed"), "{}", waiting.hand_over.reason);
    world.says("ann", "hello?").await;
    world.pass(1_000).await;
    assert_eq!(world.turns().await[1].outcome, TurnOutcome::Noted, "the lane goes on");
}

#[tokio::test(start_paused = true)]
async fn an_active_skill_is_asked_first_until_it_passes() {
    let form = skill(|turn| match (&turn.memory, words(turn).as_str()) {
        (None, _) => Some(Ok(Outcome::Effects(vec![
            Effect::Remember(Memory { version: 1, data: "asked".into() }),
            Effect::Say(Content::Text("name?".to_owned())),
        ]))),
        (Some(_), "echo") => Some(Ok(Outcome::Pass)),
        (Some(_), name) => says(format!("hello {name}")),
    });
    let world = World::new(vec![("form", form), ("echo", skill(|turn| says(words(turn))))]).await;
    for text in ["form", "Ann", "echo", "Ann"] {
        world.says("ann", text).await;
        world.pass(1_000).await;
    }
    assert_eq!(world.platform.texts()[..3], ["name?", "hello Ann", "echo"]);
    assert!(world.platform.texts()[3].contains("person"), "the dialogue ended when the skill passed");
}

#[tokio::test(start_paused = true)]
async fn a_greeting_comes_before_the_first_answer_only() {
    let world = World::with(
        vec![("welcome", skill(|_| says("I am a bot"))), ("echo", skill(|turn| says(words(turn))))],
        |catalog| catalog.policy.greeting = Some("welcome".to_owned()),
    )
    .await;
    world.says("ann", "echo 1").await;
    world.says("ann", "echo 2").await;
    world.pass(1_000).await;
    assert_eq!(world.platform.texts(), ["I am a bot", "echo 1", "echo 2"]);
}

#[tokio::test(start_paused = true)]
async fn the_second_message_that_is_not_understood_brings_a_person() {
    let world = World::with(vec![("sorry", skill(|_| says("pardon?")))], |catalog| {
        catalog.policy.fallback = Some("sorry".to_owned());
        catalog.policy.intents.clear();
    })
    .await;
    world.says("ann", "xyzzy").await;
    world.says("ann", "plugh").await;
    world.pass(1_000).await;
    assert_eq!(world.platform.texts()[0], "pardon?");
    assert_eq!(world.conversation().await.conversation.owner.kind(), "queue");
}

#[tokio::test(start_paused = true)]
async fn a_skill_is_told_of_its_requests_as_it_asked_for_them() {
    for repeatable in [true, false] {
        let strict = skill(move |turn| match turn.exchanges.first() {
            None => Some(Ok(Outcome::Perform(vec![request(repeatable)]))),
            Some(exchange) => says(if exchange.request == request(repeatable) { "as asked" } else { "another one" }),
        });
        let world = World::new(vec![("order", strict)]).await;
        world.says("ann", "order").await;
        world.pass(1_000).await;
        assert_eq!(world.platform.texts(), ["as asked"]);
        let sent = world.platform.got.lock().unwrap()[0].timeout;
        assert!(sent.is_some_and(|timeout| timeout <= 60_000), "it ends with the turn: {sent:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_not_repeatable_leaves_once_even_over_a_crash() {
    let world = World::new(vec![("order", orders(false))]).await;
    world.platform.answers(|_| status(200, ""));
    world.platform.delay.store(86_400_000, Ordering::SeqCst);
    world.says("ann", "order").await;
    world.pass(1_000).await;
    world.platform.delay.store(0, Ordering::SeqCst);
    let world = world.crash().await;
    world.pass(2_000).await;
    let orders = world.platform.got.lock().unwrap().iter().filter(|request| request.url.contains("orders")).count();
    assert_eq!(orders, 1);
    assert_eq!(world.platform.texts(), ["unknown"]);
    assert!(!world.turns().await[0].journal.steps[0].exchanges[0].request.repeatable);
}

#[tokio::test(start_paused = true)]
async fn a_person_who_takes_over_during_a_request_is_told_what_was_begun() {
    let world = World::new(vec![("order", orders(false))]).await;
    world.platform.answers(|_| status(200, ""));
    world.platform.delay.store(5_000, Ordering::SeqCst);
    world.says("ann", "order").await;
    world.pass(1_000).await;
    world.engine.take(world.id().await, "Camille").await.unwrap();
    world.pass(10_000).await;
    assert!(world.platform.texts().is_empty(), "the bot is silent after a person took over");
    assert_eq!(world.turns().await[0].outcome, TurnOutcome::Abandoned);
    assert!(world.notes().await[0].contains("https://api.example/orders"), "{:?}", world.notes().await);
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_lasts_too_long_goes_to_a_person() {
    let again = skill(|_| Some(Ok(Outcome::Perform(vec![request(true)]))));
    let world = World::new(vec![("endless", again)]).await;
    world.platform.answers(|_| status(200, ""));
    world.platform.delay.store(25_000, Ordering::SeqCst);
    world.says("ann", "endless").await;
    world.pass(120_000).await;
    let Owner::Queue(waiting) = world.conversation().await.conversation.owner else { panic!() };
    assert!(waiting.hand_over.reason.contains("longer"), "{}", waiting.hand_over.reason);
}

#[tokio::test(start_paused = true)]
async fn a_schedule_comes_back_and_a_cancelled_one_does_not() {
    let code = skill(|turn| match &turn.trigger {
        Trigger::Scheduled(tag) => says(format!("back: {tag}")),
        _ => Some(Ok(Outcome::Effects(vec![
            Effect::Schedule(Schedule { after: 10_000, tag: "soon".to_owned() }),
            Effect::Schedule(Schedule { after: 10_000, tag: "never".to_owned() }),
            Effect::CancelSchedule("never".to_owned()),
        ]))),
    });
    let world = World::new(vec![("later", code)]).await;
    world.says("ann", "later").await;
    world.pass(9_000).await;
    assert!(world.platform.texts().is_empty());
    world.pass(5_000).await;
    assert_eq!(world.platform.texts(), ["back: soon"]);
}

#[tokio::test(start_paused = true)]
async fn a_webhook_whose_plugin_traps_is_repeated_and_then_kept_for_later() {
    let world = World::new(vec![("echo", skill(|turn| says(words(turn))))]).await;
    *world.plugins.receive_traps.lock().unwrap() = true;
    let body = serde_json::to_vec(&[support::message("ann", "1", "echo", world.now())]).unwrap();
    let webhook = Webhook { method: "POST".to_owned(), url: String::new(), headers: vec![], body: body.into() };
    for _ in 0..2 {
        world.engine.receive("chat", webhook.clone()).await.unwrap_err();
    }
    assert_eq!(world.engine.receive("chat", webhook).await.unwrap().response.status, 200);
    *world.plugins.receive_traps.lock().unwrap() = false;
    let kept = world.engine.store().quarantined(10).await.unwrap();
    world.engine.rerun(kept[0].id).await.unwrap();
    world.pass(1_000).await;
    assert_eq!(world.platform.texts(), ["echo"]);
    assert!(world.engine.store().quarantined(10).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_message_older_than_deduplication_remembers_is_kept_and_not_answered() {
    let world = World::new(vec![("echo", skill(|turn| says(words(turn))))]).await;
    world.webhook(&[support::message("ann", "1", "echo", support::START - 31 * 86_400_000)]).await;
    world.pass(1_000).await;
    assert!(world.platform.texts().is_empty());
    assert_eq!(world.turns().await[0].outcome, TurnOutcome::Noted);
}

#[tokio::test(start_paused = true)]
async fn a_number_answers_a_question_that_went_out_as_numbered_text() {
    let option =
        |id: &str| Choice { id: id.to_owned(), title: id.to_owned(), description: None, kind: ChoiceKind::Answer };
    let options: Vec<Choice> = ["intent:echo", "b", "c", "d"].map(option).into();
    let ask = skill(move |_| {
        let choices = Choices { prompt: "Which?".to_owned(), options: options.clone() };
        Some(Ok(Outcome::Effects(vec![Effect::Say(Content::Choices(choices))])))
    });
    let world = World::new(vec![("ask", ask), ("echo", skill(|turn| says(words(turn))))]).await;
    world.says("ann", "ask").await;
    world.pass(1_000).await;
    world.says("ann", "1").await;
    world.pass(1_000).await;
    assert_eq!(world.platform.texts()[1], "intent:echo");
}

/// A world in which people send what this skill says.
async fn suggesting(code: SkillCode) -> World {
    World::with(vec![("order", code)], |catalog| {
        catalog.policy.intents.get_mut("order").unwrap().automation = Automation::Suggest;
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn a_suggestion_waits_for_a_person_and_does_not_leave() {
    let world = suggesting(skill(|_| says("It comes on Friday."))).await;
    world.says("ann", "order").await;
    world.pass(1_000).await;
    assert!(world.platform.texts()[0].contains("person"), "{:?}", world.platform.texts());
    assert_eq!(world.platform.texts().len(), 1);
    let lines = world.engine.store().transcript(world.id().await).await.unwrap();
    let suggested = lines.iter().find(|line| line.line.voice == Voice::Suggestion("order".to_owned())).unwrap();
    assert_eq!(suggested.line.contents, [Content::Text("It comes on Friday.".to_owned())]);
    let Owner::Queue(waiting) = world.conversation().await.conversation.owner else { panic!() };
    assert!(waiting.hand_over.reason.contains("to be checked"), "{}", waiting.hand_over.reason);
}

#[tokio::test(start_paused = true)]
async fn to_suggest_an_answer_nothing_leaves_that_is_not_repeatable() {
    let world = suggesting(orders(false)).await;
    world.says("ann", "order").await;
    world.pass(1_000).await;
    assert!(world.turns().await[0].journal.steps[0].exchanges.is_empty());
    let Owner::Queue(waiting) = world.conversation().await.conversation.owner else { panic!() };
    assert!(waiting.hand_over.reason.contains("left to people"), "{}", waiting.hand_over.reason);
}
