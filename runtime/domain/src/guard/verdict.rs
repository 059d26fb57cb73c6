//! What the counts of a canary come to.

use serde::{Deserialize, Serialize};

use super::comparison::{Comparison, Difference};
use super::evidence::{Pair, Rate};
use super::metric::{Metric, Tally, Unit};

/// So many trapped conversations of the candidate end a canary at once (rule 17).
const TRAPPED: u64 = 3;

/// How many metrics share α.
const METRICS: f64 = 6.0;

/// By how much the candidate's rates may be above the active ones when it is promoted, as shares: 0.01 is one conversation in
/// a hundred. A smaller margin takes more conversations.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[allow(missing_docs, reason = "one a metric")]
pub struct Margins {
    pub error: f64,
    pub trap: f64,
    pub time_out: f64,
    pub hand_over: f64,
    pub out_of_scope: f64,
    pub slow: f64,
}

impl Default for Margins {
    fn default() -> Self {
        Self { error: 0.02, trap: 0.02, time_out: 0.02, hand_over: 0.05, out_of_scope: 0.05, slow: 0.05 }
    }
}

impl Margins {
    /// Of one metric.
    #[must_use]
    pub fn of(&self, metric: Metric) -> f64 {
        match metric {
            Metric::Error => self.error,
            Metric::Trap => self.trap,
            Metric::TimeOut => self.time_out,
            Metric::HandOver => self.hand_over,
            Metric::OutOfScope => self.out_of_scope,
            Metric::Slow => self.slow,
        }
    }
}

/// How strict the guard is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Settings {
    /// The chance of rolling back a candidate that is not worse, over all metrics, looks and stages; likewise of calling one
    /// good enough that is not.
    pub alpha: f64,
    /// What "not worse" means when it is promoted.
    pub margins: Margins,
    /// What is counted.
    pub unit: Unit,
}

impl Default for Settings {
    fn default() -> Self {
        Self { alpha: 0.01, margins: Margins::default(), unit: Unit::default() }
    }
}

/// A stretch of a canary in which the share did not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Stage {
    /// From 1, in the order in which the shares were set.
    pub number: u32,
    /// Conversations that began in this stage with the candidate, and are finished. One that trapped is finished as far as the
    /// guard is concerned, and counted at once.
    pub candidate: Tally,
    /// The same with the active revision.
    pub active: Tally,
}

/// Why a candidate has to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// So many trapped conversations are enough, whatever the active revision does.
    Trapped,
    /// It happens more often than with the active revision.
    Worse,
}

/// The candidate has to go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Breach {
    /// Why.
    pub cause: Cause,
    /// The figures that say so.
    pub comparison: Comparison,
}

impl std::fmt::Display for Breach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.cause {
            Cause::Trapped => {
                let (trapped, units) = (self.comparison.candidate.happened, self.comparison.unit.in_words());
                write!(f, "{trapped} {units} trapped with the candidate: {TRAPPED} are enough")
            }
            Cause::Worse => write!(f, "the candidate is worse: {}", self.comparison),
        }
    }
}

/// What the counts come to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing is certain yet.
    Continue,
    /// Roll back.
    Breach(Box<Breach>),
    /// By no metric is it worse by its margin.
    MayPromote,
}

/// Judges a stage. May be asked at any time and as often as one likes.
#[must_use]
pub fn judge(stage: &Stage, settings: &Settings) -> Verdict {
    let breach =
        |metric, cause| Verdict::Breach(Box::new(Breach { cause, comparison: compare(stage, settings, metric) }));
    if stage.candidate.trap >= TRAPPED {
        return breach(Metric::Trap, Cause::Trapped);
    }
    let levels = Levels::of(stage, settings);
    let evidence = Metric::ALL.map(|metric| (metric, stage.pair(metric).against_at_most(0.0)));
    let worst = evidence.into_iter().max_by(|(_, one), (_, other)| one.total_cmp(other));
    if let Some((metric, evidence)) = worst
        && evidence >= -levels.breach.ln()
    {
        return breach(metric, Cause::Worse);
    }
    let passes = |metric| stage.pair(metric).against_at_least(settings.margins.of(metric)) >= -levels.promotion.ln();
    if Metric::ALL.into_iter().all(passes) { Verdict::MayPromote } else { Verdict::Continue }
}

/// The figures of a stage, one a metric, in the order in which people read them.
#[must_use]
pub fn figures(stage: &Stage, settings: &Settings) -> Vec<Comparison> {
    Metric::ALL.map(|metric| compare(stage, settings, metric)).to_vec()
}

fn compare(stage: &Stage, settings: &Settings, metric: Metric) -> Comparison {
    let Levels { breach, promotion } = Levels::of(stage, settings);
    let Pair { candidate, active } = stage.pair(metric);
    let difference =
        Difference { least: stage.pair(metric).lowest(breach), most: stage.pair(metric).highest(promotion) };
    Comparison { metric, unit: settings.unit, candidate, active, difference, margin: settings.margins.of(metric) }
}

/// The parts of α of one test.
struct Levels {
    breach: f64,
    promotion: f64,
}

impl Levels {
    fn of(stage: &Stage, settings: &Settings) -> Self {
        let number = f64::from(stage.number.max(1));
        let promotion = settings.alpha / (number * (number + 1.0));
        Self { breach: promotion / METRICS, promotion }
    }
}

impl Stage {
    fn pair(&self, metric: Metric) -> Pair {
        let rate =
            |tally: &Tally| Rate { happened: tally.count(metric).min(tally.conversations), of: tally.conversations };
        Pair { candidate: rate(&self.candidate), active: rate(&self.active) }
    }
}
