//! One metric as people read it: both rates, and between what the difference lies.

use serde::{Deserialize, Serialize};

use super::evidence::Rate;
use super::metric::{Metric, Unit};

/// Between which bounds the candidate's rate minus the active one lies, as shares.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Difference {
    /// At least so much; above 0 the candidate is worse.
    pub least: f64,
    /// At most so much; below the margin the candidate is good enough.
    pub most: f64,
}

/// Figures of one metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Comparison {
    /// Which.
    pub metric: Metric,
    /// Of what.
    pub unit: Unit,
    /// Finished conversations of the candidate, and in how many of them it happened.
    pub candidate: Rate,
    /// The same of the active revision.
    pub active: Rate,
    /// Right at every look, so both bounds only tell more as time goes by.
    pub difference: Difference,
    /// The candidate passes once `difference.most` is below this.
    pub margin: f64,
}

/// "hand-overs in 31 of 214 conversations (14.5 %), 160 of 1930 (8.3 %) with the active revision: 1.1 to 12.9 points more".
impl std::fmt::Display for Comparison {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let told = |rate: Rate, units: &str| {
            format!("{} of {}{units} ({:.1} %)", rate.happened, rate.of, rate.share() * 100.0)
        };
        let units = format!(" {}", self.unit.in_words());
        let (here, there) = (told(self.candidate, &units), told(self.active, ""));
        write!(f, "{} in {here}, {there} with the active revision: ", self.metric.in_words())?;
        let (least, most) = (self.difference.least * 100.0, self.difference.most * 100.0);
        if least >= 0.0 {
            write!(f, "{least:.1} to {most:.1} points more")
        } else if most <= 0.0 {
            write!(f, "{:.1} to {:.1} points less", -most, -least)
        } else {
            write!(f, "between {:.1} points less and {most:.1} more", -least)
        }
    }
}
