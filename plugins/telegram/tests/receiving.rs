//! Receiving: who is believed, who wrote, and where the answer goes.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails so")]

mod common;

use common::{asked, context, event, events, message_of, receive, reception, webhook, written};
use plugin_telegram::{Settings, Telegram};
use proptest::prelude::*;
use serde_json::{Value, json};
use sportello_sdk::channel::{Channel, Context, Refusal, Webhook};
use sportello_sdk::testing;
use sportello_sdk::types::{Content, Event, Happening, Visibility};

fn group(id: i64) -> Value {
    json!({"id": id, "title": "Neighbours", "type": "supergroup"})
}

fn thread_of(event: &Event) -> (&str, Visibility, Option<&str>) {
    let thread = event.thread.as_ref().expect("a thread");
    (&thread.address, thread.visibility, thread.parent.as_deref())
}

fn pressed(message: Value) -> Value {
    let from = json!({"id": 42, "is_bot": false, "first_name": "Ada"});
    json!({"update_id": 2, "callback_query": {"id": "9001", "from": from, "message": message, "chat_instance": "1", "data": "track"}})
}

#[test]
fn only_who_knows_the_secret_is_believed() {
    let body = written(json!({"text": "Hi"})).to_string();
    let bare = Webhook { headers: vec![], ..webhook(&body) };
    assert!(
        matches!(receive(bare), Err(Refusal::Unauthorised(reason)) if reason.contains("x-telegram-bot-api-secret-token"))
    );
    let mut wrong = webhook(&body);
    wrong.headers[0].1 = "the-webhook-secreu".to_owned();
    assert!(matches!(receive(wrong), Err(Refusal::Unauthorised(reason)) if reason.contains("webhook-secret")));
    let unconfigured = webhook(&body);
    testing::secrets(&[]);
    assert!(matches!(receive(unconfigured), Err(Refusal::Unauthorised(_))));
}

#[test]
fn what_is_not_an_update_is_refused() {
    for body in
        ["", "[]", "null", "{}", r#"{"update_id": 1}"#, r#"{"message": {}}"#, r#"{"update_id": 1, "message": {}}"#]
    {
        assert!(matches!(receive(webhook(body)), Err(Refusal::Malformed(_))), "{body}");
    }
    let get = Webhook { method: "GET".to_owned(), ..webhook("{}") };
    assert!(matches!(receive(get), Err(Refusal::Malformed(_))));
}

#[test]
fn a_message_knows_its_sender_and_thread() {
    let event = event(&written(json!({"text": "Hi", "reply_to_message": {"message_id": 4}})));
    assert_eq!((event.id.as_str(), event.account.as_deref(), event.at), ("5", None, 1_795_305_500_000));
    assert_eq!(thread_of(&event), ("42", Visibility::Private, None));
    let message = message_of(&event);
    assert_eq!((message.sender.id.as_str(), message.sender.name.as_deref()), ("42", Some("Ada Lovelace")));
    assert_eq!(message.sender.locale.as_deref(), Some("it"));
    assert_eq!(message.reply_to.as_deref(), Some("4"));
}

#[test]
fn the_same_message_id_in_two_chats_is_two_threads() {
    let other = json!({"text": "Hi", "chat": {"id": 43, "type": "private"}, "from": {"id": 43, "is_bot": false}});
    let (one, two) = (event(&written(json!({"text": "Hi"}))), event(&written(other)));
    assert_eq!(one.id, two.id);
    assert_ne!(one.thread, two.thread);
}

#[test]
fn a_group_is_read_by_several() {
    let event = event(&written(json!({"text": "Hi", "chat": group(-1_001_234_567_890_123)})));
    assert_eq!(thread_of(&event), ("-1001234567890123", Visibility::Group, None));
    assert_eq!(message_of(&event).sender.id, "42");
}

#[test]
fn a_topic_is_the_parent_and_its_opening_no_question() {
    let topic = json!({"text": "Hi", "chat": group(-100), "is_topic_message": true, "message_thread_id": 33, "reply_to_message": {"message_id": 33}});
    let inside = event(&written(topic));
    assert_eq!(thread_of(&inside), ("-100", Visibility::Group, Some("33")));
    assert_eq!(message_of(&inside).reply_to, None);
    // Elsewhere the same member only tells answers apart.
    let outside =
        json!({"text": "Hi", "chat": group(-100), "message_thread_id": 33, "reply_to_message": {"message_id": 33}});
    let outside = event(&written(outside));
    assert_eq!((thread_of(&outside).2, message_of(&outside).reply_to.as_deref()), (None, Some("33")));
}

#[test]
fn a_direct_message_to_a_channel_is_private() {
    let chat = json!({"id": -100, "type": "supergroup", "is_direct_messages": true});
    let event = event(&written(json!({"text": "Hi", "chat": chat, "direct_messages_topic": {"topic_id": 42}})));
    assert_eq!(thread_of(&event), ("-100", Visibility::Private, Some("direct:42")));
    assert!(matches!(event.happening, Happening::Message(_)));
}

#[test]
fn a_business_chat_is_another_thread_and_its_owner_an_echo() {
    let mut update = written(json!({"text": "Hi", "business_connection_id": "b1"}));
    update["business_message"] = update["message"].take();
    let asked = event(&update);
    assert_eq!(thread_of(&asked), ("42/b1", Visibility::Private, None));
    assert!(matches!(asked.happening, Happening::Message(_)));
    update["business_message"]["from"] = json!({"id": 7, "is_bot": false, "first_name": "Owner"});
    assert!(matches!(event(&update).happening, Happening::Echo(_)));
}

#[test]
fn an_album_is_a_message_each() {
    let photo = |number: u32, file: &str| {
        let sizes =
            json!([{"file_id": "small", "width": 90, "height": 90}, {"file_id": file, "width": 800, "height": 600}]);
        event(&written(json!({"message_id": number, "media_group_id": "g", "photo": sizes})))
    };
    let (first, second) = (photo(5, "a"), photo(6, "b"));
    assert_eq!((first.id.as_str(), second.id.as_str()), ("5", "6"));
    assert_eq!(first.thread, second.thread);
    assert!(
        matches!(&message_of(&second).contents[..], [Content::Media(media)] if format!("{:?}", media.source).contains("\"b\""))
    );
}

#[test]
fn a_button_becomes_a_selection_and_is_answered_afterwards() {
    let keyboard = json!({"inline_keyboard": [[{"text": "Other", "callback_data": "other"}], [{"text": "Track it", "callback_data": "track"}]]});
    let question = json!({"message_id": 7, "chat": {"id": 42, "type": "private"}, "date": 1_795_305_000, "reply_markup": keyboard});
    let reception = reception(&pressed(question));
    let [event] = &reception.events[..] else { panic!("one event") };
    assert_eq!((event.id.as_str(), event.at), ("callback:9001", 1_795_305_000_000));
    let message = message_of(event);
    assert_eq!(message.reply_to.as_deref(), Some("7"));
    assert!(
        matches!(&message.contents[..], [Content::Selection(chosen)] if chosen.id == "track" && chosen.title == "Track it")
    );
    let [answer] = &reception.afterwards[..] else { panic!("one request afterwards") };
    let answer = asked(answer);
    assert_eq!((answer.method.as_str(), answer.repeatable), ("answerCallbackQuery", true));
    assert_eq!(answer.parameters, json!({"callback_query_id": "9001"}));
}

#[test]
fn a_button_of_a_message_out_of_reach_was_pressed_now() {
    let now = context(vec![]).now;
    let inaccessible = json!({"message_id": 7, "chat": group(-100), "date": 0});
    let pressed_there = event(&pressed(inaccessible));
    assert_eq!((pressed_there.at, thread_of(&pressed_there).0), (now, "-100"));
    assert!(
        matches!(&message_of(&pressed_there).contents[..], [Content::Selection(chosen)] if chosen.title == "track")
    );
    let old = json!({"message_id": 7, "chat": {"id": 42, "type": "private"}, "date": 1_600_000_000});
    assert_eq!(event(&pressed(old)).at, now, "an old question is answered today");
    assert_eq!(thread_of(&event(&pressed(Value::Null))).0, "42", "without a message the sender's chat is meant");
}

#[test]
fn edits_of_the_same_message_are_told_apart() {
    let edited = |at: u64| {
        let mut update = written(json!({"text": "Ho", "edit_date": at}));
        update["edited_message"] = update["message"].take();
        event(&update)
    };
    let (one, two) = (edited(1_795_305_510), edited(1_795_305_520));
    assert_eq!((one.id.as_str(), one.at), ("5:1795305510", 1_795_305_510_000));
    assert_ne!(one.id, two.id);
    assert!(
        matches!(&two.happening, Happening::Edited(edit) if edit.message_id == "5" && edit.contents == [Content::text("Ho")])
    );
}

fn reactions(old: Value, new: Value) -> Vec<Option<String>> {
    let user = json!({"id": 42, "is_bot": false, "first_name": "Ada"});
    let part = json!({"chat": {"id": 42, "type": "private"}, "message_id": 7, "date": 1_795_305_500, "user": user, "old_reaction": old, "new_reaction": new});
    let events = events(&json!({"update_id": 3, "message_reaction": part}));
    let emoji = |event: Event| match event.happening {
        Happening::Reaction(reaction) if reaction.message_id == "7" => reaction.emoji,
        other => panic!("not a reaction: {other:?}"),
    };
    events.into_iter().map(emoji).collect()
}

#[test]
fn reactions_are_what_is_new_or_what_remains() {
    let emoji = |emoji: &str| json!({"type": "emoji", "emoji": emoji});
    let some = |emoji: &str| Some(emoji.to_owned());
    assert_eq!(reactions(json!([]), json!([emoji("👍")])), [some("👍")]);
    assert_eq!(reactions(json!([emoji("👍")]), json!([])), [None]);
    assert_eq!(reactions(json!([emoji("👍")]), json!([emoji("🔥")])), [some("🔥")]);
    assert_eq!(reactions(json!([emoji("👍"), emoji("🔥")]), json!([emoji("🔥")])), [some("🔥")]);
    let custom = json!({"type": "custom_emoji", "custom_emoji_id": "77"});
    assert_eq!(reactions(json!([]), json!([custom, {"type": "paid"}])), [some("custom:77"), some("⭐")]);
}

#[test]
fn a_group_that_moves_takes_its_conversation_along() {
    let change = |extra: Value| match event(&written(extra)).happening {
        Happening::AddressChanged(change) => (change.old, change.new),
        other => panic!("not moved: {other:?}"),
    };
    let expected = ("-5".to_owned(), "-1001234567890".to_owned());
    assert_eq!(
        change(json!({"chat": {"id": -5, "type": "group"}, "migrate_to_chat_id": -1_001_234_567_890_i64})),
        expected
    );
    assert_eq!(change(json!({"chat": group(-1_001_234_567_890), "migrate_from_chat_id": -5})), expected);
}

#[test]
fn who_blocks_the_bot_takes_the_consent_back() {
    let member = |status: &str, kind: &str| {
        let from = json!({"id": 42, "is_bot": false, "first_name": "Ada"});
        let part = json!({"chat": {"id": 42, "type": kind}, "from": from, "date": 1_795_305_500, "old_chat_member": {"status": "?"}, "new_chat_member": {"status": status}});
        let events = events(&json!({"update_id": 4, "my_chat_member": part}));
        events.into_iter().next().map(|event| event.happening)
    };
    assert!(
        matches!(member("kicked", "private"), Some(Happening::Consent(consent)) if !consent.granted && consent.topic.is_none())
    );
    assert!(matches!(member("member", "private"), Some(Happening::Consent(consent)) if consent.granted));
    assert!(member("kicked", "supergroup").is_none());
}

#[test]
fn a_deep_link_is_a_referral_beside_the_message() {
    let [referral, message] = &events(&written(json!({"text": "/start spring_offer"})))[..] else {
        panic!("two events")
    };
    assert!(
        matches!(&referral.happening, Happening::Referral(found) if found.reference.as_deref() == Some("spring_offer"))
    );
    assert_eq!(message_of(message).contents, [Content::text("/start spring_offer")]);
    assert_eq!(events(&written(json!({"text": "/start"}))).len(), 1);
    assert_eq!(events(&written(json!({"text": "/starting now"}))).len(), 1);
}

#[test]
fn a_shared_contact_tells_the_senders_own_number_only() {
    let phone = |user: u64| {
        let vcard = "BEGIN:VCARD\nitem1.TEL;TYPE=cell:+41 79 000 00 00\nTEL:+41310000000\nEMAIL;TYPE=work:ada@post.example\nEND:VCARD";
        let contact = json!({"phone_number": "41790000000", "first_name": "Ada", "user_id": user, "vcard": vcard});
        let event = event(&written(json!({"contact": contact})));
        let message = message_of(&event);
        let [Content::Contacts(cards)] = &message.contents[..] else { panic!("contacts") };
        assert_eq!(cards[0].phones, ["41790000000", "+41310000000"]);
        assert_eq!(cards[0].emails, ["ada@post.example"]);
        message.sender.phone.clone()
    };
    assert_eq!(phone(42).as_deref(), Some("+41790000000"));
    assert_eq!(phone(43), None);
}

#[test]
fn bots_channels_and_stand_ins_are_told_apart() {
    let bot = json!({"id": 99, "is_bot": true, "first_name": "Other bot"});
    assert!(
        events(&written(json!({"text": "Hi", "chat": group(-100), "from": bot}))).is_empty(),
        "two bots might never end"
    );
    let in_its_name =
        event(&written(json!({"text": "Hi", "chat": group(-100), "from": bot, "sender_chat": group(-100)})));
    assert_eq!(message_of(&in_its_name).sender.id, "-100");
    assert_eq!(message_of(&in_its_name).sender.name.as_deref(), Some("Neighbours"));
    let forwarded = json!({"text": "News", "chat": group(-100), "is_automatic_forward": true, "sender_chat": {"id": -200, "title": "Post", "type": "channel"}});
    assert!(matches!(event(&written(forwarded)).happening, Happening::Echo(_)));
}

#[test]
fn what_is_not_known_yet_is_kept_whole() {
    let message = event(&written(json!({"hologram": {"id": 1}})));
    let [Content::Native(native)] = &message_of(&message).contents[..] else { panic!("native") };
    assert!(native.kind == "unknown" && native.data.contains("hologram"));
    assert!(events(&json!({"update_id": 1, "telepathy": {"id": 1}})).is_empty());
}

fn linked(text: &str, entities: Value) -> String {
    let event = event(&written(json!({"text": text, "entities": entities})));
    let [Content::Text(text)] = &message_of(&event).contents[..] else { panic!("a text") };
    text.clone()
}

#[test]
fn links_behind_words_are_written_out() {
    let link = |offset: u64, length: u64| json!({"type": "text_link", "offset": offset, "length": length, "url": "https://a.example"});
    assert_eq!(linked("📦 here, see", json!([link(3, 4)])), "📦 here (https://a.example), see");
    assert_eq!(linked("a b", json!([link(0, 1), link(2, 1)])), "a (https://a.example) b (https://a.example)");
    assert_eq!(linked("https://a.example", json!([link(0, 17)])), "https://a.example");
}

proptest! {
    #[test]
    fn no_offset_breaks_a_text(text in "[a📦é中]{1,12}", offset in 0_u64..40, length in 0_u64..40) {
        let found = linked(&text, json!([{"type": "text_link", "offset": offset, "length": length, "url": "u"}]));
        prop_assert_eq!(found.replacen(" (u)", "", 1), text);
    }

    #[test]
    fn no_update_traps(name in "[a-z_]{1,12}", number in any::<i64>(), text in ".{0,8}") {
        for member in ["message", "edited_message", "callback_query", "message_reaction", "my_chat_member", "channel_post"] {
            let parts = [json!(text), json!(number), json!({&name: &text}), json!({"chat": {"id": number}, "message_id": number, "date": number, &name: [&text]})];
            for part in parts {
                let _ = receive(webhook(&json!({"update_id": number, member: part}).to_string()));
            }
        }
    }
}

#[test]
fn settings_have_defaults_and_no_slips() {
    assert!(Context::<Settings>::new(testing::context(&json!({"api-bse": "x"})), vec![]).is_err());
    let settings = context(vec![]).settings;
    assert_eq!(settings.api_base, "https://api.telegram.org");
    assert_eq!(Telegram::carries(&settings).channel_pace.map(|pace| pace.messages), Some(30));
}
