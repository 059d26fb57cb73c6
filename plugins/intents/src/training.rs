//! From a corpus to a model: features, planes, and what held-out texts say about how far to trust them.

use std::collections::BTreeSet;

use sportello_sdk::nlu::{Corpus, Problem};

use crate::calibration::Calibration;
use crate::chance::{Marks, mark};
use crate::corpus;
use crate::entities::{Lists, Scanner};
use crate::features::{Count, count};
use crate::folds::{Folds, Part};
use crate::language::Languages;
use crate::model::{Classifier, Model};
use crate::scope::{Evidence, Meant, Scope};
use crate::settings::Settings;
use crate::svm::{Descent, Examples, LANES};
use crate::text::Text;
use crate::vectors::{Vector, Vectoriser};
use crate::weights::{Column, KEPT, Weights};

/// Learns a model from a corpus. The same corpus, settings and seed give the same model.
///
/// # Errors
/// Everything that is wrong with the corpus.
pub fn train(settings: &Settings, corpus: &Corpus, seed: u64) -> Result<Model, Vec<Problem>> {
    let problems = corpus::check(corpus, settings.minimum_examples);
    if !problems.is_empty() {
        return Err(problems);
    }
    let languages = Languages::learn(&corpus.examples);
    let lists = Lists::new(&corpus.lists);
    let intents: BTreeSet<&str> = corpus.examples.iter().map(|example| example.intent.as_str()).collect();
    let intents: Vec<String> = intents.into_iter().map(String::from).collect();
    let scanner = Scanner::new(settings, &lists);
    let texts = Texts::read(corpus, &intents, &languages, &scanner);
    let Learned { vectoriser, weights, calibration, scope } = texts.learn(seed);
    let classifier =
        Classifier { intents, listens_for_strangers: texts.strangers, vectoriser, weights, calibration, scope };
    Ok(Model::new(settings.clone(), languages, lists, classifier))
}

/// The corpus in features. What is out of scope is the class after the last intent.
struct Texts {
    counts: Vec<Vec<Count>>,
    marks: Vec<u64>,
    classes: Vec<u16>,
    intents: usize,
    /// How many languages they are in.
    languages: usize,
    /// Whether the corpus lists texts that are out of scope.
    strangers: bool,
}

impl Texts {
    fn read(corpus: &Corpus, intents: &[String], languages: &Languages, scanner: &Scanner<'_>) -> Self {
        let labelled = corpus.examples.iter().map(|example| {
            let class = intents.partition_point(|intent| *intent < example.intent);
            (example.text.as_str(), Some(example.language.as_str()), class as u16)
        });
        let strangers = corpus.out_of_scope.iter().map(|text| (text.as_str(), None, intents.len() as u16));
        let mut seen = BTreeSet::new();
        let (mut counts, mut marks, mut classes) = (Vec::new(), Vec::new(), Vec::new());
        for (message, language, class) in labelled.chain(strangers) {
            let text = Text::read(message);
            let canonical = text.canonical();
            let mark = mark(&canonical);
            if !seen.insert((canonical, class)) {
                continue;
            }
            let language = language.unwrap_or_else(|| languages.detect(&text, None).tag);
            counts.push(count(&text, &scanner.scan(message, &text, language, &[], 0)));
            marks.push(mark);
            classes.push(class);
        }
        let strangers = classes.last().is_some_and(|class| usize::from(*class) == intents.len());
        Self { counts, marks, classes, intents: intents.len(), languages: languages.count(), strangers }
    }

    /// The planes, and how far they may be trusted: each group of planes is first learned without the texts of each round,
    /// and asked about those, before it learns them all.
    fn learn(&self, seed: u64) -> Learned {
        let marks = Marks::of(seed, self.marks.iter().copied());
        let vectoriser = Vectoriser::fit(self.counts.iter().map(Vec::as_slice));
        let vectors = self.counts.iter().map(|counts| vectoriser.vector(counts));
        let examples = Examples::new(vectors.zip(self.classes.iter().copied()), &marks, vectoriser.features());
        let folds = Folds::new(&self.classes, self.intents, &marks);
        let mut rounds: Vec<Round> = (0..folds.rounds()).map(|round| self.round(&folds, round, &vectoriser)).collect();
        let classes = (self.intents + usize::from(self.strangers)) as u16;
        let kept = KEPT * self.languages.max(1);
        let mut columns = Vec::with_capacity(usize::from(classes));
        for first in (0..classes).step_by(LANES) {
            let lanes = usize::from(classes - first).min(LANES);
            let mut descent = Descent::new(&examples, first);
            for round in &mut rounds {
                round.asked.iter().for_each(|asked| descent.forget(asked.example));
                let planes = descent.settle(&round.taught);
                for asked in &mut round.asked {
                    asked.scores.extend_from_slice(&planes.distances(asked.vector.entries())[..lanes]);
                }
            }
            let planes = descent.settle(&vec![true; self.counts.len()]);
            columns.extend(Column::prune(planes, lanes, kept));
        }
        let weights = Weights::new(&columns, vectoriser.features());
        let (calibration, scope) = self.trust(rounds);
        Learned { vectoriser, weights, calibration, scope }
    }

    fn round(&self, folds: &Folds, round: usize, vectoriser: &Vectoriser) -> Round {
        let part = |example: usize| folds.part(round, example, self.classes[example]);
        let taught: Vec<bool> = (0..self.counts.len()).map(|example| part(example) == Part::Training).collect();
        let asked: Vec<usize> = (0..taught.len()).filter(|example| !taught[*example]).collect();
        let known = vectoriser.without(asked.iter().map(|example| self.counts[*example].as_slice()));
        let ask = |example: usize| Asked {
            example,
            meant: match part(example) {
                _ if usize::from(self.classes[example]) == self.intents => Meant::Nothing,
                Part::HeldOut => Meant::Known,
                Part::Training | Part::Hidden => Meant::Hidden,
            },
            vector: known.vector(&self.counts[example]),
            scores: Vec::new(),
        };
        Round { asked: asked.into_iter().map(ask).collect(), taught }
    }

    /// How far distances may be trusted, by those of the texts that a round had not seen.
    fn trust(&self, rounds: Vec<Round>) -> (Calibration, Scope) {
        let (mut known, mut evidence) = (Vec::new(), Vec::new());
        for mut asked in rounds.into_iter().flat_map(|round| round.asked) {
            let stranger = if self.strangers { asked.scores.pop() } else { None };
            let found = Evidence::new(&asked.scores, stranger, asked.vector.unknown, asked.vector.indices.len());
            evidence.push((found, asked.meant));
            if asked.meant == Meant::Known {
                known.push((asked.scores, self.classes[asked.example]));
            }
        }
        let known: Vec<(&[f32], u16)> = known.iter().map(|(scores, class)| (scores.as_slice(), *class)).collect();
        (Calibration::fit(&known), Scope::fit(&evidence))
    }
}

/// What comes of a training.
struct Learned {
    vectoriser: Vectoriser,
    weights: Weights,
    calibration: Calibration,
    scope: Scope,
}

/// A training on a part of the texts.
struct Round {
    /// By example.
    taught: Vec<bool>,
    asked: Vec<Asked>,
}

/// A text that a round has not seen.
struct Asked {
    example: usize,
    meant: Meant,
    vector: Vector,
    /// Its distances to the planes that were learned so far.
    scores: Vec<f32>,
}
