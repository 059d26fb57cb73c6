//! A statement with its arguments, and what comes of it.

use serde::Serialize;

use super::{Fields, Value};
use crate::error::{Done, Failure};

/// Arguments of most statements.
const USUAL: usize = 8;

/// A statement with its arguments.
pub(crate) struct Statement<'a> {
    text: &'static str,
    values: Vec<Value<'a>>,
    /// The first argument that could not be written.
    broken: Option<String>,
}

impl<'a> Statement<'a> {
    /// A text that is always the same, so that a connection prepares it once.
    pub(crate) fn of(text: &'static str) -> Self {
        Self { text, values: Vec::with_capacity(USUAL), broken: None }
    }

    /// The next argument.
    pub(crate) fn bind(mut self, value: impl Into<Value<'a>>) -> Self {
        self.values.push(value.into());
        self
    }

    /// The next argument, as JSON.
    pub(crate) fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        match serde_json::to_string(value) {
            Ok(text) => self.bind(text),
            Err(error) => {
                self.broken.get_or_insert(error.to_string());
                self.bind(Value::Null)
            }
        }
    }

    /// The next argument, as JSON where there is something.
    pub(crate) fn maybe_json<T: Serialize>(self, value: Option<&T>) -> Self {
        match value {
            Some(value) => self.json(value),
            None => self.bind(Value::Null),
        }
    }

    /// Text and arguments, if all of them could be written.
    pub(crate) fn parts(self) -> Done<(&'static str, Vec<Value<'a>>)> {
        match self.broken {
            Some(message) => Err(Failure::Form(message)),
            None => Ok((self.text, self.values)),
        }
    }
}

/// The columns of a row.
pub(crate) type Row = Vec<Value<'static>>;

/// What came of a statement.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) rows: Vec<Row>,
    /// How many rows it changed.
    pub(crate) changes: u64,
}

impl Answer {
    /// The first row.
    pub(crate) fn first(self) -> Option<Fields> {
        self.all().next()
    }

    /// All rows.
    pub(crate) fn all(self) -> impl DoubleEndedIterator<Item = Fields> {
        self.rows.into_iter().map(Fields::of)
    }
}
