//! The rules of the house, checked over the files of the repository. `tests/house.rs` runs them all.
//!
//! A rule is a function from the tree of files to findings. It sees nothing else, so its own tests show it a tree made up
//! for the purpose.

mod exceptions;
mod finding;
pub mod rules;
mod tree;

pub use exceptions::{Exception, Exceptions, ExceptionsError};
pub use finding::Finding;
pub use tree::{File, Tree, TreeError};
