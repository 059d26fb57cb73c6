//! Stands in for the host when a plugin's code runs natively, in its own tests.

pub mod skill;
pub(crate) mod vault;

use crate::exchanges::Outcome;
use crate::stop::Stop;
use crate::types::{Context, Exchange, HttpRequest};

/// Sets the secrets that [`crate::vault`] knows on this thread.
pub fn secrets(secrets: &[(&str, &str)]) {
    vault::set(secrets);
}

/// A context as the host would pass it, with these settings.
#[must_use]
pub fn context(settings: &serde_json::Value) -> Context {
    Context {
        settings: settings.to_string(),
        hook: "https://bot.example/hooks/test".to_owned(),
        now: 1_795_305_600_000,
        seed: 7,
    }
}

/// Calls a function of a plugin until it is done, as the host does: its requests go to `answer`, and it is called again
/// with all exchanges so far.
///
/// # Errors
/// What the function fails with; `Stop::Broken` where the plugin itself is at fault.
pub fn drive<T, E>(
    mut call: impl FnMut(Vec<Exchange>) -> Result<T, Stop<E>>,
    mut answer: impl FnMut(&HttpRequest) -> Outcome,
) -> Result<T, Stop<E>> {
    let mut exchanges: Vec<Exchange> = vec![];
    loop {
        match call(exchanges.clone()) {
            Err(Stop::Perform(requests)) => {
                exchanges.extend(requests.into_iter().map(|request| Exchange { outcome: answer(&request), request }));
            }
            other => return other,
        }
    }
}
