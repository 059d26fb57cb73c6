//! Plugins on the way between the folder of a node and a store that several nodes share, so that a new node needs only its
//! configuration.

use std::path::Path;

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use sportello_store::SqlStore;

/// Keeps what the folder has, and fetches what it lacks.
///
/// # Errors
/// Those of the store, and of the folder.
pub(crate) async fn exchange(store: &SqlStore, folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let kept = store.components().await?;
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        let (Some(name), Some("wasm")) = (path.file_stem(), path.extension().and_then(|ending| ending.to_str())) else {
            continue;
        };
        let name = name.to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        let digest: [u8; 32] = Sha256::digest(&bytes).into();
        if !kept.contains(&(name.clone(), digest)) {
            store.keep_component(name, digest, bytes).await?;
        }
    }
    for (name, digest) in kept {
        let path = folder.join(format!("{name}.wasm"));
        if path.exists() {
            continue;
        }
        let bytes = store.component(&name).await?.with_context(|| format!("plugin {name} is gone from the store"))?;
        let is_whole = Sha256::digest(&bytes)[..] == digest;
        anyhow::ensure!(is_whole, "plugin {name} was replaced, or is not whole in the store: start again");
        let unfinished = path.with_extension("unfinished");
        std::fs::write(&unfinished, &bytes)
            .and_then(|()| std::fs::rename(&unfinished, &path))
            .with_context(|| format!("writing {}", path.display()))?;
        tracing::info!(plugin = name, "fetched from the store");
    }
    Ok(())
}
