//! The server's face: webhooks, live streams, the API, and what operators look at. The only crate that knows axum.
//!
//! [`App`] holds what all handlers share, [`serve`] and [`serve_admin`] listen. Handlers stand one action a file, in a
//! folder a resource; each action that is part of the API describes itself in an `Operation`, from which its route, the
//! scope it asks for and its entry in the OpenAPI document are made.

mod api;
mod app;
mod body;
mod config;
mod connection;
mod health;
mod hooks;
mod layers;
mod live;
mod operation;
mod pages;
mod problem;
mod router;
mod routes;
mod serve;

pub use api::token::{NewToken, Scope, UnknownScope, make_token};
pub use app::App;
pub use config::HttpConfig;
pub use router::{admin_router, router};
pub use serve::{serve, serve_admin};
