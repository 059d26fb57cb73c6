//! Tells which of the corpus's languages a text is in: runs of one to four letters, weighed by naive Bayes.
//!
//! It learns from the corpus's own examples, so that it knows the languages that matter and the words of the trade, and
//! from a few dozen function words of the languages it happens to know, because short messages consist of those.

mod function_words;

use std::collections::BTreeMap;

use sportello_sdk::nlu::Example;

use crate::bytes::{LoadError, Reader, Writer};
use crate::features::{bucket, step};
use crate::text::Text;

const BUCKET_BITS: u32 = 15;
const BUCKETS: usize = 1 << BUCKET_BITS;
const LONGEST_RUN: usize = 4;
/// Added to every count, so that nothing is impossible.
const SMOOTHING: f32 = 0.3;
/// How often a function word counts, in examples.
const FUNCTION_WORD_TIMES: u32 = 3;
/// Runs of letters overlap, so that their evidence is counted several times over: this takes it back. Chosen so that
/// confidence is true on pieces of the demo corpus that were held out.
const EVIDENCE: f32 = 0.15;
/// How likely a conversation goes on in its language.
const STAYS: f32 = 0.9;
/// Disadvantages are stored in steps of this, up to 255 of them.
const STEP: f32 = 1.0 / 24.0;

/// The corpus's languages, and how their runs of letters differ.
#[derive(Debug, Clone)]
pub(crate) struct Languages {
    tags: Vec<String>,
    /// By bucket: 0, or one more than its row.
    rows: Vec<u16>,
    /// By row and language: by how many steps a run is less likely than in the language where it is likeliest.
    disadvantages: Vec<u8>,
}

/// A language of the corpus.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Detected<'a> {
    pub(crate) tag: &'a str,
    pub(crate) confidence: f32,
}

impl Languages {
    pub(crate) fn learn(examples: &[Example]) -> Self {
        let mut counts: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for example in examples {
            let counts = counts.entry(&example.language).or_insert_with(|| vec![0; BUCKETS]);
            runs(&Text::read(&example.text), |bucket| counts[bucket] += 1);
        }
        for (tag, counts) in &mut counts {
            for word in function_words::of(primary(tag)) {
                runs(&Text::read(word), |bucket| counts[bucket] += FUNCTION_WORD_TIMES);
            }
        }
        let totals: Vec<f32> = counts.values().map(|counts| counts.iter().sum::<u32>() as f32).collect();
        let mut languages = Self { tags: Vec::new(), rows: vec![0; BUCKETS], disadvantages: Vec::new() };
        for bucket in 0..BUCKETS {
            if counts.values().any(|counts| counts[bucket] > 0) {
                let likelihood = |(counts, total): (&Vec<u32>, &f32)| {
                    ((counts[bucket] as f32 + SMOOTHING) / (total + SMOOTHING * BUCKETS as f32)).ln()
                };
                let row: Vec<f32> = counts.values().zip(&totals).map(likelihood).collect();
                languages.add_row(bucket, &row);
            }
        }
        languages.tags = counts.into_keys().map(String::from).collect();
        languages
    }

    fn add_row(&mut self, bucket: usize, likelihoods: &[f32]) {
        let best = likelihoods.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let steps = |likelihood: &f32| ((best - likelihood) / STEP).round().min(f32::from(u8::MAX)) as u8;
        self.disadvantages.extend(likelihoods.iter().map(steps));
        self.rows[bucket] = (self.disadvantages.len() / likelihoods.len()) as u16;
    }

    /// The likeliest language of a text, given that of the conversation so far.
    pub(crate) fn detect(&self, text: &Text, conversation: Option<&str>) -> Detected<'_> {
        if let [tag] = self.tags.as_slice() {
            return Detected { tag, confidence: 1.0 };
        }
        let mut disadvantages = vec![0_u32; self.tags.len()];
        runs(text, |bucket| {
            let Some(row) = usize::from(self.rows[bucket]).checked_sub(1) else { return };
            let row = &self.disadvantages[row * self.tags.len()..][..self.tags.len()];
            disadvantages.iter_mut().zip(row).for_each(|(sum, steps)| *sum += u32::from(*steps));
        });
        let expected = conversation.and_then(|tag| self.find(tag));
        let others = self.tags.len().saturating_sub(1).max(1) as f32;
        let logarithm = |(language, sum): (usize, &u32)| {
            let prior = match expected {
                Some(expected) if expected == language => STAYS.ln(),
                Some(_) => ((1.0 - STAYS) / others).ln(),
                None => 0.0,
            };
            prior - *sum as f32 * STEP * EVIDENCE
        };
        let logarithms: Vec<f32> = disadvantages.iter().enumerate().map(logarithm).collect();
        let best = (1..logarithms.len())
            .fold(0, |best, other| if logarithms[other] > logarithms[best] { other } else { best });
        let sum: f32 = logarithms.iter().map(|logarithm| (logarithm - logarithms[best]).exp()).sum();
        Detected { tag: &self.tags[best], confidence: 1.0 / sum }
    }

    pub(crate) fn count(&self) -> usize {
        self.tags.len()
    }

    /// The corpus's language that is nearest to a tag: the same, or else of the same primary language.
    fn find(&self, tag: &str) -> Option<usize> {
        let same = self.tags.iter().position(|known| known.eq_ignore_ascii_case(tag));
        same.or_else(|| self.tags.iter().position(|known| primary(known).eq_ignore_ascii_case(primary(tag))))
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.texts(&self.tags);
        let used = || self.rows.iter().enumerate().filter(|(_, row)| **row > 0);
        writer.number(used().count() as u32);
        writer.ascending(used().map(|(bucket, _)| bucket as u32));
        writer.bytes(&self.disadvantages);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, LoadError> {
        let tags = reader.texts()?;
        if tags.is_empty() {
            return Err(LoadError::Damaged("no language"));
        }
        let count = reader.length(1 + tags.len())?;
        let mut rows = vec![0; BUCKETS];
        for (row, bucket) in reader.ascending(count, BUCKETS as u32)?.into_iter().enumerate() {
            rows[bucket as usize] = row as u16 + 1;
        }
        let disadvantages = reader.bytes(count * tags.len())?.to_vec();
        Ok(Self { tags, rows, disadvantages })
    }
}

/// The language itself: "de" of "de-CH".
pub(crate) fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

/// Gives the bucket of every run of one to four letters, each word between two spaces. Words with digits say nothing.
fn runs(text: &Text, mut each: impl FnMut(usize)) {
    for word in &text.words {
        let word = text.plain(word);
        if word.iter().any(|letter| letter.is_numeric()) {
            continue;
        }
        let at = |index: usize| if index == 0 { ' ' } else { word.get(index - 1).copied().unwrap_or(' ') };
        let padded = word.len() + 2;
        for start in 0..padded - 1 {
            let mut run = step(0, u64::from(at(start)));
            if start > 0 {
                each(bucket(run, BUCKET_BITS) as usize);
            }
            for index in start + 1..padded.min(start + LONGEST_RUN) {
                run = step(run, u64::from(at(index)));
                each(bucket(run, BUCKET_BITS) as usize);
            }
        }
    }
}

#[cfg(test)]
mod tests;
