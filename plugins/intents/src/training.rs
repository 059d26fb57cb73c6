//! From a corpus to a model: features, planes, and what held-out texts say about how far to trust them.

use std::collections::BTreeSet;

use sportello_sdk::nlu::{Corpus, Problem};

use crate::calibration::Temperature;
use crate::corpus;
use crate::entities::{Lists, Scanner};
use crate::features::{Count, count};
use crate::folds::{Folds, Part};
use crate::language::Languages;
use crate::model::{Classifier, Model};
use crate::random::Random;
use crate::scope::{Evidence, Scope};
use crate::settings::Settings;
use crate::svm::Examples;
use crate::text::Text;
use crate::vectors::Vectoriser;
use crate::weights::Weights;

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
    let mut random = Random::new(seed);
    let (temperature, scope) = texts.trust(&mut random);
    let everything: Vec<usize> = (0..texts.counts.len()).collect();
    let (vectoriser, weights) = texts.learn(&everything, &mut random);
    let classifier =
        Classifier { intents, listens_for_strangers: texts.strangers, vectoriser, weights, temperature, scope };
    Ok(Model::new(settings.clone(), languages, lists, classifier))
}

/// The corpus in features. What is out of scope is the class after the last intent.
struct Texts {
    counts: Vec<Vec<Count>>,
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
        let (mut counts, mut classes) = (Vec::new(), Vec::new());
        for (message, language, class) in labelled.chain(strangers) {
            let text = Text::read(message);
            if !seen.insert((text.canonical(), class)) {
                continue;
            }
            let language = language.unwrap_or_else(|| languages.detect(&text, None).tag);
            counts.push(count(&text, &scanner.scan(message, &text, language, &[], 0)));
            classes.push(class);
        }
        let strangers = classes.last().is_some_and(|class| usize::from(*class) == intents.len());
        Self { counts, classes, intents: intents.len(), languages: languages.count(), strangers }
    }

    fn learn(&self, examples: &[usize], random: &mut Random) -> (Vectoriser, Weights) {
        let vectoriser = Vectoriser::fit(examples.iter().map(|example| self.counts[*example].as_slice()));
        let vectors =
            examples.iter().map(|example| (vectoriser.vector(&self.counts[*example]), self.classes[*example]));
        let examples = Examples::new(vectors, vectoriser.features());
        let classes = self.intents + usize::from(self.strangers);
        let weights = Weights::learn(&examples, classes as u16, vectoriser.features(), self.languages, random);
        (vectoriser, weights)
    }

    /// How far distances may be trusted, from trainings that had not seen a part of the texts.
    fn trust(&self, random: &mut Random) -> (Temperature, Scope) {
        let folds = Folds::new(&self.classes, self.intents, random);
        let (mut known, mut evidence) = (Vec::new(), Vec::new());
        for round in 0..folds.rounds() {
            let part = |example: &usize| folds.part(round, *example, self.classes[*example]);
            let all = 0..self.counts.len();
            let training: Vec<usize> = all.clone().filter(|example| part(example) == Part::Training).collect();
            let (vectoriser, weights) = self.learn(&training, random);
            for example in all.filter(|example| part(example) != Part::Training) {
                let vector = vectoriser.vector(&self.counts[example]);
                let mut scores = weights.scores(&vector);
                let stranger = if self.strangers { scores.pop() } else { None };
                let found = Evidence::new(&scores, stranger, vector.unknown, vector.indices.len());
                let class = self.classes[example];
                let in_scope = usize::from(class) < self.intents && part(&example) == Part::HeldOut;
                evidence.push((found, !in_scope));
                if in_scope {
                    known.push((scores, class));
                }
            }
        }
        let known: Vec<(&[f32], u16)> = known.iter().map(|(scores, class)| (scores.as_slice(), *class)).collect();
        (Temperature::fit(&known), Scope::fit(&evidence))
    }
}
