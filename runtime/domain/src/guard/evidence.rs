//! The evidence that two arms give against a bound on the difference of their rates: an e-process made of counts alone.

use serde::{Deserialize, Serialize};

use super::beta::ln_beta;

/// Beta laws over which likelihoods are mixed, in equal parts: one for rates of any size, one for some percent, one for some
/// in a thousand. Both arms of a metric have rates of a like size, so they share the law.
const LAWS: [(f64, f64); 3] = [(0.5, 0.5), (0.5, 9.5), (0.5, 99.5)];

/// Halvings of an interval of rates: more digits than the counts have.
const HALVINGS: usize = 50;

/// In how many conversations something happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rate {
    /// Not above `of`.
    pub happened: u64,
    /// All conversations of the arm.
    pub of: u64,
}

impl Rate {
    /// Between 0 and 1; 0 where there were no conversations.
    #[must_use]
    pub fn share(self) -> f64 {
        if self.of == 0 { 0.0 } else { real(self.happened) / real(self.of) }
    }

    /// Logarithm of the likelihood of this rate; what is impossible has minus infinity.
    fn ln_likelihood(self, rate: f64) -> f64 {
        times_ln(self.happened, rate) + times_ln(self.of - self.happened, 1.0 - rate)
    }

    fn ln_mixed(self, (a, b): (f64, f64)) -> f64 {
        ln_beta(real(self.happened) + a, real(self.of - self.happened) + b) - ln_beta(a, b)
    }

    /// Derivative of the logarithm of the likelihood.
    fn slope(self, rate: f64) -> f64 {
        quotient(self.happened, rate) - quotient(self.of - self.happened, 1.0 - rate)
    }
}

/// One metric in both arms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// Of the candidate.
    pub candidate: Rate,
    /// Of the active revision.
    pub active: Rate,
}

impl Pair {
    /// Logarithm of the evidence against "the candidate's rate is above the active one by `bound` at most". The chance that
    /// this ever exceeds ln(1/α) where it holds is at most α.
    #[must_use]
    pub fn against_at_most(&self, bound: f64) -> f64 {
        self.against(self.difference() <= bound, bound)
    }

    /// Logarithm of the evidence against "… by `bound` at least", likewise.
    #[must_use]
    pub fn against_at_least(&self, bound: f64) -> f64 {
        self.against(self.difference() >= bound, bound)
    }

    /// Between -1 and 1.
    #[must_use]
    pub fn difference(&self) -> f64 {
        self.candidate.share() - self.active.share()
    }

    /// The largest bound below which the difference is refuted to be, at this level.
    pub(super) fn lowest(&self, alpha: f64) -> f64 {
        let refuted = |bound: f64| self.against_at_most(bound) >= -alpha.ln();
        halve(-1.0, self.difference(), refuted)
    }

    /// The smallest bound above which the difference is refuted to be, at this level.
    pub(super) fn highest(&self, alpha: f64) -> f64 {
        let refuted = |bound: f64| self.against_at_least(bound) >= -alpha.ln();
        halve(1.0, self.difference(), refuted)
    }

    fn against(&self, holds_as_seen: bool, bound: f64) -> f64 {
        let best = match holds_as_seen {
            true => {
                self.candidate.ln_likelihood(self.candidate.share()) + self.active.ln_likelihood(self.active.share())
            }
            false => self.best_at(bound),
        };
        self.ln_mixed() - best
    }

    fn ln_mixed(&self) -> f64 {
        let each = LAWS.map(|law| self.candidate.ln_mixed(law) + self.active.ln_mixed(law));
        let most = each.into_iter().fold(f64::NEG_INFINITY, f64::max);
        most + (each.iter().map(|one| (one - most).exp()).sum::<f64>() / real(LAWS.len() as u64)).ln()
    }

    /// The highest likelihood of both arms where the rates differ by exactly `bound`. It is concave along that line, so its
    /// slope has one zero.
    fn best_at(&self, bound: f64) -> f64 {
        let (mut low, mut high) = ((-bound).max(0.0), (1.0 - bound).min(1.0));
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            match self.candidate.slope(middle + bound) + self.active.slope(middle) > 0.0 {
                true => low = middle,
                false => high = middle,
            }
        }
        let at = f64::midpoint(low, high);
        self.candidate.ln_likelihood((at + bound).clamp(0.0, 1.0)) + self.active.ln_likelihood(at)
    }
}

/// Where `refuted` ends on the way from a far end, where it mostly holds, to a place where it does not.
fn halve(far: f64, near: f64, refuted: impl Fn(f64) -> bool) -> f64 {
    if !refuted(far) {
        return far;
    }
    let (mut far, mut near) = (far, near);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(far, near);
        if refuted(middle) { far = middle } else { near = middle }
    }
    far
}

/// 0 · ln 0 is 0: what never happened has no say.
fn times_ln(count: u64, rate: f64) -> f64 {
    if count == 0 { 0.0 } else { real(count) * rate.ln() }
}

fn quotient(count: u64, rate: f64) -> f64 {
    if count == 0 { 0.0 } else { real(count) / rate.max(f64::MIN_POSITIVE) }
}

#[allow(clippy::cast_precision_loss, reason = "nobody has 2^53 conversations")]
fn real(count: u64) -> f64 {
    count as f64
}
