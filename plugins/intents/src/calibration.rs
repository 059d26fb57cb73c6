//! Turns distances into likelihoods that keep their word: of the answers with 0.8, eight in ten are right.
//!
//! One temperature is fitted to texts that the classifier had not seen (Guo, Pleiss, Sun and Weinberger, ICML 2017). A
//! single figure cannot learn the held-out texts by heart.

/// What other corpora come to; it counts as much as `PRIOR_TEXTS` texts, so that a tiny corpus does not claim certainty.
const USUAL: f32 = 4.0;
const PRIOR_TEXTS: f32 = 5.0;
const RANGE: (f32, f32) = (0.5, 30.0);
const STEPS: usize = 40;

/// How sharply distances tell intents apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Temperature(pub(crate) f32);

impl Temperature {
    /// The one under which the held-out texts' true classes are likeliest.
    pub(crate) fn fit(held_out: &[(&[f32], u16)]) -> Self {
        let loss = |log: f32| {
            let temperature = Self(log.exp());
            let likelihood = |(scores, class): &(&[f32], u16)| temperature.log_likelihood(scores, *class);
            let prior = PRIOR_TEXTS * (log - USUAL.ln()).powi(2);
            prior - held_out.iter().map(likelihood).sum::<f32>()
        };
        Self(lowest(loss, RANGE.0.ln(), RANGE.1.ln()).exp())
    }

    /// The likelihood of each class; they sum to one.
    pub(crate) fn likelihoods(self, scores: &[f32]) -> Vec<f32> {
        let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut likelihoods: Vec<f32> = scores.iter().map(|score| ((score - highest) * self.0).exp()).collect();
        let sum: f32 = likelihoods.iter().sum();
        likelihoods.iter_mut().for_each(|likelihood| *likelihood /= sum);
        likelihoods
    }

    fn log_likelihood(self, scores: &[f32], class: u16) -> f32 {
        let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = scores.iter().map(|score| ((score - highest) * self.0).exp()).sum();
        scores.get(usize::from(class)).map_or(0.0, |score| (score - highest) * self.0) - sum.ln()
    }
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

    #[test]
    fn likelihoods_match_how_often_the_first_is_right() {
        let scores = [0.5_f32, -0.5];
        let held_out: Vec<(&[f32], u16)> = (0..1000).map(|index| (&scores[..], u16::from(index % 10 >= 8))).collect();
        let likelihood = Temperature::fit(&held_out).likelihoods(&scores)[0];
        assert!((likelihood - 0.8).abs() < 0.02, "eight in ten were right, the likelihood is {likelihood}");
    }

    #[test]
    fn without_texts_the_usual_temperature_holds() {
        assert!((Temperature::fit(&[]).0 - USUAL).abs() < 0.1);
    }
}
