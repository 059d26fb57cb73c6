//! A panic in one request is an answer there, and nothing to the others.

use std::any::Any;

use axum::response::{IntoResponse, Response};

use crate::problem::{Kind, Problem};

#[allow(clippy::needless_pass_by_value, reason = "as the layer calls it")]
pub(crate) fn answer(panic: Box<dyn Any + Send + 'static>) -> Response {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = said.unwrap_or("of another kind"), "a request panicked");
    Problem::new(Kind::Internal, "a defect of the server: tell its operator the request id").into_response()
}
