//! Dates: in figures ("23.11.2026", "23/11", "2026-11-23"), with the month's name ("23 novembre"), or relative ("morgen").
//! The normal form is ISO 8601.
//!
//! In figures the day comes before the month, as in most of the world, unless only the other order makes a date. Without a
//! year, the nearest such day is meant. Today is today in UTC.

use super::Find;
use super::calendar::Day;
use super::cursor::{Cursor, beginnings};
use crate::language::primary;
use crate::text::{Text, Word};

/// What comes before a day, so that "23.11" is no price and "24/7" no day.
const BEFORE_DAY: [&str; 26] = [
    "am", "vom", "bis", "zum", "ab", "seit", "datum", "le", "du", "au", "depuis", "date", "il", "del", "dal", "al",
    "data", "on", "by", "since", "until", "from", "dated", "den", "dem", "der",
];

pub(super) fn find_numeric(message: &str, text: &Text, now: u64) -> impl Iterator<Item = Find> {
    let today = Day::of(now);
    beginnings(message, |letter| letter.is_ascii_digit()).filter_map(move |start| {
        let cursor = Cursor::new(message, start);
        let announced = || preceding(text, start).is_some_and(|word| text.is_one_of(word, &BEFORE_DAY));
        let (day, end) = iso(cursor).or_else(|| figures(cursor, today, announced))?;
        Some(Find { span: start..end, value: day.to_string() })
    })
}

fn iso(mut cursor: Cursor<'_>) -> Option<(Day, usize)> {
    let year = cursor.number(4, 4)?;
    cursor.take(|letter| letter == '-')?;
    let month = cursor.number(2, 2)?;
    cursor.take(|letter| letter == '-')?;
    let day = Day::new(i64::from(year), month, cursor.number(2, 2)?)?;
    // A time may follow: "2026-11-23T08:00".
    let ends = cursor.at_boundary() || cursor.peek() == Some('T');
    ends.then_some((day, cursor.offset))
}

fn figures(mut cursor: Cursor<'_>, today: Day, announced: impl Fn() -> bool) -> Option<(Day, usize)> {
    let first = cursor.number(1, 2)?;
    let separator = cursor.take(|letter| matches!(letter, '.' | '/' | '-'))?;
    cursor.take(|letter| separator == '.' && letter == ' ');
    let second = cursor.number(1, 2)?;
    let without_year = cursor;
    if cursor.take(|letter| letter == separator).is_some() {
        cursor.take(|letter| separator == '.' && letter == ' ');
        let digits = cursor.offset;
        if let Some(year) = cursor.number(2, 4)
            && ends_number(cursor)
        {
            let year = match cursor.offset - digits {
                4 => i64::from(year),
                2 => full_year(year, today),
                _ => return None,
            };
            let day = Day::new(year, second, first).or_else(|| Day::new(year, first, second))?;
            return Some((day, cursor.offset));
        }
    }
    let mut end = without_year;
    let dotted = separator == '.' && end.take(|letter| letter == '.').is_some() && ends_number(end);
    let end = if dotted { end } else { without_year };
    let told = separator != '-' && (dotted || (ends_number(end) && announced()));
    told.then_some((today.nearest(second, first)?, end.offset))
}

/// Neither a word nor a number goes on here.
fn ends_number(cursor: Cursor<'_>) -> bool {
    let mut next = cursor;
    let goes_on = next.take(|letter| matches!(letter, '.' | '/' | '-' | ',' | ':')).is_some();
    cursor.at_boundary() && !(goes_on && next.peek().is_some_and(|letter| letter.is_ascii_digit()))
}

/// Two digits mean up to twenty years from now, or else the past.
fn full_year(digits: u32, today: Day) -> i64 {
    let year = today.year() / 100 * 100 + i64::from(digits);
    if year > today.year() + 20 { year - 100 } else { year }
}

/// Folded names of the months in German, French, Italian and English, with what is usually short for them.
const MONTHS: [&[&str]; 12] = [
    &["januar", "janner", "janvier", "gennaio", "january", "jan", "janv", "genn"],
    &["februar", "feber", "fevrier", "febbraio", "february", "feb", "fev", "febbr"],
    &["marz", "maerz", "mars", "marzo", "march", "mar"],
    &["april", "avril", "aprile", "apr", "avr"],
    &["mai", "maggio", "may", "mag"],
    &["juni", "juin", "giugno", "june", "jun", "giu"],
    &["juli", "juillet", "luglio", "july", "jul", "juil", "lug"],
    &["august", "aout", "agosto", "aug", "ago"],
    &["september", "septembre", "settembre", "sep", "sept", "sett"],
    &["oktober", "octobre", "ottobre", "october", "okt", "oct", "ott"],
    &["november", "novembre", "nov"],
    &["dezember", "decembre", "dicembre", "december", "dez", "dec", "dic"],
];

const BETWEEN_DAY_AND_MONTH: [&str; 3] = ["of", "de", "di"];
const AFTER_DAY: [&str; 9] = ["", "er", "st", "nd", "rd", "th", "e", "eme", "o"];

pub(super) fn find_written(message: &str, text: &Text, now: u64) -> impl Iterator<Item = Find> {
    let today = Day::of(now);
    text.words.iter().enumerate().filter_map(move |(index, word)| {
        let month = MONTHS.iter().position(|names| text.is_one_of(word, names))? as u32 + 1;
        let before = |steps: usize| index.checked_sub(steps).and_then(|index| text.words.get(index));
        let between = before(1).is_some_and(|word| text.is_one_of(word, &BETWEEN_DAY_AND_MONTH));
        let day_before = before(if between { 2 } else { 1 }).and_then(|word| Some((word, day_of(text, word)?)));
        let (first, last, day) = match day_before {
            Some((first, day)) => (first, index, day),
            None => (word, index + 1, day_of(text, text.words.get(index + 1)?)?),
        };
        let year = text.words.get(last + 1).and_then(|word| year_of(&message[word.source.clone()]));
        let last = if year.is_some() { last + 1 } else { last };
        let day = match year {
            Some(year) => Day::new(year, month, day),
            None => today.nearest(month, day),
        };
        Some(Find { span: first.source.start..text.words[last].source.end, value: day?.to_string() })
    })
}

fn day_of(text: &Text, word: &Word) -> Option<u32> {
    let word: String = text.folded(word).iter().collect();
    let digits = word.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let day = digits.parse().ok().filter(|day| (1..=31).contains(day))?;
    AFTER_DAY.contains(&&word[digits.len()..]).then_some(day)
}

fn year_of(word: &str) -> Option<i64> {
    let year = word.parse().ok().filter(|year| (1900..=2100).contains(year))?;
    (word.len() == 4).then_some(year)
}

/// Folded words for days near today, by language: what stands before, the word, and how many days away it is.
type Relative = (Option<&'static str>, &'static str, i64);
const GERMAN: &[Relative] = &[
    (None, "heute", 0),
    (None, "morgen", 1),
    (None, "ubermorgen", 2),
    (None, "uebermorgen", 2),
    (None, "gestern", -1),
    (None, "vorgestern", -2),
];
const FRENCH: &[Relative] = &[
    (Some("aujourd"), "hui", 0),
    (Some("apres"), "demain", 2),
    (Some("avant"), "hier", -2),
    (None, "demain", 1),
    (None, "hier", -1),
];
const ITALIAN: &[Relative] =
    &[(None, "oggi", 0), (None, "domani", 1), (None, "dopodomani", 2), (Some("altro"), "ieri", -2), (None, "ieri", -1)];
const ENGLISH: &[Relative] = &[(None, "today", 0), (None, "tomorrow", 1), (None, "yesterday", -1)];

/// Before "Morgen" they say that a morning is meant.
const BEFORE_MORNING: [&str; 10] =
    ["guten", "gute", "am", "jeden", "diesen", "heute", "gestern", "den", "der", "nachsten"];

pub(super) fn find_relative(text: &Text, language: &str, now: u64) -> impl Iterator<Item = Find> {
    let words = match primary(language) {
        "de" => GERMAN,
        "fr" => FRENCH,
        "it" => ITALIAN,
        "en" => ENGLISH,
        _ => &[],
    };
    text.words.iter().enumerate().filter_map(move |(index, word)| {
        let previous = index.checked_sub(1).and_then(|index| text.words.get(index));
        let stands_before = |before: &str| previous.is_some_and(|previous| text.is_one_of(previous, &[before]));
        let matches = |(before, name, _): &&Relative| text.is_one_of(word, &[name]) && before.is_none_or(stands_before);
        let (before, name, days) = words.iter().find(matches)?;
        let morning = *name == "morgen" && previous.is_some_and(|word| text.is_one_of(word, &BEFORE_MORNING));
        let start = before.and(previous).unwrap_or(word).source.start;
        (!morning).then(|| Find { span: start..word.source.end, value: Day::of(now).plus(*days).to_string() })
    })
}

/// The word before a place.
fn preceding(text: &Text, offset: usize) -> Option<&Word> {
    let after = text.words.partition_point(|word| word.source.end <= offset);
    after.checked_sub(1).and_then(|index| text.words.get(index))
}
