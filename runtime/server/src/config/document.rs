//! A TOML document whose every key and value knows its line.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::Problems;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// From 1.
    pub(crate) line: usize,
    pub(crate) value: Value,
}

#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    Integer(i64),
    Number(f64),
    Boolean(bool),
    /// A date or time, as it is written.
    Moment(String),
    List(Vec<Node>),
    Table(Vec<(Key, Node)>),
}

/// A key and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) name: String,
    /// From 1.
    pub(crate) line: usize,
}

impl Value {
    /// For messages: "…, not a number".
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Integer(_) | Self::Number(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::Moment(_) => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }

    /// As JSON, for a plugin's settings.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Text(text) | Self::Moment(text) => text.clone().into(),
            Self::Integer(number) => (*number).into(),
            Self::Number(number) => (*number).into(),
            Self::Boolean(value) => (*value).into(),
            Self::List(nodes) => nodes.iter().map(|node| node.value.to_json()).collect(),
            Self::Table(entries) => {
                entries.iter().map(|(key, node)| (key.name.clone(), node.value.to_json())).collect()
            }
        }
    }
}

/// Reads a file. What cannot be read is a problem, and the rest of the document is empty then.
pub(crate) fn read(file: &Path, problems: &Problems) -> Node {
    match std::fs::read_to_string(file) {
        Ok(text) => parse(&text, file, problems),
        Err(error) => {
            problems.add_to(file, 1, format!("cannot be read: {error}"));
            empty()
        }
    }
}

/// As above, from text that was read already.
pub(crate) fn parse(text: &str, file: &Path, problems: &Problems) -> Node {
    let lines = Lines::of(text);
    match DeTable::parse(text) {
        Ok(table) => Node { line: 1, value: Value::Table(entries(table.get_ref(), &lines)) },
        Err(error) => {
            let line = error.span().map_or(1, |span| lines.at(span.start));
            problems.add_to(file, line, format!("not valid TOML: {}", error.message().replace('\n', " ")));
            empty()
        }
    }
}

fn empty() -> Node {
    Node { line: 1, value: Value::Table(Vec::new()) }
}

fn entries(table: &DeTable<'_>, lines: &Lines) -> Vec<(Key, Node)> {
    let mut entries: Vec<_> = table
        .iter()
        .map(|(key, value)| {
            let line = lines.at(key.span().start);
            (Key { name: key.get_ref().to_string(), line }, node(value, line, lines))
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.line);
    entries
}

/// A table that is written as a section has no place of its own: it stands where its key does.
fn node(value: &Spanned<DeValue<'_>>, key_line: usize, lines: &Lines) -> Node {
    let line = match value.get_ref() {
        DeValue::Table(_) => key_line,
        _ => lines.at(value.span().start),
    };
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::Text(number.to_string()), Value::Integer),
        DeValue::Float(number) => {
            number.as_str().parse().map_or_else(|_| Value::Text(number.to_string()), Value::Number)
        }
        DeValue::Boolean(value) => Value::Boolean(*value),
        DeValue::Datetime(moment) => Value::Moment(moment.to_string()),
        DeValue::Array(values) => Value::List(values.iter().map(|value| node(value, line, lines)).collect()),
        DeValue::Table(table) => Value::Table(entries(table, lines)),
    };
    Node { line, value }
}

/// Where lines begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    /// From 1.
    fn at(&self, offset: usize) -> usize {
        self.0.partition_point(|start| *start <= offset)
    }
}
