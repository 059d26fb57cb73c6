//! Learns each class against the rest: linear support vector machines with squared hinge loss, by dual coordinate descent
//! (Hsieh, Chang, Lin, Keerthi and Sundararajan, ICML 2008), which converges in a few passes on sparse text.
//!
//! Sixteen classes are learned side by side, because reading the examples costs more than the arithmetic: one look at an
//! example moves sixteen planes, and the sixteen products become four SIMD instructions that do not wait for each other.
//!
//! A descent may go on from where it stands with other examples: what is new begins without a say, what is gone takes its
//! say with it (DeCoste and Wagstaff, KDD 2000). So cross-validation costs little more than the training itself.

use crate::arithmetic::larger;
use crate::chance::Marks;
use crate::vectors::Vector;

/// Classes learned together.
pub(crate) const LANES: usize = 16;

/// The weight of a mistake against that of large weights: chosen by cross-validation on training data, where half and
/// double of it do worse.
const PENALTY: f32 = 1.0;
/// Passes over the examples. One in three goes over all of them, and each other over what the one before it has moved (the
/// shrinking of the same authors). In cross-validation seven of these do as well as six over everything; with five of them
/// more depends on the order.
const PASSES: usize = 7;
const WHOLE_ONE_IN: usize = 3;
/// Steps on smaller violations than this are not worth their time.
const SMALLEST_VIOLATION: f32 = 0.05;

type Lanes = [f32; LANES];

/// One line of the processor's cache: were it to lie across two, each look at it would take two.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Line(pub(crate) Lanes);

/// The examples of one training: sparse rows, one after another.
pub(crate) struct Examples {
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
    /// By how much a step on each moves its own distance: its squared length, that of the bias included.
    squares: Vec<f32>,
    /// The class of each.
    classes: Vec<u16>,
    /// In which they are visited, pass by pass.
    orders: Vec<Vec<u32>>,
    features: usize,
}

/// One hyperplane for each of up to [`LANES`] classes.
pub(crate) struct Planes {
    /// By feature.
    pub(crate) weights: Vec<Line>,
    pub(crate) biases: Lanes,
}

impl Examples {
    pub(crate) fn new(examples: impl Iterator<Item = (Vector, u16)>, marks: &Marks, features: usize) -> Self {
        let orders = (0..PASSES).map(|pass| marks.order(pass as u64)).collect();
        let (entries, squares, classes) = (Vec::new(), Vec::new(), Vec::new());
        let mut all = Self { starts: vec![0], entries, squares, classes, orders, features };
        for (vector, class) in examples {
            all.squares.push(1.0 + vector.values.iter().map(|value| value * value).sum::<f32>());
            all.entries.extend(vector.indices.into_iter().zip(vector.values));
            all.starts.push(all.entries.len());
            all.classes.push(class);
        }
        all
    }

    fn row(&self, example: usize) -> &[(u32, f32)] {
        &self.entries[self.starts[example]..self.starts[example + 1]]
    }
}

impl Planes {
    /// How far on its side of each plane a text lies.
    pub(crate) fn distances(&self, row: impl Iterator<Item = (u32, f32)>) -> Lanes {
        let mut distances = self.biases;
        for (feature, value) in row {
            let Line(weights) = &self.weights[feature as usize];
            distances.iter_mut().zip(weights).for_each(|(distance, weight)| *distance += weight * value);
        }
        distances
    }

    fn step(&mut self, row: &[(u32, f32)], steps: &Lanes) {
        for (feature, value) in row {
            let Line(weights) = &mut self.weights[*feature as usize];
            weights.iter_mut().zip(steps).for_each(|(weight, step)| *weight += step * value);
        }
        self.biases.iter_mut().zip(steps).for_each(|(bias, step)| *bias += step);
    }
}

/// The way of up to [`LANES`] planes to where they separate their classes from all others.
pub(crate) struct Descent<'a> {
    examples: &'a Examples,
    first: u16,
    planes: Planes,
    /// How much of a say each example has.
    duals: Vec<Line>,
}

impl<'a> Descent<'a> {
    /// Of the classes from `first` on, as many as there are lanes; it knows nothing yet.
    pub(crate) fn new(examples: &'a Examples, first: u16) -> Self {
        Self {
            examples,
            first,
            planes: Planes { weights: vec![Line([0.0; LANES]); examples.features], biases: [0.0; LANES] },
            duals: vec![Line([0.0; LANES]); examples.classes.len()],
        }
    }

    /// Takes back all that an example has said.
    pub(crate) fn forget(&mut self, example: usize) {
        let duals = std::mem::replace(&mut self.duals[example].0, [0.0; LANES]);
        if duals == [0.0; LANES] {
            return;
        }
        let mut steps = self.labels(example);
        steps.iter_mut().zip(duals).for_each(|(step, dual)| *step *= -dual);
        self.planes.step(self.examples.row(example), &steps);
    }

    /// Goes on until the planes separate the examples that are taught well enough.
    pub(crate) fn settle(&mut self, taught: &[bool]) -> &Planes {
        let mut visited = Vec::new();
        for (pass, order) in self.examples.orders.iter().enumerate() {
            if pass.is_multiple_of(WHOLE_ONE_IN) {
                visited = taught.to_vec();
            }
            for example in order.iter().map(|example| *example as usize) {
                visited[example] = visited[example] && self.visit(example);
            }
        }
        &self.planes
    }

    /// One for the example's own class, minus one for the others.
    fn labels(&self, example: usize) -> Lanes {
        let mut labels = [-1.0; LANES];
        let own = usize::from(self.examples.classes[example].wrapping_sub(self.first));
        if let Some(label) = labels.get_mut(own) {
            *label = 1.0;
        }
        labels
    }

    /// Moves the planes for one example; gives whether it did.
    fn visit(&mut self, example: usize) -> bool {
        let row = self.examples.row(example);
        let distances = self.planes.distances(row.iter().copied());
        let labels = self.labels(example);
        let curvature = self.examples.squares[example] + 0.5 / PENALTY;
        let Line(duals) = &mut self.duals[example];
        let mut steps = [0.0; LANES];
        // Without branches and calls, so that all lanes go through it at once.
        for lane in 0..LANES {
            let dual = duals[lane];
            let gradient = labels[lane] * distances[lane] - 1.0 + dual * 0.5 / PENALTY;
            let violation = if dual == 0.0 { larger(-gradient, 0.0) } else { gradient.abs() };
            let moved = larger(dual - gradient / curvature, 0.0);
            let settled = if violation > SMALLEST_VIOLATION { moved } else { dual };
            steps[lane] = (settled - dual) * labels[lane];
            duals[lane] = settled;
        }
        let moves = steps.iter().fold(false, |moves, step| moves | (*step != 0.0));
        if moves {
            self.planes.step(row, &steps);
        }
        moves
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Forty texts of a word that tells their class, of four, and one that all have.
    fn examples() -> Examples {
        let vector =
            |class: u16| Vector { indices: vec![0, 1 + u32::from(class)], values: vec![0.6, 0.8], unknown: [0.0; 2] };
        Examples::new((0..40).map(|example| (vector(example % 4), example % 4)), &Marks::of(7, 0..40), 5)
    }

    fn right(planes: &Planes, class: u16) -> bool {
        let distances = planes.distances([(0, 0.6), (1 + u32::from(class), 0.8)].into_iter());
        (0..4).all(|lane| (distances[lane] > 0.0) == (lane == usize::from(class)))
    }

    #[test]
    fn every_class_comes_to_lie_on_its_own_side() {
        let examples = examples();
        let mut descent = Descent::new(&examples, 0);
        let planes = descent.settle(&[true; 40]);
        assert!((0..4).all(|class| right(planes, class)));
    }

    #[test]
    fn what_is_forgotten_has_no_say() {
        let examples = examples();
        let mut descent = Descent::new(&examples, 0);
        descent.settle(&[true; 40]);
        (0..40).for_each(|example| descent.forget(example));
        let largest = descent
            .planes
            .weights
            .iter()
            .flat_map(|line| line.0)
            .fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
        assert!(largest < 1e-4, "a weight of {largest} is left");
        let taught: Vec<bool> = (0..40).map(|example| example % 4 != 3).collect();
        let planes = descent.settle(&taught);
        assert!((0..3).all(|class| right(planes, class)) && !right(planes, 3));
    }
}
