//! Postcodes of four or five digits, as most of Europe has them.
//!
//! A bare number may be anything, so something must speak for it: a country before it ("CH-8001"), the word for postcode, a
//! place behind it ("8001 Zürich"), that it is all there is, or that one was asked for.

use super::Find;
use super::cursor::{Cursor, beginnings};
use crate::text::Text;

/// Folded words after which a postcode comes.
const NAMES: [&str; 9] = ["plz", "postleitzahl", "npa", "cp", "postal", "cap", "postcode", "zip", "code"];
/// Folded words behind a number that make it an amount or a date, though they begin with a capital.
const UNITS: [&str; 38] = [
    "franken",
    "chf",
    "fr",
    "sfr",
    "rappen",
    "euro",
    "euros",
    "eur",
    "usd",
    "dollar",
    "dollars",
    "pfund",
    "gramm",
    "g",
    "kg",
    "kilo",
    "kilogramm",
    "km",
    "meter",
    "stuck",
    "pakete",
    "packchen",
    "sendungen",
    "briefe",
    "flyer",
    "exemplare",
    "uhr",
    "stunden",
    "tage",
    "jahre",
    "personen",
    "kunden",
    "punkte",
    "prozent",
    "mal",
    "lire",
    "francs",
    "franchi",
];
/// Nothing starts with a zero in a country of four-digit postcodes.
const FOUR_DIGITS: std::ops::RangeInclusive<u32> = 1000..=9999;

pub(super) fn find(message: &str, text: &Text, expected: bool) -> impl Iterator<Item = Find> {
    beginnings(message, |letter| letter.is_ascii_digit()).filter_map(move |start| {
        let mut cursor = Cursor::new(message, start);
        let number = cursor.number(4, 5)?;
        let end = cursor.offset;
        let long_enough = end - start == 5 || FOUR_DIGITS.contains(&number);
        let sound = long_enough && cursor.at_boundary() && is_whole(message, start, end);
        let spoken_for = expected
            || is_alone(message, start, end)
            || is_announced(message, text, start)
            || has_place(text, message, end);
        (sound && spoken_for).then(|| Find { span: start..end, value: message[start..end].to_owned() })
    })
}

/// Not a part of "1234.50" or "12-34567".
fn is_whole(message: &str, start: usize, end: usize) -> bool {
    let mut before = message[..start].chars().rev();
    let mut after = message[end..].chars();
    let joins = |letter: Option<char>| matches!(letter, Some('.' | ',' | '-' | '/' | '\'' | '’' | ':' | '+'));
    let is_digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
    let in_number = |outwards: &mut dyn Iterator<Item = char>| joins(outwards.next()) && is_digit(outwards.next());
    !in_number(&mut before) && !in_number(&mut after)
}

fn is_alone(message: &str, start: usize, end: usize) -> bool {
    let around = message[..start].chars().chain(message[end..].chars());
    around.into_iter().all(|letter| !letter.is_alphanumeric())
}

/// "PLZ 8001", "code postal: 75001", "CH-8001".
fn is_announced(message: &str, text: &Text, start: usize) -> bool {
    let after = text.words.partition_point(|word| word.source.end <= start);
    let Some(word) = after.checked_sub(1).and_then(|index| text.words.get(index)) else { return false };
    let named = text.is_one_of(word, &NAMES);
    let country = &message[word.source.clone()];
    let prefixed = &message[word.source.end..start] == "-"
        && country.len() <= 2
        && country.bytes().all(|byte| byte.is_ascii_uppercase());
    named || prefixed
}

/// A word with a capital follows, that is no unit.
fn has_place(text: &Text, message: &str, end: usize) -> bool {
    let index = text.words.partition_point(|word| word.source.start < end);
    let Some(word) = text.words.get(index) else { return false };
    let capital = message[word.source.start..].starts_with(char::is_uppercase);
    let unit = text.is_one_of(word, &UNITS);
    &message[end..word.source.start] == " " && capital && !unit
}
