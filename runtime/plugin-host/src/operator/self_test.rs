//! The self-test of a revision: the cases that its component carries, run as live calls are, under the same limits.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::case::{Case, Mismatch};
use crate::{PluginHost, error::HostError};

/// So many cases a component may carry: each may take as long as a call may.
const MOST_CASES: usize = 1000;
/// And so long may all of them take together.
const PATIENCE: Duration = Duration::from_secs(600);

/// What came of one case.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct CaseResult {
    /// The name of its file, without the ending.
    pub name: String,
    /// Whether it passed.
    pub verdict: Verdict,
    /// With linking, and with training where a model is behind the call.
    #[serde(skip)]
    pub took: Duration,
}

/// Whether a case passed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The answer is as expected.
    Passed,
    /// It is not.
    Mismatch(Mismatch),
    /// There was no answer: it trapped, ran into a limit, or the case is none.
    Failed(String),
}

impl CaseResult {
    /// Whether the answer is as expected.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.verdict == Verdict::Passed
    }
}

impl std::fmt::Display for CaseResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.verdict {
            Verdict::Passed => write!(f, "{}: passed", self.name),
            Verdict::Mismatch(mismatch) => write!(f, "{}: {mismatch}", self.name),
            Verdict::Failed(reason) => write!(f, "{}: {reason}", self.name),
        }
    }
}

impl PluginHost {
    /// Runs all cases that a component carries, by name. Settings and secrets are those of each case, so that what is tested
    /// is the component; none of the calls leaves the host. Empty where it carries no cases.
    ///
    /// # Errors
    /// What is wrong with the component; [`HostError::Cases`] where the section of cases cannot be read, or holds too many.
    pub async fn self_test(&self, component: &[u8]) -> Result<Vec<CaseResult>, HostError> {
        let checked = self.check(component).await?;
        let cases = sportello_cases::read(component).map_err(|error| HostError::Cases(error.to_string()))?;
        if cases.len() > MOST_CASES {
            return Err(HostError::Cases(format!("there are {}, and {MOST_CASES} are possible", cases.len())));
        }
        let began = Instant::now();
        let mut results = Vec::with_capacity(cases.len());
        for (name, case) in cases {
            let start = Instant::now();
            let verdict = match serde_json::from_value::<Case>(case) {
                _ if began.elapsed() > PATIENCE => {
                    Verdict::Failed(format!("not run: the cases before it took {} s", PATIENCE.as_secs()))
                }
                Err(error) => Verdict::Failed(format!("it is no case as wit/JSON.md describes it: {error}")),
                Ok(case) => match self.run_checked(&checked, &case).await {
                    Ok(None) => Verdict::Passed,
                    Ok(Some(mismatch)) => Verdict::Mismatch(mismatch),
                    Err(error) => Verdict::Failed(error.to_string()),
                },
            };
            results.push(CaseResult { name, verdict, took: start.elapsed() });
        }
        Ok(results)
    }
}
