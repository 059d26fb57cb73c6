//! Reads members that may be absent, empty, or numbers where the documentation says strings.

use serde_json::Value;

/// A member's text, unless it is absent or empty.
pub(crate) fn text<'a>(value: &'a Value, member: &str) -> Option<&'a str> {
    value[member].as_str().filter(|text| !text.is_empty())
}

/// The same, to keep.
pub(crate) fn owned(value: &Value, member: &str) -> Option<String> {
    text(value, member).map(str::to_owned)
}

/// A member's items; none where it is no array.
pub(crate) fn items<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value[member].as_array().map_or(&[], Vec::as_slice)
}

/// Milliseconds, out of a member that holds seconds as a string or a number.
pub(crate) fn instant(value: &Value, member: &str) -> Option<u64> {
    let seconds = match &value[member] {
        Value::String(text) => text.parse().ok()?,
        other => other.as_u64()?,
    };
    u64::checked_mul(seconds, 1000)
}

/// A number that may be written as a string.
pub(crate) fn float(value: &Value, member: &str) -> Option<f64> {
    match &value[member] {
        Value::String(text) => text.parse().ok(),
        other => other.as_f64(),
    }
}
