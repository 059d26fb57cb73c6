//! What is wrong with a corpus, seen without a model.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::contract::{Corpus, Locale};
use crate::learning::normal;

/// An intent with fewer examples in a language is hardly learnt.
pub const SPARSE: usize = 8;
/// A language with so many times fewer examples of an intent than another one is neglected.
pub const MOST_SKEW: usize = 3;

/// Something that somebody should look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum CorpusFlaw {
    /// The same words stand under several intents.
    Duplicate {
        /// As it is first written.
        text: String,
        /// Where, by name.
        intents: Vec<String>,
    },
    /// An intent has too few examples in a language.
    Sparse {
        /// Which.
        intent: String,
        /// In which language.
        language: Locale,
        /// How many it has.
        examples: usize,
    },
    /// An intent has far fewer examples in one language than in another.
    Unbalanced {
        /// Which.
        intent: String,
        /// The language with the fewest, and how many.
        least: (Locale, usize),
        /// The language with the most, and how many.
        most: (Locale, usize),
    },
}

/// All of them, by kind.
#[must_use]
pub fn flaws(corpus: &Corpus) -> Vec<CorpusFlaw> {
    duplicates(corpus).chain(thin(corpus)).collect()
}

fn duplicates(corpus: &Corpus) -> impl Iterator<Item = CorpusFlaw> {
    let mut by_text: BTreeMap<String, (&str, BTreeSet<&str>)> = BTreeMap::new();
    for example in &corpus.examples {
        let (_, intents) = by_text.entry(normal(&example.text)).or_insert((&example.text, BTreeSet::new()));
        intents.insert(&example.intent);
    }
    by_text.into_values().filter(|(_, intents)| intents.len() > 1).map(|(text, intents)| CorpusFlaw::Duplicate {
        text: text.to_owned(),
        intents: intents.into_iter().map(str::to_owned).collect(),
    })
}

fn thin(corpus: &Corpus) -> Vec<CorpusFlaw> {
    let languages: BTreeSet<&str> = corpus.examples.iter().map(|example| example.language.as_str()).collect();
    let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for example in &corpus.examples {
        let of_intent =
            counts.entry(&example.intent).or_insert_with(|| languages.iter().map(|language| (*language, 0)).collect());
        *of_intent.entry(&example.language).or_default() += 1;
    }
    let mut found = Vec::new();
    for (intent, by_language) in counts {
        for (language, &examples) in by_language.iter().filter(|(_, examples)| **examples < SPARSE) {
            found.push(CorpusFlaw::Sparse { intent: intent.to_owned(), language: (*language).to_owned(), examples });
        }
        let told = |(language, examples): (&&str, &usize)| ((*language).to_owned(), *examples);
        let least = by_language.iter().min_by_key(|(_, examples)| **examples).map(told);
        let most = by_language.iter().max_by_key(|(_, examples)| **examples).map(told);
        if let (Some(least), Some(most)) = (least, most)
            && least.1 * MOST_SKEW < most.1
        {
            found.push(CorpusFlaw::Unbalanced { intent: intent.to_owned(), least, most });
        }
    }
    found.sort();
    found
}
