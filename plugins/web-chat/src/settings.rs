//! What the operator may set.

use serde::Deserialize;
use serde_json::{Value, json};

/// Everything has a default.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Settings {
    /// Pages of other origins that may carry the window, such as `https://shop.example`; `*`: any.
    pub origins: Vec<String>,
    /// Longest text of a customer, in characters.
    pub text_length: u32,
    /// Days after which a visitor who stayed away begins anew; none: never.
    pub token_days: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { origins: vec![], text_length: 4_000, token_days: None }
    }
}

/// The JSON Schema of [`Settings`].
pub(crate) fn schema() -> Value {
    let defaults = Settings::default();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "origins": {
                "type": "array",
                "items": { "type": "string" },
                "default": defaults.origins,
                "description": "Origins of other sites whose pages may carry the window, such as https://shop.example; \
                    \"*\" allows any. Pages of this server's own origin always may."
            },
            "text-length": {
                "type": "integer",
                "minimum": 1,
                "default": defaults.text_length,
                "description": "Longest text that a customer may send, in characters."
            },
            "token-days": {
                "type": "integer",
                "minimum": 1,
                "description": "Days after which a visitor who stayed away begins a new conversation. Without it, never."
            }
        }
    })
}
