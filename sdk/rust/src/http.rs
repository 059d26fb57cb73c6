//! Requests that a plugin wants performed, and their answers.

mod form;
mod request;
mod response;
mod url;

pub use form::{parse_form, parse_query};
pub use request::Request;
pub use response::BodyError;
pub use url::Url;

pub(crate) use url::percent_encode;
