//! What is configured: which revision serves which channel and skill, and what operators have decided.
//!
//! One immutable value behind one pointer: whoever works on something takes the pointer once and keeps it to the end.

use std::collections::BTreeMap;
use std::sync::Arc;

use sportello_domain::{
    Instant,
    contract::{Capabilities, ChannelDescription, Context, Opening, SkillDescription},
    opening::OpeningHours,
    revision::{Revision, RevisionId},
    routing::Policy,
};

/// What to do with a send whose outcome stays unknown, on a platform that neither echoes nor deduplicates (rule 13).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownPolicy {
    /// Hold it and tell a person.
    #[default]
    Hold,
    /// Send it once more: better twice than never.
    Resend,
}

/// A channel as it is configured.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Its name in the configuration.
    pub name: String,
    /// What serves it.
    pub revision: Arc<Revision>,
    /// Public address of its webhook.
    pub hook: String,
    /// What the plugin says of itself.
    pub description: ChannelDescription,
    /// What the platform can carry.
    pub capabilities: Capabilities,
    /// What to do with unknown outcomes.
    pub unknown: UnknownPolicy,
    /// Whether customers see that their messages were read.
    pub read_marks: bool,
    /// Whether the platform is asked for news instead of calling us.
    pub polled: bool,
}

impl Channel {
    /// What every call of the plugin may know.
    #[must_use]
    pub fn context(&self, now: Instant, seed: u64) -> Context {
        Context { settings: self.revision.settings.clone(), hook: self.hook.clone(), now, seed }
    }
}

/// A skill as it is configured.
#[derive(Clone, Debug)]
pub struct Skill {
    /// What serves it.
    pub revision: Arc<Revision>,
    /// What the plugin says of itself.
    pub description: SkillDescription,
}

/// Everything that is configured.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// By name.
    pub channels: BTreeMap<String, Arc<Channel>>,
    /// By name.
    pub skills: BTreeMap<String, Arc<Skill>>,
    /// What understands texts; none: every message goes to the fallback.
    pub nlu: Option<Arc<Revision>>,
    /// Who answers what.
    pub policy: Policy,
    /// Opening hours by queue; a queue that is not named here is always open.
    pub queues: BTreeMap<String, OpeningHours>,
}

impl Catalog {
    /// Opening hours of a queue, as they stand.
    #[must_use]
    pub fn opening(&self, queue: &str, now: Instant) -> Opening {
        self.queues.get(queue).map_or_else(|| OpeningHours::always().at(now), |hours| hours.at(now))
    }

    /// All revisions, for people.
    pub fn revisions(&self) -> impl Iterator<Item = &Revision> {
        let channels = self.channels.values().map(|channel| channel.revision.as_ref());
        let skills = self.skills.values().map(|skill| skill.revision.as_ref());
        channels.chain(self.nlu.as_deref()).chain(skills)
    }

    /// The revision with this id.
    #[must_use]
    pub fn revision(&self, id: &RevisionId) -> Option<&Revision> {
        self.revisions().find(|revision| &revision.id == id)
    }
}
