//! What enters a conversation's lane: each item gets exactly one turn, in the order of acceptance.

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::contract::Event;
use crate::ids::ScheduleId;

/// What arrived.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(clippy::large_enum_variant, reason = "nearly all are events")]
pub enum Arrival {
    /// From the platform.
    Event(Event),
    /// A schedule of a skill came due.
    Scheduled(DueSchedule),
    /// An agent gave the conversation back to the bot.
    HandedBack,
}

/// A schedule that came due; keyed by id and generation, so that a replaced one is known as such.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DueSchedule {
    /// Which.
    pub id: ScheduleId,
    /// Raised each time a skill sets the same tag again.
    pub generation: u64,
    /// The skill to call.
    pub skill: String,
    /// What the skill called it.
    pub tag: String,
}

/// An item of the lane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct InboxItem {
    /// Its place in the order of acceptance; from 1.
    pub seq: u64,
    /// When it was accepted.
    pub accepted_at: Instant,
    /// False: older than deduplication remembers, so stored and never answered.
    pub answerable: bool,
    /// What arrived.
    pub arrival: Arrival,
}
