//! Streams of server-sent events.

use async_trait::async_trait;

use super::{MemoryStore, state};
use crate::ports::store::{LiveEvent, LiveLog, Publication, Published, Stored};

#[async_trait]
impl LiveLog for MemoryStore {
    async fn publish(&self, publication: Publication) -> Stored<Published> {
        let Publication { address, key, event, data, now } = publication;
        let mut state = self.state();
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
