//! Statements, their arguments and their answers, whatever database runs them.
//!
//! The texts are what SQLite and PostgreSQL both read. Placeholders are `$1`, `$2` and so on, each standing first where its
//! number is next: PostgreSQL counts by their numbers, SQLite by where they first stand.

mod fields;
mod statement;
mod value;

pub(crate) use fields::{Fields, key};
pub(crate) use statement::{Answer, Row, Statement};
pub(crate) use value::Value;
