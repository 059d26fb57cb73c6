//! The files of the repository, read once.

use std::path::{Path, PathBuf};

/// Folders of what tools leave behind; none of it is source.
const LEFT_OUT: [&str; 3] = [".git", "node_modules", "dist"];
/// The same, in the root alone.
const LEFT_OUT_OF_ROOT: [&str; 2] = ["target", "data"];

/// A text file.
#[derive(Debug, Clone)]
pub struct File {
    /// Relative to the root, with slashes.
    pub path: String,
    /// All of it.
    pub text: String,
}

impl File {
    /// The lines with their numbers, counted from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The name without its folders.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether it is Rust source.
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }
}

/// Every text file of the repository, sorted by path. Files that are not UTF-8 are not text.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    files: Vec<File>,
}

impl Tree {
    /// Reads everything below `root`.
    ///
    /// # Errors
    /// Names the file or folder that could not be read.
    pub fn read(root: &Path) -> Result<Self, TreeError> {
        let mut files = Vec::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            let failed = |cause| TreeError { path: folder.clone(), cause };
            for entry in std::fs::read_dir(&folder).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let kind = entry.file_type().map_err(failed)?;
                let name = entry.file_name();
                let mut left_out = LEFT_OUT.iter().chain(LEFT_OUT_OF_ROOT.iter().filter(|_| folder == root));
                if left_out.any(|left_out| name == *left_out) {
                    continue;
                }
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    files.extend(read_text(root, &entry.path())?);
                }
            }
        }
        Ok(files.into_iter().collect())
    }

    /// All files.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// The Rust source.
    pub fn rust(&self) -> impl Iterator<Item = &File> {
        self.files().filter(|file| file.is_rust())
    }

    /// Whether there is a file of this path.
    pub fn has(&self, path: &str) -> bool {
        self.files().any(|file| file.path == path)
    }
}

impl FromIterator<File> for Tree {
    fn from_iter<I: IntoIterator<Item = File>>(files: I) -> Self {
        let mut files: Vec<File> = files.into_iter().collect();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Self { files }
    }
}

/// A tree made up of (path, text), for the tests of the rules.
impl<const N: usize> From<[(&str, &str); N]> for Tree {
    fn from(files: [(&str, &str); N]) -> Self {
        files.map(|(path, text)| File { path: path.to_owned(), text: text.to_owned() }).into_iter().collect()
    }
}

/// None: it is not text, or it went away meanwhile.
fn read_text(root: &Path, path: &Path) -> Result<Option<File>, TreeError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(TreeError { path: path.to_owned(), cause }),
    };
    let relative = path.strip_prefix(root).unwrap_or(path);
    let path = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
    Ok(String::from_utf8(bytes).ok().map(|text| File { path, text }))
}

/// The repository could not be read.
#[derive(Debug, thiserror::Error)]
#[error("reading {path}", path = path.display())]
pub struct TreeError {
    path: PathBuf,
    #[source]
    cause: std::io::Error,
}
