//! What a load of round trips came to.

use std::time::Duration;

use serde_json::{Value, json};

/// What was measured.
pub(crate) struct Measured {
    /// Of all round trips, sorted.
    latencies: Vec<Duration>,
    pub(crate) took: Duration,
    pub(crate) lost: usize,
    pub(crate) wrong: usize,
    pub(crate) repeated: usize,
}

/// What one customer saw, and then what all of them did.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) latencies: Vec<Duration>,
    pub(crate) lost: usize,
    pub(crate) wrong: usize,
    pub(crate) repeated: usize,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.lost += other.lost;
        self.wrong += other.wrong;
        self.repeated += other.repeated;
    }

    pub(crate) fn over(mut self, took: Duration) -> Measured {
        self.latencies.sort_unstable();
        let Self { latencies, lost, wrong, repeated } = self;
        Measured { latencies, took, lost, wrong, repeated }
    }
}

impl Measured {
    /// Round trips a second.
    #[allow(clippy::cast_precision_loss, reason = "a figure for people")]
    pub(crate) fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.took.as_secs_f64()
    }

    /// The round trip that so many per mille are not slower than.
    pub(crate) fn quantile(&self, per_mille: usize) -> Duration {
        let index = (self.latencies.len() * per_mille / 1_000).min(self.latencies.len().saturating_sub(1));
        self.latencies.get(index).copied().unwrap_or_default()
    }

    /// [`Self::quantile`] in milliseconds, for a table.
    pub(crate) fn milliseconds(&self, per_mille: usize) -> String {
        format!("{:.1}", self.quantile(per_mille).as_secs_f64() * 1_000.0)
    }

    pub(crate) fn answered(&self) -> usize {
        self.latencies.len()
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.lost + self.wrong + self.repeated == 0
    }

    pub(crate) fn figures(&self) -> Value {
        json!({
            "answered": self.answered(),
            "seconds": self.took.as_secs_f64(),
            "round-trips-per-second": self.rate(),
            "p50-ms": self.quantile(500).as_secs_f64() * 1_000.0,
            "p99-ms": self.quantile(990).as_secs_f64() * 1_000.0,
            "lost": self.lost,
            "wrong": self.wrong,
            "repeated": self.repeated,
        })
    }
}
