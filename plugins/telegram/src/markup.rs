//! Turns `*bold*` and `_italic_` into entities, which need no escaping and are counted in UTF-16 units.
//!
//! A mark opens before a character that is no white space and after one that is neither letter nor digit, and closes the
//! other way round, on the same line. So `snake_case`, `2 * 3` and links keep their characters.

use serde_json::{Value, json};

/// A text without its marks, and what they said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Styled {
    /// What is read.
    pub text: String,
    /// Sorted by where they begin; the longer first.
    pub entities: Vec<Entity>,
}

/// A part of a text that looks different.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entity {
    /// UTF-16 units before it.
    pub offset: usize,
    /// UTF-16 units of it.
    pub length: usize,
    /// "bold" or "italic".
    pub kind: &'static str,
}

impl Styled {
    /// Reads the markup of a text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let characters: Vec<char> = text.chars().collect();
        let pairs = pairs(&characters, &in_links(&characters));
        let mut styled = Self { text: String::with_capacity(text.len()), entities: vec![] };
        let mut offsets = Vec::with_capacity(characters.len());
        let mut offset = 0;
        for (at, &character) in characters.iter().enumerate() {
            offsets.push(offset);
            if !pairs.iter().any(|&(open, close)| at == open || at == close) {
                styled.text.push(character);
                offset += character.len_utf16();
            }
        }
        styled.entities =
            pairs.iter().map(|&(open, close)| entity(characters[open], offsets[open], offsets[close])).collect();
        styled.entities.sort_by_key(|entity| (entity.offset, usize::MAX - entity.length, entity.kind));
        styled.entities.dedup();
        styled
    }

    /// A text that is bold as a whole, followed by another one.
    #[must_use]
    pub fn headed(title: &str, text: &str) -> Self {
        let mut styled = Self::parse(text);
        let title = title.trim();
        let head = format!("{title}\n\n");
        let shift = utf16(&head);
        styled.entities.iter_mut().for_each(|entity| entity.offset += shift);
        styled.entities.insert(0, Entity { offset: 0, length: utf16(title), kind: "bold" });
        styled.text.insert_str(0, &head);
        styled
    }

    /// UTF-16 units, as Telegram counts them.
    #[must_use]
    pub fn length(&self) -> usize {
        utf16(&self.text)
    }

    /// Sets the text and its entities as these two parameters.
    pub(crate) fn put(&self, parameters: &mut Value, text: &str, entities: &str) {
        parameters[text] = json!(self.text);
        if !self.entities.is_empty() {
            let entity =
                |entity: &Entity| json!({"type": entity.kind, "offset": entity.offset, "length": entity.length});
            parameters[entities] = self.entities.iter().map(entity).collect();
        }
    }
}

/// UTF-16 units of a text.
pub(crate) fn utf16(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

fn entity(mark: char, start: usize, end: usize) -> Entity {
    Entity { offset: start, length: end - start, kind: if mark == '*' { "bold" } else { "italic" } }
}

/// Where marks open and close, by the number of the character.
fn pairs(characters: &[char], verbatim: &[bool]) -> Vec<(usize, usize)> {
    let mut pairs = vec![];
    let mut open: Vec<usize> = vec![];
    for (at, &character) in characters.iter().enumerate() {
        if character == '\n' {
            open.clear();
        }
        if !matches!(character, '*' | '_') || verbatim[at] {
            continue;
        }
        let before = at.checked_sub(1).map(|before| characters[before]);
        let after = characters.get(at + 1).copied();
        let closes = before.is_some_and(|before| !before.is_whitespace()) && !after.is_some_and(char::is_alphanumeric);
        let opener = open.iter().rposition(|&start| characters[start] == character && start + 1 < at);
        match opener.filter(|_| closes) {
            Some(position) => {
                pairs.push((open[position], at));
                open.truncate(position);
            }
            None => {
                let opens =
                    after.is_some_and(|after| !after.is_whitespace()) && !before.is_some_and(char::is_alphanumeric);
                if opens {
                    open.push(at);
                }
            }
        }
    }
    pairs.retain(|&(start, end)| says_something(&characters[start + 1..end]));
    pairs
}

/// A pair around nothing but marks is no markup.
fn says_something(inside: &[char]) -> bool {
    inside.iter().any(|character| !matches!(character, '*' | '_') && !character.is_whitespace())
}

/// Which characters belong to a link; marks at its end do not.
fn in_links(characters: &[char]) -> Vec<bool> {
    let mut inside = vec![false; characters.len()];
    let mut at = 0;
    while at < characters.len() {
        if !begins_link(&characters[at..]) {
            at += 1;
            continue;
        }
        let length = characters[at..].iter().take_while(|character| !character.is_whitespace()).count();
        let marks = characters[at..at + length].iter().rev().take_while(|mark| matches!(mark, '*' | '_')).count();
        inside[at..at + length - marks].fill(true);
        at += length;
    }
    inside
}

fn begins_link(rest: &[char]) -> bool {
    ["https://", "http://"].iter().any(|scheme| {
        let mut characters = rest.iter();
        scheme.chars().all(|expected| characters.next() == Some(&expected))
    })
}
