//! The emulated platforms behave as the scenarios rely on: they record, act, and fail on command.

use std::time::Duration;

use serde_json::json;
use sportello_harness::platforms::{Reports, Telegram, Tracking, WhatsApp};
use sportello_harness::webhooks::{telegram, whatsapp};
use sportello_harness::{Answer, Client, Cut, Emulator, Fault, Plan, Platform, Recorded, Reply, signing};

const LIMIT: Duration = Duration::from_secs(10);

async fn send_text(client: &Client, whatsapp: &Emulator<WhatsApp>, token: &str, body: &str) -> anyhow::Result<Reply> {
    let url = format!("{}/v21.0/106540352242922/messages", whatsapp.url());
    let message = json!({
        "messaging_product": "whatsapp",
        "to": "41791112233",
        "type": "text",
        "text": { "body": body },
        "biz_opaque_callback_data": "delivery-1",
    });
    let authorization = format!("Bearer {token}");
    client.send("POST", &url, &[("authorization", &authorization)], message.to_string().into_bytes()).await
}

#[tokio::test]
async fn whatsapp_takes_a_message_with_the_right_token_only() {
    let whatsapp = Emulator::start(WhatsApp::new("token")).await.unwrap();
    let client = Client::default();
    let refused = send_text(&client, &whatsapp, "wrong", "a").await.unwrap();
    assert_eq!((refused.status, refused.json().unwrap()["error"]["code"].clone()), (401, json!(190)));
    let taken = send_text(&client, &whatsapp, "token", "b").await.unwrap();
    assert_eq!(taken.status, 200);
    let sent = whatsapp.platform.sent();
    assert_eq!(taken.json().unwrap()["messages"][0]["id"], sent[0].id.as_str());
    assert_eq!(whatsapp.platform.texts_to("41791112233"), ["b"]);
    assert_eq!(whatsapp.log.len(), 2, "{}", whatsapp.log.digest());
}

#[tokio::test]
async fn a_fault_says_whether_the_platform_acted() {
    let whatsapp = Emulator::start(WhatsApp::new("token")).await.unwrap();
    let client = Client::default();
    let cases = [
        (Fault::Refuse(Answer::throttled(3)), false, Some(429)),
        (Fault::Refuse(Answer::empty(500)), false, Some(500)),
        (Fault::Break { acted: false, cut: Cut::BeforeAnswer }, false, None),
        (Fault::Break { acted: true, cut: Cut::BeforeAnswer }, true, None),
        (Fault::Break { acted: true, cut: Cut::InAnswer }, true, None),
        (Fault::Break { acted: false, cut: Cut::InAnswer }, false, None),
        (Fault::Slow(Duration::from_millis(1)), true, Some(200)),
    ];
    for (number, (fault, acted, status)) in cases.into_iter().enumerate() {
        let body = format!("message {number}");
        whatsapp.faults.plan(Plan::once(fault.clone()).mentioning(&body));
        let reply = send_text(&client, &whatsapp, "token", &body).await;
        assert_eq!(reply.ok().map(|reply| reply.status), status, "{fault:?}");
        assert_eq!(whatsapp.platform.texts_to("41791112233").contains(&body), acted, "{fault:?}");
        assert_eq!(whatsapp.log.all()[number].acted, acted, "{fault:?}");
    }
    assert_eq!(send_text(&client, &whatsapp, "token", "after").await.unwrap().status, 200);
}

#[tokio::test]
async fn faults_last_as_planned_and_meet_only_what_they_are_meant_for() {
    let whatsapp = Emulator::start(WhatsApp::new("token")).await.unwrap();
    let client = Client::default();
    whatsapp.faults.plan(Plan::times(2, Fault::Refuse(Answer::empty(503))).mentioning("bad"));
    let mut statuses = Vec::new();
    for body in ["good", "bad", "bad", "bad"] {
        statuses.push(send_text(&client, &whatsapp, "token", body).await.unwrap().status);
    }
    assert_eq!(statuses, [200, 503, 503, 200]);
    whatsapp.faults.plan(Plan::always(Fault::Refuse(Answer::empty(500))));
    assert_eq!(send_text(&client, &whatsapp, "token", "x").await.unwrap().status, 500);
    whatsapp.faults.clear();
    assert_eq!(send_text(&client, &whatsapp, "token", "y").await.unwrap().status, 200);
}

#[tokio::test]
async fn a_platform_that_is_down_refuses_connections_until_it_comes_back() {
    let whatsapp = Emulator::start(WhatsApp::new("token")).await.unwrap();
    let client = Client::default();
    send_text(&client, &whatsapp, "token", "before").await.unwrap();
    whatsapp.go_down();
    tokio::task::yield_now().await;
    send_text(&client, &whatsapp, "token", "meanwhile").await.unwrap_err();
    whatsapp.come_back().await.unwrap();
    send_text(&client, &whatsapp, "token", "after").await.unwrap();
    assert_eq!(whatsapp.platform.texts_to("41791112233"), ["before", "after"]);
}

#[tokio::test]
async fn a_held_request_is_seen_before_it_is_acted_on() {
    let whatsapp = Emulator::start(WhatsApp::new("token")).await.unwrap();
    let gate = whatsapp.faults.hold("patience");
    let client = Client::default();
    let sending = send_text(&client, &whatsapp, "token", "patience");
    let watching = async {
        whatsapp.log.wait_until(LIMIT, |all| all.len() == 1).await.unwrap();
        assert!(whatsapp.platform.sent().is_empty());
        gate.open();
    };
    let (reply, ()) = tokio::join!(sending, watching);
    assert_eq!(reply.unwrap().status, 200);
    assert_eq!(whatsapp.log.wait_for(LIMIT, 1, "patience").await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_answer_is_held_back_after_the_platform_has_acted() {
    let whatsapp = Emulator::start(WhatsApp::new("token")).await.unwrap();
    let gate = whatsapp.faults.hold_answer("patience");
    let client = Client::default();
    let sending = send_text(&client, &whatsapp, "token", "patience");
    let watching = async {
        let all = whatsapp.log.wait_for(LIMIT, 1, "patience").await.unwrap();
        assert_eq!((whatsapp.platform.sent().len(), all[0].answered), (1, None));
        gate.open();
    };
    let (reply, ()) = tokio::join!(sending, watching);
    assert_eq!(reply.unwrap().status, 200);
}

/// Takes webhooks, as the program would.
struct Inbox;

impl Platform for Inbox {
    fn act(&self, _: &Recorded) -> Answer {
        Answer::empty(200)
    }
}

#[tokio::test]
async fn whatsapp_reports_what_became_of_a_message_signed_and_with_our_reference() {
    let inbox = Emulator::start(Inbox).await.unwrap();
    let whatsapp = Emulator::start(WhatsApp::new("token")).await.unwrap();
    let hook = format!("{}/hooks/whatsapp", inbox.url());
    let reports = Reports { hook, app_secret: "secret".to_owned(), business: whatsapp::Business::default() };
    whatsapp.platform.report_to(Some(reports));
    send_text(&Client::default(), &whatsapp, "token", "a").await.unwrap();
    let reports = inbox.log.wait_for(LIMIT, 2, "delivery-1").await.unwrap();
    let signature = signing::hub_signature("secret", &reports[0].body).unwrap();
    assert_eq!(reports[0].header("x-hub-signature-256"), Some(signature.as_str()));
    let states: Vec<_> = reports
        .iter()
        .map(|report| report.json()["entry"][0]["changes"][0]["value"]["statuses"][0]["status"].clone())
        .collect();
    assert_eq!(states, ["sent", "delivered"]);
}

#[tokio::test]
async fn whatsapp_hands_out_media_in_two_steps() {
    let whatsapp = Emulator::start(WhatsApp::new("token")).await.unwrap();
    whatsapp.platform.keep_media("77", "image/png", vec![1, 2, 3]);
    let client = Client::default();
    let token = [("authorization", "Bearer token")];
    let described = client.send("GET", &format!("{}/v21.0/77", whatsapp.url()), &token, Vec::new()).await.unwrap();
    let url = described.json().unwrap()["url"].as_str().unwrap().to_owned();
    assert_eq!(client.get(&url).await.unwrap().status, 401);
    let file = client.send("GET", &url, &token, Vec::new()).await.unwrap();
    assert_eq!((file.header("content-type"), file.body.as_slice()), (Some("image/png"), [1, 2, 3].as_slice()));
}

#[tokio::test]
async fn telegram_numbers_messages_per_chat() {
    let bot = Emulator::start(Telegram::new("777:token")).await.unwrap();
    let client = Client::default();
    let mut ids = Vec::new();
    for chat in [1, 1, 2] {
        let body = json!({ "chat_id": chat, "text": "hello" }).to_string().into_bytes();
        let url = format!("{}/bot777:token/sendMessage", bot.url());
        let reply = client.send("POST", &url, &[("content-type", "application/json")], body).await.unwrap();
        ids.push(reply.json().unwrap()["result"]["message_id"].as_i64().unwrap());
    }
    assert_eq!(ids, [1001, 1002, 1001]);
    assert_eq!(bot.platform.texts_to(1), ["hello", "hello"]);
    assert_eq!(client.get(&format!("{}/botwrong/getMe", bot.url())).await.unwrap().status, 401);
}

#[tokio::test]
async fn telegram_forgets_updates_that_were_confirmed() {
    let bot = Emulator::start(Telegram::new("t")).await.unwrap();
    let chat = telegram::Chat::new(5, "Ada");
    for number in 10..13 {
        bot.platform.offer(chat.text(number, number, 0, "hi"));
    }
    let client = Client::default();
    let ask = async |offset: i64| {
        let reply = client.get(&format!("{}/bott/getUpdates?offset={offset}&limit=2", bot.url())).await.unwrap();
        let result = reply.json().unwrap()["result"].as_array().unwrap().clone();
        result.iter().map(|update| update["update_id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(ask(0).await, [10, 11]);
    assert_eq!(ask(0).await, [10, 11]);
    assert_eq!(ask(12).await, [12]);
    assert_eq!(ask(13).await, [] as [i64; 0]);
}

#[tokio::test]
async fn telegram_says_how_long_to_wait() {
    let answer = Telegram::too_many_requests(7);
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((answer.status, body["parameters"]["retry_after"].clone()), (429, json!(7)));
}

#[tokio::test]
async fn a_parcel_follows_from_its_number_unless_it_was_set() {
    let tracking = Emulator::start(Tracking::new(1_795_305_600_000).unwrap()).await.unwrap();
    let client = Client::default();
    let ask = async |number: &str| client.get(&format!("{}/parcels/{number}", tracking.url())).await.unwrap();
    let parcel = ask("990012345612345671").await.json().unwrap();
    assert_eq!(parcel["status"], "in-transit");
    assert_eq!(parcel["expected"], "2026-11-23");
    assert_eq!(parcel["events"].as_array().unwrap().last().unwrap()["status"], parcel["status"]);
    assert_eq!(ask("990012345612345679").await.status, 404);
    tracking.platform.set("990012345612345679", Some(json!({ "status": "held" })));
    assert_eq!(ask("990012345612345679").await.json().unwrap()["status"], "held");
}
