//! What has to be performed after a webhook was taken: at least once, the answer ignored.

use std::sync::Arc;

use sportello_domain::backoff;

use crate::core::Core;
use crate::perform::Terms;
use crate::ports::Trust;
use crate::ports::store::{Cause, PendingErrand};

/// After so many attempts an errand is given up; the waits between them add up to about ten minutes.
const MOST_ATTEMPTS: u32 = 10;

impl Core {
    /// Performs errands: those for live streams now, so that a customer sees their own message before the answer to it; the
    /// others beside everything else.
    pub(crate) async fn run_errands(self: &Arc<Self>, errands: Vec<PendingErrand>) {
        for errand in errands {
            if errand.request.url.starts_with("live:") {
                self.run_errand(errand).await;
            } else {
                let core = Arc::clone(self);
                tokio::spawn(async move { core.run_errand(errand).await });
            }
        }
    }

    async fn run_errand(&self, errand: PendingErrand) {
        let terms = Terms {
            revision: &errand.revision,
            trust: Trust::Ours,
            not_after: None,
            cause: Some(Cause::Errand(errand.id)),
        };
        let outcome = self.perform_one(terms, &errand.request).await;
        let attempts = errand.attempts + 1;
        let settled = match outcome {
            Ok(response) if response.status < 500 && response.status != 429 => true,
            Ok(_) | Err(_) if attempts >= MOST_ATTEMPTS => {
                tracing::warn!(revision = %errand.revision, url = errand.request.url, "an errand is given up");
                true
            }
            Ok(_) | Err(_) => false,
        };
        let kept = match settled {
            true => self.ports.store.errand_done(errand.id).await,
            false => {
                let due_at = backoff::next(self.time(), attempts, None, self.seed());
                self.ports.store.errand_later(errand.id, due_at).await
            }
        };
        if let Err(error) = kept {
            tracing::warn!(%error, "an errand will be performed once more than needed");
        }
    }
}
