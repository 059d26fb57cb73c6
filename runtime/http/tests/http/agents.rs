//! What agents see and do.

use serde_json::{Value, json};

use crate::support::World;

fn path(conversation: &Value, action: &str) -> String {
    format!("/api/v1/conversations/{}{action}", conversation["id"].as_str().unwrap())
}

async fn taken(world: &World, from: &str) -> Value {
    let conversation = world.waiting(from).await;
    let reply = world.call("POST", &path(&conversation, "/take"), json!({ "agent": "Camille" })).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

#[tokio::test]
async fn the_queue_shows_urgent_ones_first_and_then_who_waits_longest() {
    let world = World::start().await;
    world.waiting("+1").await;
    world.waiting("+2").await;
    world.write("u", "+3", "A person, now!").await;
    let queue = world.until("/api/v1/queue", |queue| queue["waiting"].as_array().unwrap().len() == 3).await;
    let order: Vec<_> =
        queue["waiting"].as_array().unwrap().iter().map(|one| &one["conversation"]["thread"]["address"]).collect();
    assert_eq!(order, ["+3", "+1", "+2"]);
    assert_eq!(queue["waiting"][0]["conversation"]["owner"]["queue"]["hand-over"]["reason"], "asked for one");
    assert_eq!(world.get("/api/v1/queue?limit=1").await["waiting"].as_array().unwrap().len(), 1);
    assert_eq!(world.get("/api/v1/queue?queue=default").await["waiting"].as_array().unwrap().len(), 3);
    assert_eq!(world.get("/api/v1/queue?queue=customs").await["waiting"], json!([]));
}

#[tokio::test]
async fn conversations_are_listed_by_owner_channel_queue_and_stage() {
    let world = World::start().await;
    let waiting = world.waiting("+1").await;
    world.write("b", "+2", "hello").await;
    let count = async |query: &str| {
        let listed = world.get(&format!("/api/v1/conversations{query}")).await;
        listed["conversations"].as_array().unwrap().len()
    };
    assert_eq!(count("").await, 2);
    assert_eq!(count("?owner=queue").await, 1);
    assert_eq!(count("?owner=bot&channel=echo").await, 1);
    assert_eq!(count("?owner=agent").await, 0);
    assert_eq!(count("?channel=patient").await, 0);
    assert_eq!(count("?queue=default").await, 1);
    assert_eq!(count("?limit=1").await, 1);
    world.call("POST", &path(&waiting, "/resolve"), json!({ "agent": "Camille" })).await;
    world.until(&path(&waiting, ""), |shown| shown["conversation"]["stage"] == "closed").await;
    assert_eq!((count("").await, count("?closed=true").await), (1, 2));
}

#[tokio::test]
async fn filters_that_make_no_sense_are_refused_by_name() {
    let world = World::start().await;
    for (query, told) in [
        ("?owner=robot", "robot"),
        ("?onwer=bot", "onwer"),
        ("?limit=0", "`limit`"),
        ("?limit=many", "limit"),
        ("?owner=bot&queue=default", "`owner=queue`"),
    ] {
        let reply = world.call("GET", &format!("/api/v1/conversations{query}"), Value::Null).await;
        let detail = reply.problem(400, "malformed");
        assert!(detail.contains(told), "{query}: {detail}");
    }
}

#[tokio::test]
async fn a_conversation_shows_its_transcript_and_its_journal() {
    let world = World::start().await;
    world.write("1", "+41791112233", "hello").await;
    let listed = world.get("/api/v1/conversations").await;
    let conversation = &listed["conversations"][0]["conversation"];
    let messages =
        world.until(&path(conversation, "/messages"), |messages| messages["messages"][1]["state"] == "sent").await;
    assert_eq!(messages["messages"][0]["line"]["voice"], "customer");
    assert_eq!(messages["messages"][1]["line"]["voice"], json!({ "bot": "talk" }));
    assert_eq!(messages["messages"][1]["line"]["contents"], json!([{ "text": "You said: hello" }]));
    let turns = world.get(&path(conversation, "/turns")).await;
    let journal = &turns["turns"][0]["journal"];
    assert_eq!(turns["turns"][0]["outcome"], "answered");
    assert_eq!(journal["analysis"]["analysis"]["ok"]["intents"][0]["name"], "talk");
    assert_eq!(journal["steps"][0]["exchanges"][0]["outcome"]["ok"]["body"], "words");
    assert_eq!(world.get(&path(conversation, "")).await["contact"]["name"], "Ada");
}

#[tokio::test]
async fn who_has_taken_a_conversation_answers_it_with_a_signature() {
    let world = World::start().await;
    let conversation = taken(&world, "+1").await;
    assert_eq!(conversation["owner"]["agent"]["name"], "Camille");
    let body = json!({ "agent": "Camille", "owner-epoch": conversation["owner-epoch"], "text": "Good morning" });
    let reply = world.call("POST", &path(&conversation, "/answer"), body).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let message = reply.json()["message"].clone();
    let sent = |messages: &Value| {
        let line = messages["messages"].as_array().unwrap().iter().find(|line| line["line"]["id"] == message).cloned();
        line.filter(|line| line["state"] == "sent")
    };
    let messages = world.until(&path(&conversation, "/messages"), |messages| sent(messages).is_some()).await;
    assert_eq!(sent(&messages).unwrap()["line"]["voice"], json!({ "agent": "Camille" }));
}

#[tokio::test]
async fn the_same_key_is_the_same_answer() {
    let world = World::start().await;
    let conversation = taken(&world, "+1").await;
    let answer = path(&conversation, "/answer");
    let body = json!({ "agent": "Camille", "key": "k1", "text": "Good morning" });
    let (first, second) = (world.call("POST", &answer, body.clone()).await, world.call("POST", &answer, body).await);
    assert_eq!((first.status, second.status), (201, 200));
    assert_eq!((&first.json()["new"], &second.json()["new"]), (&json!(true), &json!(false)));
    assert_eq!(first.json()["message"], second.json()["message"]);
    let contents = json!({ "agent": "Camille", "contents": [{ "text": "And" }, { "location": { "latitude": 46.9, "longitude": 7.4 } }] });
    let authorization = format!("Bearer {}", world.token(&sportello_http::Scope::ALL).await);
    let headers = [
        ("authorization", authorization.as_str()),
        ("idempotency-key", "k2"),
        ("content-type", "application/json; charset=utf-8"),
    ];
    for status in [201, 200] {
        assert_eq!(world.send("POST", &answer, &headers, &contents.to_string()).await.status, status);
    }
}

#[tokio::test]
async fn who_has_not_taken_it_or_saw_it_otherwise_cannot_answer() {
    let world = World::start().await;
    let conversation = taken(&world, "+1").await;
    let (take, answer) = (path(&conversation, "/take"), path(&conversation, "/answer"));
    let detail = world.call("POST", &take, json!({ "agent": "Noor" })).await.problem(409, "conflict");
    assert!(detail.contains("Camille"), "{detail}");
    let body = json!({ "agent": "Noor", "text": "Me too" });
    assert!(world.call("POST", &answer, body).await.problem(409, "conflict").contains("take it first"));
    let body = json!({ "agent": "Camille", "owner-epoch": 0, "text": "Hello" });
    assert!(world.call("POST", &answer, body).await.problem(409, "conflict").contains("changed hands"));
}

#[tokio::test]
async fn answers_that_cannot_be_read_are_refused_with_what_to_do() {
    let world = World::start().await;
    let conversation = taken(&world, "+1").await;
    let answer = path(&conversation, "/answer");
    for (body, told) in [
        (json!({ "agent": "Camille" }), "`text` or `contents`"),
        (json!({ "agent": "Camille", "text": "a", "contents": [{ "text": "b" }] }), "`text` or `contents`"),
        (json!({ "agent": "", "text": "a" }), "`agent`"),
        (json!({ "text": "a" }), "agent"),
        (json!({ "agent": "Camille", "message": "a" }), "message"),
        (json!({ "agent": "Camille", "contents": [{ "song": "b" }] }), "song"),
    ] {
        let detail = world.call("POST", &answer, body).await.problem(400, "malformed");
        assert!(detail.contains(told), "{detail}");
    }
    let authorization = format!("Bearer {}", world.token(&sportello_http::Scope::ALL).await);
    let form = [("authorization", authorization.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    let detail = world.send("POST", &answer, &form, "text=a").await.problem(415, "not-json");
    assert!(detail.contains("Content-Type: application/json"), "{detail}");
    let large = json!({ "agent": "Camille", "text": "a".repeat(300_000) });
    world.call("POST", &answer, large).await.problem(413, "too-large");
}

#[tokio::test]
async fn a_conversation_goes_back_to_the_bot_or_is_resolved() {
    let world = World::start().await;
    let conversation = taken(&world, "+1").await;
    let back = world.call("POST", &path(&conversation, "/return"), json!({ "agent": "Camille" })).await;
    assert_eq!((back.status, &back.json()["owner"]), (200, &json!("bot")));
    let again = world.call("POST", &path(&conversation, "/return"), json!({ "agent": "Camille" })).await;
    again.problem(409, "conflict");
    let resolved = world.call("POST", &path(&conversation, "/resolve"), json!({ "agent": "Camille" })).await;
    assert_eq!(resolved.status, 200);
    world.until(&path(&conversation, ""), |shown| shown["conversation"]["stage"] == "closed").await;
    let take = world.call("POST", &path(&conversation, "/take"), json!({ "agent": "Camille" })).await;
    assert!(take.problem(409, "conflict").contains("closed"));
}

#[tokio::test]
async fn a_conversation_that_is_none_is_not_found_and_an_id_that_is_none_is_refused() {
    let world = World::start().await;
    let none = json!({ "id": "01980000-0000-7000-8000-000000000000" });
    for action in ["", "/messages", "/turns"] {
        world.call("GET", &path(&none, action), Value::Null).await.problem(404, "not-found");
    }
    for action in ["/take", "/return", "/resolve"] {
        world.call("POST", &path(&none, action), json!({ "agent": "Camille" })).await.problem(404, "not-found");
    }
    let answer = json!({ "agent": "Camille", "text": "a" });
    world.call("POST", &path(&none, "/answer"), answer).await.problem(404, "not-found");
    let detail = world.call("GET", "/api/v1/conversations/7", Value::Null).await.problem(400, "malformed");
    assert!(detail.contains("UUID"), "{detail}");
}
