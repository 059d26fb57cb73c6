//! What is configured: which revision serves which channel and skill, and what operators have decided.
//!
//! One immutable value behind one pointer: whoever works on something takes the pointer once and keeps it to the end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};

use sportello_domain::{
    Instant,
    contract::{Capabilities, ChannelDescription, Context, Opening, SkillDescription},
    ids::ConversationId,
    opening::OpeningHours,
    revision::{Candidate, Revision, RevisionId},
    routing::Policy,
};

use crate::sabotage::{Sabotage, is_broken};

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

/// What a revision is good for, ready to be called.
#[derive(Clone, Debug)]
pub enum Part {
    /// To serve a channel.
    Channel(Arc<Channel>),
    /// To serve a skill.
    Skill(Arc<Skill>),
    /// To understand texts.
    Nlu(Arc<Revision>),
}

impl Part {
    /// Of what it is made.
    #[must_use]
    pub fn revision(&self) -> &Arc<Revision> {
        match self {
            Self::Channel(channel) => &channel.revision,
            Self::Skill(skill) => &skill.revision,
            Self::Nlu(revision) => revision,
        }
    }
}

/// A revision that is being tried beside the active one.
#[derive(Clone, Debug)]
pub struct Trial {
    /// How, and with whom.
    pub candidate: Candidate,
    /// What is tried.
    pub part: Part,
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
    /// What is tried beside them, by name.
    pub trials: BTreeMap<String, Trial>,
    /// What serves nobody new, and goes on with what it has begun.
    pub kept: BTreeMap<RevisionId, Part>,
    /// Revisions of which dialogues let go: taken back for a defect, or drained for long enough (rule 18).
    pub released: BTreeSet<RevisionId>,
    /// Revisions that this node cannot run: what served here goes on.
    pub unfit: BTreeSet<RevisionId>,
    /// Who answers what.
    pub policy: Policy,
    /// Opening hours by queue; a queue that is not named here is always open.
    pub queues: BTreeMap<String, OpeningHours>,
}

/// Where the catalog stands that counts now; clones point to the same.
#[derive(Clone, Debug, Default)]
pub struct Pointer(Arc<ArcSwap<Catalog>>);

impl Pointer {
    /// The catalog as it stands.
    #[must_use]
    pub fn load(&self) -> Guard<Arc<Catalog>> {
        self.0.load()
    }

    /// As [`Self::load`], to be kept for long.
    #[must_use]
    pub fn load_full(&self) -> Arc<Catalog> {
        self.0.load_full()
    }

    /// From now on it is this one. What is under way ends with the one that it began with.
    pub fn set(&self, catalog: Catalog) {
        self.0.store(Arc::new(catalog));
    }
}

impl From<Catalog> for Pointer {
    fn from(catalog: Catalog) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(catalog)))
    }
}

impl Catalog {
    /// Opening hours of a queue, as they stand.
    #[must_use]
    pub fn opening(&self, queue: &str, now: Instant) -> Opening {
        self.queues.get(queue).map_or_else(|| OpeningHours::always().at(now), |hours| hours.at(now))
    }

    /// What serves a channel for a conversation.
    #[must_use]
    pub fn channel(&self, name: &str, conversation: ConversationId) -> Option<&Arc<Channel>> {
        match self.trials.get(name) {
            Some(Trial { candidate, part: Part::Channel(channel) }) if candidate.takes(conversation) => Some(channel),
            _ => self.channels.get(name),
        }
    }

    /// What serves a skill for a conversation: the revision that has its dialogue (invariant 7), else the one in whose share it
    /// is.
    #[must_use]
    pub fn skill(&self, name: &str, conversation: ConversationId, pin: Option<&RevisionId>) -> Option<&Arc<Skill>> {
        let active = self.skills.get(name);
        let trial = self.trials.get(name).and_then(|trial| match &trial.part {
            Part::Skill(skill) => Some((&trial.candidate, skill)),
            _ => None,
        });
        let stays = |pin: &RevisionId| !self.released.contains(pin) || is_broken(Sabotage::Release);
        let pin = pin.filter(|pin| stays(pin) && !is_broken(Sabotage::Pins));
        let kept = pin.and_then(|pin| self.skill_revision(pin)).filter(|skill| skill.revision.name == name);
        match (kept, trial) {
            (Some(pinned), _) => Some(pinned),
            (None, Some((candidate, skill))) if candidate.takes(conversation) => Some(skill),
            _ => active,
        }
    }

    /// A revision of a skill, whether it serves or only goes on.
    #[must_use]
    pub fn skill_revision(&self, id: &RevisionId) -> Option<&Arc<Skill>> {
        let tried = self.trials.values().map(|trial| &trial.part);
        let others = tried.chain(self.kept.values()).filter_map(|part| match part {
            Part::Skill(skill) => Some(skill),
            _ => None,
        });
        self.skills.values().chain(others).find(|skill| skill.revision.id == *id)
    }

    /// Puts what serves in its place.
    pub fn serve(&mut self, part: Part) {
        match part {
            Part::Channel(channel) => {
                self.channels.insert(channel.name.clone(), channel);
            }
            Part::Skill(skill) => {
                self.skills.insert(skill.revision.name.clone(), skill);
            }
            Part::Nlu(revision) => self.nlu = Some(revision),
        }
    }

    /// All revisions, for people.
    pub fn revisions(&self) -> impl Iterator<Item = &Revision> {
        let channels = self.channels.values().map(|channel| channel.revision.as_ref());
        let skills = self.skills.values().map(|skill| skill.revision.as_ref());
        channels.chain(self.nlu.as_deref()).chain(skills)
    }

    /// All revisions that may be called, those that are tried or kept too.
    pub fn all_revisions(&self) -> impl Iterator<Item = &Revision> {
        let others = self.trials.values().map(|trial| &trial.part).chain(self.kept.values());
        self.revisions().chain(others.map(|part| part.revision().as_ref()))
    }
}
