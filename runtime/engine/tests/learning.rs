//! Learning from people: from what was not understood to a classifier that understands it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: a wrong world is a failed test")]

mod support;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};
use sportello_domain::{
    contract::*,
    evaluation::Verdict,
    learning::{Doubt, Label},
    revision::{Grants, PluginKind, Revision, RevisionId},
};
use sportello_engine::catalog::Part;
use sportello_engine::ports::store::JobState;
use sportello_engine::ports::store::Told;
use sportello_engine::ports::{Compiled, Ready, Unfit, Workshop};
use sportello_engine::{By, EngineError, LifeTerms, Registry, Report, Training, Wanted};
use support::{Scripted, SkillCode, World, catalog};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Classifiers that know the corpus by its first words, trained where there is a seat.
struct Bench {
    plugins: Arc<Scripted>,
    seats: Arc<Semaphore>,
    /// How often each was trained.
    trained: Arc<Mutex<BTreeMap<RevisionId, usize>>>,
}

const SEATS: u32 = 4;

#[async_trait]
impl Workshop for Bench {
    async fn compile(&self, component: &[u8]) -> Result<Compiled, Unfit> {
        Ok(Compiled { kind: PluginKind::Nlu, digest: hex(component), contract: "0.1.0".to_owned() })
    }

    async fn make_ready(&self, revision: &Revision, _: &[u8], corpus: Option<&[u8]>) -> Result<Ready, Unfit> {
        let _seat = self.seats.acquire().await.unwrap();
        *self.trained.lock().unwrap().entry(revision.id.clone()).or_default() += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
        let corpus = serde_json::from_slice(corpus.unwrap()).unwrap();
        self.plugins.models.lock().unwrap().insert(revision.id.clone(), corpus);
        Ok(Ready { part: Part::Nlu(Arc::new(revision.clone())), told: Told::default() })
    }

    async fn self_test(&self, _: &[u8]) -> Result<usize, Unfit> {
        Ok(0)
    }

    fn let_go(&self, revision: &RevisionId) {
        self.plugins.models.lock().unwrap().remove(revision);
    }
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Eight examples that begin alike.
fn examples(word: &str, intent: &str) -> impl Iterator<Item = Example> {
    (0..8).map(move |number| Example {
        text: format!("{word} x{number}"),
        intent: intent.to_owned(),
        language: "en".to_owned(),
    })
}

struct School {
    world: World,
    registry: Arc<Registry>,
    seats: Arc<Semaphore>,
    trained: Arc<Mutex<BTreeMap<RevisionId, usize>>>,
}

fn says(word: &'static str) -> SkillCode {
    Box::new(move |_| Some(Ok(Outcome::Effects(vec![Effect::Say(Content::Text(word.to_owned()))]))))
}

async fn school() -> School {
    let skills = vec![("price", says("47")), ("hours", says("at eight")), ("what", says("what?"))];
    let mut base = catalog(&skills);
    base.nlu = None;
    base.policy.fallback = Some("what".to_owned());
    base.policy.patience = 9;
    let mut made = None;
    let (seats, trained) = (Arc::new(Semaphore::new(SEATS as usize)), Arc::default());
    let world = World::around(skills, base.clone(), |ports, plugins| {
        let (seats, trained) = (Arc::clone(&seats), Arc::clone(&trained));
        let bench = Arc::new(Bench { plugins: Arc::clone(plugins), seats, trained });
        let store = (Arc::clone(&ports.store), bench as _, Arc::clone(&ports.plugins));
        let time = (Arc::clone(&ports.clock), Arc::clone(&ports.entropy));
        let registry = Arc::new(Registry::new(store, time, base, vec!["nlu".to_owned()], LifeTerms::default()));
        made = Some(Arc::clone(&registry));
        Some(registry.pointer())
    });
    let (world, registry) = (world.await, made.unwrap());
    let corpus = Corpus {
        examples: examples("price", "price").chain(examples("hours", "hours")).collect(),
        ..Corpus::default()
    };
    let (component, corpus) = (b"words".to_vec(), serde_json::to_vec(&corpus).unwrap());
    let revision =
        Revision::new("nlu", "words", PluginKind::Nlu, &hex(&component), "0.1.0", "{}".to_owned(), Grants::default());
    let revision = revision.with_corpus(Some(hex(&corpus)));
    registry.configure(Wanted { revision, component, corpus: Some(corpus) }).await.unwrap();
    registry.begin().await.unwrap();
    School { world, registry, seats, trained }
}

impl School {
    async fn hears(&self, text: &str) -> String {
        self.world.says("ann", text).await;
        self.world.pass(3_000).await;
        self.world.platform.texts().pop().unwrap_or_default()
    }

    /// Says that all that is listed means this.
    async fn correct(&self, intent: &str, new: bool) -> Result<(), EngineError> {
        let groups = self.registry.review(100).await.unwrap();
        let ids: Vec<_> = groups.into_iter().flat_map(|group| group.utterances).collect();
        let label = Label::Intent(intent.to_owned());
        self.registry.correct(&ids, &label, new, &By::new("anna", "")).await.map(|_| ())
    }
}

const COMPARED: Training = Training { folds: 2, force: false };

#[tokio::test(start_paused = true)]
async fn what_was_not_understood_is_reviewed_corrected_learnt_and_understood() {
    let school = school().await;
    assert_eq!(school.hears("price x1").await, "47");
    for number in 0..6 {
        assert_eq!(school.hears(&format!("cost 99.00.12345{number} please x{number}")).await, "what?");
    }
    let groups = school.registry.review(9).await.unwrap();
    assert_eq!((groups.len(), groups[0].count), (1, 6), "{groups:?}");
    assert_eq!(groups[0].doubts.keys().collect::<Vec<_>>(), [&Doubt::OutOfScope]);
    assert!(groups[0].texts.iter().all(|text| text.starts_with("cost <number> please")), "{groups:?}");
    school.correct("price", false).await.unwrap();
    assert_eq!(school.registry.review(9).await.unwrap(), []);

    let before = school.registry.overview("nlu").await.unwrap().0.active.unwrap();
    let trained = school.registry.train(COMPARED, &By::new("anna", ""), &Report::default()).await.unwrap();
    assert_eq!((trained.added, &trained.comparison.verdict), (6, &Verdict::Fit));
    assert!(trained.comparison.after.accuracy > trained.comparison.before.accuracy, "{trained:?}");
    let after = school.registry.overview("nlu").await.unwrap().0.active.unwrap();
    assert_eq!(trained.serves.as_ref(), Some(&after));
    assert_eq!(school.hears("cost 7 please").await, "47");
    let again = school.registry.train(COMPARED, &By::new("anna", ""), &Report::default()).await.unwrap_err();
    assert!(again.to_string().contains("nothing to learn"), "{again}");
    let models: Vec<RevisionId> = school.world.plugins.models.lock().unwrap().keys().cloned().collect();
    assert!(models.iter().all(|id| [&before, &after].contains(&id)), "no pupil stays: {models:?}");

    let back = school.registry.roll_back("nlu", &By::new("anna", "to see")).await.unwrap();
    assert_eq!((back.from, back.to), (after, before));
    assert_eq!(school.hears("cost 7 please").await, "what?");
}

#[tokio::test(start_paused = true)]
async fn a_worse_model_is_refused_unless_somebody_says_why() {
    let school = school().await;
    // Whoever says that all about prices is about hours takes the prices from the classifier.
    for number in 0..8 {
        school.hears(&format!("priceless {number}")).await;
    }
    school.correct("hours", false).await.unwrap();
    let spoilt = |text: &str| text.replace("priceless", "price");
    let corrections = school.registry.corrections().await.unwrap();
    let twisted = corrections.into_iter().map(|one| sportello_domain::learning::Correction {
        id: sportello_domain::ids::CorrectionId::new(one.at + 1, 0),
        text: spoilt(&one.text),
        ..one
    });
    use sportello_engine::ports::store::Learning as _;
    school.world.store.correct(twisted.collect(), vec![]).await.unwrap();
    let before = school.registry.overview("nlu").await.unwrap().0.active;
    let refused = school.registry.train(COMPARED, &By::new("anna", ""), &Report::default()).await.unwrap();
    assert!(matches!(&refused.comparison.verdict, Verdict::Worse(_)), "{refused:?}");
    assert_eq!((refused.serves, school.registry.overview("nlu").await.unwrap().0.active), (None, before));
    let forced = Training { force: true, ..COMPARED };
    assert!(school.registry.train(forced, &By::new("anna", " "), &Report::default()).await.is_err());
    let served =
        school.registry.train(forced, &By::new("anna", "the prices are gone"), &Report::default()).await.unwrap();
    assert!(served.serves.is_some());
}

#[tokio::test(start_paused = true)]
async fn an_intent_is_known_or_said_to_be_new() {
    let school = school().await;
    school.hears("stamps, please").await;
    for (intent, new) in [("stamps", false), ("price", true)] {
        let error = school.correct(intent, new).await.unwrap_err();
        assert!(matches!(error, EngineError::NotNow(_)), "{error}");
    }
    school.correct("stamps", true).await.unwrap();
    let waits = school.registry.train(COMPARED, &By::new("anna", ""), &Report::default()).await.unwrap_err();
    assert!(waits.to_string().contains("`stamps` has 1"), "{waits}");
}

#[tokio::test(start_paused = true)]
async fn a_classifier_is_evaluated_by_what_it_never_saw() {
    let school = school().await;
    let told = school.registry.evaluate(None, 3, &Report::default()).await.unwrap();
    assert_eq!((told.figures.examples, told.figures.accuracy), (16, 1.0));
    let mut mixed = Corpus { examples: examples("price", "price").collect(), ..Corpus::default() };
    mixed.examples.extend(examples("price", "hours").map(|one| Example { text: format!("{} y", one.text), ..one }));
    let digest = school.registry.keep(serde_json::to_vec(&mixed).unwrap()).await.unwrap();
    let told = school.registry.evaluate(Some(digest), 3, &Report::default()).await.unwrap();
    assert_eq!((told.figures.accuracy, told.merges.len()), (0.5, 1), "{told:?}");
}

/// A school whose server runs.
async fn open_school() -> (School, CancellationToken, tokio::task::JoinHandle<()>) {
    let school = school().await;
    for number in 0..6 {
        school.hears(&format!("cost please x{number}")).await;
    }
    school.correct("price", false).await.unwrap();
    let stop = CancellationToken::new();
    let running = tokio::spawn(Arc::clone(&school.registry).run(stop.clone()));
    (school, stop, running)
}

#[tokio::test(start_paused = true)]
async fn a_training_goes_on_when_whoever_began_it_has_gone() {
    let (school, ..) = open_school().await;
    let anna = || By::new("anna", "");
    let begun = school.registry.begin_training(COMPARED, anna()).await.unwrap();
    let refused = school.registry.begin_training(COMPARED, By::new("bert", "")).await.unwrap_err();
    assert!(refused.to_string().contains("a training runs already, begun by anna"), "{refused}");
    school.world.pass(1_000).await;
    let ended = school.registry.job(begun.id).await.unwrap().unwrap();
    assert!(matches!(&ended.state, JobState::Trained(trained) if trained.serves.is_some()), "{ended:?}");
    let trained = std::mem::take(&mut *school.trained.lock().unwrap());
    assert!(trained.len() > 4 && trained.values().all(|times| *times == 1), "each is trained once: {trained:?}");
    assert_eq!(school.hears("cost 7 please").await, "47");
    let again = school.registry.begin_training(COMPARED, anna()).await.unwrap_err();
    assert!(again.to_string().contains("nothing to learn"), "{again}");
    let evaluation = school.registry.begin_evaluation(None, 3, "anna".to_owned()).await.unwrap();
    school.world.pass(1_000).await;
    let jobs = school.registry.jobs().await.unwrap();
    assert_eq!(jobs.iter().map(|job| job.id).collect::<Vec<_>>(), [evaluation.id, begun.id]);
    assert!(matches!(jobs[0].state, JobState::Evaluated(_)), "{jobs:?}");
}

#[tokio::test(start_paused = true)]
async fn a_job_whose_server_ends_is_told_as_lost_and_changes_nothing() {
    let (school, stop, running) = open_school().await;
    let before = school.registry.overview("nlu").await.unwrap().0.active;
    let stuck = school.seats.acquire_many(SEATS).await.unwrap();
    let begun = school.registry.begin_training(COMPARED, By::new("anna", "")).await.unwrap();
    school.world.pass(60_000).await;
    let job = school.registry.job(begun.id).await.unwrap().unwrap();
    assert!(job.is_running(), "it is slow, and says that it goes on: {job:?}");
    stop.cancel();
    running.await.unwrap();
    drop(stuck);
    school.world.pass(1_000).await;
    let job = school.registry.job(begun.id).await.unwrap().unwrap();
    assert_eq!(job.state, JobState::Lost);
    assert_eq!(school.registry.overview("nlu").await.unwrap().0.active, before);
    assert_eq!(school.world.plugins.models.lock().unwrap().len(), 1, "no pupil stays");
}

#[tokio::test(start_paused = true)]
async fn a_job_of_a_server_that_died_is_told_as_lost_and_makes_way() {
    // Nobody works on it: the server that took it is gone.
    let school = school().await;
    let begun = school.registry.begin_evaluation(None, 3, "anna".to_owned()).await.unwrap();
    school.world.pass(5_000).await;
    assert!(school.registry.job(begun.id).await.unwrap().unwrap().is_running());
    school.world.pass(30_000).await;
    assert_eq!(school.registry.job(begun.id).await.unwrap().unwrap().state, JobState::Lost);
    assert!(school.registry.begin_evaluation(None, 3, "bert".to_owned()).await.is_ok());
}
