//! `[store]`: where everything is kept.

use std::path::{Path, PathBuf};

use super::section::Section;

/// Where everything is kept.
#[derive(Clone, Debug)]
pub(crate) struct StoreSection {
    /// From `url`.
    pub(crate) place: Place,
    folder: PathBuf,
    socket: PathBuf,
}

/// Where a database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In this file, which one process has for itself.
    File(PathBuf),
    /// On a server of PostgreSQL, shared by any number of processes.
    Server(String),
}

impl StoreSection {
    pub(super) fn read(section: Option<Section<'_>>, file: &Path, folder: &Path) -> Self {
        let Some(section) = section else { return Self::of_file(folder.join("data/sportello.db")) };
        let read = match section.text("url") {
            None => Self::of_file(folder.join("data/sportello.db")),
            Some(url) => match url.value.split_once("://") {
                Some(("sqlite", path)) if !path.is_empty() && !path.contains('?') => Self::of_file(folder.join(path)),
                Some(("postgres" | "postgresql", place)) if !place.is_empty() => {
                    Self::of_server(url.value, file, &folder.join("data"))
                }
                _ => {
                    // What is wrong with it may be beside a password.
                    let scheme = url.value.split(':').next().unwrap_or_default();
                    section.problems().add(
                        url.line,
                        format!(
                            "`store.url` has to be such as \"sqlite://data/sportello.db\" or \
                             \"postgres://sportello@localhost/sportello\", and this one begins with \"{scheme}\""
                        ),
                    );
                    Self::of_file(folder.join("data/sportello.db"))
                }
            },
        };
        section.close();
        read
    }

    fn of_file(file: PathBuf) -> Self {
        let folder = file.parent().unwrap_or(Path::new(".")).to_owned();
        let mut socket = file.file_name().unwrap_or_default().to_owned();
        socket.push(".sock");
        Self { socket: folder.join(socket), folder, place: Place::File(file) }
    }

    /// Nodes on one machine have a configuration each, and so a socket each.
    fn of_server(url: String, file: &Path, folder: &Path) -> Self {
        let mut socket = file.file_stem().unwrap_or_default().to_owned();
        socket.push(".sock");
        Self { socket: folder.join(socket), folder: folder.to_owned(), place: Place::Server(url) }
    }

    /// Through which other commands reach a running server.
    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }

    /// Where what can be made again is kept too.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}
