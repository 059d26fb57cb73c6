//! The classifier learns from people: what they should look at, what they say about it, and the model that follows from it.
//!
//! `found` says what turns have for it, `review` keeps the list and what was said, `school` asks models that were trained on a part of the corpus
//! about the rest, `train` makes a revision of what was learnt, if it is not worse than the one in use, and `job` has both go on when
//! whoever began them has gone.

mod found;
mod job;
mod review;
mod school;
mod train;

use sportello_domain::contract::Corpus;

use super::Registry;
use crate::error::EngineError;
use crate::ports::Unfit;
use crate::ports::store::RevisionRecord;

pub(crate) use found::is_instructive;
pub(super) use job::Assignment;
pub use school::Report;
pub use train::{Trained, Training};

/// The classifier's name.
const NLU: &str = "nlu";

impl Registry {
    /// The classifier that serves, and what it learnt from.
    async fn classifier(&self) -> Result<(RevisionRecord, Corpus), EngineError> {
        let active = self.rollout(NLU).await?.active.ok_or_else(|| EngineError::NoSuchName(NLU.to_owned()))?;
        let record = self.record(&active).await?;
        let corpus = match &record.revision.corpus {
            Some(corpus) => self.corpus(corpus).await?,
            None => Corpus::default(),
        };
        Ok((record, corpus))
    }

    async fn corpus(&self, digest: &str) -> Result<Corpus, EngineError> {
        let bytes = self.artefact(digest).await?;
        let corpus = serde_json::from_slice(&bytes);
        corpus.map_err(|error| Unfit::Revision(format!("this is no corpus ({digest}): {error}")).into())
    }
}
