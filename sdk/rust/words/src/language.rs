//! Which language to speak.

/// The languages whose dates this crate knows how to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// German.
    German,
    /// French.
    French,
    /// Italian.
    Italian,
    /// English, and where the customer's language is another one.
    English,
}

/// The customer's language, and the one to speak where a phrase does not exist in it. Both are BCP 47 tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locale<'a> {
    /// Of the turn: "de-CH".
    pub wanted: &'a str,
    /// Of the skill's settings: "en".
    pub otherwise: &'a str,
}

impl Locale<'_> {
    /// The language for dates.
    #[must_use]
    pub fn language(self) -> Language {
        of(self.wanted).or_else(|| of(self.otherwise)).unwrap_or(Language::English)
    }
}

/// "de" of "de-CH", in lower case.
pub(crate) fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

fn of(tag: &str) -> Option<Language> {
    match primary(tag).as_str() {
        "de" | "gsw" => Some(Language::German),
        "fr" => Some(Language::French),
        "it" => Some(Language::Italian),
        "en" => Some(Language::English),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_does_not_matter() {
        assert_eq!(Locale { wanted: "fr-CH", otherwise: "en" }.language(), Language::French);
        assert_eq!(Locale { wanted: "IT_it", otherwise: "en" }.language(), Language::Italian);
    }

    #[test]
    fn an_unknown_language_gives_way_to_the_configured_one() {
        assert_eq!(Locale { wanted: "rm", otherwise: "de" }.language(), Language::German);
        assert_eq!(Locale { wanted: "rm", otherwise: "" }.language(), Language::English);
    }
}
