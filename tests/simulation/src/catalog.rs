//! What engines are configured with: the platforms of the plan, one classifier and one skill.

use std::sync::Arc;

use sportello_domain::{
    contract::{Capabilities, ChannelDescription, Pace, SkillDescription, Unit},
    revision::{Grants, PluginKind, Revision},
    routing::{IntentRule, Policy},
};
use sportello_engine::catalog::{Catalog, Channel, Skill, UnknownPolicy};

use crate::plan::{ChannelSetup, Knows, Setup};

/// The skill's name.
pub const CLERK: &str = "clerk";
/// Longer texts are sent in parts.
pub const TEXT_LENGTH: u32 = 200;

/// The configuration of a world.
#[must_use]
pub fn catalog(setup: &Setup) -> Catalog {
    let channels = setup.channels.iter().enumerate().map(|(index, setup)| {
        let channel = channel(index, *setup);
        (channel.name.clone(), Arc::new(channel))
    });
    Catalog {
        channels: channels.collect(),
        skills: [(CLERK.to_owned(), Arc::new(clerk()))].into(),
        nlu: Some(revision("nlu", PluginKind::Nlu)),
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

/// The name of a channel.
#[must_use]
pub fn name(index: usize) -> String {
    format!("chat-{index}")
}

fn channel(index: usize, setup: ChannelSetup) -> Channel {
    let name = name(index);
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
        revision: revision(&name, PluginKind::Channel),
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

fn clerk() -> Skill {
    Skill {
        revision: revision(CLERK, PluginKind::Skill),
        description: SkillDescription {
            name: CLERK.to_owned(),
            version: "1.0.0".to_owned(),
            summary: String::new(),
            settings_schema: "{}".to_owned(),
            secrets: vec![],
            hosts: vec![],
            intents: vec![],
            locales: vec![],
            memory_version: 1,
        },
    }
}

fn revision(name: &str, kind: PluginKind) -> Arc<Revision> {
    Arc::new(Revision::new(name, name, kind, "digest", "0.1.0", "{}".to_owned(), Grants::default()))
}
