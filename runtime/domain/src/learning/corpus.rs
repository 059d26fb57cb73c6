//! Bringing corrections into a corpus.

use std::collections::{BTreeMap, BTreeSet};

use super::{Correction, Label, exemplify, normal};
use crate::contract::{Corpus, Example};

/// A new intent waits until it has so many examples: classifiers refuse to learn one of fewer.
pub const NEW_INTENT: usize = 3;

/// What corrections made of a corpus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learnt {
    /// With the corrections.
    pub corpus: Corpus,
    /// Examples that are new.
    pub added: usize,
    /// Examples that have another meaning than they had.
    pub relabelled: usize,
    /// New intents that wait for more examples, with how many they have.
    pub waiting: BTreeMap<String, usize>,
}

impl Learnt {
    /// How much is otherwise.
    #[must_use]
    pub fn changes(&self) -> usize {
        self.added + self.relabelled
    }
}

/// Brings corrections into a corpus, oldest first; those that are in it already change nothing. People overrule the corpus: words
/// that it has under another intent get theirs.
#[must_use]
pub fn learn(corpus: &Corpus, corrections: &[Correction]) -> Learnt {
    let mut last: BTreeMap<String, (String, &Correction)> = BTreeMap::new();
    for correction in corrections {
        let text = exemplify(&correction.text);
        last.insert(normal(&text), (text, correction));
    }
    let mut learnt = Learnt { corpus: corpus.clone(), ..Learnt::default() };
    let mut in_order: Vec<_> = last.into_iter().collect();
    in_order.sort_by_key(|(_, (_, correction))| correction.id);
    for (words, (text, correction)) in in_order {
        learnt.take(&words, text, correction);
    }
    learnt.hold_back(corpus);
    learnt
}

impl Learnt {
    /// Takes out again what is of a new intent that has too few examples.
    fn hold_back(&mut self, before: &Corpus) {
        let known: BTreeSet<&str> = before.examples.iter().map(|example| example.intent.as_str()).collect();
        let examples = self.corpus.examples.iter().map(|example| &example.intent);
        for intent in examples.filter(|intent| !known.contains(intent.as_str())) {
            *self.waiting.entry(intent.clone()).or_default() += 1;
        }
        self.waiting.retain(|_, examples| *examples < NEW_INTENT);
        let all = self.corpus.examples.len();
        self.corpus.examples.retain(|example| !self.waiting.contains_key(&example.intent));
        self.added = self.added.saturating_sub(all - self.corpus.examples.len());
    }

    fn take(&mut self, words: &str, text: String, correction: &Correction) {
        let meant = match &correction.label {
            Label::Intent(intent) => Some(intent),
            Label::OutOfScope => None,
            Label::Ignored => return,
        };
        let Corpus { examples, out_of_scope, .. } = &mut self.corpus;
        let before = examples.len() + out_of_scope.len();
        examples.retain(|example| normal(&example.text) != words || Some(&example.intent) == meant);
        if meant.is_some() {
            out_of_scope.retain(|text| normal(text) != words);
        }
        let removed = before - examples.len() - out_of_scope.len();
        let is_there = match meant {
            Some(_) => examples.iter().any(|example| normal(&example.text) == words),
            None => out_of_scope.iter().any(|text| normal(text) == words),
        };
        match meant {
            _ if is_there => {}
            Some(intent) => {
                examples.push(Example { text, intent: intent.clone(), language: correction.language.clone() })
            }
            None => out_of_scope.push(text),
        }
        if removed > 0 {
            self.relabelled += 1;
        } else {
            self.added += usize::from(!is_there);
        }
    }
}
