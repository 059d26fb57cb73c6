//! Streams of server-sent events.

use async_trait::async_trait;

use super::{
    MemoryStore,
    state::{self, State},
};
use crate::ports::store::{Cause, LiveEvent, LiveLog, Publication, Published, StoreError, Stored};

#[async_trait]
impl LiveLog for MemoryStore {
    async fn publish(&self, publication: Publication) -> Stored<Published> {
        let Publication { address, key, event, data, cause, now } = publication;
        let mut state = self.state();
        if let Some(cause) = cause {
            state.check(cause)?;
        }
        let stream = state.streams.entry(address).or_default();
        let known = stream.events.iter().find(|published| key.is_some() && published.key == key);
        if let Some(known) = known {
            return Ok(Published::Known(known.event.id));
        }
        stream.last_id += 1;
        let event = LiveEvent { id: stream.last_id, event, data };
        stream.events.push(state::Published { event, key, at: now });
        Ok(Published::New(stream.last_id))
    }

    async fn live_after(&self, address: &str, after: u64, limit: u32) -> Stored<Vec<LiveEvent>> {
        let state = self.state();
        let events = state.streams.get(address).into_iter().flat_map(|stream| &stream.events);
        let events = events.map(|published| &published.event).filter(|event| event.id > after);
        Ok(events.take(limit as usize).cloned().collect())
    }
}

impl State {
    /// Whether it is there still.
    fn check(&self, cause: Cause) -> Stored<()> {
        let (is_there, what, id) = match cause {
            Cause::Conversation(id) => (self.lanes.contains_key(&id), "conversation", id.to_string()),
            Cause::Delivery(id) => (self.deliveries.contains_key(&id), "delivery", id.to_string()),
            Cause::Errand(id) => (self.errands.contains_key(&id), "errand", id.to_string()),
        };
        if is_there { Ok(()) } else { Err(StoreError::NotFound { what, id }) }
    }
}
