//! What a channel may know in one call.

use serde::de::DeserializeOwned;

use crate::exchanges::{Exchanges, Outcome};
use crate::settings::{self, SettingsError};
use crate::stop::Pause;
use crate::types::{self, Exchange, HttpRequest, Instant};

/// What every call of a channel may know, and its way to ask for more.
#[derive(Debug)]
pub struct Context<S> {
    /// What the operator configured.
    pub settings: S,
    /// Public address of this channel's webhook.
    pub hook: String,
    /// Stands still while the call is repeated.
    pub now: Instant,
    /// For nonces and boundaries; stands still like `now`.
    pub seed: u64,
    exchanges: Exchanges,
}

impl<S: DeserializeOwned> Context<S> {
    /// Reads what the host passed; tests use it too.
    ///
    /// # Errors
    /// When the settings are not of the form of `S`.
    pub fn new(context: types::Context, exchanges: Vec<Exchange>) -> Result<Self, SettingsError> {
        Ok(Self {
            settings: settings::parse(&context.settings)?,
            hook: context.hook,
            now: context.now,
            seed: context.seed,
            exchanges: Exchanges::new(exchanges),
        })
    }
}

impl<S> Context<S> {
    /// What came of the request, if the host has performed it; else the call ends here and is repeated with the answer.
    ///
    /// # Errors
    /// Always to be passed on with `?`.
    pub fn fetch(&self, request: impl Into<HttpRequest>) -> Result<Outcome, Pause> {
        self.exchanges.fetch(request.into())
    }

    /// Like [`Context::fetch`], for several that are performed side by side.
    ///
    /// # Errors
    /// Always to be passed on with `?`.
    pub fn fetch_all<R: Into<HttpRequest>>(
        &self,
        requests: impl IntoIterator<Item = R>,
    ) -> Result<Vec<Outcome>, Pause> {
        self.exchanges.fetch_all(requests.into_iter().map(Into::into).collect())
    }
}
