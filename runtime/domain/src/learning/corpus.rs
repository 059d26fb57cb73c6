//! Bringing corrections into a corpus.

use std::collections::BTreeMap;

use super::{Correction, Label, exemplify, normal};
use crate::contract::{Corpus, Example};

/// What corrections made of a corpus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learnt {
    /// With the corrections.
    pub corpus: Corpus,
    /// Examples that are new.
    pub added: usize,
    /// Examples that have another meaning than they had.
    pub relabelled: usize,
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
    learnt
}

impl Learnt {
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
