//! Which statement of one answer corresponds to which of another.

use super::{Change, json, statement::Statement, words};

/// So many differences within one statement are told.
const PARTS: usize = 4;

/// What is the same at both ends is left out; of the rest, statements of the same sort are held against each other in order.
pub(super) fn align(before: &[Statement], now: &[Statement]) -> Vec<Change> {
    let (before, now) = without_common_ends(before, now);
    let mut taken = vec![false; now.len()];
    let mut changes = vec![];
    for old in before {
        let same_sort = (0..now.len()).find(|index| !taken[*index] && now[*index].what == old.what);
        match same_sort {
            Some(index) => {
                taken[index] = true;
                changes.extend(replaced(old, &now[index]));
            }
            None => changes.push(Change::Removed { what: old.what.to_owned(), before: words::short(&old.words) }),
        }
    }
    let added = now.iter().zip(taken).filter(|(_, taken)| !taken).map(|(new, _)| new);
    changes.extend(added.map(|new| Change::Added { what: new.what.to_owned(), now: words::short(&new.words) }));
    if changes.is_empty() {
        changes
            .extend(now.first().map(|new| Change::Moved { what: new.what.to_owned(), now: words::short(&new.words) }));
    }
    changes
}

fn without_common_ends<'a>(before: &'a [Statement], now: &'a [Statement]) -> (&'a [Statement], &'a [Statement]) {
    let beginning = before.iter().zip(now).take_while(|(old, new)| old.is_same(new)).count();
    let (before, now) = (&before[beginning..], &now[beginning..]);
    let end = before.iter().rev().zip(now.iter().rev()).take_while(|(old, new)| old.is_same(new)).count();
    (&before[..before.len() - end], &now[..now.len() - end])
}

/// In the words of the statements where those differ, else by the parts that do.
fn replaced(old: &Statement, new: &Statement) -> Vec<Change> {
    if old.is_same(new) {
        return vec![];
    }
    if old.words != new.words {
        let (before, now) = words::where_they_differ(&old.words, &new.words);
        return vec![Change::Replaced { what: old.what.to_owned(), before, now }];
    }
    let parts = json::differences(&old.whole, &new.whole);
    let more = parts.len().saturating_sub(PARTS);
    let mut changes: Vec<Change> = parts
        .into_iter()
        .take(PARTS)
        .map(|part| {
            let (before, now) = words::where_they_differ(&part.before, &part.now);
            Change::Replaced { what: format!("{}, {}", old.what, part.at), before, now }
        })
        .collect();
    if more > 0 {
        let now = format!("{more} other parts differ");
        changes.push(Change::Added { what: old.what.to_owned(), now });
    }
    changes
}
