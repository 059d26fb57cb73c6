//! Polling, files, and upkeep.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails so")]

mod common;

use common::{asked, context, done, refused, written};
use plugin_telegram::Telegram;
use serde_json::{Value, json};
use sportello_sdk::channel::{Channel, Chore, Health, Polled};
use sportello_sdk::types::{Failure, Happening, HttpRequest, Media, MediaKind, MediaSource, Piece};
use sportello_sdk::{Outcome, Stop, testing};

fn poll(cursor: Option<&str>, answer: impl FnMut(&HttpRequest) -> Outcome) -> Result<Polled, Stop<Failure>> {
    testing::drive(|exchanges| Telegram::poll(&context(exchanges), cursor.map(str::to_owned)), answer)
}

fn tend(chore: Chore, answer: impl FnMut(&HttpRequest) -> Outcome) -> Result<Health, Stop<Failure>> {
    testing::drive(|exchanges| Telegram::tend(&context(exchanges), chore), answer)
}

fn numbered(number: u64, mut update: Value) -> Value {
    update["update_id"] = json!(number);
    update
}

#[test]
fn a_poll_goes_on_after_the_last_update() {
    let updates = json!([
        numbered(17, written(json!({"text": "Hi"}))),
        numbered(18, json!({"message": {"chat": 1}})),
        numbered(19, json!({"poll": {}}))
    ]);
    let polled = poll(Some("17"), |request| {
        let asked = asked(request);
        assert_eq!((asked.method.as_str(), &asked.parameters["offset"]), ("getUpdates", &json!(17)));
        done(&updates)
    });
    let polled = polled.expect("updates");
    assert_eq!(polled.cursor.as_deref(), Some("20"), "what cannot be read does not hold up the others");
    assert!(matches!(&polled.events[..], [event] if matches!(event.happening, Happening::Message(_))));
}

#[test]
fn a_poll_without_news_keeps_its_place() {
    for cursor in [None, Some("17")] {
        let polled = poll(cursor, |_| done(&json!([]))).expect("nothing");
        assert_eq!((polled.cursor.as_deref(), polled.events.len()), (cursor, 0));
    }
    assert!(matches!(poll(Some("x"), |_| done(&json!([]))), Err(Stop::Fail(Failure::Rejected(_)))));
}

#[test]
fn a_button_is_answered_while_polling_too() {
    let from = json!({"id": 42, "is_bot": false, "first_name": "Ada"});
    let query =
        json!({"update_id": 5, "callback_query": {"id": "9001", "from": from, "chat_instance": "1", "data": "a"}});
    let mut methods = vec![];
    let polled = poll(None, |request| {
        let asked = asked(request);
        methods.push(asked.method.clone());
        if asked.method == "getUpdates" {
            done(&json!([query]))
        } else {
            refused(400, "query is too old", &Value::Null)
        }
    });
    assert_eq!(polled.expect("updates").events.len(), 1);
    assert_eq!(methods, ["getUpdates", "answerCallbackQuery"]);
}

#[test]
fn a_poll_beside_a_webhook_is_explained() {
    let conflict =
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
    let failure = poll(None, |_| refused(409, conflict, &Value::Null)).expect_err("a conflict");
    assert!(matches!(failure, Stop::Fail(Failure::Rejected(reason)) if reason.contains("either polled")));
    let failure = poll(None, |_| refused(502, "Bad Gateway", &Value::Null)).expect_err("down");
    assert_eq!(failure, Stop::Fail(Failure::Retry(None)), "asking again harms nobody");
}

#[test]
fn a_file_is_found_by_its_id_and_fetched_with_the_token() {
    let media = Media::new(MediaKind::Image, MediaSource::Platform("AgAC".to_owned()));
    let resolve = |path: Option<&str>| {
        testing::drive(
            |exchanges| Telegram::resolve_media(&context(exchanges), media.clone()),
            |request| {
                assert_eq!(asked(request).parameters, json!({"file_id": "AgAC"}));
                done(&json!({"file_id": "AgAC", "file_path": path}))
            },
        )
    };
    let download = resolve(Some("photos/file 1.jpg")).expect("a download");
    assert_eq!(download.url, "https://api.telegram.org/file/bot{secret:bot-token}/photos/file%201.jpg");
    let climbing = resolve(Some("../{secret:webhook-secret}")).expect("a download");
    assert!(!climbing.url.contains("{secret:webhook-secret}") && !climbing.url.contains("/../"), "{}", climbing.url);
    assert!(matches!(resolve(None), Err(Stop::Fail(Failure::Rejected(reason))) if reason.contains("20 MB")));
}

#[test]
fn connecting_registers_the_webhook_with_its_secret() {
    let mut pieces = vec![];
    let health = tend(Chore::Connect, |request| {
        if request.url.ends_with("/getMe") {
            return done(&json!({"id": 777, "first_name": "Gigi", "username": "gigi_bot"}));
        }
        assert!(request.url.ends_with("/setWebhook"), "{}", request.url);
        pieces.clone_from(&request.body);
        done(&json!(true))
    });
    let health = health.expect("connected");
    assert_eq!(health.account.as_deref(), Some("Gigi (@gigi_bot)"));
    assert_eq!(health.again_at, Some(context(vec![]).now + 86_400_000));
    let [Piece::Bytes(before), Piece::Secret(secret), Piece::Bytes(after)] = &pieces[..] else { panic!("{pieces:?}") };
    assert_eq!(secret, "webhook-secret");
    let body = [before.as_slice(), b"s3cret", after].concat();
    let body: Value = serde_json::from_slice(&body).expect("JSON around the secret");
    assert_eq!((&body["url"], &body["secret_token"]), (&json!("https://bot.example/hooks/test"), &json!("s3cret")));
    assert!(body["allowed_updates"].as_array().is_some_and(|updates| updates.contains(&json!("message_reaction"))));
}

#[test]
fn a_check_says_what_is_wrong_with_the_webhook() {
    let notes = |webhook: Value| {
        let health = tend(Chore::Check, |request| {
            if request.url.ends_with("/getMe") { done(&json!({"username": "gigi_bot"})) } else { done(&webhook) }
        });
        health.expect("healthy").notes
    };
    assert!(notes(json!({"url": "https://bot.example/hooks/test", "pending_update_count": 0})).is_empty());
    assert!(notes(json!({"url": ""}))[0].contains("calls no webhook"));
    assert!(notes(json!({"url": "https://old.example"}))[0].contains("instead of https://bot.example/hooks/test"));
    let ailing = json!({"url": "https://bot.example/hooks/test", "pending_update_count": 3, "last_error_message": "Connection refused"});
    assert_eq!(notes(ailing), ["Updates that wait: 3", "Telegram's last error with the webhook: Connection refused"]);
    let failure = tend(Chore::Check, |_| refused(401, "Unauthorized", &Value::Null)).expect_err("a wrong token");
    assert!(matches!(failure, Stop::Fail(Failure::Unauthorised(_))));
}

#[test]
fn disconnecting_takes_the_webhook_away() {
    let health = tend(Chore::Disconnect, |request| {
        assert_eq!(asked(request).method, "deleteWebhook");
        done(&json!(true))
    });
    assert_eq!(health.expect("disconnected").again_at, None);
}
