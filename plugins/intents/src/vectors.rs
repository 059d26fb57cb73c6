//! Weighs counted features: a feature that few examples have says more (TF-IDF), and no text weighs more than another.

use std::cmp::Reverse;

use crate::bytes::{LoadError, Reader, Writer};
use crate::features::{BLOCKS, Count, KEYS, block_of};

/// How much the block of words and that of letters count, chosen by cross-validation on training data.
const BLOCK_WEIGHTS: [f32; BLOCKS] = [0.8, 1.2];

/// A sparse vector: dense feature indices with their values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Vector {
    pub(crate) indices: Vec<u32>,
    pub(crate) values: Vec<f32>,
    /// What part of the text's weight is of features that no example had: 0 when all is known, 1 when nothing is. One
    /// figure per block.
    pub(crate) unknown: [f32; BLOCKS],
}

impl Vector {
    /// Its features with their values.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (u32, f32)> {
        self.indices.iter().copied().zip(self.values.iter().copied())
    }
}

/// Which features there are, and how much each says.
#[derive(Debug, Clone)]
pub(crate) struct Vectoriser {
    /// How many examples it was learned from.
    total: u32,
    keys: Vec<u32>,
    /// In how many examples each key was.
    frequencies: Vec<u32>,
    /// Dense index by key, or `ABSENT`. The most frequent feature comes first: what is read together lies together.
    slots: Vec<u32>,
    /// Inverse document frequency by dense index.
    idf: Vec<f32>,
    /// What a feature that no example has would weigh.
    unseen_idf: f32,
}

const ABSENT: u32 = u32::MAX;

impl Vectoriser {
    /// Learns from the examples' features.
    pub(crate) fn fit<'a>(examples: impl Iterator<Item = &'a [Count]>) -> Self {
        let mut frequencies = vec![0_u32; KEYS];
        let mut total = 0_u32;
        for counts in examples {
            total += 1;
            counts.iter().for_each(|count| frequencies[count.key as usize] += 1);
        }
        let seen = frequencies.iter().enumerate().filter(|(_, frequency)| **frequency > 0);
        let (keys, frequencies) = seen.map(|(key, frequency)| (key as u32, *frequency)).unzip();
        Self::new(total, keys, frequencies)
    }

    /// From ascending keys below [`KEYS`].
    fn new(total: u32, keys: Vec<u32>, frequencies: Vec<u32>) -> Self {
        let mut slots = vec![ABSENT; KEYS];
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_by_key(|place| Reverse(frequencies[*place]));
        for (index, place) in order.iter().enumerate() {
            slots[keys[*place] as usize] = index as u32;
        }
        let idf = order.iter().map(|place| inverse(total, frequencies[*place])).collect();
        Self { total, keys, frequencies, slots, idf, unseen_idf: inverse(total, 0) }
    }

    /// The same features and weights, where what only these examples have is not known.
    pub(crate) fn without<'a>(&self, examples: impl Iterator<Item = &'a [Count]>) -> Self {
        let mut left = self.clone();
        let mut gone = vec![0_u32; self.keys.len()];
        for count in examples.flatten() {
            let slot = self.slots[count.key as usize];
            if slot != ABSENT {
                gone[slot as usize] += 1;
            }
        }
        for (key, frequency) in self.keys.iter().zip(&self.frequencies) {
            let slot = &mut left.slots[*key as usize];
            if gone[*slot as usize] == *frequency {
                *slot = ABSENT;
            }
        }
        left
    }

    /// How many features there are.
    pub(crate) fn features(&self) -> usize {
        self.keys.len()
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.number(self.total);
        writer.number(self.keys.len() as u32);
        writer.ascending(self.keys.iter().copied());
        self.frequencies.iter().for_each(|frequency| writer.number(*frequency));
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, LoadError> {
        let total = reader.number()?;
        let count = reader.length(2)?;
        let keys = reader.ascending(count, KEYS as u32)?;
        let frequencies = (0..count).map(|_| reader.number()).collect::<Result<Vec<_>, _>>()?;
        if frequencies.iter().any(|frequency| *frequency > total) {
            return Err(LoadError::Damaged("a frequency out of range"));
        }
        Ok(Self::new(total, keys, frequencies))
    }

    pub(crate) fn vector(&self, counts: &[Count]) -> Vector {
        let mut vector = Vector {
            indices: Vec::with_capacity(counts.len()),
            values: Vec::with_capacity(counts.len()),
            unknown: [0.0; BLOCKS],
        };
        let mut start = 0;
        for (block, weight) in BLOCK_WEIGHTS.iter().enumerate() {
            let end = start + counts[start..].partition_point(|count| block_of(count.key) <= block);
            vector.unknown[block] = self.add_block(&counts[start..end], *weight, &mut vector);
            start = end;
        }
        vector
    }

    /// Adds one block, scaled to the length `weight`; gives its unknown part.
    fn add_block(&self, counts: &[Count], weight: f32, vector: &mut Vector) -> f32 {
        let first = vector.values.len();
        let (mut known, mut unknown) = (0.0_f32, 0.0_f32);
        for count in counts {
            let frequency = term_frequency(count.times);
            let index = self.slots[count.key as usize];
            if index == ABSENT {
                unknown += (frequency * self.unseen_idf).powi(2);
                continue;
            }
            let value = frequency * self.idf[index as usize];
            known += value * value;
            vector.indices.push(index);
            vector.values.push(value);
        }
        let scale = if known > 0.0 { weight / known.sqrt() } else { 0.0 };
        vector.values[first..].iter_mut().for_each(|value| *value *= scale);
        if known + unknown > 0.0 { unknown / (known + unknown) } else { 1.0 }
    }
}

/// Sublinear: the tenth mention says less than the first.
fn term_frequency(times: u16) -> f32 {
    match times {
        1 => 1.0,
        more => 1.0 + f32::from(more).ln(),
    }
}

/// Smoothed, as if one more text had held every feature.
fn inverse(total: u32, frequency: u32) -> f32 {
    ((1.0 + total as f32) / (1.0 + frequency as f32)).ln() + 1.0
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::features::count;
    use crate::text::Text;

    fn counts(message: &str) -> Vec<Count> {
        count(&Text::read(message), &[])
    }

    #[test]
    fn a_vector_has_the_same_length_whatever_the_text() {
        let examples = [counts("where is my parcel"), counts("what does a stamp cost")];
        let vectoriser = Vectoriser::fit(examples.iter().map(Vec::as_slice));
        for message in ["parcel", "where is the stamp, where is it, where?", "a"] {
            let vector = vectoriser.vector(&counts(message));
            let length = vector.values.iter().map(|value| value * value).sum::<f32>();
            let expected: f32 = BLOCK_WEIGHTS.iter().map(|weight| weight * weight).sum();
            assert!((length - expected).abs() < 1e-4, "{message:?} has the squared length {length}");
            let indices: BTreeSet<&u32> = vector.indices.iter().collect();
            assert_eq!(indices.len(), vector.values.len(), "each feature once");
        }
    }

    #[test]
    fn what_only_absent_examples_had_is_unknown() {
        let examples = [counts("where is my parcel"), counts("where is my stamp")];
        let vectoriser = Vectoriser::fit(examples.iter().map(Vec::as_slice));
        let known = vectoriser.without(std::iter::once(examples[1].as_slice()));
        assert_eq!(known.vector(&examples[0]).unknown, [0.0, 0.0]);
        let vector = known.vector(&examples[1]);
        assert!(vector.unknown[0] > 0.0 && vector.indices.len() < examples[1].len());
        assert_eq!(vectoriser.vector(&examples[1]).unknown, [0.0, 0.0], "the whole one knows it still");
    }

    #[test]
    fn what_no_example_had_is_unknown() {
        let examples = [counts("where is my parcel"), counts("what does a stamp cost")];
        let vectoriser = Vectoriser::fit(examples.iter().map(Vec::as_slice));
        assert_eq!(vectoriser.vector(&counts("where is my parcel")).unknown, [0.0, 0.0]);
        assert_eq!(vectoriser.vector(&counts("你好")).unknown, [1.0, 1.0]);
        assert_eq!(vectoriser.vector(&[]).unknown, [1.0, 1.0]);
    }
}
