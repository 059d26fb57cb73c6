//! The classifier's model: trained when the corpus, the plugin or its settings are new, and kept.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sha2::{Digest, Sha256};
use sportello_domain::contract::Problem;
use sportello_domain::revision::Revision;
use sportello_plugin_host::PluginHost;

use crate::config::Problems;
use crate::corpus::LoadedCorpus;

/// The same corpus, settings and seed give the same model.
const SEED: u64 = 1;

/// The model of a loaded revision; none: the plugin finds the corpus wanting, which is among the problems then.
///
/// # Errors
/// The plugin gave no answer, or the model could not be kept.
pub(super) async fn train(
    host: &PluginHost,
    revision: &Revision,
    corpus: &LoadedCorpus,
    cache: &Path,
    problems: &Problems,
) -> anyhow::Result<Option<Vec<u8>>> {
    let file = file(revision, corpus, cache)?;
    if let Ok(model) = tokio::fs::read(&file).await {
        return Ok(Some(model));
    }
    tracing::info!(revision = %revision.id, examples = corpus.corpus.examples.len(), "training the classifier");
    let began = std::time::Instant::now();
    let trained = host.train(&revision.id, &corpus.corpus, SEED).await?;
    let model = match trained {
        Ok(model) => model,
        Err(found) => {
            found.iter().for_each(|problem| tell(problem, corpus, problems));
            return Ok(None);
        }
    };
    tracing::info!(bytes = model.len(), seconds = began.elapsed().as_secs(), "the classifier is trained");
    keep(&file, &model).await.with_context(|| format!("keeping the model in {}", file.display()))?;
    Ok(Some(model))
}

fn file(revision: &Revision, corpus: &LoadedCorpus, cache: &Path) -> anyhow::Result<PathBuf> {
    let corpus = serde_json::to_vec(&corpus.corpus)?;
    let mut hash = Sha256::new();
    for part in [revision.digest.as_bytes(), revision.settings.as_bytes(), &corpus] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let name: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(cache.join("models").join(format!("{name}.model")))
}

/// Under its name it stands whole or not at all.
async fn keep(file: &Path, model: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    tokio::fs::create_dir_all(folder).await?;
    let unfinished = file.with_extension(format!("{}.unfinished", std::process::id()));
    tokio::fs::write(&unfinished, model).await?;
    tokio::fs::rename(&unfinished, file).await
}

fn tell(problem: &Problem, corpus: &LoadedCorpus, problems: &Problems) {
    match problem.example.and_then(|example| corpus.place(example)) {
        Some((file, line)) => problems.add_to(file, *line, &problem.reason),
        None => problems.add(1, format!("the corpus: {}", problem.reason)),
    }
}
