//! Sending: what a delivery becomes, and what an answer means.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails so")]

mod common;

use common::{answer, context, delivery, request, say};
use plugin_whatsapp::{Settings, WhatsApp};
use serde_json::{Value, json};
use sportello_sdk::channel::{Act, Amend, Channel, Chore, Context, Delivery, React, Receipt, Say};
use sportello_sdk::types::{
    Choice, ChoiceKind, Content, Exchange, Failure, HttpResponse, Media, MediaKind, MediaSource, RequestError, Stored,
    Visibility,
};
use sportello_sdk::{Outcome, Stop, answer as choice, link, testing};

fn body(contents: Vec<Content>) -> Value {
    request(&say(contents)).0
}

/// What came of a delivery that was answered so.
fn sent(outcome: Outcome) -> Result<Receipt, Failure> {
    let delivery = say(vec![Content::text("Hello")]);
    let call = |exchanges: Vec<Exchange>| {
        let context = Context::<Settings>::new(testing::context(&common::settings()), exchanges).expect("settings");
        WhatsApp::send(&context, delivery.clone())
    };
    match testing::drive(call, |_| outcome.clone()) {
        Ok(receipt) => Ok(receipt),
        Err(Stop::Fail(failure)) => Err(failure),
        Err(other) => panic!("{other:?}"),
    }
}

fn refused(status: u16, code: u64) -> Failure {
    let error = json!({"error": {"message": "(#1) No", "type": "OAuthException", "code": code, "error_data": {"details": "Because"}}});
    sent(Ok(answer(status, &error))).expect_err("refused")
}

fn rejection(contents: Vec<Content>) -> String {
    match WhatsApp::send(&context(), say(contents)) {
        Err(Stop::Fail(Failure::Rejected(reason))) => reason,
        other => panic!("not rejected: {other:?}"),
    }
}

#[test]
fn a_message_leaves_at_most_once_and_carries_our_id() {
    let (body, repeatable) = request(&say(vec![Content::text("Hello")]));
    assert!(!repeatable);
    let expected = json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": "41790000000",
        "type": "text", "text": {"body": "Hello", "preview_url": false}, "biz_opaque_callback_data": "0197-delivery",
    });
    assert_eq!(body, expected);
}

#[test]
fn without_an_account_the_configured_number_speaks() {
    let delivery = Delivery { account: None, ..say(vec![Content::text("Hello")]) };
    let Err(Stop::Perform(requests)) = WhatsApp::send(&context(), delivery) else { panic!("a request") };
    assert_eq!(requests[0].url, "https://graph.facebook.com/v23.0/106540352242922/messages");
}

#[test]
fn links_are_previewed_and_answers_quote() {
    assert_eq!(body(vec![Content::text("See https://post.example")])["text"]["preview_url"], true);
    let say = Say {
        subject: Some("News".to_owned()),
        contents: vec![Content::text("Hi")],
        reply_to: Some("wamid.A".to_owned()),
    };
    let (body, _) = request(&delivery(Act::Say(say)));
    assert_eq!(body["context"], json!({"message_id": "wamid.A"}));
    assert_eq!(body["text"]["body"], "*News*\n\nHi");
}

#[test]
fn customers_without_a_number_and_groups_are_addressed_in_their_way() {
    let mut scoped = say(vec![Content::text("Hi")]);
    scoped.thread.address = "CH.123".to_owned();
    let (body, _) = request(&scoped);
    assert_eq!((&body["recipient"], &body["to"]), (&json!("CH.123"), &Value::Null));
    scoped.thread.visibility = Visibility::Group;
    let (body, _) = request(&scoped);
    assert_eq!((&body["to"], &body["recipient_type"]), (&json!("CH.123"), &json!("group")));
}

#[test]
fn what_a_customer_wrote_names_no_secret() {
    let (body, _) = request(&say(vec![Content::text("{secret:access-token}")]));
    assert_eq!(body["text"]["body"], "{secret:access-token}", "bytes are never searched for placeholders");
    let delivery = Delivery { account: Some("{secret:app-secret}".to_owned()), ..say(vec![Content::text("Hi")]) };
    let Err(Stop::Perform(requests)) = WhatsApp::send(&context(), delivery) else { panic!("a request") };
    assert!(!requests[0].url.contains('{'), "{}", requests[0].url);
}

#[test]
fn files_go_by_link_or_id() {
    let media = |kind, source| Content::Media(Media::new(kind, source));
    let at = |url: &str| MediaSource::Url(url.to_owned());
    assert_eq!(
        body(vec![media(MediaKind::Image, at("https://a.example/i.jpg"))])["image"],
        json!({"link": "https://a.example/i.jpg"})
    );
    assert_eq!(
        body(vec![media(MediaKind::Voice, MediaSource::Platform("77".to_owned()))])["audio"],
        json!({"id": "77"})
    );
    let stored = Stored { id: "f".to_owned(), url: "https://bot.example/f".to_owned() };
    let document =
        Media { file_name: Some("a.pdf".to_owned()), ..Media::new(MediaKind::Document, MediaSource::Stored(stored)) };
    assert_eq!(body(vec![document.into()])["document"], json!({"link": "https://bot.example/f", "filename": "a.pdf"}));
    assert!(rejection(vec![media(MediaKind::Image, MediaSource::Inline(vec![1]))]).contains("stored first"));
}

#[test]
fn a_text_beside_a_file_is_its_caption() {
    let image = || Content::Media(Media::at(MediaKind::Image, "https://a.example/i.jpg"));
    assert_eq!(body(vec![image(), Content::text("Look")])["image"]["caption"], "Look");
    assert_eq!(body(vec![Content::text("Look"), image()])["image"]["caption"], "Look");
    let voice = Content::Media(Media::at(MediaKind::Audio, "https://a.example/a.ogg"));
    assert_eq!(body(vec![voice, Content::text("Listen")])["type"], "document", "audio has no caption");
    assert!(rejection(vec![image(), image()]).contains("one content per message"));
}

#[test]
fn a_file_too_large_for_its_kind_is_sent_as_a_document() {
    let image = |size| Media { size: Some(size), ..Media::at(MediaKind::Image, "https://a.example/i.jpg") };
    assert_eq!(body(vec![image(5 << 20).into()])["type"], "image");
    assert_eq!(body(vec![image((5 << 20) + 1).into()])["type"], "document");
}

fn answers(count: usize) -> Vec<Choice> {
    (0..count).map(|number| choice(format!("id-{number}"), format!("Answer {number}"))).collect()
}

#[test]
fn three_short_answers_are_buttons_and_more_are_a_list() {
    let interactive = |options| body(vec![Content::choices("Which?", options)])["interactive"].clone();
    let buttons = interactive(answers(3));
    assert_eq!(buttons["type"], "button");
    assert_eq!(buttons["action"]["buttons"][2], json!({"type": "reply", "reply": {"id": "id-2", "title": "Answer 2"}}));
    let list = interactive(answers(4));
    assert_eq!((&list["type"], &list["action"]["button"]), (&json!("list"), &json!("Options")));
    assert_eq!(list["action"]["sections"][0]["rows"][3], json!({"id": "id-3", "title": "Answer 3"}));
}

#[test]
fn what_buttons_cannot_show_becomes_a_list() {
    let interactive =
        |prompt: &str, option: Choice| body(vec![Content::choices(prompt, [option])])["interactive"]["type"].clone();
    assert_eq!(interactive("Which?", choice("a", "x".repeat(20))), "button");
    assert_eq!(interactive("Which?", choice("a", "x".repeat(21))), "list");
    assert_eq!(interactive(&"x".repeat(1025), choice("a", "A")), "list");
    assert_eq!(interactive("Which?", choice("a", "A").describe("more")), "list");
}

#[test]
fn long_descriptions_are_shortened() {
    let list = body(vec![Content::choices("Which?", [choice("a", "A").describe("ä".repeat(100))])]);
    let description =
        list["interactive"]["action"]["sections"][0]["rows"][0]["description"].as_str().expect("a text").to_owned();
    assert_eq!((description.chars().count(), description.chars().last()), (72, Some('…')));
}

#[test]
fn a_link_is_a_button_when_alone_and_a_line_beside_answers() {
    let alone = body(vec![Content::choices("Track it", [link("Open", "https://post.example/t")])]);
    let parameters = json!({"display_text": "Open", "url": "https://post.example/t"});
    assert_eq!(alone["interactive"]["action"], json!({"name": "cta_url", "parameters": parameters}));
    let beside = body(vec![Content::choices("Track it", [link("Open", "https://post.example/t"), choice("n", "No")])]);
    assert_eq!(beside["interactive"]["body"]["text"], "Track it\nOpen: https://post.example/t");
    assert_eq!(beside["interactive"]["action"]["buttons"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_place_and_a_phone_number_are_asked_for() {
    let ask = |kind| Choice { kind, ..choice("", "Send it") };
    let place = body(vec![Content::choices("Where are you?", [ask(ChoiceKind::AskLocation)])]);
    assert_eq!(place["interactive"]["action"], json!({"name": "send_location"}));
    let phone = body(vec![Content::choices("Your number?", [ask(ChoiceKind::AskPhone)])]);
    assert_eq!(phone["text"]["body"], "Your number?\nSend it", "there is no button for it");
}

#[test]
fn a_picture_stands_above_a_question() {
    let image = Content::Media(Media::at(MediaKind::Image, "https://a.example/i.jpg"));
    let asked = body(vec![image, Content::choices("This one?", answers(2))]);
    assert_eq!(asked["interactive"]["header"], json!({"type": "image", "image": {"link": "https://a.example/i.jpg"}}));
}

#[test]
fn reactions_are_set_and_taken_back() {
    let react = |emoji: Option<&str>| {
        let react = React { message_id: "wamid.A".to_owned(), emoji: emoji.map(str::to_owned) };
        request(&delivery(Act::React(react))).0["reaction"].clone()
    };
    assert_eq!(react(Some("👍")), json!({"message_id": "wamid.A", "emoji": "👍"}));
    assert_eq!(react(None), json!({"message_id": "wamid.A", "emoji": ""}));
}

#[test]
fn read_marks_and_typing_may_be_repeated() {
    let read = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.A"});
    assert_eq!(request(&delivery(Act::Seen("wamid.A".to_owned()))), (read, true));
    let (typing, repeatable) = request(&delivery(Act::Typing));
    assert!(repeatable);
    assert_eq!((&typing["message_id"], &typing["typing_indicator"]), (&json!("wamid.LAST"), &json!({"type": "text"})));
    let mut without = delivery(Act::Typing);
    without.thread.memo = None;
    assert!(matches!(WhatsApp::send(&context(), without), Err(Stop::Fail(Failure::Rejected(_)))));
}

#[test]
fn what_whatsapp_cannot_do_is_said() {
    let amend = Act::Amend(Amend { message_id: "wamid.A".to_owned(), contents: vec![] });
    for act in [amend, Act::Retract("wamid.A".to_owned())] {
        assert!(matches!(WhatsApp::send(&context(), delivery(act)), Err(Stop::Fail(Failure::Rejected(_)))));
    }
    assert!(rejection(vec![Content::native("poll", "A poll", &json!({}))]).contains("kind poll"));
    let flow = json!({"type": "interactive", "interactive": {"type": "flow"}});
    assert_eq!(body(vec![Content::native("whatsapp", "A form", &flow)])["interactive"]["type"], "flow");
    assert!(
        matches!(WhatsApp::poll(&context(), None), Err(Stop::Fail(Failure::Rejected(reason))) if reason.contains("not polled"))
    );
}

#[test]
fn a_receipt_names_the_message() {
    let taken = json!({"messaging_product": "whatsapp", "messages": [{"id": "wamid.OURS"}]});
    assert_eq!(sent(Ok(answer(200, &taken))), Ok(Receipt::message("wamid.OURS")));
    assert!(matches!(sent(Ok(answer(200, &json!({})))), Err(Failure::Unknown(_))));
    assert!(matches!(sent(Ok(HttpResponse::text(200, "<html>"))), Err(Failure::Unknown(_))));
}

#[test]
fn refusals_mean_what_the_platform_says() {
    assert_eq!(refused(400, 131_047), Failure::WindowClosed);
    assert_eq!(refused(400, 131_050), Failure::Blocked);
    assert_eq!(refused(400, 130_429), Failure::Throttled(None));
    assert_eq!(refused(400, 80_007), Failure::Throttled(None));
    assert_eq!(refused(400, 131_048), Failure::Throttled(None));
    assert_eq!(refused(400, 4), Failure::Throttled(None));
    assert_eq!(refused(400, 131_056), Failure::Retry(Some(6000)));
    assert_eq!(refused(500, 131_000), Failure::Retry(None));
    assert_eq!(refused(503, 131_016), Failure::Retry(None));
    assert_eq!(refused(400, 131_026), Failure::Rejected("131026: (#1) No (Because)".to_owned()));
    assert!(matches!(refused(400, 131_051), Failure::Rejected(_)));
    assert!(matches!(refused(400, 100), Failure::Rejected(_)));
    assert!(matches!(refused(404, 132_001), Failure::Rejected(_)));
    for code in [0, 10, 190, 200, 299, 131_005, 131_031] {
        assert!(matches!(refused(401, code), Failure::Unauthorised(_)), "{code}");
    }
}

#[test]
fn where_the_code_is_not_known_the_status_decides() {
    assert!(matches!(refused(400, 7_777_777), Failure::Rejected(_)));
    assert!(matches!(refused(403, 7_777_777), Failure::Unauthorised(_)));
    assert!(matches!(sent(Ok(HttpResponse::text(500, "oops"))), Err(Failure::Unknown(_))));
    assert!(matches!(sent(Ok(HttpResponse::text(504, ""))), Err(Failure::Unknown(_))));
    assert_eq!(sent(Ok(HttpResponse::text(503, ""))), Err(Failure::Retry(None)));
    let mut throttled = HttpResponse::status(429);
    throttled.headers.push(("retry-after".to_owned(), "30".to_owned()));
    assert_eq!(sent(Ok(throttled)), Err(Failure::Throttled(Some(30_000))));
}

#[test]
fn a_broken_line_is_not_taken_for_a_refusal() {
    assert_eq!(sent(Err(RequestError::Unreachable("refused".to_owned()))), Err(Failure::Retry(None)));
    assert_eq!(sent(Err(RequestError::Unknown("reset".to_owned()))), Err(Failure::Unknown("reset".to_owned())));
    assert!(matches!(sent(Err(RequestError::TooLarge)), Err(Failure::Unknown(_))));
    assert!(
        matches!(sent(Err(RequestError::NotGranted)), Err(Failure::Rejected(reason)) if reason.contains("https://graph.facebook.com"))
    );
}

fn resolve(media: &Media, outcome: Outcome) -> Result<sportello_sdk::types::HttpRequest, Stop<Failure>> {
    let call = |exchanges: Vec<Exchange>| {
        let context = Context::<Settings>::new(testing::context(&common::settings()), exchanges).expect("settings");
        WhatsApp::resolve_media(&context, media.clone())
    };
    testing::drive(call, |request| {
        assert_eq!(request.url, "https://graph.facebook.com/v23.0/77");
        outcome.clone()
    })
}

#[test]
fn a_file_is_found_by_its_id_and_fetched_with_the_token() {
    let media = Media::new(MediaKind::Image, MediaSource::Platform("77".to_owned()));
    let found = json!({"url": "https://lookaside.fbsbx.com/f?mid=77&{secret:app-secret}", "mime_type": "image/jpeg"});
    let download = resolve(&media, Ok(answer(200, &found))).expect("a download");
    assert_eq!(download.url, "https://lookaside.fbsbx.com/f?mid=77&%7Bsecret:app-secret%7D");
    assert_eq!(download.headers, [("authorization".to_owned(), "Bearer {secret:access-token}".to_owned())]);
    assert!(resolve(&media, Ok(answer(200, &json!({})))).is_err());
}

#[test]
fn a_check_names_the_account_and_comes_again() {
    let tend = |chore, outcome: Outcome| {
        let call = |exchanges: Vec<Exchange>| {
            let context = Context::<Settings>::new(testing::context(&common::settings()), exchanges).expect("settings");
            WhatsApp::tend(&context, chore)
        };
        testing::drive(call, |_| outcome.clone())
    };
    let number = json!({"verified_name": "Post", "display_phone_number": "+41 80", "quality_rating": "GREEN"});
    let health = tend(Chore::Connect, Ok(answer(200, &number))).expect("healthy");
    assert_eq!(health.account.as_deref(), Some("Post (+41 80)"));
    assert!(health.notes.iter().any(|note| note.contains("https://bot.example/hooks/test")), "where the webhook goes");
    assert_eq!(health.again_at, Some(context().now + 86_400_000));
    let expired = json!({"error": {"code": 190, "message": "Session has expired"}});
    let failure = tend(Chore::Check, Ok(answer(401, &expired))).expect_err("expired");
    assert_eq!(failure, Stop::Fail(Failure::Unauthorised("190: Session has expired".to_owned())));
}
