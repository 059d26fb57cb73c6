//! Reads a message as the words that a classifier compares: lower case, accents aside, runs of letters shortened.
//!
//! Every word is kept in two forms. `plain` is in lower case with its accents, and tells languages apart. `folded` also
//! loses accents, compatibility forms (`ﬁ`, full width) and long repetitions (`sooooo`), spells `ß` as `ss`, and shows the
//! shape of long numbers instead of their digits, so that people who type in haste mean the same as people who do not.

use std::ops::Range;

use unicode_normalization::char::{compose, decompose_compatible, is_combining_mark};

/// One word, as ranges of [`Text::plain`] and [`Text::folded`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) plain: Range<usize>,
    pub(crate) folded: Range<usize>,
    /// Byte offsets in the message.
    pub(crate) source: Range<usize>,
}

/// A message in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) plain: Vec<char>,
    pub(crate) folded: Vec<char>,
    pub(crate) words: Vec<Word>,
    /// Whether there is a question mark.
    pub(crate) asks: bool,
}

/// A number with so many digits is a reference, not a quantity: its digits say nothing about what is meant.
const REFERENCE_DIGITS: usize = 4;

impl Text {
    pub(crate) fn read(message: &str) -> Self {
        let letters = || Vec::with_capacity(message.len());
        let text =
            Self { plain: letters(), folded: letters(), words: Vec::with_capacity(message.len() / 4), asks: false };
        let mut reader = Reader { text, ..Reader::default() };
        for (offset, letter) in message.char_indices() {
            reader.take(offset, letter);
        }
        reader.end_word(message.len());
        reader.text.asks = message.contains(['?', '？', '؟']);
        reader.text
    }

    pub(crate) fn plain(&self, word: &Word) -> &[char] {
        &self.plain[word.plain.clone()]
    }

    pub(crate) fn folded(&self, word: &Word) -> &[char] {
        &self.folded[word.folded.clone()]
    }

    /// Whether the folded word is one of these.
    pub(crate) fn is_one_of(&self, word: &Word, words: &[&str]) -> bool {
        let folded = self.folded(word);
        let Some(first) = folded.first().map(|letter| first_byte(*letter)) else { return false };
        // Nearly all differ in their first byte.
        words.iter().any(|other| other.as_bytes().first() == Some(&first) && folded.iter().copied().eq(other.chars()))
    }

    /// The plain words with single spaces: two texts with the same canonical form are the same to the classifier.
    pub(crate) fn canonical(&self) -> String {
        let mut canonical = String::new();
        for word in &self.words {
            if !canonical.is_empty() {
                canonical.push(' ');
            }
            canonical.extend(self.plain(word));
        }
        canonical
    }
}

#[derive(Default)]
struct Reader {
    text: Text,
    plain_start: usize,
    folded_start: usize,
    source_start: usize,
    digits: usize,
}

impl Reader {
    fn take(&mut self, offset: usize, letter: char) {
        if letter.is_ascii() {
            return match letter.is_ascii_alphanumeric() {
                true => self.letter(offset, letter.to_ascii_lowercase(), letter.to_ascii_lowercase()),
                false if letter == '$' => self.symbol(offset, letter),
                false => self.end_word(offset),
            };
        }
        if is_combining_mark(letter) {
            return self.mark(letter);
        }
        match kind_of(letter) {
            Kind::Letter => self.foreign_letter(offset, letter),
            Kind::Symbol => self.symbol(offset, letter),
            Kind::Nothing => {}
            Kind::Separator => self.end_word(offset),
        }
    }

    fn letter(&mut self, offset: usize, plain: char, folded: char) {
        if self.text.plain.len() == self.plain_start {
            self.source_start = offset;
        }
        self.text.plain.push(plain);
        self.fold(folded);
    }

    fn fold(&mut self, letter: char) {
        self.digits += usize::from(letter.is_ascii_digit());
        let word = &self.text.folded[self.folded_start..];
        if !letter.is_ascii_digit() && word.ends_with(&[letter, letter]) {
            return;
        }
        self.text.folded.push(letter);
    }

    fn foreign_letter(&mut self, offset: usize, letter: char) {
        if self.text.plain.len() == self.plain_start {
            self.source_start = offset;
        }
        for lower in letter.to_lowercase().filter(|lower| !is_combining_mark(*lower)) {
            self.text.plain.push(lower);
            match spelled_out(lower) {
                Some(letters) => letters.chars().for_each(|letter| self.fold(letter)),
                None => decompose_compatible(lower, |part| {
                    if !is_combining_mark(part) {
                        part.to_lowercase().for_each(|part| self.fold(part));
                    }
                }),
            }
        }
    }

    /// An accent that follows its letter, as some keyboards send it.
    fn mark(&mut self, mark: char) {
        if self.text.plain.len() == self.plain_start {
            return;
        }
        if let Some(last) = self.text.plain.last_mut() {
            *last = compose(*last, mark).unwrap_or(*last);
        }
    }

    fn symbol(&mut self, offset: usize, symbol: char) {
        self.end_word(offset);
        self.letter(offset, symbol, symbol);
        self.end_word(offset + symbol.len_utf8());
    }

    fn end_word(&mut self, offset: usize) {
        if self.text.plain.len() > self.plain_start {
            if self.digits >= REFERENCE_DIGITS {
                self.hide_digits();
            }
            self.text.words.push(Word {
                plain: self.plain_start..self.text.plain.len(),
                folded: self.folded_start..self.text.folded.len(),
                source: self.source_start..offset,
            });
        }
        self.plain_start = self.text.plain.len();
        self.folded_start = self.text.folded.len();
        self.digits = 0;
    }

    fn hide_digits(&mut self) {
        let mut end = self.folded_start;
        for index in self.folded_start..self.text.folded.len() {
            let letter = self.text.folded[index];
            let shape = if letter.is_ascii_digit() { '0' } else { letter };
            if shape == '0' && self.text.folded[self.folded_start..end].ends_with(&['0', '0']) {
                continue;
            }
            self.text.folded[end] = shape;
            end += 1;
        }
        self.text.folded.truncate(end);
    }
}

/// With which a letter begins in UTF-8.
pub(crate) fn first_byte(letter: char) -> u8 {
    letter.encode_utf8(&mut [0; 4]).as_bytes()[0]
}

enum Kind {
    Letter,
    /// Means something by itself: emoji, arrows, currencies.
    Symbol,
    /// Joins or decorates: zero-width characters, variation selectors, skin tones.
    Nothing,
    Separator,
}

fn kind_of(letter: char) -> Kind {
    match letter {
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => {
            Kind::Nothing
        }
        '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e01ef}' => Kind::Nothing,
        '£' | '¥' | '\u{20a0}'..='\u{20cf}' | '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' => Kind::Symbol,
        _ if letter.is_alphanumeric() => Kind::Letter,
        _ => Kind::Separator,
    }
}

/// Letters that are spelled with others where a keyboard lacks them, and that Unicode does not decompose.
fn spelled_out(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ı' => "i",
        'þ' => "th",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(message: &str, plain: &[&str], folded: &[&str]) {
        let text = Text::read(message);
        let read =
            |form: fn(&Text, &Word) -> String| text.words.iter().map(|word| form(&text, word)).collect::<Vec<_>>();
        assert_eq!(read(|text, word| text.plain(word).iter().collect()), plain, "plain words of {message:?}");
        assert_eq!(read(|text, word| text.folded(word).iter().collect()), folded, "folded words of {message:?}");
    }

    #[test]
    fn words_lose_case_and_accents_but_keep_a_plain_form() {
        check("Où est mon COLIS?", &["où", "est", "mon", "colis"], &["ou", "est", "mon", "colis"]);
        check("Straße / STRASSE / Strasse", &["straße", "strasse", "strasse"], &["strasse"; 3]);
        check("l’envoi s'il", &["l", "envoi", "s", "il"], &["l", "envoi", "s", "il"]);
        check("cœur ﬁn", &["cœur", "ﬁn"], &["coeur", "fin"]);
    }

    #[test]
    fn accents_may_follow_their_letter() {
        check("pa\u{308}ckchen e\u{301}te\u{301}", &["päckchen", "été"], &["packchen", "ete"]);
        check("\u{301}\u{301} x", &["x"], &["x"]);
    }

    #[test]
    fn emoji_are_words_and_their_decoration_is_not() {
        check("danke👍🏽!!❤️", &["danke", "👍", "❤"], &["danke", "👍", "❤"]);
        check("5€ $3", &["5", "€", "$", "3"], &["5", "€", "$", "3"]);
    }

    #[test]
    fn haste_and_references_are_evened_out() {
        check("sooooo 100", &["sooooo", "100"], &["soo", "100"]);
        check("RR123456785CH 990012", &["rr123456785ch", "990012"], &["rr00ch", "00"]);
    }

    proptest! {
        #[test]
        fn any_text_has_words_in_order_and_within_it(message in "\\PC{0,60}") {
            let text = Text::read(&message);
            let mut end = 0;
            for word in &text.words {
                prop_assert!(word.source.start >= end && word.source.end > word.source.start);
                prop_assert!(message.get(word.source.clone()).is_some());
                prop_assert!(!text.plain(word).is_empty());
                end = word.source.end;
            }
        }

        #[test]
        fn case_does_not_matter(message in "[a-zäöüéèàç ]{0,40}") {
            let (lower, upper) = (Text::read(&message), Text::read(&message.to_uppercase()));
            prop_assert_eq!(lower.folded, upper.folded);
        }
    }
}
