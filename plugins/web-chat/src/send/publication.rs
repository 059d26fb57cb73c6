//! One event for a visitor's stream, as a request to the live carrier.

use serde_json::Value;
use sportello_sdk::http::{Request, Url};

use crate::address;

/// An event of a stream.
#[derive(Debug)]
pub(crate) struct Publication<'a> {
    /// Its name.
    pub event: &'a str,
    /// A second publication with the same key is dropped.
    pub key: Option<&'a str>,
    /// Its data.
    pub data: &'a Value,
}

impl Publication<'_> {
    /// The request that publishes it.
    pub(crate) fn request(&self, hook: &str, visitor: &str) -> Request {
        let url = Url::new(&format!("live:{}", address::stream(hook, visitor)));
        let request = Request::post(url).json(self.data).header("event", self.event).repeatable(true);
        match self.key {
            Some(key) => request.header("idempotency-key", key),
            None => request,
        }
    }
}
