//! How fast the plugin learns from people: ten examples an intent, then so many labelled texts of its users.
//!
//! A correction is a text of the whole training file that is not among the ten, with its true intent, as an agent would
//! label what comes along: they are taken in an order that depends on the text alone.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use serde_json::{Value, json};
use sportello_domain::contract::{Corpus, Example};

use super::data::{self, ALL, FEW};
use super::hosted::Hosted;
use super::measured::answer;
use super::score::{self, Answer};

/// Accuracy after more and more corrections.
pub(super) struct Curve {
    name: String,
    points: Vec<Point>,
}

struct Point {
    corrections: usize,
    accuracy: f64,
    training_seconds: f64,
}

impl Curve {
    pub(super) const HEAD: [&str; 4] = ["learning from corrections", "corrections", "accuracy, %", "training, s"];

    /// None where the folder has no training file of few examples.
    pub(super) fn of(hosted: &Hosted, folder: &Path, language: &str, counts: &[usize]) -> anyhow::Result<Option<Self>> {
        if !folder.join(FEW).exists() || !folder.join(ALL).exists() {
            return Ok(None);
        }
        let few = data::corpus(folder, FEW, language)?;
        let further = further(&few, data::corpus(folder, ALL, language)?);
        let tests = data::labelled(&folder.join("test.tsv"))?;
        let mut points = vec![];
        for count in [0].iter().chain(counts).copied().filter(|count| *count <= further.len()) {
            let mut corpus = few.clone();
            corpus.examples.extend(further[..count].iter().cloned());
            points.push(Point::measure(hosted, count, &corpus, &tests)?);
        }
        let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned();
        Ok(Some(Self { name, points }))
    }

    pub(super) fn rows(&self) -> Vec<Vec<String>> {
        let row = |point: &Point| {
            vec![
                self.name.clone(),
                point.corrections.to_string(),
                format!("{:.1}", point.accuracy * 100.0),
                format!("{:.2}", point.training_seconds),
            ]
        };
        self.points.iter().map(row).collect()
    }

    pub(super) fn figures(&self) -> Value {
        let point = |point: &Point| {
            json!({
                "corrections": point.corrections,
                "accuracy": point.accuracy,
                "training-seconds": point.training_seconds,
            })
        };
        json!({ "name": self.name, "points": self.points.iter().map(point).collect::<Vec<_>>() })
    }
}

impl Point {
    fn measure(
        hosted: &Hosted,
        corrections: usize,
        corpus: &Corpus,
        tests: &[(String, String)],
    ) -> anyhow::Result<Self> {
        let trained = hosted.train(corpus)?;
        hosted.load(trained.model)?;
        let analyses = hosted.analyze(tests.iter().map(|(text, _)| text.as_str()))?;
        let answers: Vec<Answer> =
            analyses.into_iter().zip(tests).map(|((analysis, _), (_, meant))| answer(analysis, meant)).collect();
        let training_seconds = trained.took.as_secs_f64();
        Ok(Self { corrections, accuracy: score::accuracy(&answers), training_seconds })
    }
}

/// What the whole file has over the few examples, in the order in which it is learned.
fn further(few: &Corpus, all: Corpus) -> Vec<Example> {
    let known: BTreeSet<&str> = few.examples.iter().map(|example| example.text.as_str()).collect();
    let mut further: Vec<Example> =
        all.examples.into_iter().filter(|example| !known.contains(example.text.as_str())).collect();
    further.sort_by_cached_key(|example| {
        let mut hasher = DefaultHasher::new();
        example.text.hash(&mut hasher);
        hasher.finish()
    });
    further
}
