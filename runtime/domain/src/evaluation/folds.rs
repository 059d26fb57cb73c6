//! Splitting a corpus for cross-validation.
//!
//! Each intent is spread evenly over the folds, and the same words always come into the same fold: otherwise a model would be asked
//! about what it was told. An intent with hardly any examples is taught in every fold and never asked about: a model without it would
//! tell nothing, and some refuse to learn an intent of so few. Nothing is drawn, so that the same corpus is split alike wherever it is.

use std::collections::{BTreeMap, BTreeSet};

use super::OUTSIDE;
use crate::contract::{Corpus, Example};
use crate::learning::normal;

/// An intent with fewer examples is never asked about.
const FEWEST: usize = 6;

/// Which words are asked about in which fold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folds {
    number: usize,
    /// By normal form of the text.
    of: BTreeMap<String, usize>,
}

impl Folds {
    /// Splits a corpus into so many folds, two at least.
    #[must_use]
    pub fn of(corpus: &Corpus, number: usize) -> Self {
        let number = number.max(2);
        let mut by_label: BTreeMap<(&str, &str), BTreeSet<(u64, String)>> = BTreeMap::new();
        let outside = corpus.out_of_scope.iter().map(|text| ((OUTSIDE, ""), text));
        let inside =
            corpus.examples.iter().map(|example| ((example.intent.as_str(), example.language.as_str()), &example.text));
        for (label, text) in inside.chain(outside) {
            let text = normal(text);
            by_label.entry(label).or_default().insert((hash(&text), text));
        }
        let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
        for ((intent, _), texts) in &by_label {
            *sizes.entry(intent).or_default() += texts.len();
        }
        let mut of = BTreeMap::new();
        // Counted on over all labels, so that small ones do not all end in the first fold.
        let large =
            by_label.into_iter().filter(|((intent, _), _)| sizes.get(intent).is_some_and(|size| *size >= FEWEST));
        let texts = large.flat_map(|(_, texts)| texts);
        for (place, (_, text)) in texts.enumerate() {
            of.entry(text).or_insert(place % number);
        }
        Self { number, of }
    }

    /// How many there are.
    #[must_use]
    pub fn number(&self) -> usize {
        self.number
    }

    /// All of a corpus, which need not be the one that was split, but what is asked about in a fold.
    #[must_use]
    pub fn without(&self, fold: usize, corpus: &Corpus) -> Corpus {
        Corpus {
            examples: corpus.examples.iter().filter(|example| !self.holds(fold, &example.text)).cloned().collect(),
            out_of_scope: corpus.out_of_scope.iter().filter(|text| !self.holds(fold, text)).cloned().collect(),
            lists: corpus.lists.clone(),
        }
    }

    /// What is asked about in a fold; what is out of scope has [`OUTSIDE`] for its intent.
    #[must_use]
    pub fn questions(&self, fold: usize, corpus: &Corpus) -> Vec<Example> {
        let outside =
            |text: &String| Example { text: text.clone(), intent: OUTSIDE.to_owned(), language: String::new() };
        let inside = corpus.examples.iter().cloned();
        let all = inside.chain(corpus.out_of_scope.iter().map(outside));
        all.filter(|example| self.holds(fold, &example.text)).collect()
    }

    fn holds(&self, fold: usize, text: &str) -> bool {
        self.of.get(&normal(text)) == Some(&fold)
    }
}

/// FNV-1a: mixes the order in which a corpus was written.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
