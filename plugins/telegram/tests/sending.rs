//! Sending: what a delivery becomes, and what an answer means.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails so")]

mod common;

use common::{context, delivery, done, refused, request, say, thread};
use plugin_telegram::Telegram;
use serde_json::{Value, json};
use sportello_sdk::channel::{Act, Amend, Channel, Delivery, React, Receipt, Say};
use sportello_sdk::types::{
    Choice, ChoiceKind, Choices, Content, Failure, HttpResponse, Media, MediaKind, MediaSource, RequestError, Stored,
    Thread, Visibility,
};
use sportello_sdk::{Outcome, Stop, answer as choice, link, testing};

fn parameters(contents: Vec<Content>) -> Value {
    request(&say(contents)).parameters
}

fn came_of(delivery: &Delivery, outcome: &Outcome) -> Result<Receipt, Failure> {
    let call = |exchanges| Telegram::send(&context(exchanges), delivery.clone());
    match testing::drive(call, |_| outcome.clone()) {
        Ok(receipt) => Ok(receipt),
        Err(Stop::Fail(failure)) => Err(failure),
        Err(other) => panic!("{other:?}"),
    }
}

fn sent(outcome: Outcome) -> Result<Receipt, Failure> {
    came_of(&say(vec![Content::text("Hello")]), &outcome)
}

fn rejection(contents: Vec<Content>) -> String {
    match Telegram::send(&context(vec![]), say(contents)) {
        Err(Stop::Fail(Failure::Rejected(reason))) => reason,
        other => panic!("not rejected: {other:?}"),
    }
}

fn ask(title: &str, kind: ChoiceKind) -> Choice {
    Choice { kind, ..choice(title, title) }
}

#[test]
fn a_message_leaves_at_most_once_to_its_chat() {
    let asked = request(&say(vec![Content::text("Hello <b> & *you*")]));
    assert_eq!((asked.method.as_str(), asked.repeatable), ("sendMessage", false));
    let bold = json!([{"type": "bold", "offset": 12, "length": 3}]);
    assert_eq!(asked.parameters, json!({"chat_id": 42, "text": "Hello <b> & you", "entities": bold}));
}

#[test]
fn an_answer_goes_where_the_question_came_from() {
    let there = |address: &str, visibility, parent: Option<&str>| {
        let mut delivery = say(vec![Content::text("Hi")]);
        delivery.thread = Thread { visibility, parent: parent.map(str::to_owned), ..thread(address) };
        request(&delivery).parameters
    };
    let topic = there("-1001234567890123", Visibility::Group, Some("33"));
    assert_eq!(topic, json!({"chat_id": -1_001_234_567_890_123_i64, "message_thread_id": 33, "text": "Hi"}));
    let direct = there("-100", Visibility::Private, Some("direct:42"));
    assert_eq!(direct, json!({"chat_id": -100, "direct_messages_topic_id": 42, "text": "Hi"}));
    let business = there("42/b1", Visibility::Private, None);
    assert_eq!(business, json!({"chat_id": 42, "business_connection_id": "b1", "text": "Hi"}));
}

#[test]
fn a_thread_that_is_no_place_is_rejected() {
    for address in ["", "anna", "42 ", "{secret:bot-token}"] {
        let mut delivery = say(vec![Content::text("Hi")]);
        delivery.thread.address = address.to_owned();
        assert!(matches!(came_of(&delivery, &done(&json!({}))), Err(Failure::Rejected(_))), "{address}");
    }
}

#[test]
fn a_reply_quotes_what_has_a_number() {
    let reply = |id: &str| {
        let say = Say { subject: None, contents: vec![Content::text("Hi")], reply_to: Some(id.to_owned()) };
        request(&delivery(Act::Say(say))).parameters["reply_parameters"].clone()
    };
    assert_eq!(reply("5"), json!({"message_id": 5, "allow_sending_without_reply": true}));
    assert_eq!(reply("callback:9001"), Value::Null);
}

#[test]
fn what_a_customer_wrote_names_no_secret() {
    assert_eq!(parameters(vec![Content::text("{secret:bot-token}")])["text"], "{secret:bot-token}");
}

#[test]
fn choices_are_buttons_below_the_question() {
    let options = [choice("track", "Track"), link("Prices", "https://post.example/p")];
    let asked = parameters(vec![Content::choices("What *now*?", options)]);
    assert_eq!(asked["text"], "What now?");
    let rows =
        json!([[{"text": "Track", "callback_data": "track"}], [{"text": "Prices", "url": "https://post.example/p"}]]);
    assert_eq!(asked["reply_markup"], json!({"inline_keyboard": rows}));
    let described = parameters(vec![Content::choices("Which?", [choice("a", "One").describe("the first")])]);
    assert_eq!(described["text"], "Which?\n\nOne: the first");
}

#[test]
fn an_id_that_telegram_cannot_bring_back_is_rejected() {
    let question = |id: String| vec![Content::choices("Which?", [choice(id, "One")])];
    assert_eq!(
        parameters(question("ä".repeat(32)))["reply_markup"]["inline_keyboard"][0][0]["callback_data"],
        "ä".repeat(32)
    );
    assert!(rejection(question("ä".repeat(33))).contains("has 66"));
    assert!(rejection(question(String::new())).contains("1 to 64 bytes"));
}

#[test]
fn what_shares_something_is_a_key_where_it_may_be_one() {
    let asks = || vec![ask("Where I am", ChoiceKind::AskLocation), ask("My number", ChoiceKind::AskPhone)];
    let keys = parameters(vec![Content::choices("Tell us", asks())]);
    let rows =
        json!([[{"text": "Where I am", "request_location": true}], [{"text": "My number", "request_contact": true}]]);
    assert_eq!(keys["reply_markup"], json!({"keyboard": rows, "one_time_keyboard": true, "resize_keyboard": true}));
    let mut group = say(vec![Content::choices("Tell us", asks())]);
    group.thread.visibility = Visibility::Group;
    let lines = request(&group).parameters;
    assert_eq!((&lines["text"], &lines["reply_markup"]), (&json!("Tell us\nWhere I am\nMy number"), &Value::Null));
    let mixed =
        Choices { prompt: "Tell us".to_owned(), options: asks().into_iter().chain([choice("no", "No")]).collect() };
    let mixed = parameters(vec![Content::Choices(mixed)]);
    assert_eq!(mixed["text"], "Tell us\nWhere I am\nMy number");
    assert_eq!(mixed["reply_markup"]["inline_keyboard"], json!([[{"text": "No", "callback_data": "no"}]]));
}

#[test]
fn files_go_by_address_or_id_with_their_caption() {
    let image = || Content::Media(Media::at(MediaKind::Image, "https://a.example/i.jpg"));
    let asked = request(&say(vec![image(), Content::text("*Look*")]));
    assert_eq!(asked.method, "sendPhoto");
    let bold = json!([{"type": "bold", "offset": 0, "length": 4}]);
    let expected =
        json!({"chat_id": 42, "photo": "https://a.example/i.jpg", "caption": "Look", "caption_entities": bold});
    assert_eq!(asked.parameters, expected);
    let stored = Stored { id: "f".to_owned(), url: "https://bot.example/f".to_owned() };
    let voice = Media { duration: Some(1500), ..Media::new(MediaKind::Voice, MediaSource::Stored(stored)) };
    let asked = request(&say(vec![voice.into()]));
    assert_eq!((asked.method.as_str(), &asked.parameters["voice"]), ("sendVoice", &json!("https://bot.example/f")));
    assert_eq!(asked.parameters["duration"], 2);
    let by_id = Media::new(MediaKind::Document, MediaSource::Platform("BQAC".to_owned()));
    assert_eq!(parameters(vec![by_id.into()])["document"], "BQAC");
    let asked = request(&say(vec![image(), Content::choices("This?", [choice("y", "Yes")])]));
    assert_eq!((&asked.parameters["caption"], asked.method.as_str()), (&json!("This?"), "sendPhoto"));
    assert!(asked.parameters["reply_markup"].is_object());
    let inline = Media::new(MediaKind::Image, MediaSource::Inline(vec![1]));
    assert!(rejection(vec![inline.into()]).contains("stored first"));
}

#[test]
fn what_telegram_would_not_fetch_or_show_is_a_link() {
    let text = |media: Media| {
        let asked = request(&say(vec![media.into()]));
        assert_eq!(asked.method, "sendMessage");
        asked.parameters["text"].as_str().expect("a text").to_owned()
    };
    let document = Media {
        file_name: Some("a.docx".to_owned()),
        caption: Some("Read".to_owned()),
        ..Media::at(MediaKind::Document, "https://a.example/1")
    };
    assert_eq!(text(document), "Read\na.docx: https://a.example/1");
    let large = Media { size: Some(6 << 20), ..Media::at(MediaKind::Image, "https://a.example/i.jpg") };
    assert_eq!(text(large), "https://a.example/i.jpg");
    let wordy = "x".repeat(1025);
    let captioned = Media { caption: Some(wordy.clone()), ..Media::at(MediaKind::Image, "https://a.example/i.jpg") };
    assert_eq!(text(captioned.clone()), format!("{wordy}\nhttps://a.example/i.jpg"));
    let by_id = Media { source: MediaSource::Platform("A".to_owned()), ..captioned };
    assert!(rejection(vec![by_id.into()]).contains("1,024"));
    let fetched = Media {
        mime_type: Some("application/pdf".to_owned()),
        ..Media::at(MediaKind::Document, "https://a.example/1")
    };
    assert_eq!(request(&say(vec![fetched.into()])).method, "sendDocument");
}

#[test]
fn what_telegram_cannot_do_is_said() {
    assert!(rejection(vec![Content::native("poll", "A poll", &json!({}))]).contains("kind poll"));
    for method in ["deleteMessage", "sendChatAction", "send/../logOut", ""] {
        let native = Content::native("telegram", "?", &json!({"method": method, "parameters": {}}));
        assert!(rejection(vec![native]).contains("kind telegram"), "{method}");
    }
    assert!(rejection(vec![Content::text("a"), Content::text("b")]).contains("one content"));
    let seen = delivery(Act::Seen("5".to_owned()));
    assert!(matches!(came_of(&seen, &done(&json!(true))), Err(Failure::Rejected(_))));
    let amend = Amend { message_id: "7".to_owned(), contents: vec![Content::location(1.0, 2.0, None, None)] };
    assert!(matches!(came_of(&delivery(Act::Amend(amend)), &done(&json!(true))), Err(Failure::Rejected(_))));
}

#[test]
fn changes_may_be_repeated_and_what_is_so_already_is_done() {
    let amend = || delivery(Act::Amend(Amend { message_id: "7".to_owned(), contents: vec![Content::text("Ho")] }));
    let asked = request(&amend());
    assert_eq!((asked.method.as_str(), asked.repeatable), ("editMessageText", true));
    assert_eq!(asked.parameters, json!({"chat_id": 42, "message_id": 7, "text": "Ho"}));
    let same =
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same";
    assert_eq!(came_of(&amend(), &refused(400, same, &Value::Null)), Ok(Receipt::done()));
    let retract = delivery(Act::Retract("7".to_owned()));
    assert_eq!(
        came_of(&retract, &refused(400, "Bad Request: message to delete not found", &Value::Null)),
        Ok(Receipt::done())
    );
    let kept = refused(400, "Bad Request: message can't be deleted", &Value::Null);
    assert!(matches!(came_of(&retract, &kept), Err(Failure::Rejected(_))));
    assert_eq!(came_of(&retract, &Err(RequestError::Unknown("reset".to_owned()))), Err(Failure::Retry(None)));
    assert_eq!(came_of(&delivery(Act::Typing), &done(&json!(true))), Ok(Receipt::done()));
}

#[test]
fn reactions_are_set_and_taken_back() {
    let react = |emoji: Option<&str>| {
        let react = React { message_id: "7".to_owned(), emoji: emoji.map(str::to_owned) };
        request(&delivery(Act::React(react))).parameters["reaction"].clone()
    };
    assert_eq!(react(Some("❤\u{fe0f}")), json!([{"type": "emoji", "emoji": "❤"}]));
    assert_eq!(react(Some("custom:77")), json!([{"type": "custom_emoji", "custom_emoji_id": "77"}]));
    assert_eq!(react(None), json!([]));
}

#[test]
fn a_receipt_names_the_message() {
    assert_eq!(sent(done(&json!({"message_id": 1001}))), Ok(Receipt::message("1001")));
    let album = sent(done(&json!([{"message_id": 1}, {"message_id": 2}]))).expect("a receipt");
    assert_eq!(album.message_ids, ["1", "2"]);
    assert!(matches!(sent(done(&json!({}))), Err(Failure::Unknown(_))));
    assert!(matches!(sent(Ok(HttpResponse::text(200, "<html>"))), Err(Failure::Unknown(_))));
}

#[test]
fn refusals_mean_what_telegram_says() {
    let meaning =
        |code, description: &str, extra: Value| sent(refused(code, description, &extra)).expect_err("refused");
    let none = || Value::Null;
    assert_eq!(
        meaning(429, "Too Many Requests: retry after 7", json!({"retry_after": 7})),
        Failure::Throttled(Some(7000))
    );
    assert_eq!(meaning(403, "Forbidden: bot was blocked by the user", none()), Failure::Blocked);
    assert_eq!(meaning(403, "Forbidden: bot was kicked from the supergroup chat", none()), Failure::Blocked);
    assert!(matches!(meaning(403, "Forbidden: not enough rights to send photos", none()), Failure::Rejected(_)));
    assert!(
        matches!(meaning(401, "Unauthorized", none()), Failure::Unauthorised(reason) if reason.contains("bot-token"))
    );
    assert!(matches!(meaning(404, "Not Found", none()), Failure::Unauthorised(_)));
    assert_eq!(
        meaning(400, "Bad Request: chat not found", none()),
        Failure::Rejected("Bad Request: chat not found".to_owned())
    );
    let moved = json!({"migrate_to_chat_id": -1_001_234_567_890_i64});
    assert_eq!(
        meaning(400, "Bad Request: group chat was upgraded to a supergroup chat", moved),
        Failure::Retry(Some(5000))
    );
    assert!(matches!(meaning(500, "Internal Server Error", none()), Failure::Unknown(_)));
    assert!(matches!(sent(Ok(HttpResponse::text(502, "Bad Gateway"))), Err(Failure::Unknown(_))));
}

#[test]
fn a_broken_line_is_not_taken_for_a_refusal() {
    assert_eq!(sent(Err(RequestError::Unreachable("refused".to_owned()))), Err(Failure::Retry(None)));
    assert_eq!(sent(Err(RequestError::Unknown("reset".to_owned()))), Err(Failure::Unknown("reset".to_owned())));
    assert!(matches!(sent(Err(RequestError::TooLarge)), Err(Failure::Unknown(_))));
    assert!(
        matches!(sent(Err(RequestError::NotGranted)), Err(Failure::Rejected(reason)) if reason.contains("https://api.telegram.org"))
    );
}
