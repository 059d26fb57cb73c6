//! Numbers of the operator's own, by pattern: `#` stands for a digit, `@` for a letter, all else for itself.
//!
//! Blanks, dots and hyphens may be missing or more than the pattern has. The normal form is the pattern's own spelling, with
//! capitals.

use super::Find;
use super::cursor::{Cursor, beginnings, is_separator};

/// Places where a pattern stands as a whole word.
pub(super) fn find(message: &str, pattern: &str) -> impl Iterator<Item = Find> {
    beginnings(message, char::is_alphanumeric).filter_map(move |start| read(message, start, pattern))
}

fn read(message: &str, start: usize, pattern: &str) -> Option<Find> {
    let mut cursor = Cursor::new(message, start);
    let mut value = String::new();
    for expected in pattern.trim().chars() {
        if is_separator(expected) || expected == '/' {
            cursor.take(|letter| is_separator(letter) || letter == '/');
            value.push(expected);
            continue;
        }
        let mut next = cursor;
        if !value.is_empty() && next.take(is_separator).is_some() {
            cursor = next;
        }
        let letter = cursor.take(|letter| match expected {
            '#' => letter.is_ascii_digit(),
            '@' => letter.is_alphabetic(),
            _ => letter.to_uppercase().eq(expected.to_uppercase()),
        })?;
        value.extend(letter.to_uppercase());
    }
    (!value.is_empty() && cursor.at_boundary()).then_some(Find { span: start..cursor.offset, value })
}
