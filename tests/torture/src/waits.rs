//! How long customers waited for their answers.

use std::fmt;

/// The waits for the answers that came, in milliseconds.
#[derive(Debug, Clone, Default)]
pub struct Waits {
    /// How many waited.
    pub asked: usize,
    /// For each answer, the shortest first.
    pub sorted: Vec<u64>,
}

impl Waits {
    /// The wait that so many per cent did not exceed.
    pub fn quantile(&self, per_cent: usize) -> u64 {
        let index = (self.sorted.len() * per_cent / 100).min(self.sorted.len().saturating_sub(1));
        self.sorted.get(index).copied().unwrap_or_default()
    }
}

/// For people.
impl fmt::Display for Waits {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            to,
            "{} of {} answered, p50 {} ms, p99 {} ms",
            self.sorted.len(),
            self.asked,
            self.quantile(50),
            self.quantile(99)
        )
    }
}
