//! Turns a message into hashed features: words, pairs of words, and runs of two to five letters within a word.
//!
//! Runs of letters carry the classifier over typos, endings and compounds, in any script. A feature is hashed straight
//! from the letters, so that no string is made for it; two features that fall into one bucket share its weight, which
//! costs next to nothing at this width.

use crate::entities::{DATE, EMAIL, Entity};
use crate::text::{Text, Word};

/// Buckets per block: 2 to this power.
const BUCKET_BITS: u32 = 17;
/// Features come in blocks that are weighed against each other.
pub(crate) const BLOCKS: usize = 2;
/// Keys are smaller than this.
pub(crate) const KEYS: usize = BLOCKS << BUCKET_BITS;

const WORDS: u32 = 0;
const LETTERS: u32 = 1;
const LONGEST_RUN: usize = 4;
/// Word features are hashed from different seeds, so that a pair never meets a word on purpose.
const PAIR_SEED: u64 = 0x51ed_270b_7a1c_9d35;
const ENTITY_SEED: u64 = 0xa24b_aed4_963e_e407;

/// A feature and how often it occurs in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) key: u32,
    pub(crate) times: u16,
}

/// The block to which a key belongs.
pub(crate) fn block_of(key: u32) -> usize {
    (key >> BUCKET_BITS) as usize & (BLOCKS - 1)
}

/// The features of a text, by ascending key. Numbers and addresses count as what they are, not by their digits.
pub(crate) fn count(text: &Text, entities: &[Entity]) -> Vec<Count> {
    let mut keys = Vec::with_capacity(text.folded.len() * 4 + 16);
    let mut previous = PAIR_SEED;
    for token in tokens(text, entities) {
        let hash = match token {
            Token::Word(word) => {
                add_letters(text.folded(word), &mut keys);
                keys.extend(other_spellings(text, word).map(|hash| key(WORDS, hash)));
                hash_word(text.folded(word))
            }
            Token::Entity(kind) => hash(ENTITY_SEED, kind.chars()),
        };
        keys.push(key(WORDS, hash));
        keys.push(key(WORDS, step(previous, hash)));
        previous = step(PAIR_SEED, hash);
    }
    if !keys.is_empty() {
        keys.push(key(WORDS, step(previous, PAIR_SEED)));
        keys.extend(text.asks.then(|| key(WORDS, hash(PAIR_SEED, "?".chars()))));
    }
    tally(keys)
}

enum Token<'a> {
    Word(&'a Word),
    Entity(&'a str),
}

/// Words and entities in their order. A word that is part of a number or an address gives way to it; others stay, and those
/// that name a day, such as "morgen", speak for themselves.
fn tokens<'a>(text: &'a Text, entities: &'a [Entity]) -> impl Iterator<Item = Token<'a>> {
    let mut entities = entities.iter().peekable();
    let mut hidden_until = 0;
    text.words.iter().enumerate().flat_map(move |(index, word)| {
        let mut entity = None;
        while let Some(next) = entities.next_if(|next| (next.start as usize) < word.source.end) {
            let mut words = text.words[index..].iter().take_while(|other| other.source.end <= next.end as usize);
            let has_digits = words.any(|word| text.plain(word).iter().any(char::is_ascii_digit));
            if has_digits || next.kind == EMAIL {
                hidden_until = next.end as usize;
            } else if next.kind == DATE {
                continue;
            }
            entity = Some(Token::Entity(&next.kind));
        }
        let shown = word.source.end > hidden_until;
        entity.into_iter().chain(shown.then_some(Token::Word(word)))
    })
}

fn tally(mut keys: Vec<u32>) -> Vec<Count> {
    keys.sort_unstable();
    let mut counts: Vec<Count> = Vec::with_capacity(keys.len());
    for key in keys {
        match counts.last_mut() {
            Some(count) if count.key == key => count.times = count.times.saturating_add(1),
            _ => counts.push(Count { key, times: 1 }),
        }
    }
    counts
}

/// The word with its accents where it has any, and with `ae`, `oe`, `ue` read as umlauts where it has those.
fn other_spellings(text: &Text, word: &Word) -> impl Iterator<Item = u64> {
    let (plain, folded) = (text.plain(word), text.folded(word));
    let accented = plain.iter().any(|letter| !letter.is_ascii()).then(|| hash_word(plain));
    let umlauts = folded.windows(2).any(spells_umlaut).then(|| {
        let spared = |index: usize| index > 0 && folded.get(index - 1..=index).is_some_and(spells_umlaut);
        let letters = folded.iter().enumerate().filter(|(index, _)| !spared(*index));
        hash(0, letters.map(|(_, letter)| *letter))
    });
    accented.into_iter().chain(umlauts)
}

fn spells_umlaut(pair: &[char]) -> bool {
    matches!(pair, ['a' | 'o' | 'u', 'e'])
}

/// Runs of two to five letters of the word between two spaces, as scikit-learn's `char_wb` has them.
fn add_letters(word: &[char], keys: &mut Vec<u32>) {
    let at = |index: usize| if index == 0 { ' ' } else { word.get(index - 1).copied().unwrap_or(' ') };
    let padded = word.len() + 2;
    for start in 0..padded - 1 {
        let mut run = step(0, u64::from(at(start)));
        for index in start + 1..padded.min(start + LONGEST_RUN) {
            run = step(run, u64::from(at(index)));
            keys.push(key(LETTERS, run));
        }
    }
}

fn hash_word(letters: &[char]) -> u64 {
    hash(0, letters.iter().copied())
}

fn hash(seed: u64, letters: impl Iterator<Item = char>) -> u64 {
    letters.fold(seed, |hash, letter| step(hash, u64::from(letter)))
}

/// One step of a multiplicative hash with rotation.
pub(crate) fn step(hash: u64, value: u64) -> u64 {
    (hash.rotate_left(5) ^ value).wrapping_add(0x2545_f491).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn key(block: u32, hash: u64) -> u32 {
    (block << BUCKET_BITS) | bucket(hash, BUCKET_BITS)
}

/// The upper bits of a hash, where its mixing is best.
pub(crate) fn bucket(hash: u64, bits: u32) -> u32 {
    let mixed = (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed >> (64 - bits)) as u32
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn keys(message: &str) -> BTreeSet<u32> {
        count(&Text::read(message), &[]).into_iter().map(|count| count.key).collect()
    }

    #[track_caller]
    fn likeness(one: &str, other: &str) -> f64 {
        let (one, other) = (keys(one), keys(other));
        one.intersection(&other).count() as f64 / one.union(&other).count() as f64
    }

    #[test]
    fn a_forgotten_accent_costs_little_and_a_typo_not_all() {
        assert!(likeness("Päckchen verspätet", "Packchen verspatet") > 0.9);
        assert!(likeness("Paeckchen", "Päckchen") > likeness("Paeckchen", "Päckli"));
        assert!(likeness("where is my parcel", "where is my pacrel") > 0.5);
        assert!(likeness("where is my parcel", "quali sono gli orari") < 0.1);
    }

    #[test]
    fn shouting_and_spelling_of_ss_change_nothing() {
        assert_eq!(keys("WO IST MEIN PAKET"), keys("wo ist mein Paket"));
        assert!(likeness("Straße", "Strasse") > 0.9);
    }

    #[test]
    fn the_order_of_words_is_seen() {
        assert_ne!(keys("card to bank"), keys("bank to card"));
    }

    #[test]
    fn an_empty_text_has_no_features() {
        assert!(keys("").is_empty() && keys(" ?! ").is_empty());
    }

    proptest! {
        #[test]
        fn keys_ascend_and_stay_within_their_range(message in "\\PC{0,80}") {
            let counts = count(&Text::read(&message), &[]);
            prop_assert!(counts.windows(2).all(|pair| pair[0].key < pair[1].key));
            prop_assert!(counts.iter().all(|count| (count.key as usize) < KEYS && count.times > 0));
        }
    }
}
