//! Secrets, which neither a log nor a plugin ever sees.

use std::collections::BTreeMap;

/// The secrets of one revision, by name. Cannot be serialised, and shows its names only when debugged.
#[derive(Clone, Default)]
pub struct Secrets(BTreeMap<String, Vec<u8>>);

impl Secrets {
    /// The value of a secret, for a vault or a carrier.
    #[must_use]
    pub fn reveal(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(Vec::as_slice)
    }

    /// The names, for people.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The values, so that a carrier can mask them in what it records.
    pub fn values(&self) -> impl Iterator<Item = &[u8]> {
        self.0.values().map(Vec::as_slice)
    }
}

impl FromIterator<(String, Vec<u8>)> for Secrets {
    fn from_iter<I: IntoIterator<Item = (String, Vec<u8>)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debugging_shows_names_only() {
        let secrets = Secrets::from_iter([("access-token".to_owned(), b"EAAG".to_vec())]);
        assert_eq!(format!("{secrets:?}"), r#"{"access-token"}"#);
    }
}
