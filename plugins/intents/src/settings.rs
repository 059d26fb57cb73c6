//! What an operator may configure.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The plugin's settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Settings {
    /// Examples that an intent needs, all languages together.
    pub minimum_examples: u32,
    /// Country calling code of phone numbers that are written without one, such as "41".
    pub calling_code: String,
    /// Numbers of the operator's own, by kind: `#` stands for a digit, `@` for a letter, such as "ORD-######".
    pub patterns: BTreeMap<String, String>,
}

/// The JSON Schema of [`Settings`].
pub(crate) const SCHEMA: &str = include_str!("../settings.schema.json");

impl Default for Settings {
    fn default() -> Self {
        Self { minimum_examples: 3, calling_code: "41".into(), patterns: BTreeMap::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_names_the_settings_and_their_defaults() -> Result<(), serde_json::Error> {
        let schema: serde_json::Value = serde_json::from_str(SCHEMA)?;
        let defaults = Settings::default();
        assert_eq!(schema["properties"]["minimum-examples"]["default"], defaults.minimum_examples);
        assert_eq!(schema["properties"]["calling-code"]["default"], defaults.calling_code);
        assert_eq!(serde_json::from_str::<Settings>("{}")?, defaults);
        Ok(())
    }
}
