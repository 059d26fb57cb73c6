//! Turns distances into likelihoods that keep their word: of the answers with 0.8, eight in ten are right.
//!
//! One temperature is fitted to texts that the classifier had not seen (Guo, Pleiss, Sun and Weinberger, ICML 2017). With few
//! examples it leaves the sure too sure and the unsure too modest, whatever the temperature is; so the odds of the best
//! class are then stretched and shifted as often as it was right (Platt, 1999). Three figures cannot learn the held-out
//! texts by heart.

use crate::arithmetic::{exp, larger};
use crate::bytes::{LoadError, Reader, Writer};

/// What other corpora come to; it counts as much as `PRIOR_TEXTS` texts, so that a tiny corpus does not claim certainty.
const USUAL: f32 = 4.0;
const PRIOR_TEXTS: f32 = 5.0;
const RANGE: (f32, f32) = (0.5, 30.0);
const STEPS: usize = 20;
/// How strongly odds resist to be stretched and shifted, in squared deviations.
const PRIOR: f64 = 5.0;
const NEWTON_STEPS: usize = 20;
/// The stretch stays within these, so that surer scores are never less likely.
const STRETCH: (f64, f64) = (0.2, 3.0);
/// What another class weighs against the best, at least.
const FAINTEST: f32 = 1e-7;
const SUMS: usize = 8;

/// How sharply distances tell intents apart, and how far that is believed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Calibration {
    temperature: f32,
    stretch: f32,
    shift: f32,
}

impl Calibration {
    /// The one that held-out texts with their true classes suggest.
    pub(crate) fn fit(held_out: &[(&[f32], u16)]) -> Self {
        let highest: Vec<f32> = held_out.iter().map(|(scores, _)| highest(scores)).collect();
        let loss = |log: f32| {
            let likelihood = |((scores, class), highest): (&(&[f32], u16), &f32)| {
                let known = scores.get(usize::from(*class)).copied().unwrap_or(*highest);
                log_likelihood(scores, log.exp(), *highest, known)
            };
            let prior = PRIOR_TEXTS * (log - USUAL.ln()).powi(2);
            prior - held_out.iter().zip(&highest).map(likelihood).sum::<f32>()
        };
        let temperature = lowest(loss, RANGE.0.ln(), RANGE.1.ln()).exp();
        let first = |(scores, class): &(&[f32], u16)| {
            let Weighed { best, others, .. } = Weighed::of(scores, temperature);
            (f64::from(-others.ln()), best == usize::from(*class))
        };
        let first: Vec<(f64, bool)> = held_out.iter().map(first).collect();
        let (stretch, shift) = straighten(&first);
        Self { temperature, stretch: stretch as f32, shift: shift as f32 }
    }

    /// The likelihood of each class; they sum to one, and a class with a higher score is not less likely.
    pub(crate) fn likelihoods(&self, scores: &[f32]) -> Vec<f32> {
        let Weighed { best, mut weights, others } = Weighed::of(scores, self.temperature);
        if weights.len() < 2 {
            return weights;
        }
        let rivals = weights.iter().enumerate().filter(|(class, _)| *class != best);
        let second = rivals.map(|(_, weight)| *weight).fold(0.0, larger);
        let odds = (self.shift - self.stretch * others.ln()).exp().max(second / others);
        weights.iter_mut().for_each(|weight| *weight /= others * (1.0 + odds));
        weights[best] = odds / (1.0 + odds);
        weights
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        [self.temperature, self.stretch, self.shift].into_iter().for_each(|figure| writer.real(figure));
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, LoadError> {
        Ok(Self { temperature: reader.real()?, stretch: reader.real()?, shift: reader.real()? })
    }
}

/// Classes by how far they lie behind the best.
struct Weighed {
    best: usize,
    /// The best has one, the others less.
    weights: Vec<f32>,
    /// All but the best together.
    others: f32,
}

impl Weighed {
    fn of(scores: &[f32], temperature: f32) -> Self {
        let best = (0..scores.len()).rev().max_by(|one, other| scores[*one].total_cmp(&scores[*other])).unwrap_or(0);
        let highest = scores.get(best).copied().unwrap_or(0.0);
        let weigh = |score: &f32| larger(exp((score - highest) * temperature), FAINTEST);
        let weights: Vec<f32> = scores.iter().map(weigh).collect();
        let rivals = weights.iter().enumerate().filter(|(class, _)| *class != best);
        let others = rivals.map(|(_, weight)| *weight).sum::<f32>().max(FAINTEST);
        Self { best, weights, others }
    }
}

fn highest(scores: &[f32]) -> f32 {
    scores.iter().copied().fold(f32::NEG_INFINITY, larger)
}

/// Of the class with the score `known`.
fn log_likelihood(scores: &[f32], temperature: f32, highest: f32, known: f32) -> f32 {
    let weigh = |score: f32| exp((score - highest) * temperature);
    // Several sums, which do not wait for each other.
    let (blocks, rest) = scores.as_chunks::<SUMS>();
    let mut sums = [0.0; SUMS];
    for block in blocks {
        sums.iter_mut().zip(block).for_each(|(sum, score)| *sum += weigh(*score));
    }
    let sum = sums.into_iter().chain(rest.iter().map(|score| weigh(*score))).sum::<f32>();
    (known - highest) * temperature - sum.ln()
}

/// The stretch and the shift of the logarithm of odds under which it is likeliest that just those were right that were.
fn straighten(first: &[(f64, bool)]) -> (f64, f64) {
    let (mut stretch, mut shift) = (1.0, 0.0);
    for _ in 0..NEWTON_STEPS {
        let (mut by_stretch, mut by_shift) = (PRIOR * (1.0 - stretch), -PRIOR * shift);
        let (mut bend, mut twist, mut lift) = (PRIOR, 0.0, PRIOR);
        for (odds, right) in first {
            let likelihood = 1.0 / (1.0 + (-(stretch * odds + shift)).exp());
            let error = f64::from(u8::from(*right)) - likelihood;
            let spread = likelihood * (1.0 - likelihood);
            by_stretch += error * odds;
            by_shift += error;
            bend += spread * odds * odds;
            twist += spread * odds;
            lift += spread;
        }
        let determinant = bend * lift - twist * twist;
        stretch = (stretch + (lift * by_stretch - twist * by_shift) / determinant).clamp(STRETCH.0, STRETCH.1);
        shift += (bend * by_shift - twist * by_stretch) / determinant;
    }
    (stretch, shift)
}

/// Where a function with one valley is lowest, by golden section.
fn lowest(function: impl Fn(f32) -> f32, mut low: f32, mut high: f32) -> f32 {
    const RATIO: f32 = 0.618_034;
    let (mut left, mut right) = (high - RATIO * (high - low), low + RATIO * (high - low));
    let (mut at_left, mut at_right) = (function(left), function(right));
    for _ in 0..STEPS {
        if at_left < at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - RATIO * (high - low);
            at_left = function(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + RATIO * (high - low);
            at_right = function(right);
        }
    }
    (low + high) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A thousand texts with one of two distances between the best and the second, and how often the best is right.
    fn fit(sure: (f32, usize), unsure: (f32, usize)) -> [f32; 2] {
        let scores = [[sure.0, 0.0, 0.0], [unsure.0, 0.0, 0.0]];
        let text = |index: usize| {
            let (scores, right) = if index.is_multiple_of(2) { (&scores[0], sure.1) } else { (&scores[1], unsure.1) };
            (&scores[..], u16::from(index / 2 % 100 >= right))
        };
        let held_out: Vec<(&[f32], u16)> = (0..1000).map(text).collect();
        let calibration = Calibration::fit(&held_out);
        [calibration.likelihoods(&scores[0])[0], calibration.likelihoods(&scores[1])[0]]
    }

    #[test]
    fn likelihoods_match_how_often_the_first_is_right() {
        for (sure, unsure) in [(95, 60), (80, 70), (99, 45)] {
            let [high, low] = fit((1.5, sure), (0.4, unsure));
            let error = (high - sure as f32 / 100.0).abs().max((low - unsure as f32 / 100.0).abs());
            assert!(error < 0.03, "{sure} and {unsure} in a hundred were right, the likelihoods are {high} and {low}");
        }
    }

    #[test]
    fn likelihoods_keep_the_order_of_the_scores_and_sum_to_one() {
        let calibration = Calibration { temperature: 4.0, stretch: 0.3, shift: -3.0 };
        for scores in [&[0.1, 0.9, 0.8][..], &[-0.2, -0.2, -0.9], &[2.0, -1.0], &[30.0, -30.0, 1.0], &[0.4]] {
            let likelihoods = calibration.likelihoods(scores);
            assert!((likelihoods.iter().sum::<f32>() - 1.0).abs() < 1e-4, "{likelihoods:?}");
            for (one, other) in (0..scores.len()).flat_map(|one| (0..scores.len()).map(move |other| (one, other))) {
                assert!(
                    scores[one] < scores[other] || likelihoods[one] >= likelihoods[other] - 1e-6,
                    "{likelihoods:?}"
                );
            }
        }
    }

    #[test]
    fn without_texts_the_usual_temperature_holds() {
        let usual = Calibration::fit(&[]);
        assert!((usual.temperature - USUAL).abs() < 0.1 && (usual.stretch, usual.shift) == (1.0, 0.0), "{usual:?}");
    }
}
