//! Nobody waits for ever for the head of an answer.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::problem::{Kind, Problem};

pub(crate) async fn bound(State(app): State<App>, request: Request, next: Next) -> Response {
    let patience = app.config.patience;
    tokio::time::timeout(patience, next.run(request)).await.unwrap_or_else(|_| {
        let seconds = patience.as_secs_f32();
        Problem::new(Kind::Unavailable, format!("no answer within {seconds} s; send the same again later"))
            .into_response()
    })
}
