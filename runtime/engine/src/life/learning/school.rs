//! Asking models about what they never saw: each is trained on a part of a corpus, as any revision is made ready, and serves nobody.

use sha2::{Digest as _, Sha256};
use sportello_domain::{
    contract::{Circumstances, Corpus, Example},
    evaluation::{Answered, Evaluation, Folds, flaws},
    revision::Revision,
};

use super::super::{Registry, push::hex};
use crate::error::EngineError;
use crate::ports::{Call, Unfit};

/// No revision that serves has this name, so none of these is ever taken for one.
const PUPIL: &str = "nlu-pupil";

impl Registry {
    /// How well the classifier that serves knows a corpus, by cross-validation: its own, or the one that is kept under a digest.
    ///
    /// # Errors
    /// No classifier is configured; it cannot learn from this.
    pub async fn evaluate(&self, corpus: Option<[u8; 32]>, folds: usize) -> Result<Evaluation, EngineError> {
        let (record, own) = self.classifier().await?;
        let corpus = match corpus {
            Some(digest) => self.corpus(&hex(&digest)).await?,
            None => own,
        };
        let component = self.component(&record).await?;
        let _alone = self.school.lock().await;
        let folds = Folds::of(&corpus, folds);
        let mut answered = Vec::new();
        let mut fold = 0;
        // Two at a time, as there are two processors at least.
        while fold < folds.number() {
            let one = self.ask(&record.revision, &component, &folds, fold, (&corpus, &corpus));
            let other = async {
                match fold + 1 {
                    next if next < folds.number() => {
                        self.ask(&record.revision, &component, &folds, next, (&corpus, &corpus)).await
                    }
                    _ => Ok(vec![]),
                }
            };
            let (one, other) = futures::try_join!(one, other)?;
            answered.extend(one);
            answered.extend(other);
            fold += 2;
        }
        Ok(Evaluation::of(&answered, flaws(&corpus)))
    }

    /// What a model that learnt `corpus` without a fold makes of what `asked` has in it.
    pub(super) async fn ask(
        &self,
        of: &Revision,
        component: &[u8],
        folds: &Folds,
        fold: usize,
        (corpus, asked): (&Corpus, &Corpus),
    ) -> Result<Vec<Answered>, EngineError> {
        let known = serde_json::to_vec(&folds.without(fold, corpus));
        let known = known.map_err(|error| EngineError::NotNow(format!("the corpus cannot be written: {error}")))?;
        let digest: [u8; 32] = Sha256::digest(&known).into();
        let pupil = Revision { name: PUPIL.to_owned(), ..of.clone() }.with_corpus(Some(hex(&digest)));
        self.workshop.make_ready(&pupil, component, Some(&known)).await?;
        let answered = self.answers(&pupil, &folds.questions(fold, asked)).await;
        self.workshop.let_go(&pupil.id);
        answered
    }

    async fn answers(&self, pupil: &Revision, questions: &[Example]) -> Result<Vec<Answered>, EngineError> {
        let now = self.clock.now();
        let mut answered = Vec::with_capacity(questions.len());
        for question in questions {
            let language = Some(question.language.clone()).filter(|language| !language.is_empty());
            let circumstances = Circumstances { language, expected: vec![], now };
            let call = Call { revision: &pupil.id, conversation: None, now, seed: 0, recorded: &[] };
            let analysis = self.plugins.analyze(call, &question.text, &circumstances).await;
            let analysis = analysis.map_err(|error| Unfit::Revision(format!("it gave no answer: {error}")))?;
            answered.push(Answered::new(question, &analysis.value));
        }
        Ok(answered)
    }
}
