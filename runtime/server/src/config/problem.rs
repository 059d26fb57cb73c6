//! What is wrong with a configuration: collected, so that an operator sees all of it at once.

use std::cell::RefCell;
use std::fmt;
use std::path::{Path, PathBuf};

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    pub(crate) file: PathBuf,
    /// From 1.
    pub(crate) line: usize,
    /// What is wrong, and what to do.
    pub(crate) message: String,
    /// Whether the server runs all the same.
    pub(crate) tolerable: bool,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let warning = if self.tolerable { "warning: " } else { "" };
        write!(f, "{}:{}: {warning}{}", self.file.display(), self.line, self.message)
    }
}

/// Everything that is wrong. The file is the one that problems are about unless they say otherwise.
#[derive(Debug)]
pub(crate) struct Problems {
    file: PathBuf,
    found: RefCell<Vec<Problem>>,
}

impl Problems {
    pub(crate) fn of(file: &Path) -> Self {
        Self { file: file.to_owned(), found: RefCell::default() }
    }

    pub(crate) fn add(&self, line: usize, message: impl Into<String>) {
        self.add_to(&self.file, line, message);
    }

    /// About another file than the configuration itself.
    pub(crate) fn add_to(&self, file: &Path, line: usize, message: impl Into<String>) {
        self.push(file, line, message.into(), false);
    }

    /// The server runs all the same.
    pub(crate) fn warn(&self, line: usize, message: impl Into<String>) {
        self.push(&self.file, line, message.into(), true);
    }

    /// Whether the server can run.
    pub(crate) fn are_tolerable(&self) -> bool {
        self.found.borrow().iter().all(|problem| problem.tolerable)
    }

    /// Takes over what was found in another file.
    pub(crate) fn absorb(&self, others: Self) {
        self.found.borrow_mut().append(&mut others.found.into_inner());
    }

    fn push(&self, file: &Path, line: usize, message: String, tolerable: bool) {
        self.found.borrow_mut().push(Problem { file: file.to_owned(), line, message, tolerable });
    }

    /// By file and line, each once.
    pub(crate) fn sorted(&self) -> Vec<Problem> {
        let mut found = self.found.borrow().clone();
        found.sort();
        found.dedup();
        found
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sorted().iter().try_for_each(|problem| writeln!(f, "{problem}"))
    }
}
