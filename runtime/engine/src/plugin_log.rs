//! The last lines that plugins wrote, for whoever looks at one right now. They live in memory, on the node where they were written;
//! what is to be kept is the business of the server's own log.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use sportello_domain::Instant;

/// So many lines of each name are there at once: one that is loud pushes out none of the others'.
const LINES: usize = 500;
/// So many characters of each.
const LENGTH: usize = 2_000;

/// A line that a plugin wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct LogLine {
    /// Greater than that of every line before it, those before a restart of the server included.
    pub number: u64,
    /// When.
    pub at: Instant,
    /// Which revision wrote it.
    pub revision: String,
    /// For which conversation, where it was called for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// In which export.
    pub function: String,
    /// What.
    pub text: String,
}

/// The last lines of all plugins.
#[derive(Debug, Default)]
pub struct PluginLog(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    last: u64,
    lines: BTreeMap<String, VecDeque<LogLine>>,
}

impl PluginLog {
    /// Keeps a line; its number is drawn here, from the time.
    pub fn push(&self, line: LogLine) {
        let mut kept = self.kept();
        // Microseconds, as JSON can say them: whoever read on before a restart reads on after it.
        kept.last = (kept.last + 1).max(line.at.saturating_mul(1_000));
        let text = line.text.chars().take(LENGTH).collect();
        let line = LogLine { number: kept.last, text, ..line };
        let name = line.revision.split('@').next().unwrap_or_default().to_owned();
        let lines = kept.lines.entry(name).or_default();
        if lines.len() >= LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// The first lines of a name that come after this number, oldest first; where none is given, the last ones.
    #[must_use]
    pub fn read(&self, name: &str, after: Option<u64>, limit: usize) -> Vec<LogLine> {
        let kept = self.kept();
        let Some(lines) = kept.lines.get(name) else { return vec![] };
        match after {
            Some(after) => lines.iter().filter(|line| line.number > after).take(limit).cloned().collect(),
            None => lines.iter().skip(lines.len().saturating_sub(limit)).cloned().collect(),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(lines: impl IntoIterator<Item = (&'static str, u64)>) -> PluginLog {
        let log = PluginLog::default();
        for (revision, at) in lines {
            let (revision, text) = (revision.to_owned(), format!("at {at}"));
            log.push(LogLine { at, revision, text, ..LogLine::default() });
        }
        log
    }

    fn texts(lines: Vec<LogLine>) -> Vec<String> {
        lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn whoever_reads_on_misses_nothing_and_gets_nothing_twice() {
        let log = log([("faq@1", 5), ("faq@2", 5), ("chat@1", 6), ("faq@2", 4)]);
        let first = log.read("faq", Some(0), 2);
        assert_eq!(texts(first.clone()), ["at 5", "at 5"]);
        assert_eq!(texts(log.read("faq", Some(first[1].number), 10)), ["at 4"], "a clock that went back");
        assert_eq!(texts(log.read("faq", None, 1)), ["at 4"]);
        assert!(log.read("nobody", None, 10).is_empty());
    }

    #[test]
    fn a_loud_plugin_pushes_out_its_own_lines_only() {
        let loud = (0..2 * LINES as u64).map(|at| ("loud@1", at));
        let log = log([("quiet@1", 1)].into_iter().chain(loud));
        assert_eq!(log.read("loud", Some(0), 10_000).len(), LINES);
        assert_eq!(texts(log.read("quiet", None, 10)), ["at 1"]);
    }
}
