//! Plugins on the way from a store that several nodes share to the folder of a node, so that a new one needs only its
//! configuration.

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use sportello_domain::revision::Revision;
use sportello_engine::ports::store::{RevisionRecord, Revisions as _};
use sportello_store::SqlStore;

use crate::config::Config;

/// Fetches the plugins that the folder lacks: as the configuration last asked for them on another node.
///
/// # Errors
/// Those of the store, and of the folder.
pub(crate) async fn fetch(store: &SqlStore, config: &Config) -> anyhow::Result<()> {
    let folder = &config.plugins.folder.value;
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let (records, rollouts) = (store.revisions().await?, store.rollouts().await?);
    for (name, plugin) in config.uses() {
        let plugin = &plugin.plugin.value;
        let path = config.plugins.file(plugin);
        if path.exists() {
            continue;
        }
        let configured = rollouts.iter().find(|rollout| rollout.name == name).and_then(|of| of.configured.as_ref());
        let Some(Revision { digest, .. }) = wanted(&records, plugin, configured) else { continue };
        let bytes = store.artefact(of_hex(digest)?).await?.with_context(|| format!("plugin {plugin} is gone"))?;
        let is_whole = hex(&bytes) == *digest;
        anyhow::ensure!(is_whole, "plugin {plugin} is not whole in the store: push it again");
        let unfinished = path.with_extension("unfinished");
        std::fs::write(&unfinished, &bytes)
            .and_then(|()| std::fs::rename(&unfinished, &path))
            .with_context(|| format!("writing {}", path.display()))?;
        tracing::info!(plugin, "fetched from the store");
    }
    Ok(())
}

/// The revision that was configured, else the newest of this plugin.
fn wanted<'a>(
    records: &'a [RevisionRecord],
    plugin: &str,
    configured: Option<&sportello_domain::revision::RevisionId>,
) -> Option<&'a Revision> {
    let of_plugin = || records.iter().map(|record| &record.revision).filter(|revision| revision.plugin == plugin);
    of_plugin().find(|revision| Some(&revision.id) == configured).or_else(|| of_plugin().next_back())
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn of_hex(hex: &str) -> anyhow::Result<[u8; 32]> {
    let mut digest = [0; 32];
    for (at, byte) in digest.iter_mut().enumerate() {
        let pair = hex.get(2 * at..2 * at + 2).with_context(|| format!("`{hex}` is no digest"))?;
        *byte = u8::from_str_radix(pair, 16).with_context(|| format!("`{hex}` is no digest"))?;
    }
    Ok(digest)
}
