//! The channels: webhooks and polls are events in JSON, a delivery is a request with its id in the head and its text in the body.

use sportello_domain::contract::{
    Act, Content, Context, Delivery, Exchange, Failure, HttpRequest, HttpResponse, Piece, PollStep, Polled, Receipt,
    ReceiveStep, Reception, Refusal, RequestError, SendStep, Webhook,
};

/// The head that names a delivery.
pub(crate) const DELIVERY: &str = "delivery";
/// The head that names a thread.
pub(crate) const THREAD: &str = "thread";

pub(super) fn receive(context: &Context, request: &Webhook) -> Result<ReceiveStep, Refusal> {
    let events = serde_json::from_slice(&request.body).map_err(|error| Refusal::Malformed(error.to_string()))?;
    Ok(ReceiveStep::Done(Reception {
        response: HttpResponse { status: 200, ..HttpResponse::default() },
        events,
        // The customer sees that it was taken: performed after the acknowledgement, at least once.
        afterwards: vec![post(context, "seen", vec![], &String::from_utf8_lossy(&request.body), true)],
        stream: None,
    }))
}

pub(super) fn send(context: &Context, delivery: &Delivery, exchanges: &[Exchange]) -> Result<SendStep, Failure> {
    let Act::Say(say) = &delivery.act else { return Err(Failure::Rejected("only words".to_owned())) };
    let text: String = say.contents.iter().filter_map(Content::words).collect();
    match exchanges.first().map(|exchange| &exchange.outcome) {
        None => {
            let head = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            let headers = vec![head(DELIVERY, &delivery.id), head(THREAD, &delivery.thread.address)];
            Ok(SendStep::Perform(vec![post(context, "send", headers, &text, false)]))
        }
        Some(Ok(response)) => match response.status {
            200 => {
                let id = String::from_utf8_lossy(&response.body.0).into_owned();
                Ok(SendStep::Done(Receipt { message_ids: vec![id], memo: None }))
            }
            400 => Err(Failure::Rejected("never".to_owned())),
            401 => Err(Failure::Unauthorised("revoked".to_owned())),
            429 => Err(Failure::Throttled(Some(2_000))),
            _ => Err(Failure::Retry(None)),
        },
        Some(Err(RequestError::Unreachable(_))) => Err(Failure::Retry(None)),
        Some(Err(error)) => Err(Failure::Unknown(format!("{error:?}"))),
    }
}

pub(super) fn poll(context: &Context, cursor: Option<&str>, exchanges: &[Exchange]) -> Result<PollStep, Failure> {
    match exchanges.first().map(|exchange| &exchange.outcome) {
        None => {
            let request = post(context, "updates", vec![], cursor.unwrap_or_default(), true);
            Ok(PollStep::Perform(vec![request]))
        }
        Some(Ok(response)) => {
            let polled: Option<Polled> = serde_json::from_slice(&response.body).ok();
            polled.map(PollStep::Done).ok_or(Failure::Retry(None))
        }
        Some(Err(_)) => Err(Failure::Retry(Some(500))),
    }
}

/// A request to the channel's own platform, which is named after its hook.
fn post(context: &Context, path: &str, headers: Vec<(String, String)>, body: &str, repeatable: bool) -> HttpRequest {
    let name = context.hook.rsplit('/').next().unwrap_or_default();
    HttpRequest {
        method: "POST".to_owned(),
        url: format!("https://{name}.example/{path}"),
        headers,
        body: vec![Piece::Bytes(body.into())],
        repeatable,
        after: None,
        timeout: None,
        max_age: None,
    }
}
