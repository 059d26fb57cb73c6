//! `[skills.NAME]`: what the bot can do.

use std::path::Path;

use super::plugin_use::PluginUse;
use super::section::{Located, Section};

/// Something that the bot can do.
#[derive(Clone, Debug)]
pub(crate) struct SkillSection {
    pub(crate) name: String,
    pub(crate) plugin: PluginUse,
    /// `intents`: what customers want when it is asked; an intent belongs to one skill.
    pub(crate) intents: Vec<Located<String>>,
}

impl SkillSection {
    pub(super) fn read_all(document: &Section<'_>, folder: &Path) -> Vec<Self> {
        let skills = document.named("skills");
        skills.into_iter().filter_map(|(name, section)| Self::read(name.value, section, folder)).collect()
    }

    fn read(name: String, section: Section<'_>, folder: &Path) -> Option<Self> {
        let plugin = PluginUse::read(&section, folder);
        let intents = section.texts("intents").unwrap_or_default();
        section.close();
        Some(Self { name, plugin: plugin?, intents })
    }
}
