//! What came out, for people and for scripts.

use serde_json::{Value, json};

use super::subject::Subject;
use crate::load::Measured;

/// One subject, at full and at half load.
pub(crate) struct Outcome {
    pub(crate) subject: Subject,
    pub(crate) full: Measured,
    pub(crate) half: Measured,
}

impl Outcome {
    pub(crate) const HEAD: [&str; 8] =
        ["", "round trips/s", "p50 ms", "p99 ms", "p99 ms at half", "lost", "wrong", "repeated"];

    pub(crate) fn row(&self) -> Vec<String> {
        vec![
            self.subject.name().to_owned(),
            format!("{:.0}", self.full.rate()),
            self.full.milliseconds(500),
            self.full.milliseconds(990),
            self.half.milliseconds(990),
            (self.full.lost + self.half.lost).to_string(),
            (self.full.wrong + self.half.wrong).to_string(),
            (self.full.repeated + self.half.repeated).to_string(),
        ]
    }

    pub(crate) fn figures(&self) -> Value {
        json!({ "subject": self.subject, "full": self.full.figures(), "half": self.half.figures() })
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.full.is_clean() && self.half.is_clean()
    }
}

/// Round trips of a subject, and p99 at half load, as parts of the ceiling's.
pub(crate) fn ratios(outcomes: &[Outcome], subject: Subject) -> Option<(f64, f64)> {
    let of = |subject| outcomes.iter().find(|outcome| outcome.subject == subject);
    let (program, ceiling) = (of(subject)?, of(Subject::Ceiling)?);
    let late = |outcome: &Outcome| outcome.half.quantile(990).as_secs_f64();
    Some((program.full.rate() / ceiling.full.rate(), late(program) / late(ceiling)))
}
