//! What was learned, made small: of every class the largest weights, as signed bytes, by feature.
//!
//! Features that many texts have say something of many classes, and are most of what is read: theirs are rows without gaps, which
//! SIMD goes through sixteen classes at a time.

use crate::bytes::{LoadError, Reader, Writer};
use crate::svm::{Line, Planes};
use crate::vectors::Vector;

/// Weights kept of each class for each language of its examples, the largest ones. On the training data of BANKING77 and
/// CLINC150, keeping more gains nothing that cross-validation could see; four languages with a quarter each lose half a
/// point.
pub(crate) const KEPT: usize = 5_000;

/// Weights of classes that stand side by side.
type Block = [i8; BLOCK];
/// So many are read at once.
const BLOCK: usize = 16;
/// A row that has weights of one class in so many is kept whole: that takes as much room, and is read much faster.
const WHOLE_FROM: usize = 4;

/// One hyperplane per class, by feature.
#[derive(Debug, Clone)]
pub(crate) struct Weights {
    rows: Vec<Row>,
    /// Rows of features that many classes have: blocks for all classes.
    whole: Vec<Block>,
    /// Rows of the others: classes with their weights.
    sparse: Vec<(u16, i8)>,
    /// What a weight is worth, by class.
    scales: Vec<f32>,
    biases: Vec<f32>,
}

/// Where the weights of a feature begin, and where those that are not whole end.
#[derive(Debug, Clone, Copy)]
enum Row {
    Whole(u32),
    Sparse(u32, u32),
}

impl Weights {
    /// From every class's plane, in the order of the classes.
    pub(crate) fn new(columns: &[Column], features: usize) -> Self {
        let mut ends = vec![0; features];
        for (feature, _) in columns.iter().flat_map(|column| &column.entries) {
            ends[*feature as usize] += 1;
        }
        let mut all = 0;
        for end in &mut ends {
            all += std::mem::replace(end, all);
        }
        let mut entries = vec![(0, 0); all];
        for (class, column) in columns.iter().enumerate() {
            for (feature, weight) in &column.entries {
                let end = &mut ends[*feature as usize];
                entries[*end] = (class as u16, *weight);
                *end += 1;
            }
        }
        let scales = columns.iter().map(|column| column.scale).collect();
        let mut weights = Self::of(scales, columns.iter().map(|column| column.bias).collect());
        let mut start = 0;
        for end in ends {
            weights.add(&entries[start..end]);
            start = end;
        }
        weights
    }

    /// Of no feature yet.
    fn of(scales: Vec<f32>, biases: Vec<f32>) -> Self {
        Self { rows: Vec::new(), whole: Vec::new(), sparse: Vec::new(), scales, biases }
    }

    /// Blocks of a row that is whole.
    fn width(&self) -> usize {
        self.scales.len().div_ceil(BLOCK)
    }

    /// Adds the next feature's row.
    fn add(&mut self, row: &[(u16, i8)]) {
        if row.len() * WHOLE_FROM < self.scales.len() {
            let start = self.sparse.len() as u32;
            self.sparse.extend_from_slice(row);
            return self.rows.push(Row::Sparse(start, self.sparse.len() as u32));
        }
        let start = self.whole.len();
        self.whole.resize(start + self.width(), [0; BLOCK]);
        for (class, weight) in row {
            self.whole[start..].as_flattened_mut()[usize::from(*class)] = *weight;
        }
        self.rows.push(Row::Whole(start as u32));
    }

    /// How far on its side of each class's plane a text lies.
    pub(crate) fn scores(&self, vector: &Vector) -> Vec<f32> {
        let width = self.width();
        let mut sums = vec![[0.0_f32; BLOCK]; width];
        for (feature, value) in vector.entries() {
            match self.rows[feature as usize] {
                Row::Whole(start) => {
                    for (sums, weights) in sums.iter_mut().zip(&self.whole[start as usize..][..width]) {
                        sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += value * f32::from(*weight));
                    }
                }
                Row::Sparse(start, end) => {
                    let sums = sums.as_flattened_mut();
                    for (class, weight) in &self.sparse[start as usize..end as usize] {
                        sums[usize::from(*class)] += value * f32::from(*weight);
                    }
                }
            }
        }
        let scaled = sums.as_flattened().iter().zip(&self.scales).zip(&self.biases);
        scaled.map(|((sum, scale), bias)| sum * scale + bias).collect()
    }

    /// The classes with a weight of a feature.
    fn entries(&self, row: Row) -> Vec<(u16, i8)> {
        match row {
            Row::Sparse(start, end) => self.sparse[start as usize..end as usize].to_vec(),
            Row::Whole(start) => {
                let weights = self.whole[start as usize..][..self.width()].as_flattened();
                let entries = weights.iter().enumerate().map(|(class, weight)| (class as u16, *weight));
                entries.filter(|(_, weight)| *weight != 0).collect()
            }
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        self.scales.iter().chain(&self.biases).for_each(|real| writer.real(*real));
        for row in &self.rows {
            let row = self.entries(*row);
            writer.number(row.len() as u32);
            writer.ascending(row.iter().map(|(class, _)| u32::from(*class)));
            row.iter().for_each(|(_, weight)| writer.bytes(&weight.to_le_bytes()));
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>, classes: usize, features: usize) -> Result<Self, LoadError> {
        let mut weights = Self::of(reader.reals(classes)?, reader.reals(classes)?);
        for _ in 0..features {
            let count = reader.length(2)?;
            let row = reader.ascending(count, classes as u32)?;
            let row = row.into_iter().zip(reader.bytes(count)?);
            weights.add(&row.map(|(class, weight)| (class as u16, *weight as i8)).collect::<Vec<_>>());
        }
        Ok(weights)
    }
}

/// One class's plane, pruned.
pub(crate) struct Column {
    entries: Vec<(u32, i8)>,
    scale: f32,
    bias: f32,
}

impl Column {
    /// The largest weights of the first `lanes` planes.
    pub(crate) fn prune(planes: &Planes, lanes: usize, kept: usize) -> impl Iterator<Item = Self> {
        // Each plane's weights side by side: they are gone through several times.
        let mut columns = vec![Vec::with_capacity(planes.weights.len()); lanes];
        for Line(weights) in &planes.weights {
            columns.iter_mut().zip(weights).for_each(|(column, weight)| column.push(*weight));
        }
        columns.into_iter().zip(planes.biases).map(move |(weights, bias)| Self::of(&weights, bias, kept))
    }

    fn of(weights: &[f32], bias: f32, kept: usize) -> Self {
        // Of what is not negative, the bits have the same order, and are compared faster.
        let mut sizes: Vec<u32> = weights.iter().map(|weight| weight.abs().to_bits()).collect();
        let largest = f32::from_bits(sizes.iter().copied().max().unwrap_or(0));
        let scale = largest.max(f32::MIN_POSITIVE) / f32::from(i8::MAX);
        let smallest = match kept < sizes.len() {
            true => f32::from_bits(*sizes.select_nth_unstable_by(kept, |one, other| other.cmp(one)).1),
            false => 0.0,
        };
        let largest = weights.iter().enumerate().filter(|(_, weight)| weight.abs() > smallest);
        let bytes = largest.map(|(feature, weight)| (feature as u32, (weight / scale).round_ties_even() as i8));
        Self { entries: bytes.filter(|(_, weight)| *weight != 0).collect(), scale, bias }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svm::LANES;

    const CLASSES: u16 = 40;

    /// The first feature has a weight of every class, the second of every second one, the third of two, the last of none.
    fn weights() -> Weights {
        let column = |class: u16| {
            let steps = [(0, 1), (1, 2), (2, 39)].into_iter().filter(|(_, step)| class.is_multiple_of(*step));
            let entries = steps.map(|(feature, _)| (feature, class as i8 - 20)).filter(|(_, weight)| *weight != 0);
            Column { entries: entries.collect(), scale: 0.5, bias: f32::from(class) }
        };
        Weights::new(&(0..CLASSES).map(column).collect::<Vec<_>>(), 4)
    }

    fn scores(weights: &Weights) -> Vec<f32> {
        let values = vec![1.0, 10.0, 100.0, 1000.0];
        weights.scores(&Vector { indices: vec![0, 1, 2, 3], values, ..Vector::default() })
    }

    #[test]
    fn whole_rows_and_sparse_ones_count_alike() {
        let weights = weights();
        assert!(matches!(weights.rows[..], [Row::Whole(0), Row::Whole(3), Row::Sparse(0, 2), Row::Sparse(2, 2)]));
        let sum = |class: u16| {
            let has = |step| f32::from(u8::from(class.is_multiple_of(step)));
            (1.0 + 10.0 * has(2) + 100.0 * has(39)) * (f32::from(class) - 20.0) * 0.5 + f32::from(class)
        };
        assert_eq!(scores(&weights), (0..CLASSES).map(sum).collect::<Vec<_>>());
    }

    #[test]
    fn what_was_written_is_read() -> Result<(), LoadError> {
        let mut writer = Writer::new();
        weights().write(&mut writer);
        let bytes = writer.finish();
        let mut reader = Reader::open(&bytes)?;
        let read = Weights::read(&mut reader, usize::from(CLASSES), 4)?;
        reader.close()?;
        assert_eq!(scores(&read), scores(&weights()));
        let mut again = Writer::new();
        read.write(&mut again);
        assert_eq!(again.finish(), bytes);
        Ok(())
    }

    #[test]
    fn only_the_largest_weights_are_kept() {
        let planes = Planes {
            weights: [0.5, -1.27, 0.01, 0.0, 0.3].map(|weight| Line([weight; LANES])).to_vec(),
            biases: [0.25; LANES],
        };
        let columns: Vec<Column> = Column::prune(&planes, 2, 3).collect();
        assert_eq!(columns.len(), 2);
        assert_eq!(columns[1].entries, [(0, 50), (1, -127), (4, 30)]);
        assert!((columns[1].scale - 0.01).abs() < 1e-6 && columns[1].bias == 0.25);
        assert_eq!(Column::prune(&planes, 1, 9).map(|column| column.entries.len()).sum::<usize>(), 4);
    }
}
