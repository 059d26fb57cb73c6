//! Rich messages: blocks of text that may be nested, as the text that is read.

use serde_json::Value;

/// What a rich message says, a block a line; none where there is no text in it.
pub(super) fn text(message: &Value) -> Option<String> {
    let blocks = message["blocks"].as_array()?;
    let lines: Vec<String> = blocks.iter().map(block_text).filter(|line| !line.is_empty()).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Blocks nest under these names; `cells` are rows of cells.
fn block_text(block: &Value) -> String {
    let mut parts = vec![inline(&block["text"])];
    for member in ["blocks", "items", "summary", "caption"] {
        parts.push(nested(&block[member], "\n"));
    }
    let rows = block["cells"].as_array().into_iter().flatten();
    parts.extend(rows.map(|row| nested(row, " | ")));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn nested(value: &Value, between: &str) -> String {
    match value {
        Value::Array(parts) => {
            let parts: Vec<String> = parts.iter().map(block_text).filter(|part| !part.is_empty()).collect();
            parts.join(between)
        }
        Value::Object(_) => block_text(value),
        other => inline(other),
    }
}

/// A text is a string, a list of texts, or one with a look of its own.
fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(inline).collect(),
        Value::Object(_) => inline(&value["text"]),
        _ => String::new(),
    }
}
