//! Whether webhooks are taken; where they are not, send them elsewhere or later.

use std::time::Duration;

use axum::extract::State;

use crate::app::App;
use crate::operation::{Answer, Body, Content, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(crate) const OPERATION: Operation = Operation {
    id: "isReady",
    verb: Verb::Get,
    path: "/readyz",
    tag: Tag::Server,
    summary: "Tells whether webhooks are taken",
    scope: None,
    parameters: &[],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "They are.", content: Content::Text("text/plain") }],
    problems: &[Kind::Unavailable],
};

/// A store that takes longer than this is as good as gone.
const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) async fn handle(State(app): State<App>) -> Result<&'static str, Problem> {
    if !app.engine.is_ready() || app.closing.is_cancelled() {
        return Err(Problem::new(Kind::Unavailable, "the server is going down"));
    }
    // The cheapest question there is: no secret has this digest.
    match tokio::time::timeout(PATIENCE, app.engine.store().token([0; 32])).await {
        Ok(answer) => answer.map(|_| "ready\n").map_err(Problem::from),
        Err(_) => Err(Problem::new(Kind::Unavailable, "the store does not answer")),
    }
}
