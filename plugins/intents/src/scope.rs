//! Tells whether a text means any known intent at all.
//!
//! A small logistic regression weighs what gives strangers away: no plane that is clearly its own, two that are equally
//! far, and words that no example had. It is fitted to held-out texts: those that the corpus lists as out of scope, and the
//! texts of intents that were hidden from a training for the purpose.

use crate::bytes::{LoadError, Reader, Writer};
use crate::features::BLOCKS;

/// Figures per text, the constant included.
const FIGURES: usize = 6 + BLOCKS;
/// Of the held-out texts that do mean an intent, this part stays below a likelihood of one half.
const ACCEPTED: f32 = 0.95;
/// Fewer held-out texts than this do not move the likelihood of one half.
const ENOUGH: usize = 20;
/// What larger corpora come to; it holds where a corpus gives nothing to learn from.
const USUAL: [f32; FIGURES] = [-1.0, -3.0, -2.0, 0.0, 1.0, 0.0, 1.5, 1.5];
/// Where a corpus lists texts out of scope, they have so much of the say that strangers have; hidden intents, of which there
/// are many more texts, are stand-ins, and closer to the known ones than most of what strangers write. Chosen by
/// cross-validation on training data.
const LISTED: f64 = 0.75;
/// How strongly the usual figures hold, in texts.
const PRIOR: f64 = 0.5;
const NEWTON_STEPS: usize = 30;
/// No figure moves further in one step: far from the goal, Newton's method leaps past it.
const LONGEST_STEP: f64 = 1.0;

/// What is known of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Evidence([f32; FIGURES]);

impl Evidence {
    /// From the distances to the intents' planes, that of the texts out of scope where there are any, the unknown part of
    /// the text, and the number of its features.
    pub(crate) fn new(intents: &[f32], stranger: Option<f32>, unknown: [f32; BLOCKS], features: usize) -> Self {
        let mut best = [-1.0_f32; 3];
        for score in intents {
            if *score > best[0] {
                best = [*score, best[0], best[1]];
            } else if *score > best[1] {
                best = [best[0], *score, best[1]];
            } else if *score > best[2] {
                best[2] = *score;
            }
        }
        let length = (features as f32 / 64.0).sqrt().min(3.0);
        let [words, letters] = unknown;
        Self([1.0, best[0], best[0] - best[1], best[0] - best[2], stranger.unwrap_or(-1.0), length, words, letters])
    }
}

/// What a held-out text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meant {
    /// An intent that was learned.
    Known,
    /// An intent that was hidden from the training.
    Hidden,
    /// The corpus lists it as out of scope.
    Nothing,
}

/// How much each figure says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scope([f32; FIGURES]);

impl Scope {
    /// From held-out texts: what is known of each, and what it means.
    pub(crate) fn fit(held_out: &[(Evidence, Meant)]) -> Self {
        let count = |meant| held_out.iter().filter(|(_, other)| *other == meant).count();
        let (friends, hidden, listed) = (count(Meant::Known), count(Meant::Hidden), count(Meant::Nothing));
        let mut scope = Self(USUAL);
        if hidden + listed > 0 && friends > 0 {
            let say = match (hidden, listed) {
                (_, 0) => 0.0,
                (0, _) => 1.0,
                _ => LISTED,
            };
            // As if there were as many friends as strangers.
            let half = 0.5 * held_out.len() as f64;
            let weigh = |meant| match meant {
                Meant::Known => half / friends as f64,
                Meant::Hidden => half * (1.0 - say) / hidden as f64,
                Meant::Nothing => half * say / listed as f64,
            };
            for _ in 0..NEWTON_STEPS {
                let Some(step) = scope.newton_step(held_out, weigh) else { break };
                let longest = step.iter().fold(LONGEST_STEP, |longest, step| longest.max(step.abs()));
                scope
                    .0
                    .iter_mut()
                    .zip(step)
                    .for_each(|(figure, step)| *figure += (step * LONGEST_STEP / longest) as f32);
            }
        }
        if friends >= ENOUGH {
            scope.accept_most(held_out);
        }
        scope
    }

    /// The likelihood that no known intent is meant.
    pub(crate) fn likelihood(&self, evidence: &Evidence) -> f32 {
        1.0 / (1.0 + (-self.logit(evidence)).exp())
    }

    fn logit(&self, evidence: &Evidence) -> f32 {
        self.0.iter().zip(&evidence.0).map(|(figure, value)| figure * value).sum::<f32>().clamp(-30.0, 30.0)
    }

    /// Shifts the likelihoods until [`ACCEPTED`] of the texts in scope lie below one half.
    fn accept_most(&mut self, held_out: &[(Evidence, Meant)]) {
        let friends = held_out.iter().filter(|(_, meant)| *meant == Meant::Known);
        let mut logits: Vec<f32> = friends.map(|(evidence, _)| self.logit(evidence)).collect();
        logits.sort_by(f32::total_cmp);
        let last = logits.len().saturating_sub(1);
        self.0[0] -= logits.get((last as f32 * ACCEPTED) as usize).copied().unwrap_or(0.0);
    }

    /// One step of Newton's method; none where it cannot be taken.
    fn newton_step(&self, held_out: &[(Evidence, Meant)], weigh: impl Fn(Meant) -> f64) -> Option<[f64; FIGURES]> {
        let mut curvature = [[0.0_f64; FIGURES]; FIGURES];
        let mut slope = [0.0_f64; FIGURES];
        for figure in 0..FIGURES {
            curvature[figure][figure] = PRIOR;
            slope[figure] = PRIOR * f64::from(USUAL[figure] - self.0[figure]);
        }
        for (evidence, meant) in held_out {
            let weight = weigh(*meant);
            let stranger = *meant != Meant::Known;
            let likelihood = f64::from(self.likelihood(evidence));
            let error = weight * (f64::from(u8::from(stranger)) - likelihood);
            let spread = weight * (likelihood * (1.0 - likelihood)).max(1e-3);
            let figures = evidence.0.map(f64::from);
            for ((row, slope), figure) in curvature.iter_mut().zip(&mut slope).zip(figures) {
                *slope += error * figure;
                row.iter_mut().zip(figures).for_each(|(cell, other)| *cell += spread * figure * other);
            }
        }
        solve(curvature, slope)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        self.0.iter().for_each(|figure| writer.real(*figure));
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, LoadError> {
        let mut figures = [0.0; FIGURES];
        for figure in &mut figures {
            *figure = reader.real()?;
        }
        Ok(Self(figures))
    }
}

/// Solves a symmetric positive system by elimination; none where it is singular.
fn solve(mut matrix: [[f64; FIGURES]; FIGURES], mut right: [f64; FIGURES]) -> Option<[f64; FIGURES]> {
    for pivot in 0..FIGURES {
        if matrix[pivot][pivot].abs() < 1e-12 {
            return None;
        }
        let (above, below) = matrix.split_at_mut(pivot + 1);
        let (known, unknown) = right.split_at_mut(pivot + 1);
        for (row, right) in below.iter_mut().zip(unknown) {
            let factor = row[pivot] / above[pivot][pivot];
            row.iter_mut().zip(above[pivot]).for_each(|(cell, other)| *cell -= factor * other);
            *right -= factor * known[pivot];
        }
    }
    let mut solution = [0.0; FIGURES];
    for row in (0..FIGURES).rev() {
        let known: f64 = (row + 1..FIGURES).map(|column| matrix[row][column] * solution[column]).sum();
        solution[row] = (right[row] - known) / matrix[row][row];
    }
    solution.iter().all(|value| value.is_finite()).then_some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(best: f32, second: f32, unknown: f32) -> Evidence {
        Evidence::new(&[second, best, -1.0], None, [unknown; BLOCKS], 100)
    }

    #[test]
    fn a_clear_text_is_in_scope_and_gibberish_is_not_even_untaught() {
        let scope = Scope::fit(&[]);
        assert!(scope.likelihood(&evidence(0.6, -0.8, 0.05)) < 0.3);
        assert!(scope.likelihood(&evidence(-0.9, -0.95, 1.0)) > 0.7);
    }

    #[test]
    fn nineteen_in_twenty_texts_in_scope_are_accepted() {
        let friends = (0..1000).map(|index| (evidence(index as f32 / 500.0 - 1.0, -1.0, 0.2), Meant::Known));
        let strangers = (0..100).map(|index| (evidence(index as f32 / 200.0 - 1.0, -1.0, 0.7), Meant::Nothing));
        let held_out: Vec<_> = friends.chain(strangers).collect();
        let scope = Scope::fit(&held_out);
        let accepted = held_out[..1000].iter().filter(|(evidence, _)| scope.likelihood(evidence) <= 0.5).count();
        assert!((945..=955).contains(&accepted), "{accepted} of 1000 are accepted");
    }
}
