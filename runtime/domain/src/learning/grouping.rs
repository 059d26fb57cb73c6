//! Utterances that say the same, shown once.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Doubt, Utterance, normal};
use crate::{
    contract::{Intent, Locale},
    ids::TurnId,
};

/// Texts that share so much of their three-letter sequences (Jaccard) say the same.
const ALIKE: f64 = 0.5;
/// So many different texts are shown of a group.
const SHOWN: usize = 5;
/// So many intents are shown of a group.
const INTENTS: usize = 3;

/// Utterances that say the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Group {
    /// Of its newest utterance.
    pub id: TurnId,
    /// Some of its texts, the most frequent first.
    pub texts: Vec<String>,
    /// The language that is most frequent in it.
    pub language: Locale,
    /// How often somebody wrote so.
    pub count: usize,
    /// Why, and how often.
    pub doubts: BTreeMap<Doubt, usize>,
    /// The likeliest intents with their mean confidence, best first.
    pub predicted: Vec<Intent>,
    /// What customers then chose, the most frequent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<String>,
    /// All of it.
    pub utterances: Vec<TurnId>,
}

struct Gathered<'a> {
    grams: BTreeSet<[char; 3]>,
    members: Vec<&'a Utterance>,
}

/// The most frequent first, then the newest.
#[must_use]
pub fn groups(utterances: &[Utterance]) -> Vec<Group> {
    let mut by_words: BTreeMap<String, Vec<&Utterance>> = BTreeMap::new();
    for utterance in utterances {
        by_words.entry(normal(&utterance.text)).or_default().push(utterance);
    }
    let mut by_words: Vec<_> = by_words.into_iter().collect();
    by_words.sort_by_key(|(_, members)| std::cmp::Reverse(members.len()));
    let mut gathered: Vec<Gathered<'_>> = vec![];
    // What is said most often gathers what is like it.
    for (words, members) in by_words {
        let grams = grams(&words);
        match gathered.iter_mut().find(|group| alike(&group.grams, &grams)) {
            Some(group) => group.members.extend(members),
            None => gathered.push(Gathered { grams, members }),
        }
    }
    let mut groups: Vec<Group> = gathered.iter().filter_map(|group| told(&group.members)).collect();
    groups.sort_by_key(|group| std::cmp::Reverse((group.count, group.id)));
    groups
}

fn told(members: &[&Utterance]) -> Option<Group> {
    let id = members.iter().map(|utterance| utterance.id).max()?;
    let mut doubts = BTreeMap::new();
    let mut sums: BTreeMap<&str, f32> = BTreeMap::new();
    for utterance in members {
        *doubts.entry(utterance.doubt).or_default() += 1;
        for intent in &utterance.predicted {
            *sums.entry(&intent.name).or_default() += intent.confidence;
        }
    }
    #[allow(clippy::cast_precision_loss, reason = "a list has fewer than 2^24 entries")]
    let all = members.len() as f32;
    let mean = |(name, sum): (&str, f32)| Intent { name: name.to_owned(), confidence: sum / all };
    let mut predicted: Vec<Intent> = sums.into_iter().map(mean).collect();
    predicted.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
    predicted.truncate(INTENTS);
    let mut texts = frequent(members.iter().map(|utterance| utterance.text.as_str()));
    texts.truncate(SHOWN);
    let mut languages = frequent(members.iter().map(|utterance| utterance.language.as_str()));
    let mut chosen = frequent(members.iter().filter_map(|utterance| utterance.chosen.as_deref()));
    Some(Group {
        id,
        texts,
        language: if languages.is_empty() { String::new() } else { languages.swap_remove(0) },
        count: members.len(),
        doubts,
        predicted,
        chosen: if chosen.is_empty() { None } else { Some(chosen.swap_remove(0)) },
        utterances: members.iter().map(|utterance| utterance.id).collect(),
    })
}

/// Each once, the most frequent first, then by the alphabet.
fn frequent<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.into_iter().map(|(text, _)| text.to_owned()).collect()
}

/// Sequences of three characters, the borders of the text included.
fn grams(words: &str) -> BTreeSet<[char; 3]> {
    let signs: Vec<char> = [' '].into_iter().chain(words.chars()).chain([' ']).collect();
    signs.windows(3).filter_map(|three| three.try_into().ok()).collect()
}

fn alike(one: &BTreeSet<[char; 3]>, other: &BTreeSet<[char; 3]>) -> bool {
    let (small, large) = (one.len().min(other.len()), one.len().max(other.len()));
    // Sets of too different a size cannot be alike, which spares most comparisons.
    if ratio(small, large) < ALIKE {
        return false;
    }
    let shared = one.intersection(other).count();
    ratio(shared, one.len() + other.len() - shared) >= ALIKE
}

#[allow(clippy::cast_precision_loss, reason = "texts have fewer than 2^52 characters")]
fn ratio(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}
