//! `[channels.NAME]`: a platform; its webhook is `/hooks/NAME`.

use std::path::Path;

use sportello_engine::catalog::UnknownPolicy;

use super::plugin_use::PluginUse;
use super::section::{Located, Section};

/// A platform.
#[derive(Clone, Debug)]
pub(crate) struct ChannelSection {
    pub(crate) name: String,
    pub(crate) plugin: PluginUse,
    /// `unknown`: what to do with a message that may or may not have arrived, on a platform that can tell neither:
    /// "hold" (and tell a person) or "resend" (better twice than never).
    pub(crate) unknown: UnknownPolicy,
    /// `read-marks`: whether customers see that their messages were read.
    pub(crate) read_marks: bool,
    /// `poll`: whether the platform is asked for news instead of calling the webhook; for plugins that can.
    pub(crate) poll: Option<Located<()>>,
}

impl ChannelSection {
    pub(super) fn read_all(document: &Section<'_>, folder: &Path) -> Vec<Self> {
        let channels = document.named("channels");
        channels.into_iter().filter_map(|(name, section)| Self::read(name.value, section, folder)).collect()
    }

    fn read(name: String, section: Section<'_>, folder: &Path) -> Option<Self> {
        let plugin = PluginUse::read(&section, folder);
        let words = [("hold", UnknownPolicy::Hold), ("resend", UnknownPolicy::Resend)];
        let unknown = section.choice("unknown", &words).unwrap_or_default();
        let read_marks = section.boolean("read-marks").unwrap_or(true);
        let line = section.node("poll").map_or(0, |node| node.line);
        let poll = section.boolean("poll").unwrap_or(false).then_some(Located { value: (), line });
        section.close();
        Some(Self { name, plugin: plugin?, unknown, read_marks, poll })
    }
}
