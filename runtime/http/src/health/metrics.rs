//! Figures for Prometheus.

use axum::extract::State;
use http::{HeaderName, header};

use crate::app::App;
use crate::operation::{Answer, Body, Content, Operation, Tag, Verb};

/// Of the text format (<https://prometheus.io/docs/instrumenting/exposition_formats/>).
const FORMAT: &str = "text/plain; version=0.0.4";

pub(crate) const OPERATION: Operation = Operation {
    id: "readMetrics",
    verb: Verb::Get,
    path: "/metrics",
    tag: Tag::Server,
    summary: "Figures in the text format of Prometheus",
    scope: None,
    parameters: &[],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "The figures.", content: Content::Text("text/plain") }],
    problems: &[],
};

pub(crate) async fn handle(State(app): State<App>) -> ([(HeaderName, &'static str); 1], String) {
    ([(header::CONTENT_TYPE, FORMAT)], (app.metrics)())
}
