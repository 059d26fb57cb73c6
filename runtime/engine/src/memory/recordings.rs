//! Recorded calls.

use async_trait::async_trait;

use super::MemoryStore;
use crate::ports::store::{Mark, Recording, Recordings, Stored, second_before};

#[async_trait]
impl Recordings for MemoryStore {
    async fn keep_recordings(&self, recordings: Vec<(Recording, Vec<Mark>)>) -> Stored<()> {
        let mut state = self.state();
        for (recording, marks) in recordings {
            if !state.is_erased(&marks, second_before(recording.now)) {
                state.recordings.push(recording);
            }
        }
        Ok(())
    }

    async fn last_recordings(&self, channel: &str, limit: u32) -> Stored<Vec<Recording>> {
        let state = self.state();
        let of_channel = state.recordings.iter().rev().filter(|recording| recording.channel == channel);
        Ok(of_channel.take(limit as usize).cloned().collect())
    }
}
