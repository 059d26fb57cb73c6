//! What engines are configured with: the platforms of the plan, one classifier and one skill.

use std::sync::Arc;

use sportello_domain::{
    contract::{Capabilities, ChannelDescription, Pace, SkillDescription, Unit},
    revision::{PluginKind, Revision},
    routing::{IntentRule, Policy},
};
use sportello_engine::catalog::{Catalog, Channel, Part, Skill, UnknownPolicy};

use crate::builds::Build;
use crate::plan::{ChannelSetup, Knows, Setup};

/// The skill's name.
pub const CLERK: &str = "clerk";
/// The classifier's name.
pub const NLU: &str = "nlu";
/// Longer texts are sent in parts.
pub const TEXT_LENGTH: u32 = 200;

/// What does not change while a world lasts.
#[must_use]
pub fn base() -> Catalog {
    Catalog {
        policy: Policy {
            fallback: Some(CLERK.to_owned()),
            intents: [(CLERK.to_owned(), IntentRule::by(CLERK))].into(),
            // The classifier may trap; the skill answers all the same.
            patience: u32::MAX,
            ..Policy::default()
        },
        ..Catalog::default()
    }
}

/// What is configured: the first build of everything.
#[must_use]
pub fn configured(setup: &Setup) -> Vec<Build> {
    let channels = (0..setup.channels.len()).map(name);
    let names = channels.chain([NLU.to_owned(), CLERK.to_owned()]);
    names.map(|name| Build { name, number: 0 }).collect()
}

/// What a build is good for, once it is ready.
#[must_use]
pub fn part(build: &Build, revision: &Revision, setup: ChannelSetup) -> Part {
    let revision = Arc::new(revision.clone());
    match build.kind() {
        PluginKind::Channel => Part::Channel(Arc::new(channel(revision, setup))),
        PluginKind::Skill => Part::Skill(Arc::new(clerk(revision, build.memory_version()))),
        PluginKind::Nlu => Part::Nlu(revision),
    }
}

/// The name of a channel.
#[must_use]
pub fn name(index: usize) -> String {
    format!("chat-{index}")
}

/// Which channel has this name.
#[must_use]
pub fn index(name: &str) -> Option<usize> {
    name.strip_prefix("chat-")?.parse().ok()
}

fn channel(revision: Arc<Revision>, setup: ChannelSetup) -> Channel {
    let name = revision.name.clone();
    let description = ChannelDescription {
        name: name.clone(),
        version: "1.0.0".to_owned(),
        summary: String::new(),
        settings_schema: "{}".to_owned(),
        secrets: vec![],
        hosts: vec![],
        redelivery: setup.repeats.then_some(1),
        poll_every: setup.polled.then_some(1_000),
    };
    Channel {
        revision,
        hook: format!("https://bot.example/hooks/{name}"),
        description,
        capabilities: capabilities(setup),
        unknown: if setup.resend { UnknownPolicy::Resend } else { UnknownPolicy::Hold },
        read_marks: false,
        polled: setup.polled,
        name,
    }
}

fn capabilities(setup: ChannelSetup) -> Capabilities {
    const DAY: u64 = 24 * 60 * 60 * 1_000;
    Capabilities {
        text_length: TEXT_LENGTH,
        text_unit: Unit::CodePoints,
        choices: 3,
        choice_length: 20,
        media_types: vec![],
        media_size: 0,
        abilities: vec![],
        typing: None,
        session_hours: None,
        channel_pace: None,
        thread_pace: (setup.pace > 0).then_some(Pace { messages: 2, per: setup.pace }),
        echoes: setup.knows == Knows::Echoes,
        dedupes: (setup.knows == Knows::Drops).then_some(DAY),
    }
}

fn clerk(revision: Arc<Revision>, memory_version: u32) -> Skill {
    Skill {
        revision,
        description: SkillDescription {
            name: CLERK.to_owned(),
            version: "1.0.0".to_owned(),
            summary: String::new(),
            settings_schema: "{}".to_owned(),
            secrets: vec![],
            hosts: vec![],
            intents: vec![],
            locales: vec![],
            memory_version,
        },
    }
}
