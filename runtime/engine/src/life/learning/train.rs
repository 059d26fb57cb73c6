//! From what people said to a classifier that serves.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sportello_domain::{
    contract::Corpus,
    evaluation::{Comparison, Folds, Verdict},
    learning::{Learnt, learn},
    revision::{Revision, RevisionId, RevisionState},
};

use super::super::{By, Push, Registry};
use super::NLU;
use super::school::{Course, Exam, Report};
use crate::error::EngineError;
use crate::ports::Unfit;
use crate::ports::store::{RevisionRecord, StoreError};

/// So often others may be quicker with a step of the checks.
const TRIES: usize = 20;

/// How the classifier is to be trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Training {
    /// Into how many parts the corpus is split for the comparison.
    pub folds: usize,
    /// Has it serve although it is worse than the one in use.
    pub force: bool,
}

/// What came of a training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Trained {
    /// Examples that are new.
    pub added: usize,
    /// Examples that have another meaning than they had.
    pub relabelled: usize,
    /// New intents that wait for more examples, with how many they have.
    pub waiting: std::collections::BTreeMap<String, usize>,
    /// The new model and the one in use, asked the same.
    pub comparison: Comparison,
    /// What serves now; none: it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serves: Option<RevisionId>,
}

/// What was learnt, and how it compares with what serves.
pub(super) struct Compared {
    learnt: Learnt,
    comparison: Comparison,
}

impl Training {
    /// That whoever insists says why.
    pub(super) fn check(self, by: &By) -> Result<(), EngineError> {
        if self.force && by.why.trim().is_empty() {
            return Err(EngineError::NotNow("what is worse serves only for a reason: say why".to_owned()));
        }
        Ok(())
    }
}

impl Registry {
    /// Brings corrections into the corpus, has a classifier learn it, and has that serve if it is not worse than the one in use.
    ///
    /// # Errors
    /// Nothing was corrected since; it cannot learn from this; it is worse and is to serve all the same without a reason.
    pub async fn train(self: &Arc<Self>, training: Training, by: &By, report: &Report) -> Result<Trained, EngineError> {
        training.check(by)?;
        let compared = self.compare(training, report).await?;
        self.conclude(compared, training, by).await
    }

    /// What serves, its corpus, and what corrections make of that.
    pub(super) async fn lesson(&self) -> Result<(RevisionRecord, Corpus, Learnt), EngineError> {
        let (record, before) = self.classifier().await?;
        let learnt = learn(&before, &self.store.corrections().await?);
        if learnt.changes() == 0 {
            return Err(EngineError::NotNow(nothing_new(&learnt)));
        }
        Ok((record, before, learnt))
    }

    /// Models of the corpus as it was and as it is to be, asked the same.
    pub(super) async fn compare(
        self: &Arc<Self>,
        training: Training,
        report: &Report,
    ) -> Result<Compared, EngineError> {
        let (record, before, learnt) = self.lesson().await?;
        let component = self.component(&record).await?;
        let folds = Folds::of(&learnt.corpus, training.folds);
        let corpora = [Arc::new(before), Arc::new(learnt.corpus.clone())];
        let each = corpora.iter().flat_map(|known| (0..folds.number()).map(move |fold| (known, Some(fold))));
        // What is to serve takes longest, and is trained beside the others, so that nobody waits for it alone.
        let all = std::iter::once((&corpora[1], None)).chain(each);
        let exams = all.map(|(known, fold)| Exam { known: Arc::clone(known), fold }).collect();
        let parts = folds.number();
        let course = Course { of: record.revision, component, folds, asked: Arc::clone(&corpora[1]) };
        let answered = self.examine(course, exams, report).await?;
        let (old, new) = answered[1..].split_at(parts);
        Ok(Compared { learnt, comparison: Comparison::of(&old.concat(), &new.concat()) })
    }

    /// Has what was learnt serve, unless it is worse.
    pub(super) async fn conclude(
        &self,
        Compared { learnt, comparison }: Compared,
        training: Training,
        by: &By,
    ) -> Result<Trained, EngineError> {
        let serves = match &comparison.verdict {
            Verdict::Worse(_) if !training.force => None,
            _ => Some(self.serve_learnt(&learnt, by).await?),
        };
        let Learnt { added, relabelled, waiting, .. } = learnt;
        Ok(Trained { added, relabelled, waiting, comparison, serves })
    }

    /// The way of every revision, gone to its end at once.
    async fn serve_learnt(&self, learnt: &Learnt, by: &By) -> Result<RevisionId, EngineError> {
        let bytes = serde_json::to_vec(&learnt.corpus);
        let bytes = bytes.map_err(|error| EngineError::NotNow(format!("the corpus cannot be written: {error}")))?;
        let corpus = Some(self.keep(bytes).await?);
        let why = match by.why.as_str() {
            "" => format!("{} corrections", learnt.changes()),
            why => format!("{} corrections; {why}", learnt.changes()),
        };
        let by = By::new(&by.who, why);
        let Revision { id, .. } =
            self.push(Push { name: NLU.to_owned(), corpus, ..Push::default() }, &by).await?.revision;
        for _ in 0..TRIES {
            let record = self.record(&id).await?;
            if let RevisionState::Rejected(reason) = record.state {
                return Err(Unfit::Revision(reason).into());
            }
            if record.state.is_proved() {
                match self.promote(&id, &by).await {
                    Err(EngineError::Store(StoreError::Conflict(_))) => continue,
                    done => return done.map(|_| id),
                }
            }
            self.step(&record, true).await?;
        }
        Err(EngineError::NotNow(format!("{id} could not be brought to serve: others change it all the time")))
    }
}

fn nothing_new(learnt: &Learnt) -> String {
    let waiting: Vec<String> =
        learnt.waiting.iter().map(|(intent, examples)| format!("`{intent}` has {examples}")).collect();
    if waiting.is_empty() {
        return "there is nothing to learn: everything that was corrected is in the corpus already".to_owned();
    }
    let few = sportello_domain::learning::NEW_INTENT;
    format!("there is nothing to learn yet: a new intent needs {few} examples, and {}", waiting.join(", "))
}
