//! What was learned, made small: of every class the largest weights, as signed bytes, by feature.

use crate::bytes::{LoadError, Reader, Writer};
use crate::svm::Planes;
use crate::vectors::Vector;

/// Weights kept of each class for each language of its examples, the largest ones. On the training data of BANKING77 and
/// CLINC150, keeping more gains nothing that cross-validation could see; four languages with a quarter each lose half a
/// point.
pub(crate) const KEPT: usize = 5_000;

/// One hyperplane per class, sparse.
#[derive(Debug, Clone)]
pub(crate) struct Weights {
    /// Where each feature's entries begin; one more than there are features.
    starts: Vec<u32>,
    /// Class and weight in steps of that class's scale.
    entries: Vec<(u16, i8)>,
    scales: Vec<f32>,
    biases: Vec<f32>,
}

impl Weights {
    /// From every class's plane, in the order of the classes.
    pub(crate) fn new(columns: &[Column], features: usize) -> Self {
        let mut starts = vec![0_u32; features + 1];
        for (feature, _) in columns.iter().flat_map(|column| &column.entries) {
            starts[*feature as usize + 1] += 1;
        }
        for feature in 0..features {
            starts[feature + 1] += starts[feature];
        }
        let mut next = starts.clone();
        let mut entries = vec![(0, 0); starts[features] as usize];
        for (class, column) in columns.iter().enumerate() {
            for (feature, weight) in &column.entries {
                let place = &mut next[*feature as usize];
                entries[*place as usize] = (class as u16, *weight);
                *place += 1;
            }
        }
        let scales = columns.iter().map(|column| column.scale).collect();
        let biases = columns.iter().map(|column| column.bias).collect();
        Self { starts, entries, scales, biases }
    }

    /// How far on its side of each class's plane a text lies.
    pub(crate) fn scores(&self, vector: &Vector) -> Vec<f32> {
        let mut sums = vec![0.0_f32; self.scales.len()];
        for (feature, value) in vector.indices.iter().zip(&vector.values) {
            let feature = *feature as usize;
            let row = &self.entries[self.starts[feature] as usize..self.starts[feature + 1] as usize];
            for (class, weight) in row {
                sums[usize::from(*class)] += value * f32::from(*weight);
            }
        }
        let scaled = sums.iter().zip(&self.scales).zip(&self.biases);
        scaled.map(|((sum, scale), bias)| sum * scale + bias).collect()
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        self.scales.iter().chain(&self.biases).for_each(|real| writer.real(*real));
        for bounds in self.starts.windows(2) {
            let row = &self.entries[bounds[0] as usize..bounds[1] as usize];
            writer.number(row.len() as u32);
            writer.ascending(row.iter().map(|(class, _)| u32::from(*class)));
            row.iter().for_each(|(_, weight)| writer.bytes(&weight.to_le_bytes()));
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>, classes: usize, features: usize) -> Result<Self, LoadError> {
        let scales = reader.reals(classes)?;
        let biases = reader.reals(classes)?;
        let mut starts = vec![0_u32];
        let mut entries = Vec::new();
        for _ in 0..features {
            let count = reader.length(2)?;
            let row = reader.ascending(count, classes as u32)?;
            let weights = reader.bytes(count)?;
            entries.extend(row.into_iter().zip(weights).map(|(class, weight)| (class as u16, *weight as i8)));
            starts.push(entries.len() as u32);
        }
        Ok(Self { starts, entries, scales, biases })
    }
}

/// One class's plane, pruned.
pub(crate) struct Column {
    entries: Vec<(u32, i8)>,
    scale: f32,
    bias: f32,
}

impl Column {
    pub(crate) fn prune(planes: &Planes, lane: usize, kept: usize) -> Self {
        let sizes = || planes.weights.iter().map(|weights| weights[lane].abs());
        let scale = sizes().fold(f32::MIN_POSITIVE, f32::max) / f32::from(i8::MAX);
        let mut sorted: Vec<f32> = sizes().collect();
        let smallest = match kept < sorted.len() {
            true => *sorted.select_nth_unstable_by(kept, |one, other| other.total_cmp(one)).1,
            false => 0.0,
        };
        let largest = planes.weights.iter().enumerate().filter(|(_, weights)| weights[lane].abs() > smallest);
        let bytes = largest.map(|(feature, weights)| (feature as u32, (weights[lane] / scale).round() as i8));
        Self { entries: bytes.filter(|(_, weight)| *weight != 0).collect(), scale, bias: planes.biases[lane] }
    }
}
