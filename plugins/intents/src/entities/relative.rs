//! Days told from today: weekdays ("am Montag", "lundi prochain", "last Friday") and distances ("in drei Tagen", "il y a
//! deux semaines", "tre giorni fa"), in German, French, Italian and English. The normal form is ISO 8601.
//!
//! A weekday alone is the next one; what comes after "since" or with "last" is the one before. Today is never meant.

use std::ops::Range;

use super::Find;
use super::calendar::Day;
use crate::text::{Text, Word};

/// Folded names of the days of the week, Monday first.
const WEEKDAYS: [&[&str]; 7] = [
    &["montag", "lundi", "lunedi", "monday", "mantig"],
    &["dienstag", "mardi", "martedi", "tuesday", "zischtig", "ziischtig"],
    &["mittwoch", "mercredi", "mercoledi", "wednesday", "mittwuch"],
    &["donnerstag", "jeudi", "giovedi", "thursday", "donnschtig", "dunschtig"],
    &["freitag", "vendredi", "venerdi", "friday", "fritig", "friitig"],
    &["samstag", "samedi", "sabato", "saturday", "samschtig", "sonnabend"],
    &["sonntag", "dimanche", "domenica", "sunday", "sunntig"],
];
/// Beside a weekday: the one that has been.
const PAST: [&str; 17] = [
    "letzten",
    "letzte",
    "letzter",
    "vergangenen",
    "seit",
    "dernier",
    "passe",
    "depuis",
    "scorso",
    "scorsa",
    "dal",
    "da",
    "last",
    "past",
    "since",
    "letscht",
    "letschte",
];
/// Beside a weekday: the one to come, and part of its place.
const COMING: [&str; 9] =
    ["nachsten", "nachster", "kommenden", "prochain", "prossimo", "prossima", "next", "coming", "nachscht"];

const NUMBERS: [&[&str]; 10] = [
    &["1", "ein", "einem", "einer", "un", "une", "uno", "una", "one", "a", "eim"],
    &["2", "zwei", "deux", "due", "two", "zwe", "zwoi"],
    &["3", "drei", "trois", "tre", "three", "dru", "dri"],
    &["4", "vier", "quatre", "quattro", "four"],
    &["5", "funf", "fuenf", "cinq", "cinque", "five"],
    &["6", "sechs", "six", "sei", "sachs"],
    &["7", "sieben", "sept", "sette", "seven"],
    &["8", "acht", "huit", "otto", "eight"],
    &["9", "neun", "neuf", "nove", "nine"],
    &["10", "zehn", "dix", "dieci", "ten"],
];
const DAYS: [&str; 8] = ["tag", "tage", "tagen", "jour", "jours", "giorno", "giorni", "days"];
const WEEKS: [&str; 9] = ["woche", "wochen", "semaine", "semaines", "settimana", "settimane", "week", "weeks", "wuche"];
/// Before a distance, by how many words: ahead or back.
const AHEAD: [&str; 4] = ["in", "dans", "tra", "fra"];
const BACK: [&str; 1] = ["vor"];
/// "il y a", as words.
const IL_Y_A: [&str; 3] = ["il", "y", "a"];
/// After a distance: back.
const AGO: [&str; 2] = ["fa", "ago"];

pub(super) fn find(text: &Text, now: u64) -> impl Iterator<Item = Find> {
    let today = Day::of(now);
    (0..text.words.len()).filter_map(move |index| weekday(text, index, today).or_else(|| distance(text, index, today)))
}

fn weekday(text: &Text, index: usize, today: Day) -> Option<Find> {
    let weekday = WEEKDAYS.iter().position(|names| is(text, index, names))? as i64;
    let ahead = (weekday - today.weekday() + 6) % 7 + 1;
    let beside = |words: &[&str]| [index.wrapping_sub(1), index + 1].into_iter().find(|place| is(text, *place, words));
    let (days, other) = match (beside(&PAST), beside(&COMING)) {
        (Some(_), _) => (if ahead == 7 { -7 } else { ahead - 7 }, None),
        (None, coming) => (ahead, coming),
    };
    let other = other.unwrap_or(index);
    let span = place(&text.words[index.min(other)..=index.max(other)]);
    Some(Find { span, value: today.plus(days).to_string() })
}

/// At the unit: "drei Tagen", with what stands before it or behind.
fn distance(text: &Text, index: usize, today: Day) -> Option<Find> {
    let unit = match () {
        () if is(text, index, &DAYS) || is(text, index, &["day"]) => 1,
        () if is(text, index, &WEEKS) => 7,
        () => return None,
    };
    let number = index.checked_sub(1)?;
    let count = NUMBERS.iter().position(|names| is(text, number, names))? as i64 + 1;
    let first = number.wrapping_sub(1);
    let il_y_a = || (1..=3).all(|steps| is(text, number.wrapping_sub(steps), &IL_Y_A[3 - steps..4 - steps]));
    let (direction, range) = match () {
        () if is(text, index + 1, &AGO) => (-1, number..index + 2),
        () if is(text, first, &BACK) => (-1, first..index + 1),
        () if il_y_a() => (-1, number - 3..index + 1),
        () if is(text, first, &AHEAD) => (1, first..index + 1),
        () => return None,
    };
    Some(Find { span: place(&text.words[range]), value: today.plus(direction * count * unit).to_string() })
}

fn place(words: &[Word]) -> Range<usize> {
    words.first().map_or(0, |word| word.source.start)..words.last().map_or(0, |word| word.source.end)
}

fn is(text: &Text, index: usize, words: &[&str]) -> bool {
    text.words.get(index).is_some_and(|word| text.is_one_of(word, words))
}
