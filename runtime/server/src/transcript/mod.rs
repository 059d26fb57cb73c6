//! A conversation as an operator reads it: what was said, and between the lines what each turn did.

mod content;
mod render;
mod time;
mod turn;

use serde::{Deserialize, Serialize};
use sportello_engine::ports::store::{DeliveredLine, Overview, TurnRecord};

/// All that is known of a conversation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Transcript {
    pub(crate) overview: Overview,
    /// Oldest first.
    pub(crate) lines: Vec<DeliveredLine>,
    /// By their place in the lane.
    pub(crate) turns: Vec<TurnRecord>,
}

pub(crate) use time::clock as written_time;
