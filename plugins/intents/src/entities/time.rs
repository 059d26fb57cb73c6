//! Times of day: "14:30", "14h30", "8.30 Uhr", "5 pm". The normal form is "14:30".

use super::Find;
use super::cursor::{Cursor, beginnings};

/// Words behind an hour, in lower case.
const HOURS: [&str; 5] = ["uhr", "heures", "heure", "ore", "o'clock"];
/// Words before an hour that leave no other reading.
const BEFORE: [&str; 2] = ["ore", "uhr"];

pub(super) fn find(message: &str) -> impl Iterator<Item = Find> {
    beginnings(message, |letter| letter.is_ascii_digit()).filter_map(|start| {
        let announced = || {
            let before = message[..start].trim_end();
            let word = before.rsplit(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
            before.len() < start && BEFORE.iter().any(|known| word.eq_ignore_ascii_case(known))
        };
        let mut cursor = Cursor::new(message, start);
        let hour = cursor.number(1, 2)?;
        let (minute, marked, end) = rest(cursor, &announced)?;
        let (hour, end) = half_of_day(hour, end).or_else(|| marked.then_some((hour, end)))?;
        let sound = hour < 24 && minute < 60 && ends(end);
        sound.then(|| Find { span: start..end.offset, value: format!("{hour:02}:{minute:02}") })
    })
}

/// The minutes, whether something says that this is a time, and where it ends.
fn rest<'a>(hour: Cursor<'a>, announced: &dyn Fn() -> bool) -> Option<(u32, bool, Cursor<'a>)> {
    let minutes = |separators: &[char]| {
        let mut cursor = hour;
        cursor.take(|letter| separators.contains(&letter))?;
        Some((cursor.number(2, 2)?, cursor))
    };
    if let Some((minute, cursor)) = minutes(&[':', 'h', 'H']) {
        return Some((minute, true, behind(cursor).unwrap_or(cursor)));
    }
    if let Some((minute, cursor)) = minutes(&['.']) {
        let word = behind(cursor);
        return Some((minute, word.is_some() || announced(), word.unwrap_or(cursor)));
    }
    let mut cursor = hour;
    cursor.take(|letter| letter == ' ');
    if cursor.take(|letter| matches!(letter, 'h' | 'H')).is_some() && cursor.at_boundary() {
        return Some((0, true, cursor));
    }
    let word = behind(hour);
    Some((0, word.is_some() || announced(), word.unwrap_or(hour)))
}

/// Beyond a word for hours, if one stands here.
fn behind(cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    HOURS.iter().find_map(|word| after(cursor, word))
}

/// The hour of 24 where "am" or "pm" stands here, and where that ends.
fn half_of_day(hour: u32, cursor: Cursor<'_>) -> Option<(u32, Cursor<'_>)> {
    let find = |forms: [&str; 2]| forms.iter().find_map(|form| after(cursor, form));
    let (afternoon, end) = find(["pm", "p.m."]).map(|end| (12, end)).or_else(|| Some((0, find(["am", "a.m."])?)))?;
    (1..=12).contains(&hour).then_some((hour % 12 + afternoon, end))
}

/// Beyond a blank, perhaps, and a word.
fn after<'a>(mut cursor: Cursor<'a>, word: &str) -> Option<Cursor<'a>> {
    cursor.take(|letter| letter == ' ');
    for expected in word.chars() {
        cursor.take(|letter| letter.eq_ignore_ascii_case(&expected))?;
    }
    cursor.at_boundary().then_some(cursor)
}

/// Neither a word nor a number goes on here.
fn ends(cursor: Cursor<'_>) -> bool {
    let mut next = cursor;
    let goes_on = next.take(|letter| matches!(letter, '.' | ':' | ',' | '/')).is_some();
    cursor.at_boundary() && !(goes_on && next.peek().is_some_and(|letter| letter.is_ascii_digit()))
}
