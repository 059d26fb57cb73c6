//! A page as an operator reads it.

use serde_json::json;
use sportello_domain::ids::MessageId;

use super::*;

fn transcript() -> Transcript {
    let conversation = json!({
        "id": "019a0000-0000-7000-8000-000000000001", "channel": "whatsapp", "account": null,
        "thread": {"address": "41791112233"}, "contact": "019a0000-0000-7000-8000-000000000002",
        "stage": "open", "owner": {"queue": {"queue": "default", "since": 1795305605000_u64, "hand-over": {"reason": "a complaint"}}},
        "owner-epoch": 1, "lane-token": 1, "last-seq": 1, "done-seq": 1, "locale": "de", "active-skill": null,
        "misunderstandings": 0, "greeted": true, "tags": ["vip"], "opened-at": 1795305600000_u64, "last-customer-at": null,
    });
    let contact = json!({
        "id": "019a0000-0000-7000-8000-000000000002", "name": "Anna", "locale": null, "verified": false, "attributes": [],
    });
    let line = |voice, text, at: u64, heard: u64| {
        json!({
            "id": MessageId::new(heard, 3), "voice": voice, "contents": [{"text": text}], "at": at,
            "platform-id": null, "changed": false, "delivery": null,
        })
    };
    let turn = json!({
        "id": "019a0000-0000-7000-8000-000000000005", "conversation": "019a0000-0000-7000-8000-000000000001", "seed": 1,
        "now": 1795305600100_u64, "trigger": {"scheduled": "x"}, "purpose": "intent", "channel": "whatsapp",
        "visibility": "private", "locale": "de", "customer": {"id": "1"}, "history": [], "opening": {"open": true},
    });
    let request = json!({"method": "GET", "url": "https://tracking.example/{secret:key}", "repeatable": true});
    let journal = json!({
        "analysis": {
            "revision": "nlu@aaaaaaaaaaaa", "took": 2_100,
            "analysis": {"ok": {
                "language": "de", "language-confidence": 0.99, "intents": [{"name": "track-parcel", "confidence": 0.97}],
                "out-of-scope": 0.01, "entities": [{"kind": "tracking-number", "start": 0, "end": 1, "value": "99"}],
                "sentiment": 0.0,
            }},
        },
        "steps": [{
            "skill": "parcel-tracking", "revision": "parcel-tracking@bbbbbbbbbbbb", "input": turn, "took": 15_400,
            "exchanges": [{"request": request, "outcome": {"ok": {"status": 200, "headers": [], "body": "{}"}}}],
            "vault": [], "result": {"effects": [{"say": {"text": "In\nZürich"}}, "finish"]},
        }],
        "notes": ["something to know"],
    });
    serde_json::from_value(json!({
        "overview": {"conversation": conversation, "contact": contact, "last-line": null},
        "lines": [
            {"line": line(json!("customer"), "Wo ist 99?", 1795305600000, 1795305600050), "state": null, "progress": null},
            {
                "line": line(json!({"bot": "parcel-tracking"}), "In\nZürich", 1795305600100, 1795305600100),
                "state": "sent", "progress": "delivered",
            },
            // Written in the same second as the first one, and heard of after the answer.
            {
                "line": line(json!("customer"), "Danke", 1795305600000, 1795305600700),
                "state": null, "progress": null,
            },
        ],
        "turns": [{
            "id": "019a0000-0000-7000-8000-000000000005", "seq": 1, "started-at": 1795305600100_u64,
            "ended-at": 1795305600184_u64, "outcome": "answered", "journal": journal,
        }],
    }))
    .unwrap()
}

#[test]
fn a_conversation_reads_from_top_to_bottom() {
    let expected = "\
Conversation 019a0000-0000-7000-8000-000000000001
whatsapp · 41791112233 (Anna) · since 2026-11-22 00:00:00Z
open · waits in default: a complaint · de · #vip

2026-11-22 (times are UTC)
00:00:00  Customer
            Wo ist 99?
00:00:00  │ turn 1 · answered · 84 ms · 019a0000-0000-7000-8000-000000000005
          │   understood track-parcel 0.97 · out of scope 0.01 · de 0.99 · tracking-number=99 by nlu@aaaaaaaaaaaa in 2.1 ms
          │   parcel-tracking (parcel-tracking@bbbbbbbbbbbb) asked for the intent, 15 ms
          │     GET https://tracking.example/{secret:key} → 200 (2 bytes)
          │     say: In Zürich
          │     finish
          │   note: something to know
00:00:00  Bot (parcel-tracking) [sent, delivered]
            In
            Zürich
00:00:00  Customer
            Danke
";
    assert_eq!(transcript().to_string(), expected);
}

#[test]
fn a_transcript_survives_its_json() {
    let json = serde_json::to_string(&transcript()).unwrap();
    assert_eq!(serde_json::from_str::<Transcript>(&json).unwrap().to_string(), transcript().to_string());
}
