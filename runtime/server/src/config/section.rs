//! One table of the configuration, read key by key: wrong values and unknown keys become problems, and reading goes on.

use std::cell::RefCell;
use std::time::Duration;

use super::document::{Key, Node, Value};
use super::nearest;
use super::problem::Problems;
use super::quantity;

/// A value and the line that it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Located<T> {
    pub(crate) value: T,
    /// From 1.
    pub(crate) line: usize,
}

/// A table that is being read.
pub(crate) struct Section<'a> {
    /// For messages: `channels.whatsapp`; empty: the document itself.
    path: String,
    line: usize,
    entries: &'a [(Key, Node)],
    asked: RefCell<Vec<&'static str>>,
    problems: &'a Problems,
}

impl<'a> Section<'a> {
    /// A whole document.
    pub(crate) fn document(node: &'a Node, problems: &'a Problems) -> Self {
        Self::of(String::new(), node, problems)
    }

    fn of(path: String, node: &'a Node, problems: &'a Problems) -> Self {
        let entries = match &node.value {
            Value::Table(entries) => entries.as_slice(),
            other => {
                problems.add(node.line, format!("`{path}` has to be a table, not {}", other.kind()));
                &[]
            }
        };
        Self { path, line: node.line, entries, asked: RefCell::default(), problems }
    }

    /// Where it begins.
    pub(crate) fn line(&self) -> usize {
        self.line
    }

    pub(crate) fn problems(&self) -> &'a Problems {
        self.problems
    }

    pub(crate) fn node(&self, key: &'static str) -> Option<&'a Node> {
        self.asked.borrow_mut().push(key);
        self.entries.iter().find(|(known, _)| known.name == key).map(|(_, node)| node)
    }

    pub(crate) fn text(&self, key: &'static str) -> Option<Located<String>> {
        let node = self.node(key)?;
        self.text_of(key, node)
    }

    /// It has to be there.
    pub(crate) fn required(&self, key: &'static str) -> Option<Located<String>> {
        if self.node(key).is_none() {
            self.problems.add(self.line, format!("`{}` needs `{key}`", self.path));
        }
        self.text(key)
    }

    pub(crate) fn texts(&self, key: &'static str) -> Option<Vec<Located<String>>> {
        let node = self.node(key)?;
        Some(self.texts_of(key, node))
    }

    pub(crate) fn boolean(&self, key: &'static str) -> Option<bool> {
        let node = self.node(key)?;
        match &node.value {
            Value::Boolean(value) => Some(*value),
            other => self.wrong(node, key, "true or false", other),
        }
    }

    /// Not negative.
    pub(crate) fn integer<T: TryFrom<i64>>(&self, key: &'static str) -> Option<T> {
        let node = self.node(key)?;
        match &node.value {
            Value::Integer(number) => T::try_from(*number).ok().or_else(|| {
                self.problems.add(node.line, format!("{} cannot be {number}", self.name(key)));
                None
            }),
            other => self.wrong(node, key, "a whole number", other),
        }
    }

    /// From 0 to 1.
    pub(crate) fn share(&self, key: &'static str) -> Option<f32> {
        let node = self.node(key)?;
        let number = match &node.value {
            Value::Number(number) => *number,
            Value::Integer(number @ 0..=1) => *number as f64,
            other => return self.wrong(node, key, "a number from 0 to 1", other),
        };
        if !(0.0..=1.0).contains(&number) {
            self.problems.add(node.line, format!("{} has to be from 0 to 1, not {number}", self.name(key)));
            return None;
        }
        Some(number as f32)
    }

    pub(crate) fn duration(&self, key: &'static str) -> Option<Duration> {
        self.quantity(key, "a duration such as \"30s\", \"15m\" or \"30d\"", quantity::duration)
    }

    pub(crate) fn size(&self, key: &'static str) -> Option<usize> {
        self.quantity(key, "a size such as \"64KiB\" or \"10MiB\"", quantity::size)
    }

    /// One of these words.
    pub(crate) fn choice<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = words.iter().find(|(word, _)| *word == text.value).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let words: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            let (name, value) = (self.name(key), &text.value);
            self.problems.add(text.line, format!("{name} has to be {}, not \"{value}\"", words.join(" or ")));
        }
        found
    }

    /// A table within; none where it is not written.
    pub(crate) fn section(&self, key: &'static str) -> Option<Section<'a>> {
        let node = self.node(key)?;
        Some(Self::of(self.inner(key), node, self.problems))
    }

    /// The tables of a table whose keys are names that the operator chooses.
    pub(crate) fn named(&self, key: &'static str) -> Vec<(Located<String>, Section<'a>)> {
        let Some(section) = self.section(key) else { return Vec::new() };
        let read = |(key, node): &'a (Key, Node)| {
            let name = Located { value: key.name.clone(), line: key.line };
            if !is_name(&key.name) {
                let message = "a name is lower-case letters, digits and dashes: it stands in addresses";
                self.problems.add(key.line, format!("`{}`: {message}", key.name));
            }
            (name, Self::of(section.inner(&key.name), node, self.problems))
        };
        section.entries.iter().map(read).collect()
    }

    /// All texts, or lists of texts, of a table whose keys the operator chooses; what is neither is left out.
    pub(crate) fn open_texts(&self) -> Vec<(Located<String>, Vec<Located<String>>)> {
        let read = |(key, node): &(Key, Node)| {
            let name = Located { value: key.name.clone(), line: key.line };
            let texts = self.texts_of(&key.name, node);
            (matches!(node.value, Value::List(_)) || !texts.is_empty()).then_some((name, texts))
        };
        self.entries.iter().filter_map(read).collect()
    }

    /// Reports keys that nobody asked for. Every section ends so.
    pub(crate) fn close(self) {
        let asked = self.asked.borrow();
        for (key, _) in self.entries.iter().filter(|(key, _)| !asked.contains(&key.name.as_str())) {
            let hint = nearest::hint(&key.name, asked.iter().copied());
            let place = if self.path.is_empty() { String::new() } else { format!(" in `{}`", self.path) };
            self.problems.add(key.line, format!("unknown key `{}`{place}{hint}", key.name));
        }
    }

    fn text_of(&self, key: &str, node: &Node) -> Option<Located<String>> {
        match &node.value {
            Value::Text(text) | Value::Moment(text) => Some(Located { value: text.clone(), line: node.line }),
            other => self.wrong(node, key, "a text", other),
        }
    }

    /// A single text counts as a list of one.
    fn texts_of(&self, key: &str, node: &Node) -> Vec<Located<String>> {
        match &node.value {
            Value::List(nodes) => nodes.iter().filter_map(|node| self.text_of(key, node)).collect(),
            _ => self.text_of(key, node).into_iter().collect(),
        }
    }

    fn quantity<T>(&self, key: &'static str, example: &str, parse: fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(key)?;
        let parsed = parse(&text.value);
        if parsed.is_none() {
            self.problems.add(text.line, format!("{} has to be {example}, not \"{}\"", self.name(key), text.value));
        }
        parsed
    }

    fn wrong<T>(&self, node: &Node, key: &str, expected: &str, found: &Value) -> Option<T> {
        self.problems.add(node.line, format!("{} has to be {expected}, not {}", self.name(key), found.kind()));
        None
    }

    fn name(&self, key: &str) -> String {
        format!("`{}`", self.inner(key))
    }

    fn inner(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

/// Whether a channel, skill or queue may be called so.
fn is_name(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    !name.is_empty() && name.chars().all(is_letter)
}
