//! Two dates with "to" between them are one stretch of time: "20.11. bis 5.1." The normal form is an interval of ISO 8601:
//! "2026-11-20/2027-01-05".

use super::calendar::Day;
use super::cursor::Cursor;
use super::{DATE, Find, Places};

/// Words between the days of a stretch, in lower case.
const BETWEEN: [&str; 13] =
    ["bis", "bis zum", "bis am", "au", "jusqu'au", "al", "fino al", "to", "until", "till", "-", "–", "bis und mit"];

/// What is put together is of this kind.
pub(super) const KIND: &str = "date-range";

/// Puts neighbouring dates together.
pub(super) fn join(message: &str, places: &mut Places<'_>) {
    let dates: Vec<Find> =
        places.entities.values().filter(|(kind, _)| *kind == DATE).map(|(_, find)| find.clone()).collect();
    let mut taken = 0;
    for (index, last) in dates.iter().enumerate() {
        let previous = index.checked_sub(1).and_then(|index| dates.get(index)).filter(|find| find.span.start >= taken);
        let Some((first, day)) = previous
            .and_then(|first| connected(message, first.span.end, last).then(|| (first.span.start, first.value.clone())))
            .or_else(|| bare_day(message, taken, last))
        else {
            continue;
        };
        if day > last.value {
            continue;
        }
        let find = Find { span: first..last.span.end, value: format!("{day}/{}", last.value) };
        let within: Vec<usize> = places.entities.range(find.span.clone()).map(|(start, _)| *start).collect();
        within.iter().for_each(|start| drop(places.entities.remove(start)));
        taken = find.span.end;
        places.add(KIND, Some(find));
    }
}

fn connected(message: &str, end: usize, last: &Find) -> bool {
    message.get(end..last.span.start).is_some_and(|between| BETWEEN.contains(&between.trim().to_lowercase().as_str()))
}

/// "5. bis" before "10. Juli": the day of the same month, with its place.
fn bare_day(message: &str, taken: usize, last: &Find) -> Option<(usize, String)> {
    let before = message.get(taken..last.span.start)?;
    let between =
        BETWEEN.iter().filter(|word| before.trim_end().to_lowercase().ends_with(*word)).max_by_key(|w| w.len())?;
    let before = before.trim_end();
    let before = before.get(..before.len().checked_sub(between.len())?)?.trim_end();
    let day = before.strip_suffix('.').unwrap_or(before);
    let start = taken + day.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
    let apart = message[..start].chars().next_back().is_none_or(|letter| letter.is_whitespace());
    let number = Cursor::new(message, start).number(1, 2)?;
    let (month, _) = last.value.rsplit_once('-')?;
    let (year, month) = month.rsplit_once('-')?;
    let day = Day::new(year.parse().ok()?, month.parse().ok()?, number)?;
    apart.then(|| (start, day.to_string()))
}
