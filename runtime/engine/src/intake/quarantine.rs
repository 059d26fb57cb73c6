//! Running again what could not be read, once its plugin is mended.

use std::sync::Arc;

use sportello_domain::contract::Event;
use sportello_domain::ids::QuarantineId;

use crate::core::Core;
use crate::error::EngineError;
use crate::ports::store::{Accepted, Quarry, StoreError};

/// What came of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rerun {
    /// It could be read; it is out of quarantine, with so many events.
    Taken(usize),
    /// It stays, for this reason.
    Stays(String),
}

impl Core {
    /// Reads an item again with the plugin as it is now.
    pub(crate) async fn rerun(self: &Arc<Self>, id: QuarantineId) -> Result<Rerun, EngineError> {
        let items = self.ports.store.quarantined(u32::MAX).await?;
        let item = items
            .into_iter()
            .find(|item| item.id == id)
            .ok_or_else(|| StoreError::NotFound { what: "item in quarantine", id: id.to_string() })?;
        let channel = self.channel(&item.channel)?;
        let was_event = matches!(item.what, Quarry::Event(_));
        let (events, afterwards): (Vec<Event>, _) = match item.what {
            Quarry::Webhook(webhook) => match self.read(&channel, &webhook).await {
                Ok(reception) => (reception.events, reception.afterwards),
                Err(EngineError::Plugin(error)) => return Ok(Rerun::Stays(error.to_string())),
                Err(EngineError::Refused(refusal)) => return Ok(Rerun::Stays(format!("refused: {refusal:?}"))),
                Err(error) => return Err(error),
            },
            Quarry::Event(event) => (vec![event], vec![]),
        };
        let accepted = self.accept(&channel, events, afterwards, None).await?;
        if accepted.iter().any(|event| matches!(event, Accepted::Conflicting | Accepted::Unplaceable)) {
            // The store has put it into quarantine anew, under an id of its own.
            self.ports.store.release(id).await?;
            return Ok(Rerun::Stays("it still bears the id of another event, or cannot be placed".to_owned()));
        }
        if was_event && accepted.contains(&Accepted::Duplicate) {
            // Known since it went into quarantine, and nowhere else.
            return Ok(Rerun::Stays(item.reason));
        }
        self.ports.store.release(id).await?;
        Ok(Rerun::Taken(accepted.len()))
    }
}
