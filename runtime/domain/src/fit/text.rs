//! Cutting a long text where a reader would.

use super::length::{cost, length};
use crate::contract::Unit;

/// Parts that are none longer than `limit`, cut after a paragraph, a line, a sentence or a word where there is one in the second
/// half of the part, and between characters else. Nothing but white space at the cuts is lost.
#[must_use]
pub(super) fn split(text: &str, limit: usize, unit: Unit) -> Vec<&str> {
    let mut parts = vec![];
    let mut rest = text.trim_end();
    while length(rest, unit) > limit {
        let end = fitting(rest, limit, unit);
        let cut = break_before(&rest[..end]).unwrap_or(end);
        parts.push(rest[..cut].trim_end());
        rest = rest[cut..].trim_start();
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(rest);
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The byte at which the longest fitting start ends; at least one character, or nothing would ever end.
fn fitting(text: &str, limit: usize, unit: Unit) -> usize {
    let mut used = 0;
    for (at, character) in text.char_indices() {
        used += cost(character, unit);
        if used > limit && at > 0 {
            return at;
        }
    }
    text.len()
}

fn break_before(text: &str) -> Option<usize> {
    let late = |at: &usize| *at * 2 >= text.len();
    ["\n\n", "\n", ". ", "! ", "? ", " "]
        .iter()
        .find_map(|mark| text.rfind(mark).map(|at| at + mark.len()).filter(late))
}
