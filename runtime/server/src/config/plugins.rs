//! `[plugins]`: where plugins lie.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::section::{Located, Section};

/// Where plugins lie.
#[derive(Clone, Debug)]
pub(crate) struct PluginsSection {
    /// `folder`: holds `NAME.wasm` for each plugin.
    pub(crate) folder: Located<PathBuf>,
    /// `cache`: what was compiled and trained; private to the server. By default `cache` beside the database.
    pub(crate) cache: PathBuf,
    /// `keep-cache`: what nobody used for so long is compiled or trained anew when it is wanted again.
    pub(crate) keep_cache: Duration,
}

/// Longer than an operator thinks about going back.
const KEEP_CACHE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

impl PluginsSection {
    pub(super) fn read(section: Option<Section<'_>>, folder: &Path, beside_store: &Path) -> Self {
        let mut read = Self {
            folder: Located { value: folder.join("plugins"), line: 1 },
            cache: beside_store.join("cache"),
            keep_cache: KEEP_CACHE,
        };
        let Some(section) = section else { return read };
        if let Some(plugins) = section.text("folder") {
            read.folder = Located { value: folder.join(plugins.value), line: plugins.line };
        }
        if let Some(cache) = section.text("cache") {
            read.cache = folder.join(cache.value);
        }
        read.keep_cache = section.duration("keep-cache").unwrap_or(KEEP_CACHE);
        section.close();
        read
    }

    /// The file of a plugin.
    pub(crate) fn file(&self, plugin: &str) -> PathBuf {
        self.folder.value.join(format!("{plugin}.wasm"))
    }
}
