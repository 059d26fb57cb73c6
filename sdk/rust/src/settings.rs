//! Reads what the operator configured.

use serde::de::DeserializeOwned;

use crate::stop::Stop;

/// The settings are not what the plugin's schema asks for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the settings do not fit this plugin: {0}; compare them with its settings schema (`sportello plugin inspect`)")]
pub struct SettingsError(String);

/// Reads settings out of their JSON text. No text at all counts as an empty object.
///
/// # Errors
/// When the text is not JSON, or not of the form of `S`; the message names the member.
pub fn parse<S: DeserializeOwned>(json: &str) -> Result<S, SettingsError> {
    let text = if json.trim().is_empty() { "{}" } else { json };
    serde_json::from_str(text).map_err(|error| SettingsError(error.to_string()))
}

impl<E> From<SettingsError> for Stop<E> {
    fn from(error: SettingsError) -> Self {
        Stop::Broken(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case", deny_unknown_fields)]
    #[allow(dead_code, reason = "only its form matters")]
    struct Settings {
        api_base: String,
    }

    #[test]
    fn a_missing_member_is_named() {
        let error = super::parse::<Settings>("").expect_err("api-base is required");
        assert!(error.to_string().contains("`api-base`"), "{error}");
    }

    #[test]
    fn an_unknown_member_is_named() {
        let error = super::parse::<Settings>(r#"{"api-bse": ""}"#).expect_err("a slip of the pen");
        assert!(error.to_string().contains("`api-bse`"), "{error}");
    }
}
