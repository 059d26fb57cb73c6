//! `/api/openapi.json`: the API as OpenAPI 3.1, made of what the actions say of themselves.

mod document;
mod schemas;

use axum::body::Bytes;
use http::header;

use crate::operation::{Answer, Body, Content, Operation, Tag, Verb};
use crate::routes::Routes;

const OPERATION: Operation = Operation {
    id: "describeApi",
    verb: Verb::Get,
    path: "/api/openapi.json",
    tag: Tag::Server,
    summary: "This document",
    scope: None,
    parameters: &[],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "OpenAPI 3.1.", content: Content::Text("application/json") }],
    problems: &[],
};

/// Has to come last: it describes the routes so far, and itself.
pub(crate) fn routes(routes: Routes) -> Routes {
    let operations: Vec<&Operation> = routes.operations().iter().copied().chain([&OPERATION]).collect();
    let text = Bytes::from(document::of(&operations).to_string());
    routes.route(&OPERATION, move || {
        let text = text.clone();
        async move { ([(header::CONTENT_TYPE, "application/json")], text) }
    })
}
