//! Asking models about what they never saw: each is trained on a part of a corpus, as any revision is made ready, and serves nobody.

use std::sync::{Arc, Mutex, PoisonError};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use sha2::{Digest as _, Sha256};
use sportello_domain::{
    contract::{Circumstances, Corpus, Example},
    evaluation::{Answered, Evaluation, Folds, flaws},
    revision::{Revision, RevisionId},
};
use tokio_util::task::AbortOnDropHandle;

use super::super::{Registry, push::hex};
use crate::error::EngineError;
use crate::ports::store::Progress;
use crate::ports::{Call, Unfit, Workshop};

/// No revision that serves has a name that begins so, and no two at a time have the same.
const PUPIL: &str = "nlu-pupil";
/// So many are trained and asked at once; the smallest of servers has as many processors, and customers are to be answered
/// meanwhile.
const AT_ONCE: usize = 2;

/// How far a job is: whoever works on it writes, and whoever asks reads.
#[derive(Clone, Debug, Default)]
pub struct Report(Arc<Mutex<Progress>>);

impl Report {
    /// As of now.
    pub(super) fn progress(&self) -> Progress {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was learnt is about to serve.
    pub(super) fn is_serving(&self) {
        self.change(|progress| progress.serving = true);
    }

    fn change(&self, change: impl FnOnce(&mut Progress)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// A model that learns a corpus without a fold and is asked about what is in the fold. Without a fold it learns everything and is
/// asked nothing: whoever wants it next finds it trained.
pub(super) struct Exam {
    pub(super) known: Arc<Corpus>,
    pub(super) fold: Option<usize>,
}

/// What all exams have in common.
pub(super) struct Course {
    /// What serves.
    pub(super) of: Revision,
    pub(super) component: Vec<u8>,
    pub(super) folds: Folds,
    /// What is asked.
    pub(super) asked: Arc<Corpus>,
}

/// Gone when it was asked, or when nobody waits for it any more.
struct Pupil {
    id: RevisionId,
    workshop: Arc<dyn Workshop>,
}

impl Drop for Pupil {
    fn drop(&mut self) {
        self.workshop.let_go(&self.id);
    }
}

impl Registry {
    /// How well the classifier that serves knows a corpus, by cross-validation: its own, or the one that is kept under a digest.
    ///
    /// # Errors
    /// No classifier is configured; it cannot learn from this.
    pub async fn evaluate(
        self: &Arc<Self>,
        corpus: Option<[u8; 32]>,
        folds: usize,
        report: &Report,
    ) -> Result<Evaluation, EngineError> {
        let (record, own) = self.classifier().await?;
        let corpus = Arc::new(match corpus {
            Some(digest) => self.corpus(&hex(&digest)).await?,
            None => own,
        });
        let component = self.component(&record).await?;
        let folds = Folds::of(&corpus, folds);
        let exams = (0..folds.number()).map(|fold| Exam { known: Arc::clone(&corpus), fold: Some(fold) }).collect();
        let course = Course { of: record.revision, component, folds, asked: Arc::clone(&corpus) };
        let answered = self.examine(course, exams, report).await?.concat();
        Ok(Evaluation::of(&answered, flaws(&corpus)))
    }

    /// What came of each exam, in their order.
    pub(super) async fn examine(
        self: &Arc<Self>,
        course: Course,
        exams: Vec<Exam>,
        report: &Report,
    ) -> Result<Vec<Vec<Answered>>, EngineError> {
        let _alone = self.school.lock().await;
        report.change(|progress| progress.of = exams.len());
        let course = Arc::new(course);
        let sit = |(number, exam): (usize, Exam)| {
            let (registry, course, report) = (Arc::clone(self), Arc::clone(&course), report.clone());
            // A task of its own: another processor may take it.
            AbortOnDropHandle::new(tokio::spawn(async move {
                let answered = registry.sit(&course, number, &exam).await?;
                report.change(|progress| progress.done += 1);
                Ok((number, answered))
            }))
        };
        let taken = stream::iter(exams).enumerate().map(sit).buffer_unordered(AT_ONCE);
        let broken = |error| EngineError::NotNow(format!("a model was not asked to the end: {error}"));
        let taken = taken.map(|ended| ended.unwrap_or_else(|error| Err(broken(error))));
        let mut answered: Vec<(usize, Vec<Answered>)> = taken.try_collect().await?;
        answered.sort_by_key(|(number, _)| *number);
        Ok(answered.into_iter().map(|(_, answered)| answered).collect())
    }

    async fn sit(&self, course: &Course, number: usize, exam: &Exam) -> Result<Vec<Answered>, EngineError> {
        let Exam { known, fold } = exam;
        let known = match fold {
            Some(fold) => serde_json::to_vec(&course.folds.without(*fold, known)),
            None => serde_json::to_vec(known.as_ref()),
        };
        let known = known.map_err(|error| EngineError::NotNow(format!("the corpus cannot be written: {error}")))?;
        let digest: [u8; 32] = Sha256::digest(&known).into();
        let name = format!("{PUPIL}-{number}");
        let revision = Revision { name, ..course.of.clone() }.with_corpus(Some(hex(&digest)));
        let pupil = Pupil { id: revision.id.clone(), workshop: Arc::clone(&self.workshop) };
        self.workshop.make_ready(&revision, &course.component, Some(&known)).await?;
        let questions = fold.map(|fold| course.folds.questions(fold, &course.asked)).unwrap_or_default();
        self.answers(&pupil, &questions).await
    }

    async fn answers(&self, pupil: &Pupil, questions: &[Example]) -> Result<Vec<Answered>, EngineError> {
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
