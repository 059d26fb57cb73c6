//! Who may do it: one gate before every action that asks for a scope.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, header};

use super::token::{Scope, digest};
use crate::app::App;
use crate::problem::{Kind, Problem};

/// What a gate has to know.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) app: App,
    pub(crate) scope: Scope,
}

/// Who calls, for the record: a token's name, or `operator` where the listener is theirs alone.
#[derive(Clone, Debug)]
pub(crate) struct Caller(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_else(|| Self("operator".to_owned())))
    }
}

pub(crate) async fn require(State(gate): State<Gate>, mut request: Request, next: Next) -> Result<Response, Problem> {
    let token = bearer(request.headers()).ok_or_else(|| {
        let detail = "send `Authorization: Bearer TOKEN`; `sportello token create` makes a token";
        Problem::new(Kind::Unauthenticated, detail)
    })?;
    let known = gate.app.engine.store().token(digest(token)).await?;
    let known = known.ok_or_else(|| {
        let detail = "this token is not known, or was taken back; `sportello token create` makes another one";
        Problem::new(Kind::Unauthenticated, detail)
    })?;
    tracing::Span::current().record("token", &known.name);
    let scope = gate.scope.name();
    if !known.scopes.iter().any(|allowed| allowed == scope) {
        let detail = format!("this needs the scope `{scope}`, which the token `{}` has not", known.name);
        return Err(Problem::new(Kind::MissingScope, detail));
    }
    request.extensions_mut().insert(Caller(known.name));
    Ok(next.run(request).await)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
