//! Forgetting somebody (rule 22).

use std::sync::Arc;

use sportello_domain::ids::ContactId;

use crate::core::Core;
use crate::intake::Rerun;
use crate::ports::store::{Erased, Erasure, Stored};

impl Core {
    /// Forgets a contact. Webhooks in quarantine that name them are read again, in case they can be by now: what is theirs is dropped
    /// by that. Those that still cannot be read are named in the answer.
    pub(crate) async fn erase(self: &Arc<Self>, contact: ContactId) -> Stored<Erased> {
        // A clock that is ahead would have what they write later dropped as well.
        let now = self.now().min(self.time());
        let erasure = Erasure::before(now, contact, self.marker());
        let mut erased = self.ports.store.erase(erasure).await?;
        for id in std::mem::take(&mut erased.webhooks) {
            if !matches!(self.rerun(id).await, Ok(Rerun::Taken(_))) {
                erased.webhooks.push(id);
            }
        }
        let (conversations, webhooks) = (erased.conversations, erased.webhooks.len());
        tracing::info!(%contact, conversations, webhooks, "a contact was erased");
        metrics::counter!("sportello_contacts_erased_total").increment(1);
        Ok(erased)
    }
}
