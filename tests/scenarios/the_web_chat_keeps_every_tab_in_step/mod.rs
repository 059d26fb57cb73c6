//! The web chat over HTTP and server-sent events: a session, messages, a stream that is resumed where it broke, further tabs.

use std::time::Duration;

use serde_json::{Value, json};
use sportello_harness::{EventStream, ServerSentEvent};
use sportello_scenarios::{Visitor, now, scene};

const LIMIT: Duration = Duration::from_secs(30);

/// The events up to the message with this beginning.
async fn until(stream: &mut EventStream, text: &str) -> anyhow::Result<Vec<ServerSentEvent>> {
    let mut events = Vec::new();
    loop {
        let event = stream.next(LIMIT).await?;
        let said = said(&event);
        events.push(event);
        if said.starts_with(text) {
            return Ok(events);
        }
    }
}

fn data(event: &ServerSentEvent) -> Value {
    serde_json::from_str(&event.data).unwrap_or_default()
}

/// What a message says.
fn said(event: &ServerSentEvent) -> String {
    let content = &data(event)["contents"][0];
    let candidates = [&content["text"], &content["choices"]["prompt"]];
    candidates.into_iter().find_map(Value::as_str).unwrap_or_default().to_owned()
}

fn messages(events: &[ServerSentEvent]) -> Vec<String> {
    events.iter().filter(|event| event.event == "message").map(said).collect()
}

#[tokio::test]
async fn a_stream_is_resumed_and_another_tab_sees_it_all() {
    scene(async |stage| {
        let server = &stage.server;
        let mut visitor = Visitor::arrive(server).await?;
        let mut first = visitor.tab(server, None).await?;
        visitor.send(server, &json!({ "text": "Where is my parcel?" })).await?.success()?;
        let seen = until(&mut first, "I'm happy to check.").await?;
        let texts = messages(&seen);
        assert_eq!((texts.len(), texts[0].as_str()), (3, "Where is my parcel?"), "{texts:#?}");
        let authors: Vec<_> = seen.iter().map(data).filter(|data| data["contents"].is_array()).collect();
        assert_eq!((&authors[0]["author"], &authors[0]["client"]), (&json!("customer"), &json!("m1")));
        assert_eq!(authors[1]["author"], "bot");

        // Another tab has the whole history, under the same ids.
        let mut second = visitor.tab(server, None).await?;
        assert_eq!(until(&mut second, "I'm happy to check.").await?, seen);

        // The first one breaks, and misses nothing.
        let last = seen.last().and_then(|event| event.id.clone());
        drop(first);
        visitor.send(server, &json!({ "text": "990012345612345673" })).await?.success()?;
        let live = until(&mut second, "Your shipment").await?;
        let mut first = visitor.tab(server, last.as_deref()).await?;
        assert_eq!(until(&mut first, "Your shipment").await?, live);
        assert_eq!(messages(&live).len(), 2, "the number and the answer: {live:#?}");

        // Nor does a loss of power lose anything.
        stage.server.kill()?;
        stage.server.restart().await?;
        let mut again = visitor.tab(&stage.server, None).await?;
        assert_eq!(until(&mut again, "Your shipment").await?, [seen, live].concat());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_message_that_a_window_sends_twice_is_one() {
    scene(async |stage| {
        let server = &stage.server;
        let visitor = Visitor::arrive(server).await?;
        let message =
            json!({ "id": "once", "at": now(), "language": "en", "text": "Where is my parcel 990012345612345671?" });
        for _ in 0..3 {
            visitor.post(server, &message).await?.success()?;
        }
        let mut stream = visitor.tab(server, None).await?;
        let events = until(&mut stream, "Your shipment").await?;
        assert_eq!(messages(&events).iter().filter(|text| text.starts_with("Where")).count(), 1, "{events:#?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_forges_a_token_sees_and_says_nothing() {
    scene(async |stage| {
        let server = &stage.server;
        let visitor = Visitor::arrive(server).await?;
        let forged = visitor.token().replacen(visitor.address(), &"0".repeat(visitor.address().len()), 1);
        let url = format!("{}/stream?token={forged}", server.hook("web-chat"));
        let error = EventStream::open(&url, None).await.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("401"), "{error}");
        let authorization = format!("Bearer {forged}");
        let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
        let body = json!({ "id": "m1", "at": now(), "text": "hello" }).to_string().into_bytes();
        let reply =
            server.client().send("POST", &format!("{}/messages", server.hook("web-chat")), &headers, body).await?;
        assert_eq!(reply.status, 401, "{}", reply.text());
        assert_eq!(stage.api().get("/api/v1/conversations").await?["conversations"], json!([]));
        Ok(())
    })
    .await;
}
