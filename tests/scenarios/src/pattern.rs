//! What is expected, with `…` for whatever does not matter.

/// Whether a text is as expected: `…` stands for any text, and how the text is broken into lines does not matter.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (in_one_line(pattern), in_one_line(text));
    let mut pieces = pattern.split('…').map(str::trim);
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

/// Whether a page is as expected, line by line; a line that is `…` alone stands for any number of lines.
#[must_use]
pub fn page_matches(pattern: &str, page: &str) -> bool {
    let patterns: Vec<&str> = pattern.lines().map(str::trim_end).collect();
    let lines: Vec<&str> = page.lines().map(str::trim_end).collect();
    lines_match(&patterns, &lines)
}

fn lines_match(patterns: &[&str], lines: &[&str]) -> bool {
    match (patterns, lines) {
        ([], lines) => lines.is_empty(),
        ([pattern, patterns @ ..], _) if pattern.trim() == "…" => {
            (0..=lines.len()).any(|skipped| lines_match(patterns, &lines[skipped..]))
        }
        (_, []) => false,
        ([pattern, patterns @ ..], [line, lines @ ..]) => line_matches(pattern, line) && lines_match(patterns, lines),
    }
}

/// Indentation counts here, unlike in [`matches()`].
fn line_matches(pattern: &str, line: &str) -> bool {
    let indent = |text: &str| text.len() - text.trim_start().len();
    indent(pattern) == indent(line) && matches(pattern, line)
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{matches, page_matches};

    #[test]
    fn three_dots_stand_for_anything() {
        for pattern in ["…", "Your parcel …", "… way.", "Your … is … its way.", "Your parcel is on its way."]
        {
            assert!(matches(pattern, "Your parcel\nis on its way."), "{pattern}");
        }
        for pattern in ["", "Your", "way.", "… parcel", "is … way.", "Your … way. …way."] {
            assert!(!matches(pattern, "Your parcel is on its way."), "{pattern}");
        }
    }

    #[test]
    fn a_page_is_compared_line_by_line() {
        let page = "Title\n\n  one 1\n  two\nthe end";
        assert!(page_matches("Title\n\n  one …\n  two\nthe end", page));
        assert!(page_matches("Title\n…\nthe end", page));
        assert!(page_matches("…\n  two\n…", page));
        assert!(!page_matches("Title\n  one …\n  two\nthe end", page), "an empty line counts");
        assert!(!page_matches("…\ntwo\n…", page), "so does indentation");
        assert!(!page_matches("Title\n…\n  two", page));
    }
}
