//! From what people said to a classifier that serves.

use serde::{Deserialize, Serialize};
use sportello_domain::{
    evaluation::{Answered, Comparison, Folds, Verdict},
    learning::{Learnt, learn},
    revision::{Revision, RevisionId, RevisionState},
};

use super::super::{By, Push, Registry};
use super::NLU;
use crate::error::EngineError;
use crate::ports::Unfit;
use crate::ports::store::StoreError;

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

impl Registry {
    /// Brings corrections into the corpus, has a classifier learn it, and has that serve if it is not worse than the one in use.
    ///
    /// # Errors
    /// Nothing was corrected since; it cannot learn from this; it is worse and is to serve all the same without a reason.
    pub async fn train(&self, training: Training, by: &By) -> Result<Trained, EngineError> {
        if training.force && by.why.trim().is_empty() {
            return Err(EngineError::NotNow("what is worse serves only for a reason: say why".to_owned()));
        }
        let _alone = self.school.lock().await;
        let (record, before) = self.classifier().await?;
        let learnt = learn(&before, &self.store.corrections().await?);
        if learnt.changes() == 0 {
            return Err(EngineError::NotNow(nothing_new(&learnt)));
        }
        let component = self.component(&record).await?;
        let folds = Folds::of(&learnt.corpus, training.folds);
        let (mut old, mut new): (Vec<Answered>, Vec<Answered>) = Default::default();
        for fold in 0..folds.number() {
            let in_use = self.ask(&record.revision, &component, &folds, fold, (&before, &learnt.corpus));
            let next = self.ask(&record.revision, &component, &folds, fold, (&learnt.corpus, &learnt.corpus));
            let (in_use, next) = futures::try_join!(in_use, next)?;
            old.extend(in_use);
            new.extend(next);
        }
        let comparison = Comparison::of(&old, &new);
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
