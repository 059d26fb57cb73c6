//! Receiving: who is believed, who wrote, and where the answer goes.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails so")]

mod common;

use common::{events, fixtures, notification, read, receive, signed};
use plugin_whatsapp::WhatsApp;
use serde_json::{Value, json};
use sportello_sdk::channel::{Channel, Refusal, Webhook};
use sportello_sdk::signature::hex;
use sportello_sdk::testing;
use sportello_sdk::types::{Content, DeliveryState, Event, Failure, Happening, Message, StatusOf, Visibility};
use sportello_sdk::vault::{Digest, hmac_by};

fn text_message(extra: Value) -> Value {
    let mut message = json!({"from": "41790000000", "id": "wamid.A", "timestamp": "1795305600", "type": "text", "text": {"body": "Hi"}});
    for (name, value) in extra.as_object().expect("members") {
        message[name] = value.clone();
    }
    message
}

fn message_of(event: &Event) -> &Message {
    let Happening::Message(message) = &event.happening else { panic!("not a message: {event:?}") };
    message
}

fn registration(query: &str) -> Webhook {
    let url = format!("https://bot.example/hooks/whatsapp?{query}");
    Webhook { method: "GET".to_owned(), url, ..signed(b"") }
}

#[test]
fn the_registration_echoes_the_challenge() {
    let query = "hub.mode=subscribe&hub.challenge=1158%201444&hub.verify_token=the+verify+token";
    let reception = receive(registration(query)).expect("the token is right");
    assert_eq!((reception.response.status, reception.response.body), (200, b"1158 1444".to_vec()));
    assert!(reception.events.is_empty());
}

#[test]
fn the_registration_wants_the_right_token() {
    let query = "hub.mode=subscribe&hub.challenge=1&hub.verify_token=guess";
    assert!(matches!(receive(registration(query)), Err(Refusal::Unauthorised(_))));
    assert!(matches!(receive(registration("hub.mode=subscribe&hub.challenge=1")), Err(Refusal::Malformed(_))));
    assert!(matches!(receive(registration("")), Err(Refusal::Malformed(_))));
}

#[test]
fn an_unsigned_or_wrongly_signed_notification_is_refused() {
    let body = notification(json!([text_message(json!({}))])).to_string();
    let unsigned = Webhook { headers: vec![], ..signed(body.as_bytes()) };
    assert!(matches!(receive(unsigned), Err(Refusal::Unauthorised(reason)) if reason.contains("x-hub-signature-256")));
    let other = Webhook { body: body.replace("Hi", "Ho").into_bytes(), ..signed(body.as_bytes()) };
    assert!(matches!(receive(other), Err(Refusal::Unauthorised(reason)) if reason.contains("app-secret")));
    let old =
        Webhook { headers: vec![("x-hub-signature-256".to_owned(), "sha1=00".to_owned())], ..signed(body.as_bytes()) };
    assert!(matches!(receive(old), Err(Refusal::Unauthorised(_))));
}

#[test]
fn the_signature_is_over_the_bytes_and_not_over_what_they_mean() {
    let escaped = notification(json!([text_message(json!({}))])).to_string().replace("Hi", "Gr\\u00fc\\u00dfe");
    let reception = receive(signed(escaped.as_bytes())).expect("escaped as Meta does");
    assert_eq!(message_of(&reception.events[0]).contents, [Content::text("Grüße")]);
}

#[test]
fn what_is_not_a_notification_is_refused() {
    for body in
        ["", "[]", "{}", "null", r#"{"object": "page", "entry": []}"#, r#"{"object": "whatsapp_business_account"}"#]
    {
        assert!(matches!(receive(signed(body.as_bytes())), Err(Refusal::Malformed(_))), "{body}");
    }
    let put = Webhook { method: "PUT".to_owned(), ..signed(b"{}") };
    assert!(matches!(receive(put), Err(Refusal::Malformed(_))));
}

#[test]
fn a_message_knows_its_sender_thread_and_account() {
    let [event] = &events(&notification(json!([text_message(json!({"context": {"id": "wamid.OURS"}}))])))[..] else {
        panic!("one event")
    };
    assert_eq!((event.id.as_str(), event.account.as_deref(), event.at), ("wamid.A", Some("1055"), 1_795_305_600_000));
    let thread = event.thread.as_ref().expect("a thread");
    assert_eq!((thread.address.as_str(), thread.visibility), ("41790000000", Visibility::Private));
    assert_eq!(thread.memo.as_deref(), Some("wamid.A"), "what the typing sign hangs on");
    let message = message_of(event);
    assert_eq!(message.reply_to.as_deref(), Some("wamid.OURS"));
    assert_eq!(message.sender.name.as_deref(), Some("Ada"));
    assert_eq!(message.sender.phone.as_deref(), Some("+41790000000"));
}

#[test]
fn the_same_message_twice_in_one_notification_is_one_event() {
    let twice =
        notification(json!([text_message(json!({})), text_message(json!({})), text_message(json!({"id": "wamid.B"}))]));
    assert_eq!(events(&twice).len(), 2);
}

#[test]
fn all_entries_and_changes_count() {
    let mut body = notification(json!([text_message(json!({}))]));
    let mut change = body["entry"][0]["changes"][0].clone();
    change["value"]["messages"][0]["id"] = json!("wamid.B");
    let mut entry = body["entry"][0].clone();
    entry["changes"][0]["value"]["messages"][0]["id"] = json!("wamid.C");
    body["entry"][0]["changes"].as_array_mut().expect("changes").push(change);
    body["entry"].as_array_mut().expect("entries").push(entry);
    let ids: Vec<String> = events(&body).into_iter().map(|event| event.id).collect();
    assert_eq!(ids, ["wamid.A", "wamid.B", "wamid.C"]);
}

#[test]
fn one_part_that_cannot_be_read_does_not_take_the_others_with_it() {
    let body = notification(json!([{"type": "text"}, text_message(json!({})), 7]));
    assert_eq!(events(&body).len(), 1);
    let nothing_else = notification(json!([{"type": "text"}]));
    let refusal = receive(signed(nothing_else.to_string().as_bytes())).expect_err("nothing to be read");
    assert!(matches!(refusal, Refusal::Malformed(reason) if reason.contains("without an id")));
}

#[test]
fn a_customer_without_a_number_is_known_by_the_scoped_id() {
    let mut body =
        notification(json!([text_message(json!({"from_user_id": "CH.123", "from_parent_user_id": "CH.ENT.9"}))]));
    let value = &mut body["entry"][0]["changes"][0]["value"];
    value["messages"][0].as_object_mut().expect("a message").remove("from");
    value["contacts"] = json!([{"profile": {"name": "Ada", "username": "ada"}, "user_id": "CH.123"}]);
    let events = events(&body);
    let sender = &message_of(&events[0]).sender;
    assert_eq!((sender.id.as_str(), sender.phone.as_deref(), sender.name.as_deref()), ("CH.123", None, Some("Ada")));
    assert_eq!(sender.aliases, ["CH.ENT.9"]);
    assert_eq!(events[0].thread.as_ref().expect("a thread").address, "CH.123");
}

#[test]
fn a_customer_with_number_and_scoped_id_keeps_the_number_as_address() {
    let body = notification(json!([text_message(json!({"from_user_id": "CH.123"}))]));
    let sender = message_of(&events(&body)[0]).sender.clone();
    assert_eq!((sender.id.as_str(), sender.aliases), ("41790000000", vec!["CH.123".to_owned()]));
}

#[test]
fn names_are_not_mixed_up_between_customers() {
    let mut body = notification(json!([text_message(json!({"from": "4366000000"}))]));
    body["entry"][0]["changes"][0]["value"]["contacts"] = json!([{"profile": {"name": "Ada"}, "wa_id": "41790000000"}, {"profile": {"name": "Bea"}, "wa_id": "4366000000"}]);
    assert_eq!(message_of(&events(&body)[0]).sender.name.as_deref(), Some("Bea"));
}

#[test]
fn a_group_is_a_thread_that_several_read() {
    let body = notification(json!([text_message(json!({"group_id": "Y2FwaV9ncm91cDo"}))]));
    let thread = events(&body)[0].thread.clone().expect("a thread");
    assert_eq!((thread.address.as_str(), thread.visibility), ("Y2FwaV9ncm91cDo", Visibility::Group));
}

#[test]
fn what_brought_the_customer_is_an_event_beside_the_message() {
    let referral = json!({"source_type": "ad", "source_id": "77", "headline": "Parcels", "ctwa_clid": "click"});
    let events = events(&notification(json!([text_message(json!({"referral": referral}))])));
    let [first, second] = &events[..] else { panic!("two events") };
    let Happening::Referral(referral) = &first.happening else { panic!("a referral first") };
    assert_eq!((referral.source.as_str(), referral.reference.as_deref()), ("ad", Some("click")));
    assert!(referral.details.contains("Parcels"));
    assert_ne!(first.id, second.id);
}

fn status(extra: Value) -> (String, StatusOf, DeliveryState) {
    let mut status =
        json!({"id": "wamid.OURS", "status": "sent", "timestamp": "1795305600", "recipient_id": "41790000000"});
    for (name, value) in extra.as_object().expect("members") {
        status[name] = value.clone();
    }
    let mut body = notification(json!([]));
    body["entry"][0]["changes"][0]["value"]["statuses"] = json!([status]);
    let event = events(&body).remove(0);
    assert_eq!(event.thread.expect("a thread").address, "41790000000");
    let Happening::Status(status) = event.happening else { panic!("a status") };
    (event.id, status.of, status.state)
}

#[test]
fn statuses_bring_our_delivery_id_back() {
    let (_, of, state) = status(json!({"biz_opaque_callback_data": "0197-delivery"}));
    assert_eq!((of, state), (StatusOf::Delivery("0197-delivery".to_owned()), DeliveryState::Accepted));
    let (_, of, _) = status(json!({}));
    assert_eq!(of, StatusOf::Message("wamid.OURS".to_owned()));
}

#[test]
fn each_state_of_a_message_is_an_event_of_its_own() {
    let (sent, ..) = status(json!({}));
    let (read, _, state) = status(json!({"status": "read"}));
    assert_eq!(state, DeliveryState::Read);
    assert_ne!(sent, read);
    let one = status(json!({"status": "read", "recipient_participant_id": "41791111111"})).0;
    let other = status(json!({"status": "read", "recipient_participant_id": "41792222222"})).0;
    assert_ne!(one, other, "each member of a group reads for itself");
}

#[test]
fn a_failed_status_says_why() {
    let failed = |code: u64| status(json!({"status": "failed", "errors": [{"code": code, "title": "Because"}]})).2;
    assert_eq!(failed(131_047), DeliveryState::Failed(Failure::WindowClosed));
    assert_eq!(failed(131_050), DeliveryState::Failed(Failure::Blocked));
    assert_eq!(failed(131_026), DeliveryState::Failed(Failure::Rejected("131026: Because".to_owned())));
    assert_eq!(failed(999_999), DeliveryState::Failed(Failure::Rejected("999999: Because".to_owned())));
}

#[test]
fn stopping_marketing_is_a_withdrawn_consent() {
    let preference =
        json!({"wa_id": "41790000000", "category": "marketing_messages", "value": "stop", "timestamp": 1_795_305_600});
    let mut body = notification(json!([]));
    body["entry"][0]["changes"][0]["value"]["user_preferences"] = json!([preference]);
    let event = events(&body).remove(0);
    let Happening::Consent(consent) = event.happening else { panic!("a consent") };
    assert_eq!((consent.topic.as_deref(), consent.granted, event.at), (Some("marketing"), false, 1_795_305_600_000));
}

#[test]
fn a_form_brings_its_answers() {
    let reply = |answers: &str| {
        let reply =
            json!({"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": answers}});
        let message = text_message(json!({"type": "interactive", "interactive": reply}));
        let contents = message_of(&events(&notification(json!([message])))[0]).contents.clone();
        let [Content::Selection(selection)] = &contents[..] else { panic!("a selection") };
        selection.data.clone()
    };
    assert_eq!(reply(r#"{"rating":"4"}"#).as_deref(), Some(r#"{"rating":"4"}"#));
    assert_eq!(reply("not JSON").as_deref(), Some(r#""not JSON""#));
}

/// Every member of these notifications is replaced by everything that it should not be, one at a time.
#[test]
fn no_distorted_notification_ends_in_a_panic() {
    let samples = [
        json!([text_message(
            json!({"context": {"id": "c", "referred_product": {"product_retailer_id": "p"}}, "referral": {"source_type": "ad"}})
        )]),
        json!([text_message(
            json!({"type": "location", "location": {"latitude": 1.5, "longitude": "2.5", "name": "n"}})
        )]),
        json!([text_message(
            json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "n"}, "phones": [{"phone": "1"}]}]})
        )]),
        json!([text_message(
            json!({"type": "order", "order": {"product_items": [{"quantity": 1, "product_retailer_id": "p"}]}})
        )]),
        json!([text_message(
            json!({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"name": "f", "response_json": "{}"}}})
        )]),
        json!([text_message(json!({"type": "system", "system": {"type": "user_changed_number", "wa_id": "1"}}))]),
        json!([text_message(
            json!({"type": "edit", "edit": {"original_message_id": "o", "message": {"type": "text", "text": {"body": "b"}}}})
        )]),
        json!([text_message(json!({"type": "unsupported", "errors": [{"code": 1, "error_data": {"details": "d"}}]}))]),
    ];
    let wrong =
        [json!(null), json!(7), json!(-1.5), json!(""), json!("x"), json!([]), json!([[]]), json!({}), json!(u64::MAX)];
    for sample in samples {
        let whole = notification(sample);
        for pointer in pointers(&whole, String::new()) {
            for wrong in &wrong {
                let mut distorted = whole.clone();
                *distorted.pointer_mut(&pointer).expect("a member") = wrong.clone();
                // Events or a refusal: either will do, but nothing else.
                let _ = receive(signed(distorted.to_string().as_bytes()));
            }
        }
    }
}

fn pointers(value: &Value, at: String) -> Vec<String> {
    let inner: Vec<String> = match value {
        Value::Object(members) => {
            members.iter().flat_map(|(name, value)| pointers(value, format!("{at}/{name}"))).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(index, value)| pointers(value, format!("{at}/{index}"))).collect()
        }
        _ => vec![],
    };
    std::iter::once(at).chain(inner).collect()
}

#[test]
fn the_recorded_signature_of_meta_is_believed() {
    let Some(folder) = fixtures("signature-vectors") else { return };
    let vectors = read(&folder.join("vectors.json"));
    let of_meta = |vector: &&Value| vector["platform"].as_str().is_some_and(|platform| platform.starts_with("meta"));
    let vector = vectors.as_array().expect("vectors").iter().find(of_meta).expect("one of Meta");
    let member = |name: &str| vector[name].as_str().expect("a string");
    let headers = vec![("x-hub-signature-256".to_owned(), member("expected").to_owned())];
    let webhook = Webhook { headers, ..signed(member("signed_input").as_bytes()) };
    testing::secrets(&[("app-secret", member("key"))]);
    // What it signs is no notification, and that is found only after the signature was believed.
    assert!(matches!(receive(webhook.clone()), Err(Refusal::Malformed(_))));
    let other = Webhook { body: [webhook.body.as_slice(), b" "].concat(), ..webhook };
    assert!(matches!(receive(other), Err(Refusal::Unauthorised(_))));
}

#[test]
fn the_description_is_complete() {
    let description = WhatsApp::describe();
    let schema: Value = serde_json::from_str(&description.settings_schema).expect("a schema of JSON");
    assert!(jsonschema::is_valid(&schema, &common::settings()));
    assert!(!jsonschema::is_valid(&schema, &json!({"phone-number-id": "1", "api-bse": "https://a.example"})));
    assert_eq!(description.secrets, ["app-secret", "access-token", "verify-token"]);
}

#[test]
fn a_signature_of_another_app_is_told_from_ours() {
    let body = b"{}";
    let webhook = signed(body);
    testing::secrets(&[("app-secret", "another app's secret")]);
    let theirs = hex(&hmac_by(Digest::Sha256, "app-secret", body).expect("the secret is set"));
    assert!(!webhook.headers[0].1.ends_with(&theirs));
    assert!(matches!(receive(webhook), Err(Refusal::Unauthorised(_))));
}
