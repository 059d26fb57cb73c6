//! `[store]`: where everything is kept.

use std::path::{Path, PathBuf};

use super::section::Section;

/// Where everything is kept.
#[derive(Clone, Debug)]
pub(crate) struct StoreSection {
    /// From `url`: the file of the SQLite database, whole.
    pub(crate) file: PathBuf,
}

const SCHEME: &str = "sqlite://";

impl StoreSection {
    pub(super) fn read(section: Option<Section<'_>>, folder: &Path) -> Self {
        let mut read = Self { file: folder.join("data/sportello.db") };
        let Some(section) = section else { return read };
        if let Some(url) = section.text("url") {
            match url.value.strip_prefix(SCHEME).filter(|path| !path.is_empty() && !path.contains('?')) {
                Some(path) => read.file = folder.join(path),
                None => section.problems().add(
                    url.line,
                    format!("`store.url` has to be such as \"sqlite://data/sportello.db\", not \"{}\"", url.value),
                ),
            }
        }
        section.close();
        read
    }

    /// Through which other commands reach a running server.
    pub(crate) fn socket(&self) -> PathBuf {
        beside(&self.file, ".sock")
    }

    /// Its folder, where what can be made again is kept too.
    pub(crate) fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new("."))
    }
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    file.with_file_name(name)
}
