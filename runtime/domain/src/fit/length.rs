//! How long a text is, as platforms count.

use crate::contract::Unit;

/// GSM 03.38, basic character set: one septet each.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its extension: two septets each.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// The length of a text.
#[must_use]
pub(super) fn length(text: &str, unit: Unit) -> usize {
    text.chars().map(|character| cost(character, unit)).sum()
}

/// What one character adds. A character outside GSM 03.38 turns the whole message to UCS-2, of which 70 units fill what
/// 160 septets fill; it is counted as so much more, which never lets too long a text pass.
#[must_use]
pub(super) fn cost(character: char, unit: Unit) -> usize {
    match unit {
        Unit::CodePoints => 1,
        Unit::Utf16 => character.len_utf16(),
        Unit::Bytes => character.len_utf8(),
        Unit::Gsm7 if BASIC.contains(character) => 1,
        Unit::Gsm7 if EXTENSION.contains(character) => 2,
        Unit::Gsm7 => 3 * character.len_utf16(),
    }
}

/// The longest start of a text that is not longer than so much, with a sign that something is missing where it is cut.
#[must_use]
pub(super) fn shorten(text: &str, limit: usize, unit: Unit) -> String {
    if length(text, unit) <= limit {
        return text.to_owned();
    }
    let room = limit.saturating_sub(cost('…', unit));
    let mut used = 0;
    let kept: String = text
        .chars()
        .take_while(|character| {
            used += cost(*character, unit);
            used <= room
        })
        .collect();
    format!("{}…", kept.trim_end())
}
