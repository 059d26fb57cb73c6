//! Whether the process lives at all; where it does not answer, restart it.

use crate::operation::{Answer, Body, Content, Operation, Tag, Verb};

pub(crate) const OPERATION: Operation = Operation {
    id: "isAlive",
    verb: Verb::Get,
    path: "/healthz",
    tag: Tag::Server,
    summary: "Tells whether the server lives",
    scope: None,
    parameters: &[],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "It does.", content: Content::Text("text/plain") }],
    problems: &[],
};

pub(crate) async fn handle() -> &'static str {
    "alive\n"
}
