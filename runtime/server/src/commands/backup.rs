//! `sportello backup` and `sportello restore`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use sportello_engine::ports::store::{Holding as _, Upkeep as _};
use sportello_store::SqlStore;

use super::store;
use crate::cli::ConfigFile;
use crate::config::{Place, StoreSection};
use crate::print;
use crate::wiring::open_store;

pub(super) async fn back_up(config: &ConfigFile, to: &Path) -> anyhow::Result<ExitCode> {
    SqlStore::back_up(file(&store(config)?)?, to).await.context("making a backup")?;
    print::out(&format!("{} is a backup", to.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Puts a backup back where one is given, and holds what was not final (rule 21).
pub(super) async fn restore(config: &ConfigFile, backup: Option<&Path>) -> anyhow::Result<ExitCode> {
    let section = store(config)?;
    if let Some(backup) = backup {
        SqlStore::put_back(backup, file(&section)?)
            .await
            .with_context(|| format!("putting {} back", backup.display()))?;
    }
    if let Place::File(file) = &section.place {
        anyhow::ensure!(file.is_file(), "there is no {}", file.display());
    }
    let store = open_store(&section).await?;
    let marked = async {
        let generation = store.hold().await?;
        anyhow::Ok((generation, store.gauges().await?.held_deliveries))
    };
    let marked = marked.await;
    store.close().await;
    let (generation, held) = marked?;
    print::out(&format!(
        "this is generation {generation} of the store; {held} messages are held: `sportello held list` shows them"
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn file(store: &StoreSection) -> anyhow::Result<&Path> {
    match &store.place {
        Place::File(file) => Ok(file),
        Place::Server(_) => anyhow::bail!(
            "PostgreSQL has its own backups: use pg_dump and pg_restore, and `sportello restore --mark` after them, while no node runs"
        ),
    }
}
