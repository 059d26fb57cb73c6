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
    let mut in_order: Vec<_> = last.into_iter().collect();
    in_order.sort_by_key(|(_, (_, correction))| correction.id);
    let mut pupil = Pupil::of(corpus);
    for (words, (text, correction)) in in_order {
        pupil.take(&words, text, correction);
    }
    let mut learnt = pupil.learnt(corpus);
    learnt.hold_back(corpus);
    learnt
}

/// A corpus that takes corrections.
struct Pupil {
    examples: ByWords<Example>,
    out_of_scope: ByWords<String>,
    added: usize,
    relabelled: usize,
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
}

impl Pupil {
    fn of(corpus: &Corpus) -> Self {
        Self {
            examples: ByWords::of(&corpus.examples, |example| &example.text),
            out_of_scope: ByWords::of(&corpus.out_of_scope, |text| text),
            added: 0,
            relabelled: 0,
        }
    }

    fn learnt(self, before: &Corpus) -> Learnt {
        let (examples, out_of_scope) = (self.examples.left(), self.out_of_scope.left());
        let corpus = Corpus { examples, out_of_scope, lists: before.lists.clone() };
        Learnt { corpus, added: self.added, relabelled: self.relabelled, waiting: BTreeMap::new() }
    }

    fn take(&mut self, words: &str, text: String, correction: &Correction) {
        let meant = match &correction.label {
            Label::Intent(intent) => Some(intent),
            Label::OutOfScope => None,
            Label::Ignored => return,
        };
        let mut removed = self.examples.remove(words, |example| Some(&example.intent) != meant);
        if meant.is_some() {
            removed += self.out_of_scope.remove(words, |_| true);
        }
        let language = || correction.language.clone();
        let added = match meant {
            Some(intent) => self.examples.add(words, || Example { text, intent: intent.clone(), language: language() }),
            None => self.out_of_scope.add(words, || text),
        };
        if removed > 0 {
            self.relabelled += 1;
        } else {
            self.added += usize::from(added);
        }
    }
}

/// What is left of a list, in its order, found by its words without going through all of it.
struct ByWords<T> {
    all: Vec<Option<T>>,
    places: BTreeMap<String, Vec<usize>>,
}

impl<T: Clone> ByWords<T> {
    fn of(all: &[T], text: impl Fn(&T) -> &str) -> Self {
        let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, one) in all.iter().enumerate() {
            places.entry(normal(text(one))).or_default().push(place);
        }
        Self { all: all.iter().cloned().map(Some).collect(), places }
    }

    /// Removes what has these words and should go; gives how many those were.
    fn remove(&mut self, words: &str, goes: impl Fn(&T) -> bool) -> usize {
        let Some(places) = self.places.get_mut(words) else { return 0 };
        let before = places.len();
        places.retain(|place| self.all[*place].take_if(|one| goes(one)).is_none());
        before - places.len()
    }

    /// Adds something with these words at the end, unless they are there already; gives whether they were not.
    fn add(&mut self, words: &str, one: impl FnOnce() -> T) -> bool {
        let places = self.places.entry(words.to_owned()).or_default();
        let is_new = places.is_empty();
        if is_new {
            places.push(self.all.len());
            self.all.push(Some(one()));
        }
        is_new
    }

    fn left(self) -> Vec<T> {
        self.all.into_iter().flatten().collect()
    }
}
