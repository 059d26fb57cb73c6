//! Learns each class against the rest: linear support vector machines with squared hinge loss, by dual coordinate descent
//! (Hsieh, Chang, Lin, Keerthi and Sundararajan, ICML 2008), which converges in a few passes on sparse text.
//!
//! Eight classes are learned side by side, because reading the examples costs more than the arithmetic: one look at an
//! example moves eight planes, and the eight products become SIMD instructions.

use crate::random::Random;
use crate::vectors::Vector;

/// Classes learned together.
pub(crate) const LANES: usize = 8;

/// The weight of a mistake against that of large weights: chosen by cross-validation on training data, where half and
/// double of it do worse.
const PENALTY: f32 = 1.0;
/// Where descending stops: the largest violation of optimality, and a bound on passes.
const TOLERANCE: f32 = 0.3;
const MOST_PASSES: usize = 40;
/// Steps smaller than this are not worth their time.
const SMALLEST_GRADIENT: f32 = 0.01;

type Lanes = [f32; LANES];

/// The examples of one training: sparse rows, one after another.
pub(crate) struct Examples {
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
    /// The class of each.
    classes: Vec<u16>,
    features: usize,
}

/// One hyperplane for each of up to [`LANES`] classes.
pub(crate) struct Planes {
    /// By feature.
    pub(crate) weights: Vec<Lanes>,
    pub(crate) biases: Lanes,
}

impl Examples {
    pub(crate) fn new(examples: impl Iterator<Item = (Vector, u16)>, features: usize) -> Self {
        let mut all = Self { starts: vec![0], entries: Vec::new(), classes: Vec::new(), features };
        for (vector, class) in examples {
            all.entries.extend(vector.indices.into_iter().zip(vector.values));
            all.starts.push(all.entries.len());
            all.classes.push(class);
        }
        all
    }

    fn row(&self, example: usize) -> &[(u32, f32)] {
        &self.entries[self.starts[example]..self.starts[example + 1]]
    }

    /// Separates the classes from `first` on, as many as there are lanes, each from all other examples.
    pub(crate) fn separate(&self, first: u16, random: &mut Random) -> Planes {
        let mut descent = Descent::new(self, first);
        let mut active: Vec<u32> = (0..self.classes.len() as u32).collect();
        for _ in 0..MOST_PASSES {
            random.shuffle(&mut active);
            descent.begin_pass();
            active.retain(|example| descent.visit(*example as usize));
            if descent.settled() {
                break;
            }
        }
        descent.planes
    }
}

struct Descent<'a> {
    examples: &'a Examples,
    first: u16,
    planes: Planes,
    duals: Vec<Lanes>,
    /// Above this gradient, an example without a say is left out of further passes.
    shrink_above: Lanes,
    highest: Lanes,
    lowest: Lanes,
}

impl<'a> Descent<'a> {
    fn new(examples: &'a Examples, first: u16) -> Self {
        Self {
            examples,
            first,
            planes: Planes { weights: vec![[0.0; LANES]; examples.features], biases: [0.0; LANES] },
            duals: vec![[0.0; LANES]; examples.classes.len()],
            shrink_above: [f32::INFINITY; LANES],
            highest: [0.0; LANES],
            lowest: [0.0; LANES],
        }
    }

    fn begin_pass(&mut self) {
        for lane in 0..LANES {
            self.shrink_above[lane] = if self.highest[lane] > 0.0 { self.highest[lane] } else { f32::INFINITY };
        }
        self.highest = [f32::NEG_INFINITY; LANES];
        self.lowest = [f32::INFINITY; LANES];
    }

    fn settled(&self) -> bool {
        self.highest.iter().zip(&self.lowest).all(|(highest, lowest)| highest - lowest <= TOLERANCE)
    }

    /// Moves the planes for one example; whether it matters to any of them still.
    fn visit(&mut self, example: usize) -> bool {
        let row = self.examples.row(example);
        let mut distance = self.planes.biases;
        let mut square = 1.0;
        for (feature, value) in row {
            let weights = &self.planes.weights[*feature as usize];
            distance.iter_mut().zip(weights).for_each(|(distance, weight)| *distance += weight * value);
            square += value * value;
        }
        let lane_of_class = usize::from(self.examples.classes[example].wrapping_sub(self.first));
        let curvature = square + 0.5 / PENALTY;
        let mut steps = [0.0; LANES];
        let (mut matters, mut moves) = (false, false);
        for (lane, step) in steps.iter_mut().enumerate() {
            let label = if lane_of_class == lane { 1.0 } else { -1.0 };
            let dual = self.duals[example][lane];
            let gradient = label * distance[lane] - 1.0 + dual * 0.5 / PENALTY;
            if dual == 0.0 && gradient > self.shrink_above[lane] {
                continue;
            }
            matters = true;
            let projected = if dual == 0.0 { gradient.min(0.0) } else { gradient };
            self.highest[lane] = self.highest[lane].max(projected);
            self.lowest[lane] = self.lowest[lane].min(projected);
            if projected.abs() > SMALLEST_GRADIENT {
                let moved = (dual - gradient / curvature).max(0.0);
                self.duals[example][lane] = moved;
                *step = (moved - dual) * label;
                moves = true;
            }
        }
        if moves {
            self.move_planes(row, &steps);
        }
        matters
    }

    fn move_planes(&mut self, row: &[(u32, f32)], steps: &Lanes) {
        for (feature, value) in row {
            let weights = &mut self.planes.weights[*feature as usize];
            weights.iter_mut().zip(steps).for_each(|(weight, step)| *weight += step * value);
        }
        self.planes.biases.iter_mut().zip(steps).for_each(|(bias, step)| *bias += step);
    }
}
