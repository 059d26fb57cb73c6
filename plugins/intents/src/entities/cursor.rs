//! Walks over a message character by character, for patterns that allow blanks and dots between groups.

/// A place in a message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    message: &'a str,
    pub(super) offset: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(message: &'a str, offset: usize) -> Self {
        Self { message, offset }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.message[self.offset..].chars().next()
    }

    /// The next character if it passes, and beyond it.
    pub(super) fn take(&mut self, passes: impl Fn(char) -> bool) -> Option<char> {
        let letter = self.peek().filter(|letter| passes(*letter))?;
        self.offset += letter.len_utf8();
        Some(letter)
    }

    /// Beyond `word`, if it stands here.
    pub(super) fn skip(&mut self, word: &str) -> bool {
        let stands = self.message[self.offset..].starts_with(word);
        self.offset += if stands { word.len() } else { 0 };
        stands
    }

    /// Digits, from `least` to `most` of them, and no further digit behind.
    pub(super) fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let (start, mut number) = (self.offset, 0_u32);
        while let Some(digit) = self.take(|letter| letter.is_ascii_digit()) {
            if self.offset - start > most {
                return None;
            }
            number = number * 10 + digit.to_digit(10)?;
        }
        (self.offset - start >= least).then_some(number)
    }

    /// Whether a word could end here.
    pub(super) fn at_boundary(&self) -> bool {
        self.peek().is_none_or(|letter| !letter.is_alphanumeric())
    }
}

/// Every place where a word or number begins with a character that passes.
pub(super) fn beginnings(message: &str, passes: impl Fn(char) -> bool) -> impl Iterator<Item = usize> {
    let mut inside = false;
    message.char_indices().filter_map(move |(offset, letter)| {
        let begins = !inside && passes(letter);
        inside = letter.is_alphanumeric();
        begins.then_some(offset)
    })
}

/// What people put between the groups of a long number.
pub(super) fn is_separator(letter: char) -> bool {
    matches!(letter, ' ' | '.' | '-' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\u{2011}' | '\u{2013}')
}
