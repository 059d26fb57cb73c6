//! Reading what callers send, with a clear answer where it cannot be read.

use std::str::FromStr;

use axum::extract::{FromRequest, FromRequestParts, Query, RawPathParams, Request};
use http::request::Parts;
use http::{HeaderMap, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::body;
use crate::problem::{Kind, Problem};

/// Most bytes of a body; answers of agents are words, not files.
const BODY: usize = 256 << 10;
/// Most things that one list gives.
pub(crate) const MOST: u32 = 1_000;
/// Things that a list gives where nothing is said.
const USUAL: u32 = 100;
/// Most characters of a name.
const NAME: usize = 100;

/// A body of JSON.
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(Kind::NotJson, "send it with `Content-Type: application/json`"));
        }
        let bytes = body::read(request.into_body(), BODY, "a body").await?;
        let value = serde_json::from_slice(&bytes);
        value.map(Self).map_err(|error| Problem::new(Kind::Malformed, format!("the body: {error}")))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return true };
    let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// The query; names that are not known are refused.
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = Query::try_from_uri(&parts.uri);
        query.map(|Query(asked)| Self(asked)).map_err(|error| Problem::new(Kind::Malformed, error.body_text()))
    }
}

/// The query of a list that can be asked for its length only: see [`limit`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Length {
    pub(crate) limit: Option<u32>,
}

/// The id of the path.
pub(crate) struct Id<T>(pub(crate) T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let malformed = || Problem::new(Kind::Malformed, "the id in the path has to be a UUID, as the lists show it");
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| malformed())?;
        let id = params.iter().find(|(name, _)| *name == "id").and_then(|(_, value)| value.parse().ok());
        id.map(Self).ok_or_else(malformed)
    }
}

/// How many, within bounds.
pub(crate) fn limit(asked: Option<u32>) -> Result<u32, Problem> {
    match asked.unwrap_or(USUAL) {
        limit @ 1..=MOST => Ok(limit),
        other => Err(Problem::new(Kind::Malformed, format!("`limit` is from 1 to {MOST}, not {other}"))),
    }
}

/// A name for people: of an agent, of a token.
pub(crate) fn name(field: &str, text: &str) -> Result<String, Problem> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > NAME || name.chars().any(char::is_control) {
        let detail = format!("`{field}` has to be a name of 1 to {NAME} characters in one line");
        return Err(Problem::new(Kind::Malformed, detail));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_in_one_line() {
        assert_eq!(name("agent", " Zoë ").unwrap(), "Zoë");
        for wrong in ["", "  ", "a\nb", &"é".repeat(NAME + 1)] {
            assert!(name("agent", wrong).unwrap_err().detail.contains("`agent`"), "{wrong:?}");
        }
        assert!(name("agent", &"é".repeat(NAME)).is_ok());
    }

    #[test]
    fn limits_have_bounds() {
        assert_eq!(limit(None).unwrap(), USUAL);
        assert_eq!(limit(Some(MOST)).unwrap(), MOST);
        assert!(limit(Some(0)).is_err() && limit(Some(MOST + 1)).is_err());
    }
}
