//! What came out, for people and for scripts.

use serde_json::{Value, json};

use super::customers::Measured;
use super::subject::Subject;

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
            milliseconds(&self.full, 500),
            milliseconds(&self.full, 990),
            milliseconds(&self.half, 990),
            (self.full.lost + self.half.lost).to_string(),
            (self.full.wrong + self.half.wrong).to_string(),
            (self.full.repeated + self.half.repeated).to_string(),
        ]
    }

    pub(crate) fn figures(&self) -> Value {
        let of = |measured: &Measured| {
            json!({
                "answered": measured.answered(),
                "round-trips-per-second": measured.rate(),
                "p50-ms": measured.quantile(500).as_secs_f64() * 1_000.0,
                "p99-ms": measured.quantile(990).as_secs_f64() * 1_000.0,
                "lost": measured.lost,
                "wrong": measured.wrong,
                "repeated": measured.repeated,
            })
        };
        json!({ "subject": self.subject, "full": of(&self.full), "half": of(&self.half) })
    }

    pub(crate) fn is_clean(&self) -> bool {
        [&self.full, &self.half].iter().all(|run| run.lost + run.wrong + run.repeated == 0)
    }
}

fn milliseconds(measured: &Measured, per_mille: usize) -> String {
    format!("{:.1}", measured.quantile(per_mille).as_secs_f64() * 1_000.0)
}

/// Round trips, and p99 at half load, as parts of the ceiling's.
pub(crate) fn ratios(outcomes: &[Outcome]) -> Option<(f64, f64)> {
    let of = |subject| outcomes.iter().find(|outcome| outcome.subject == subject);
    let (program, ceiling) = (of(Subject::Sportello)?, of(Subject::Ceiling)?);
    let late = |outcome: &Outcome| outcome.half.quantile(990).as_secs_f64();
    Some((program.full.rate() / ceiling.full.rate(), late(program) / late(ceiling)))
}
