//! What operators do with a component before it is anything's revision: look at it, call it by hand, try it on its cases.

mod arguments;
mod case;
mod inspect;
mod json;
mod self_test;

pub use case::{Case, Mismatch};
pub use inspect::Inspection;
pub use self_test::{CaseResult, Verdict};
