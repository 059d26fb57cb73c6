//! What was compiled and trained, for as long as somebody uses it: the time of a file tells when that was last.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Machine code, and models.
const FOLDERS: [&str; 2] = ["compiled", "models"];
/// What a process that died has left unfinished is of no use to anybody; compiling takes ten minutes at most.
const UNFINISHED: Duration = Duration::from_secs(60 * 60);

/// What is used now.
pub(super) struct Used {
    /// Of components: the files of their machine code begin so.
    pub(super) digests: BTreeSet<String>,
    /// Models.
    pub(super) files: BTreeSet<PathBuf>,
}

impl Used {
    fn has(&self, path: &Path, name: &str) -> bool {
        let digest = name.split_once('-').map_or(name, |(digest, _)| digest);
        self.digests.contains(digest) || self.files.contains(path)
    }
}

/// Marks what is used, and removes what nobody used for so long. Other servers may have the same folder: what they use they mark.
///
/// # Errors
/// A folder cannot be read.
pub(super) fn sweep(cache: &Path, used: &Used, keep: Duration, now: SystemTime) -> io::Result<()> {
    for folder in FOLDERS.map(|folder| cache.join(folder)).into_iter().filter(|folder| folder.is_dir()) {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if used.has(&path, &name) {
                File::open(&path)?.set_modified(now)?;
                continue;
            }
            let is_unfinished = name.starts_with("compiling-") || name.ends_with(".unfinished");
            let keep = if is_unfinished { UNFINISHED } else { keep };
            // Another server may have been quicker.
            let Ok(found) = path.metadata() else { continue };
            if now.duration_since(found.modified()?).is_ok_and(|unused| unused > keep) {
                let removed = if found.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
                tracing::info!(path = %path.display(), error = removed.err().map(tracing::field::display), "removed what nobody used for long");
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    fn cache() -> tempfile::TempDir {
        let cache = tempfile::tempdir().unwrap();
        for file in ["compiled/aa-1.cwasm", "compiled/bb-1.cwasm", "models/m1.model", "models/m2.model"] {
            std::fs::create_dir_all(cache.path().join(file).parent().unwrap()).unwrap();
            std::fs::write(cache.path().join(file), file).unwrap();
        }
        cache
    }

    fn left(cache: &Path) -> Vec<String> {
        let entries = FOLDERS.into_iter().flat_map(|folder| std::fs::read_dir(cache.join(folder)).unwrap());
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_used_stays_and_what_is_not_goes_after_its_time() {
        let cache = cache();
        let used = Used { digests: ["aa".to_owned()].into(), files: [cache.path().join("models/m2.model")].into() };
        let now = SystemTime::now();
        sweep(cache.path(), &used, DAY, now).unwrap();
        assert_eq!(left(cache.path()), ["aa-1.cwasm", "bb-1.cwasm", "m1.model", "m2.model"]);
        sweep(cache.path(), &used, DAY, now + 2 * DAY).unwrap();
        assert_eq!(left(cache.path()), ["aa-1.cwasm", "m2.model"]);
        let unused = Used { digests: BTreeSet::new(), files: BTreeSet::new() };
        sweep(cache.path(), &unused, DAY, now + 2 * DAY + DAY / 2).unwrap();
        assert_eq!(left(cache.path()), ["aa-1.cwasm", "m2.model"], "it was used half a day ago");
        sweep(cache.path(), &unused, DAY, now + 4 * DAY).unwrap();
        assert_eq!(left(cache.path()), [""; 0]);
    }

    #[test]
    fn what_a_dead_process_left_unfinished_goes_within_hours() {
        let cache = cache();
        std::fs::create_dir(cache.path().join("compiled/compiling-x")).unwrap();
        std::fs::write(cache.path().join("compiled/compiling-x/component.wasm"), "half").unwrap();
        std::fs::write(cache.path().join("models/m3.7.unfinished"), "half").unwrap();
        let nothing = Used { digests: BTreeSet::new(), files: BTreeSet::new() };
        sweep(cache.path(), &nothing, 30 * DAY, SystemTime::now()).unwrap();
        assert_eq!(left(cache.path()).len(), 6, "somebody may be at it");
        sweep(cache.path(), &nothing, 30 * DAY, SystemTime::now() + 2 * UNFINISHED).unwrap();
        assert_eq!(left(cache.path()), ["aa-1.cwasm", "bb-1.cwasm", "m1.model", "m2.model"]);
    }
}
