//! One thing that an answer wants or tells.

use serde::Serialize;
use serde_json::Value;

/// One thing that an answer wants or tells.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    /// Of which sort: statements are held against those of their own.
    pub(super) what: &'static str,
    /// In short, for people.
    pub(super) words: String,
    /// All of it, by which it is compared.
    pub(super) whole: Value,
}

impl Statement {
    pub(super) fn new(what: &'static str, words: String, whole: &impl Serialize) -> Self {
        // Types of the contract are values of JSON all through; the fallback compares words and hides nothing that they say.
        let whole = serde_json::to_value(whole).unwrap_or_else(|_| Value::String(words.clone()));
        Self { what, words, whole }
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.what == other.what && self.whole == other.whole
    }

    pub(super) fn plain(what: &'static str) -> Self {
        Self { what, words: String::new(), whole: Value::Null }
    }
}
