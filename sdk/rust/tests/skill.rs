//! A turn: effects in their order, memory with its version, and what ends it early.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails so")]

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use sportello_sdk::http::{Request, Url};
use sportello_sdk::skill::{Adapter, Description, Effect, Facts, HandOver, Memory, Outcome, Schedule, Skill, Turn};
use sportello_sdk::testing::skill::{handle, says, turn};
use sportello_sdk::types::{Content, Exchange, Failure, HttpResponse};
use sportello_sdk::{Stop, bindings, testing};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Settings {
    api_base: String,
}

/// Does what the customer names.
struct Obedient;

impl Skill for Obedient {
    type Settings = Settings;

    fn describe() -> Description {
        Description {
            name: "obedient".to_owned(),
            version: "1.0.0".to_owned(),
            summary: "Does what it is told.".to_owned(),
            settings_schema: "{}".to_owned(),
            secrets: vec![],
            hosts: vec![],
            intents: vec![],
            locales: vec![],
            memory_version: 3,
        }
    }

    fn handle(turn: &Turn<Settings>) -> Result<(), Stop<Failure>> {
        let text = turn.text().unwrap_or_default();
        turn.say("First this");
        match text.as_str() {
            "pass" => turn.pass(),
            "fail" => return Err(Failure::Rejected("told to".to_owned()).into()),
            "recall" => turn.say(turn.recall::<String>()?.unwrap_or_default()),
            "fetch" => {
                let get = |path: &str| Request::get(Url::new(&turn.settings.api_base).segment(path));
                let both = turn.fetch_all([get("a"), get("b")])?;
                let bodies: Vec<String> = both.into_iter().flatten().map(|response| response.read_text()).collect();
                turn.say(bodies.join(" and "));
            }
            _ => {
                turn.remember(&"kept")?;
                turn.schedule(Duration::from_secs(60), "later");
                turn.hand_over(HandOver::new("told to").urgent());
            }
        }
        Ok(())
    }
}

fn settings() -> serde_json::Value {
    json!({"api-base": "https://api.example"})
}

fn outcome(facts: &Facts) -> Result<Outcome, Stop<Failure>> {
    handle::<Obedient>(&settings(), facts, |request| Ok(HttpResponse::text(200, request.url.clone())))
}

fn say(text: &str) -> Effect {
    Effect::Say(Content::text(text))
}

#[test]
fn effects_keep_their_order() {
    let memory = Memory { version: 3, data: br#""kept""#.to_vec() };
    let schedule = Schedule { after: 60_000, tag: "later".to_owned() };
    let effects = vec![
        say("First this"),
        Effect::Remember(memory),
        Effect::Schedule(schedule),
        Effect::HandOver(HandOver::new("told to").urgent()),
    ];
    assert_eq!(outcome(&turn(says("all"))), Ok(Outcome::Effects(effects)));
}

#[test]
fn who_passes_says_nothing() {
    assert_eq!(outcome(&turn(says("pass"))), Ok(Outcome::Pass));
}

#[test]
fn what_was_kept_comes_back_and_what_cannot_be_read_is_said() {
    let recall = |data: &[u8]| {
        let memory = Some(Memory { version: 2, data: data.to_vec() });
        outcome(&Facts { memory, ..turn(says("recall")) })
    };
    assert_eq!(recall(br#""kept""#), Ok(Outcome::Effects(vec![say("First this"), say("kept")])));
    let Err(Stop::Fail(Failure::Rejected(reason))) = recall(b"7") else { panic!("not rejected") };
    assert!(reason.contains("version 2"), "{reason}");
}

#[test]
fn requests_asked_for_together_are_performed_together() {
    let mut rounds = vec![];
    let facts = turn(says("fetch"));
    let run = |exchanges: Vec<Exchange>| {
        rounds.push(exchanges.len());
        let turn = Turn::new(&settings().to_string(), Facts { exchanges, ..facts.clone() }, 3)?;
        Obedient::handle(&turn)?;
        Ok::<_, Stop<Failure>>(turn.into_outcome())
    };
    let done = testing::drive(run, |request| Ok(HttpResponse::text(200, request.url.clone())));
    let both = say("https://api.example/a and https://api.example/b");
    assert_eq!(done, Ok(Outcome::Effects(vec![say("First this"), both])));
    assert_eq!(rounds, [0, 2]);
}

#[test]
fn the_export_answers_in_the_words_of_the_contract() {
    use bindings::skill::exports::sportello::plugin::skill::Guest;
    let handle = |settings: &str, facts: Facts| Adapter::<Obedient>::handle(settings.to_owned(), facts);
    let settings = settings().to_string();

    let Ok(Outcome::Perform(requests)) = handle(&settings, turn(says("fetch"))) else { panic!("requests") };
    assert_eq!(requests.len(), 2);
    assert_eq!(handle(&settings, turn(says("fail"))), Err(Failure::Rejected("told to".to_owned())));
    let Err(Failure::Rejected(reason)) = handle("{}", turn(says("all"))) else { panic!("not rejected") };
    assert!(reason.contains("`api-base`"), "{reason}");

    let other = Exchange { request: requests[1].clone(), outcome: Ok(HttpResponse::status(200)) };
    let diverged = handle(&settings, Facts { exchanges: vec![other], ..turn(says("fetch")) });
    let Err(Failure::Rejected(reason)) = diverged else { panic!("not noticed: {diverged:?}") };
    assert!(reason.contains("asked for something else"), "{reason}");
    let reason =
        Adapter::<Obedient>::migrate(Memory { version: 2, data: vec![] }).expect_err("it knows no older version");
    assert_eq!(reason, "obedient cannot carry memory of version 2 over to version 3");
}
