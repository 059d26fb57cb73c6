//! Why a plugin could not be made ready. Why a call gave no answer is the engine's `PluginError`.

use std::path::PathBuf;

use sportello_domain::{contract::Problem, revision::RevisionId};
use sportello_engine::ports::PluginError;

/// Why the host could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The machine does not give what running plugins takes.
    #[error("plugins cannot be run here: {0}")]
    Engine(String),
    /// The cache of compiled plugins cannot be used.
    #[error("the cache of compiled plugins at {}: {reason}", path.display())]
    Cache {
        /// Its folder, or a file in it.
        path: PathBuf,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// It is no component, or cannot be compiled.
    #[error("the plugin cannot be compiled: {0}")]
    Compile(String),
    /// It is a component, but not a plugin of this contract.
    #[error("{0}")]
    Link(#[from] LinkError),
    /// The revision says one thing and the component another.
    #[error("{revision}: its {part} is {expected}, but the component's is {found}; make a new revision of it")]
    Mismatch {
        /// Which.
        revision: RevisionId,
        /// Digest, kind or contract version.
        part: &'static str,
        /// As the revision has it.
        expected: String,
        /// As the component has it.
        found: String,
    },
    /// It was called, and gave no answer.
    #[error(transparent)]
    Call(#[from] PluginError),
    /// A model does not fit the plugin.
    #[error("{revision} does not take this model: {reason}; train it again")]
    Model {
        /// Which.
        revision: RevisionId,
        /// In the plugin's words.
        reason: String,
    },
    /// A model cannot be made of a corpus.
    #[error("{revision} cannot learn from this corpus: {}", list(problems))]
    Corpus {
        /// Which.
        revision: RevisionId,
        /// What is wrong, by example.
        problems: Vec<Problem>,
    },
    /// A call by hand names no export or has other arguments.
    #[error("{function}: {reason}")]
    Arguments {
        /// The export.
        function: String,
        /// What is wrong, and what there is.
        reason: String,
    },
    /// The cases that a component carries cannot be run.
    #[error("the plugin's cases cannot be run: {0}")]
    Cases(String),
    /// An answer could not be written as JSON.
    #[error("the answer of {function} cannot be written as JSON: {reason}")]
    Answer {
        /// The export.
        function: String,
        /// Why.
        reason: String,
    },
}

/// Why a component is not a plugin of this contract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It was built against another version of the contract.
    #[error(
        "the component has {interface}@{found}, and this host knows {interface}@{expected}: rebuild the plugin against \
         version {expected} of the contract{}",
        if newer(found, expected) { ", or update the host" } else { "" }
    )]
    Version {
        /// For instance `sportello:plugin/channel`.
        interface: String,
        /// What the host knows.
        expected: &'static str,
        /// What the component has.
        found: String,
    },
    /// It exports no interface of the contract.
    #[error(
        "the component exports none of sportello:plugin/channel, nlu and skill @{expected} (it exports {found}): build \
         it for one of the worlds of the contract"
    )]
    NoPlugin {
        /// What the host knows.
        expected: &'static str,
        /// What it exports instead.
        found: String,
    },
    /// It exports several.
    #[error("the component exports {0}: a plugin is of one kind, so make several components of it")]
    Several(String),
    /// It wants what no plugin gets.
    #[error("the component imports {interface}, which no plugin gets: {instead}")]
    Forbidden {
        /// For instance `wasi:http/outgoing-handler@0.2.3`.
        interface: String,
        /// What to do.
        instead: &'static str,
    },
    /// An item has another shape than the contract's.
    #[error("the component does not fit {interface}@{expected}: {reason}; rebuild it against the contract as released")]
    Shape {
        /// For instance `sportello:plugin/channel`.
        interface: String,
        /// What the host knows.
        expected: &'static str,
        /// Which item, and how it differs.
        reason: String,
    },
}

/// Whether a version is above another, as numbers between dots.
fn newer(found: &str, expected: &str) -> bool {
    let numbers = |version: &str| version.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u64>>();
    numbers(found) > numbers(expected)
}

/// Problems as one line.
fn list(problems: &[Problem]) -> String {
    let words = |problem: &Problem| match problem.example {
        Some(example) => format!("example {example}: {}", problem.reason),
        None => problem.reason.clone(),
    };
    problems.iter().map(words).collect::<Vec<_>>().join("; ")
}
