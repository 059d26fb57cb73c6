//! Links that hide behind words. Offsets are in UTF-16 units, in which an emoji counts two.

use serde_json::Value;

use crate::json::text;

/// The text, with the address of each such link behind its words.
pub(super) fn with_links(words: &str, entities: &[Value]) -> String {
    let mut links: Vec<(usize, &str)> = entities.iter().filter_map(|entity| link(words, entity)).collect();
    // From the end, so that the places before stay where they are; where two end together, in their order.
    links.sort_by_key(|(end, _)| *end);
    let mut expanded = words.to_owned();
    for (end, url) in links.into_iter().rev() {
        expanded.insert_str(end, &format!(" ({url})"));
    }
    expanded
}

/// Where the words of a link end, and its address; none where the words are the address.
fn link<'a>(words: &str, entity: &'a Value) -> Option<(usize, &'a str)> {
    let url = text(entity, "url").filter(|_| text(entity, "type") == Some("text_link"))?;
    let offset = usize::try_from(entity["offset"].as_u64()?).ok()?;
    let length = usize::try_from(entity["length"].as_u64()?).ok()?;
    let (start, end) = (byte_at(words, offset), byte_at(words, offset.saturating_add(length)));
    (&words[start..end] != url).then_some((end, url))
}

/// The byte before which so many UTF-16 units stand; one inside a character counts as its end, one beyond the text as the
/// text's.
fn byte_at(text: &str, units: usize) -> usize {
    let mut before = 0;
    for (at, character) in text.char_indices() {
        if before >= units {
            return at;
        }
        before += character.len_utf16();
    }
    text.len()
}
