//! How a host is set up.

use std::path::PathBuf;

use crate::limits::{Concurrency, Limits};

/// Who turns components into machine code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compiler {
    /// A process of its own with limited memory and time, since compiling hostile code can take very long:
    /// `EXE compile --input FILE --output FILE`, which calls [`crate::compile_command`].
    Process {
        /// The program, mostly the one that runs.
        exe: PathBuf,
    },
    /// This process, without limits: for plugins that are trusted, such as those of a test.
    InProcess,
}

/// How a host is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostConfig {
    /// A folder for compiled plugins that nobody else can write; made when it is not there.
    pub cache: PathBuf,
    /// Who compiles.
    pub compiler: Compiler,
    /// Of a call within a turn.
    pub limits: Limits,
    /// For loading a model, and for the memory that it keeps.
    pub model_limits: Limits,
    /// For training one.
    pub training_limits: Limits,
    /// How many calls run and wait.
    pub concurrency: Concurrency,
}

impl HostConfig {
    /// With the limits that are on by default.
    #[must_use]
    pub fn new(cache: PathBuf, compiler: Compiler) -> Self {
        Self {
            cache,
            compiler,
            limits: Limits::call(),
            model_limits: Limits::model(),
            training_limits: Limits::training(),
            concurrency: Concurrency::default(),
        }
    }

    /// Instances at once: calls under way, idle ones that are kept, warm instances of two revisions while one replaces the other,
    /// and as many that come and go.
    pub(crate) fn slots(&self) -> usize {
        self.concurrency.total + self.concurrency.kept + 4 * self.concurrency.warm
    }
}
