//! What operators do with a component before it is anything's revision: look at it, call it by hand, try it on its cases.

mod arguments;
mod case;
mod inspect;
mod json;

pub use case::{Case, Mismatch};
pub use inspect::Inspection;
