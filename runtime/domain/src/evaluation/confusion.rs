//! What is taken for what, and which intents may be one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Answered, IntentFigures, OUTSIDE, figures::share};

/// Two intents of which so large a share of examples is taken for the other one are hardly told apart by people either.
const MERGE: f64 = 0.15;
/// And so many have to be, for a few prove nothing.
const FEW: usize = 3;
/// So many examples are shown of each pair.
const SHOWN: usize = 3;

/// One intent that is taken for another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Confusion {
    /// What it is.
    pub expected: String,
    /// What it is taken for.
    pub answer: String,
    /// How often.
    pub count: usize,
    /// Some of the texts.
    pub texts: Vec<String>,
}

/// Two intents that may be one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Merge {
    /// The one.
    pub one: String,
    /// The other.
    pub other: String,
    /// How often either is taken for the other.
    pub count: usize,
    /// The share of their examples, 0 to 1.
    pub share: f64,
}

/// Most frequent first, then by name.
pub(super) fn confusions(answered: &[Answered]) -> Vec<Confusion> {
    let mut pairs: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for one in answered.iter().filter(|one| !one.is_right()) {
        pairs.entry((&one.expected, &one.answer)).or_default().push(&one.text);
    }
    let confusion = |((expected, answer), texts): ((&str, &str), Vec<&str>)| Confusion {
        expected: expected.to_owned(),
        answer: answer.to_owned(),
        count: texts.len(),
        texts: texts.into_iter().take(SHOWN).map(str::to_owned).collect(),
    };
    let mut found: Vec<Confusion> = pairs.into_iter().map(confusion).collect();
    found.sort_by_key(|confusion| std::cmp::Reverse(confusion.count));
    found
}

/// Worst first.
pub(super) fn merges(confusions: &[Confusion], intents: &[IntentFigures]) -> Vec<Merge> {
    let examples: BTreeMap<&str, usize> =
        intents.iter().map(|intent| (intent.intent.as_str(), intent.examples)).collect();
    let mut pairs: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for Confusion { expected, answer, count, .. } in confusions {
        if expected != OUTSIDE && answer != OUTSIDE {
            let pair = if expected < answer { (expected, answer) } else { (answer, expected) };
            *pairs.entry((pair.0, pair.1)).or_default() += count;
        }
    }
    let known = |intent: &str| examples.get(intent).copied().unwrap_or_default();
    let merge = |((one, other), count): ((&str, &str), usize)| Merge {
        one: one.to_owned(),
        other: other.to_owned(),
        count,
        share: share(count, known(one) + known(other)),
    };
    let worth_it = |merge: &Merge| merge.count >= FEW && merge.share >= MERGE;
    let mut found: Vec<Merge> = pairs.into_iter().map(merge).filter(worth_it).collect();
    found.sort_by(|one, other| other.share.total_cmp(&one.share));
    found
}
