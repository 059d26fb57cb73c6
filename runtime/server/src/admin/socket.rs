//! The socket on which the server listens for commands.

use std::path::Path;

use anyhow::Context as _;
use rustix::fs::Mode;
use rustix::process::umask;
use tokio::net::UnixListener;

/// Listens. The caller holds the database, so a socket that is there already was left behind by a server that is gone.
///
/// The socket is never open to others, not for a moment: so this is called before anything else makes files.
///
/// # Errors
/// The path is too long for a socket, or the folder cannot be written to.
pub(crate) fn bind(path: &Path) -> anyhow::Result<UnixListener> {
    if path.exists() {
        std::fs::remove_file(path).with_context(|| format!("removing the old socket {}", path.display()))?;
    }
    let before = umask(Mode::RWXG | Mode::RWXO | Mode::XUSR);
    let bound = UnixListener::bind(path);
    umask(before);
    bound.with_context(|| {
        format!("listening on {}: its path may have 100 bytes at most; give the database a shorter one", path.display())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[tokio::test]
    async fn only_the_servers_own_user_can_open_it_and_an_old_one_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sock");
        drop(bind(&path).unwrap());
        let _listener = bind(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        tokio::net::UnixStream::connect(&path).await.unwrap();
    }
}
