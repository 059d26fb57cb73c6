//! All routes, and what surrounds every request.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use crate::layers::{headers, panic, patience, request};
use crate::problem::{Kind, Problem};
use crate::routes::{Access, Routes};
use crate::{api, health, hooks, pages};

/// What the world sees.
pub fn router(app: App) -> Router {
    let routes = Routes::new(app.clone(), Access::Bearer);
    let routes = api::routes(health::routes(hooks::routes(routes)));
    let router = api::openapi::routes(routes).into_router();
    finish(router.fallback_service(pages::files(&app.config)), app)
}

/// The API without tokens, for a listener that only the operator can reach: a Unix socket in a private folder.
pub fn admin_router(app: App) -> Router {
    let routes = Routes::new(app.clone(), Access::Private);
    let routes = api::routes(health::routes(routes));
    let router = api::openapi::routes(routes).into_router();
    finish(router.fallback(pages::not_found), app)
}

/// The last layer is the outermost.
fn finish(router: Router<App>, app: App) -> Router {
    router
        .method_not_allowed_fallback(wrong_method)
        // Every action sets its own bound.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(app.clone(), patience::bound))
        .layer(CatchPanicLayer::custom(panic::answer))
        .layer(from_fn(headers::harden))
        .layer(from_fn_with_state(app.clone(), request::serve))
        .with_state(app)
}

async fn wrong_method() -> Problem {
    Problem::new(Kind::MethodNotAllowed, "look up its methods in /api/openapi.json")
}
