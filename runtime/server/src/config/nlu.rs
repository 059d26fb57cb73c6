//! `[nlu]`: what understands texts.

use std::path::{Path, PathBuf};

use super::plugin_use::PluginUse;
use super::section::{Located, Section};

/// What understands texts.
#[derive(Clone, Debug)]
pub(crate) struct NluSection {
    pub(crate) plugin: PluginUse,
    /// `corpus`: a folder with one file per language, intents with examples.
    pub(crate) corpus: Located<PathBuf>,
}

impl NluSection {
    pub(super) fn read(section: Option<Section<'_>>, folder: &Path) -> Option<Self> {
        let section = section?;
        let plugin = PluginUse::read(&section, folder);
        let corpus = section.required("corpus");
        section.close();
        let corpus = corpus?;
        Some(Self { plugin: plugin?, corpus: Located { value: folder.join(corpus.value), line: corpus.line } })
    }
}
