//! Where two values of JSON differ.

use serde_json::Value;

/// One place where two values differ.
pub(super) struct Part {
    /// For instance `body.text` or `options[1].title`.
    pub(super) at: String,
    pub(super) before: String,
    pub(super) now: String,
}

/// All places, outermost first.
pub(super) fn differences(before: &Value, now: &Value) -> Vec<Part> {
    let mut parts = vec![];
    walk("", before, now, &mut parts);
    parts
}

fn walk(at: &str, before: &Value, now: &Value, parts: &mut Vec<Part>) {
    match (before, now) {
        _ if before == now => {}
        (Value::Object(old), Value::Object(new)) => {
            let names = old.keys().chain(new.keys().filter(|name| !old.contains_key(*name)));
            for name in names {
                let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                walk(&at, old.get(name).unwrap_or(&Value::Null), new.get(name).unwrap_or(&Value::Null), parts);
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            for index in 0..old.len().max(new.len()) {
                let at = format!("{at}[{index}]");
                walk(&at, old.get(index).unwrap_or(&Value::Null), new.get(index).unwrap_or(&Value::Null), parts);
            }
        }
        _ => parts.push(Part { at: at.to_owned(), before: told(before), now: told(now) }),
    }
}

fn told(value: &Value) -> String {
    if value.is_null() { "nothing".to_owned() } else { value.to_string() }
}

/// Bytes as what they hold: a document where they are JSON, else as the contract writes them.
pub(super) fn of_bytes(bytes: &crate::contract::Bytes) -> Value {
    serde_json::from_slice(bytes).or_else(|_| serde_json::to_value(bytes)).unwrap_or_default()
}
