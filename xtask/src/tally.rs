//! Adds up what several test runners report, each in its own words.

use std::fmt;

/// Tests over all runs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
    /// Runs that ended badly, by what they were.
    broken: Vec<String>,
}

impl Tally {
    /// Counts a line of `cargo test`: `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    pub(crate) fn cargo(&mut self, line: &str) {
        let Some((_, counts)) = line.split_once("test result: ") else { return };
        let counts = counts.split_once(". ").map_or(counts, |(_, counts)| counts);
        for count in counts.split("; ") {
            match count.split_once(' ') {
                Some((number, "passed")) => self.passed += number.parse().unwrap_or(0),
                Some((number, "failed")) => self.failed += number.parse().unwrap_or(0),
                Some((number, "ignored")) => self.skipped += number.parse().unwrap_or(0),
                _ => {}
            }
        }
    }

    /// Counts a line of the summary of Node's test runner: `# pass 3`, or `ℹ pass 3` on a terminal.
    pub(crate) fn node(&mut self, line: &str) {
        let Some(summary) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")) else { return };
        match summary.split_once(' ') {
            Some(("pass", number)) => self.passed += number.parse().unwrap_or(0),
            Some(("fail" | "cancelled", number)) => self.failed += number.parse().unwrap_or(0),
            Some(("skipped" | "todo", number)) => self.skipped += number.parse().unwrap_or(0),
            _ => {}
        }
    }

    /// Notes how a run ended. One that breaks before its first test fails the whole just as well.
    pub(crate) fn ended(&mut self, run: &str, succeeded: bool) {
        if !succeeded {
            self.broken.push(run.to_owned());
        }
    }

    /// An error that names the runs that ended badly, where there are any.
    pub(crate) fn verdict(&self) -> anyhow::Result<()> {
        anyhow::ensure!(self.broken.is_empty(), "these ended badly: {}", self.broken.join(", "));
        anyhow::ensure!(self.failed == 0, "{} tests failed", self.failed);
        anyhow::ensure!(self.passed > 0, "no test ran");
        Ok(())
    }
}

/// The closing line of a run.
impl fmt::Display for Tally {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(to, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn runs_of_cargo_and_node_are_added_up() {
        let mut tally = Tally::default();
        tally.cargo("running 4 tests");
        tally
            .cargo("test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s");
        tally.cargo("test result: ok. 10 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s");
        tally.node("# tests 6");
        tally.node("# pass 5");
        tally.node("ℹ fail 1");
        assert_eq!(tally.to_string(), "18 passed, 2 failed, 2 skipped");
        assert!(tally.verdict().is_err());
    }

    #[test]
    fn a_run_that_breaks_without_a_failed_test_is_a_failure() {
        let mut tally = Tally::default();
        tally.cargo("test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s");
        assert!(tally.verdict().is_ok());
        tally.ended("the Rust tests", false);
        assert_eq!(tally.verdict().unwrap_err().to_string(), "these ended badly: the Rust tests");
    }

    #[test]
    fn a_run_without_a_test_is_a_failure() {
        assert!(Tally::default().verdict().is_err());
    }
}
