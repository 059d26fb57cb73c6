//! The configuration: one TOML file, each section a type of its own.
//!
//! Reading never stops at the first mistake: every one becomes a [`Problem`] with its file and line. Paths are relative to
//! the file. The environment is passed in, so that tests have one of their own.

mod channels;
mod document;
mod intents;
mod limits;
mod nearest;
mod nlu;
mod plugin_use;
mod plugins;
mod problem;
mod quantity;
mod queues;
mod references;
mod routing;
mod section;
mod server;
mod skills;
mod store;
mod telemetry;

use std::path::{Path, PathBuf};

pub(crate) use channels::ChannelSection;
pub(crate) use document::{Node, read as read_document};
pub(crate) use intents::IntentSection;
pub(crate) use limits::LimitsSection;
pub(crate) use nearest::hint;
pub(crate) use nlu::NluSection;
pub(crate) use plugin_use::{PluginUse, SecretSource};
pub(crate) use plugins::PluginsSection;
#[cfg(test)]
pub(crate) use problem::Problem;
pub(crate) use problem::Problems;
pub(crate) use queues::QueueSection;
pub(crate) use routing::RoutingSection;
pub(crate) use section::{Located, Section};
pub(crate) use server::ServerSection;
pub(crate) use skills::SkillSection;
pub(crate) use store::{Place, StoreSection};
pub(crate) use telemetry::TelemetrySection;

/// Looks an environment variable up.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Everything that an operator configures.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) server: ServerSection,
    pub(crate) store: StoreSection,
    pub(crate) plugins: PluginsSection,
    pub(crate) channels: Vec<ChannelSection>,
    pub(crate) nlu: Option<NluSection>,
    pub(crate) skills: Vec<SkillSection>,
    pub(crate) intents: Vec<IntentSection>,
    pub(crate) routing: RoutingSection,
    pub(crate) queues: Vec<QueueSection>,
    pub(crate) limits: LimitsSection,
    pub(crate) telemetry: TelemetrySection,
    /// Where paths begin.
    pub(crate) folder: PathBuf,
}

impl Config {
    /// Reads a file as far as it can be read; what is wrong with it stands in the problems.
    pub(crate) fn read(file: &Path, problems: &Problems) -> Self {
        let node = document::read(file, problems);
        Self::of(&node, file, problems)
    }

    fn of(node: &Node, file: &Path, problems: &Problems) -> Self {
        let folder = folder_of(file);
        let document = Section::document(node, problems);
        let store = StoreSection::read(document.section("store"), file, &folder);
        let config = Self {
            server: ServerSection::read(document.section("server"), &folder),
            plugins: PluginsSection::read(document.section("plugins"), &folder, store.folder()),
            store,
            channels: ChannelSection::read_all(&document, &folder),
            nlu: NluSection::read(document.section("nlu"), &folder),
            skills: SkillSection::read_all(&document, &folder),
            intents: IntentSection::read_all(&document),
            routing: RoutingSection::read(document.section("routing")),
            queues: QueueSection::read_all(&document),
            limits: LimitsSection::read(document.section("limits")),
            telemetry: TelemetrySection::read(document.section("telemetry")),
            folder,
        };
        document.close();
        references::check(&config, problems);
        config
    }

    /// All uses of plugins, each with its name in the configuration.
    pub(crate) fn uses(&self) -> impl Iterator<Item = (&str, &PluginUse)> {
        let channels = self.channels.iter().map(|channel| (channel.name.as_str(), &channel.plugin));
        let nlu = self.nlu.iter().map(|nlu| ("nlu", &nlu.plugin));
        let skills = self.skills.iter().map(|skill| (skill.name.as_str(), &skill.plugin));
        channels.chain(nlu).chain(skills)
    }

    /// Where a use of a plugin stands.
    pub(crate) fn line_of(&self, name: &str) -> usize {
        self.uses().find(|(of, _)| *of == name).map_or(1, |(_, plugin)| plugin.line)
    }
}

fn folder_of(file: &Path) -> PathBuf {
    let folder = file.parent().unwrap_or(Path::new("."));
    std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned())
}

#[cfg(test)]
mod tests;
