//! Keeping what people read short, without hiding where two texts differ.

/// Letters of a text that is shown.
const LONGEST: usize = 160;
/// Letters before the first difference that are shown.
const LEAD: usize = 24;

/// The text in quotation marks.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\n', "⏎"))
}

/// The beginning of a text that is too long.
pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Two texts, from shortly before the first letter in which they differ where they are too long to be shown whole.
pub(super) fn where_they_differ(before: &str, now: &str) -> (String, String) {
    if before.chars().count() <= LONGEST && now.chars().count() <= LONGEST {
        return (before.to_owned(), now.to_owned());
    }
    let same = before.chars().zip(now.chars()).take_while(|(old, new)| old == new).count();
    let skip = same.saturating_sub(LEAD);
    let from = |text: &str| {
        let rest: String = text.chars().skip(skip).collect();
        if skip == 0 { short(&rest) } else { format!("…{}", short(&rest)) }
    };
    (from(before), from(now))
}
