//! The classifier's model: trained when the corpus, the plugin or its settings are new, and kept.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sha2::{Digest, Sha256};
use sportello_domain::contract::{Corpus, Problem};
use sportello_domain::revision::Revision;
use sportello_plugin_host::PluginHost;

use crate::config::Problems;
use crate::corpus::LoadedCorpus;

/// The same corpus, settings and seed give the same model.
const SEED: u64 = 1;

/// The model of a loaded revision; inside, what the plugin finds wanting in the corpus.
///
/// # Errors
/// The plugin gave no answer, or the model could not be kept.
pub(super) async fn train(
    host: &PluginHost,
    revision: &Revision,
    corpus: &Corpus,
    cache: &Path,
) -> anyhow::Result<Result<Vec<u8>, Vec<Problem>>> {
    let file = file(revision, corpus, cache)?;
    if let Ok(model) = tokio::fs::read(&file).await {
        return Ok(Ok(model));
    }
    tracing::info!(revision = %revision.id, examples = corpus.examples.len(), "training the classifier");
    let began = std::time::Instant::now();
    let model = match host.train(&revision.id, corpus, SEED).await? {
        Ok(model) => model,
        Err(found) => return Ok(Err(found)),
    };
    tracing::info!(bytes = model.len(), seconds = began.elapsed().as_secs(), "the classifier is trained");
    keep(&file, &model).await.with_context(|| format!("keeping the model in {}", file.display()))?;
    Ok(Ok(model))
}

/// Where the model is kept that a revision has of a corpus.
///
/// # Errors
/// The corpus cannot be written.
pub(super) fn file(revision: &Revision, corpus: &Corpus, cache: &Path) -> anyhow::Result<PathBuf> {
    let corpus = serde_json::to_vec(corpus)?;
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

/// What the plugin finds wanting, where it stands.
pub(super) fn tell(problem: &Problem, corpus: &LoadedCorpus, problems: &Problems) {
    match problem.example.and_then(|example| corpus.place(example)) {
        Some((file, line)) => problems.add_to(file, *line, &problem.reason),
        None => problems.add(1, format!("the corpus: {}", problem.reason)),
    }
}
