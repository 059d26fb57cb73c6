//! Files for browsers: the chat window, and the pages that carry it.

use axum::Router;
use http::Uri;
use tower_http::services::ServeDir;

use crate::config::HttpConfig;
use crate::problem::{Kind, Problem};

/// The built files first, then the operator's pages, then nothing. Paths that lead out of a folder are not found.
pub(crate) fn files(config: &HttpConfig) -> Router {
    let folders = [&config.pages, &config.web];
    folders.into_iter().flatten().fold(Router::new().fallback(not_found), |rest, folder| {
        let files = ServeDir::new(folder).call_fallback_on_method_not_allowed(true).fallback(rest);
        Router::new().fallback_service(files)
    })
}

pub(crate) async fn not_found(uri: Uri) -> Problem {
    Problem::new(Kind::NotFound, format!("there is nothing at {}: look it up in /api/openapi.json", uri.path()))
}
