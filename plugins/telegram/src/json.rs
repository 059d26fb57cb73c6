//! Reads members that may be absent or empty.

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

/// A number that is an id, as text. Telegram's ids have up to 52 bits, and those of groups are negative.
pub(crate) fn id(value: &Value, member: &str) -> Option<String> {
    value[member].as_i64().map(|id| id.to_string())
}

/// Milliseconds, out of a member that holds seconds; none for zero, which stands for a time that is not known.
pub(crate) fn instant(value: &Value, member: &str) -> Option<u64> {
    value[member].as_u64().filter(|seconds| *seconds > 0)?.checked_mul(1000)
}
