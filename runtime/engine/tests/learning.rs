//! Learning from people: from what was not understood to a classifier that understands it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: a wrong world is a failed test")]

mod support;

use std::sync::Arc;

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};
use sportello_domain::{
    contract::*,
    evaluation::Verdict,
    learning::{Doubt, Label},
    revision::{Grants, PluginKind, Revision, RevisionId},
};
use sportello_engine::catalog::Part;
use sportello_engine::ports::store::Told;
use sportello_engine::ports::{Compiled, Ready, Unfit, Workshop};
use sportello_engine::{By, EngineError, LifeTerms, Registry, Training, Wanted};
use support::{Scripted, SkillCode, World, catalog};

/// Classifiers that know the corpus by its first words.
struct Bench(Arc<Scripted>);

#[async_trait]
impl Workshop for Bench {
    async fn compile(&self, component: &[u8]) -> Result<Compiled, Unfit> {
        Ok(Compiled { kind: PluginKind::Nlu, digest: hex(component), contract: "0.1.0".to_owned() })
    }

    async fn make_ready(&self, revision: &Revision, _: &[u8], corpus: Option<&[u8]>) -> Result<Ready, Unfit> {
        let corpus = serde_json::from_slice(corpus.unwrap()).unwrap();
        self.0.models.lock().unwrap().insert(revision.id.clone(), corpus);
        Ok(Ready { part: Part::Nlu(Arc::new(revision.clone())), told: Told::default() })
    }

    async fn self_test(&self, _: &[u8]) -> Result<usize, Unfit> {
        Ok(0)
    }

    fn let_go(&self, revision: &RevisionId) {
        self.0.models.lock().unwrap().remove(revision);
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
    let world = World::around(skills, base.clone(), |ports, plugins| {
        let bench = Arc::new(Bench(Arc::clone(plugins)));
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
    School { world, registry }
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
    let trained = school.registry.train(COMPARED, &By::new("anna", "")).await.unwrap();
    assert_eq!((trained.added, &trained.comparison.verdict), (6, &Verdict::Fit));
    assert!(trained.comparison.after.accuracy > trained.comparison.before.accuracy, "{trained:?}");
    let after = school.registry.overview("nlu").await.unwrap().0.active.unwrap();
    assert_eq!(trained.serves.as_ref(), Some(&after));
    assert_eq!(school.hears("cost 7 please").await, "47");
    let again = school.registry.train(COMPARED, &By::new("anna", "")).await.unwrap_err();
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
    let refused = school.registry.train(COMPARED, &By::new("anna", "")).await.unwrap();
    assert!(matches!(&refused.comparison.verdict, Verdict::Worse(_)), "{refused:?}");
    assert_eq!((refused.serves, school.registry.overview("nlu").await.unwrap().0.active), (None, before));
    let forced = Training { force: true, ..COMPARED };
    assert!(school.registry.train(forced, &By::new("anna", " ")).await.is_err());
    let served = school.registry.train(forced, &By::new("anna", "the prices are gone")).await.unwrap();
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
    let waits = school.registry.train(COMPARED, &By::new("anna", "")).await.unwrap_err();
    assert!(waits.to_string().contains("`stamps` has 1"), "{waits}");
}

#[tokio::test(start_paused = true)]
async fn a_classifier_is_evaluated_by_what_it_never_saw() {
    let school = school().await;
    let told = school.registry.evaluate(None, 3).await.unwrap();
    assert_eq!((told.figures.examples, told.figures.accuracy), (16, 1.0));
    let mut mixed = Corpus { examples: examples("price", "price").collect(), ..Corpus::default() };
    mixed.examples.extend(examples("price", "hours").map(|one| Example { text: format!("{} y", one.text), ..one }));
    let digest = school.registry.keep(serde_json::to_vec(&mixed).unwrap()).await.unwrap();
    let told = school.registry.evaluate(Some(digest), 3).await.unwrap();
    assert_eq!((told.figures.accuracy, told.merges.len()), (0.5, 1), "{told:?}");
}
