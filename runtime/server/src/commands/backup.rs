//! `sportello backup` and `sportello restore`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use sportello_engine::ports::store::{Holding as _, Upkeep as _};
use sportello_store::{Settings, SqlStore};

use super::store;
use crate::cli::ConfigFile;
use crate::print;

pub(super) async fn back_up(config: &ConfigFile, to: &Path) -> anyhow::Result<ExitCode> {
    SqlStore::back_up(&store(config)?.file, to).await.context("making a backup")?;
    print::out(&format!("{} is a backup", to.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Puts a backup back where one is given, and holds what was not final (rule 21).
pub(super) async fn restore(config: &ConfigFile, backup: Option<&Path>) -> anyhow::Result<ExitCode> {
    let file = store(config)?.file;
    if let Some(backup) = backup {
        SqlStore::put_back(backup, &file).await.with_context(|| format!("putting {} back", backup.display()))?;
    }
    anyhow::ensure!(file.is_file(), "there is no {}", file.display());
    let store = SqlStore::open_file(&file, Settings::default()).await?;
    let marked = async {
        let generation = store.hold().await?;
        anyhow::Ok((generation, store.gauges().await?.held_deliveries))
    };
    let marked = marked.await;
    store.close().await;
    let (generation, held) = marked?;
    print::out(&format!(
        "{} is generation {generation} of its store; {held} messages are held: `sportello held list` shows them",
        file.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}
