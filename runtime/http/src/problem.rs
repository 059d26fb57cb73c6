//! What callers get when something is wrong: RFC 9457, with what to do. Every error of the engine and of the store becomes
//! HTTP here and nowhere else.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use sportello_domain::contract::Refusal;
use sportello_engine::EngineError;
use sportello_engine::ports::StoreError;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It cannot be understood.
    Malformed,
    /// No token, or one that does not count.
    Unauthenticated,
    /// The signature or token of a webhook is wrong.
    Unsigned,
    /// The token does not allow it.
    MissingScope,
    /// There is no such thing.
    NotFound,
    /// The address knows another method.
    MethodNotAllowed,
    /// Not as things stand.
    Conflict,
    /// More bytes than are taken.
    TooLarge,
    /// It has to be JSON.
    NotJson,
    /// A defect of the server, or of a plugin.
    Internal,
    /// Not now.
    Unavailable,
}

impl Kind {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Unauthenticated | Self::Unsigned => StatusCode::UNAUTHORIZED,
            Self::MissingScope => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The last part of the problem's type.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Unauthenticated => "unauthenticated",
            Self::Unsigned => "unsigned",
            Self::MissingScope => "missing-scope",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::Conflict => "conflict",
            Self::TooLarge => "too-large",
            Self::NotJson => "not-json",
            Self::Internal => "internal",
            Self::Unavailable => "unavailable",
        }
    }

    /// The same for every problem of this kind.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Malformed => "The request cannot be understood",
            Self::Unauthenticated => "A token is needed",
            Self::Unsigned => "The webhook is not from who it claims to be from",
            Self::MissingScope => "The token does not allow this",
            Self::NotFound => "There is no such thing",
            Self::MethodNotAllowed => "This address knows other methods",
            Self::Conflict => "Not possible as things stand",
            Self::TooLarge => "The body is too large",
            Self::NotJson => "The body has to be JSON",
            Self::Internal => "The server failed",
            Self::Unavailable => "Not possible right now",
        }
    }

    fn retry_after(self) -> Option<HeaderValue> {
        (self == Self::Unavailable).then(|| HeaderValue::from_static("5"))
    }
}

/// What is wrong this time.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) kind: Kind,
    /// For people: what it is, and what to do.
    pub(crate) detail: String,
}

impl Problem {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }

    pub(crate) fn not_found(what: &str, id: impl std::fmt::Display) -> Self {
        Self::new(Kind::NotFound, format!("there is no {what} {id}"))
    }
}

#[derive(Serialize)]
struct Encoded<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self { kind, detail } = self;
        let status = kind.status();
        let body = Encoded {
            r#type: format!("urn:sportello:problem:{}", kind.name()),
            title: kind.title(),
            status: status.as_u16(),
            detail: &detail,
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if kind == Kind::Unauthenticated {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(after) = kind.retry_after() {
            headers.insert(header::RETRY_AFTER, after);
        }
        let mut response = (status, Json(body)).into_response();
        response.headers_mut().extend(headers);
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let kind = match &error {
            StoreError::Full { .. } | StoreError::Failed { .. } => {
                tracing::error!(%error, "the store did not do its part");
                Kind::Unavailable
            }
            StoreError::LaneLost
            | StoreError::Superseded { .. }
            | StoreError::CursorMoved
            | StoreError::Conflict(_) => Kind::Conflict,
            StoreError::NotFound { .. } => Kind::NotFound,
        };
        // What the database says is for the log: it may tell of more than the caller may know.
        match error {
            StoreError::Failed { operation, .. } => {
                Self::new(kind, format!("{operation}: the store failed; try again"))
            }
            error => Self::new(kind, error.to_string()),
        }
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::NoSuchChannel(_) | EngineError::NoSuchRevision(_) | EngineError::NoSuchName(_) => {
                Self::new(Kind::NotFound, error.to_string())
            }
            EngineError::NotNow(_) | EngineError::Move(_) | EngineError::Unfit(_) => {
                Self::new(Kind::Conflict, error.to_string())
            }
            EngineError::Refused(Refusal::Unauthorised(reason)) => Self::new(Kind::Unsigned, reason),
            EngineError::Refused(Refusal::Malformed(reason)) => Self::new(Kind::Malformed, reason),
            // Its message may hold a guest's back trace, which is for the log.
            EngineError::Plugin(error) => {
                tracing::warn!(%error, "a webhook could not be read");
                Self::new(Kind::Unavailable, "the plugin failed; send the same again later")
            }
            EngineError::Store(error) => error.into(),
            EngineError::Closing => Self::new(Kind::Unavailable, "the server is going down; send the same again later"),
        }
    }
}
