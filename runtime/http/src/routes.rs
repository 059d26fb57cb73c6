//! The one place where actions become routes, so that no route is without its description and its guard.

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, any, on};

use crate::api::guard::{Gate, require};
use crate::app::App;
use crate::operation::{Operation, Verb};

/// Whether callers have to show a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// They have to.
    Bearer,
    /// Who reaches the listener may do everything.
    Private,
}

/// Routes, with what they say of themselves.
pub(crate) struct Routes {
    app: App,
    access: Access,
    router: Router<App>,
    operations: Vec<&'static Operation>,
}

impl Routes {
    pub(crate) fn new(app: App, access: Access) -> Self {
        Self { app, access, router: Router::new(), operations: Vec::new() }
    }

    pub(crate) fn route<H, T>(mut self, operation: &'static Operation, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let route = match operation.verb {
            Verb::Get => on(MethodFilter::GET, handler),
            Verb::Post => on(MethodFilter::POST, handler),
            Verb::Delete => on(MethodFilter::DELETE, handler),
            Verb::Any => any(handler),
        };
        let route = match (self.access, operation.scope) {
            (Access::Bearer, Some(scope)) => {
                route.layer(from_fn_with_state(Gate { app: self.app.clone(), scope }, require))
            }
            _ => route,
        };
        self.router = self.router.route(operation.path, route);
        self.operations.push(operation);
        self
    }

    /// The actions so far.
    pub(crate) fn operations(&self) -> &[&'static Operation] {
        &self.operations
    }

    pub(crate) fn into_router(self) -> Router<App> {
        self.router
    }
}
