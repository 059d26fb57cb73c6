//! Files that may break a rule, each with the reason: `exceptions.toml`.

use serde::Deserialize;

/// The list in `exceptions.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exceptions {
    /// Files above the bound of `rules::length`.
    #[serde(default)]
    pub length: Vec<Exception>,
    /// Files of `runtime/` that are test code as a whole, and so may panic.
    #[serde(default)]
    pub panics: Vec<Exception>,
}

/// One file and why it may.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// Relative to the root.
    pub path: String,
    /// For the next reader.
    pub reason: String,
}

impl Exceptions {
    /// Reads the list.
    ///
    /// # Errors
    /// It is not TOML of this form, or an exception gives no reason.
    pub fn parse(text: &str) -> Result<Self, ExceptionsError> {
        let exceptions: Self = toml::from_str(text)?;
        match exceptions.length.iter().chain(&exceptions.panics).find(|exception| exception.reason.trim().is_empty()) {
            Some(exception) => Err(ExceptionsError::NoReason(exception.path.clone())),
            None => Ok(exceptions),
        }
    }
}

/// The list of exceptions is not in order.
#[derive(Debug, thiserror::Error)]
pub enum ExceptionsError {
    /// It cannot be read.
    #[error("reading the exceptions")]
    Form(#[from] toml::de::Error),
    /// Somebody saved the words.
    #[error("the exception for {0} gives no reason: say why this file may break the rule")]
    NoReason(String),
}

#[cfg(test)]
mod tests {
    use super::Exceptions;

    #[test]
    fn an_exception_without_a_reason_is_refused() {
        let error = Exceptions::parse("[[length]]\npath = \"a.rs\"\nreason = \" \"").unwrap_err();
        assert!(error.to_string().contains("a.rs"), "{error}");
    }
}
