//! Who may do it: one gate before every action that asks for a scope.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
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

pub(crate) async fn require(State(gate): State<Gate>, request: Request, next: Next) -> Result<Response, Problem> {
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
    Ok(next.run(request).await)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
