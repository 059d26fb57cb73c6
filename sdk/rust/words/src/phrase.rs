//! One thing to say, in every language in which it can be said.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use crate::Locale;
use crate::language::primary;

/// A text by language tag, never empty: `{"de": "Guten Tag", "en": "Good day"}`, or a plain string that serves all
/// languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Phrase(BTreeMap<String, String>);

/// The tag of a plain string.
const ANY: &str = "*";

impl<'de> Deserialize<'de> for Phrase {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Texts)
    }
}

/// Reads either form as it comes: an untagged enum would keep a copy of everything, and skills read hundreds of phrases for
/// each message.
struct Texts;

impl<'de> Visitor<'de> for Texts {
    type Value = Phrase;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text: a string, or an object of strings by language: {\"de\": \"…\"}")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Phrase, E> {
        Ok(Phrase(BTreeMap::from([(ANY.to_owned(), text.to_owned())])))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut written: A) -> Result<Phrase, A::Error> {
        let mut texts = BTreeMap::new();
        while let Some((mut tag, text)) = written.next_entry::<String, String>()? {
            tag.make_ascii_lowercase();
            texts.insert(tag, text);
        }
        if texts.is_empty() {
            return Err(de::Error::custom("a text is missing: write it in at least one language"));
        }
        Ok(Phrase(texts))
    }
}

impl Phrase {
    /// The text in the customer's language, region first; else in the other one of `locale`; else in any.
    #[must_use]
    pub fn said(&self, locale: Locale) -> &str {
        let tags = [locale.wanted.to_ascii_lowercase(), primary(locale.wanted), primary(locale.otherwise)];
        let text = tags.iter().find_map(|tag| self.0.get(tag)).or_else(|| self.0.values().next());
        text.map_or("", String::as_str)
    }

    /// [`Phrase::said`], with `{name}` replaced by the value of that name.
    #[must_use]
    pub fn filled(&self, locale: Locale, values: &[(&str, &str)]) -> String {
        fill(self.said(locale), values)
    }
}

/// Replaces each `{name}` by the value of that name. Values are not searched again, and an unknown name stays as it is.
#[must_use]
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let (before, from) = rest.split_at(start);
        filled.push_str(before);
        match placeholder(from, values) {
            Some((value, length)) => {
                filled.push_str(value);
                rest = &from[length..];
            }
            None => {
                filled.push('{');
                rest = &from[1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// The value of the placeholder that `text` begins with, and the placeholder's length.
fn placeholder<'a>(text: &str, values: &[(&str, &'a str)]) -> Option<(&'a str, usize)> {
    let end = text.find('}')?;
    let name = &text[1..end];
    let (_, value) = values.iter().find(|(known, _)| *known == name)?;
    Some((value, end + 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn phrase(json: &str) -> Phrase {
        serde_json::from_str(json).expect("a phrase")
    }

    fn locale(wanted: &str) -> Locale<'_> {
        Locale { wanted, otherwise: "en" }
    }

    #[test]
    fn the_customers_language_comes_first_then_the_other_then_any() {
        let greeting = phrase(r#"{"de": "Guten Tag", "de-CH": "Grüezi", "en": "Hello"}"#);
        assert_eq!(greeting.said(locale("de-CH")), "Grüezi");
        assert_eq!(greeting.said(locale("de-AT")), "Guten Tag");
        assert_eq!(greeting.said(locale("pt")), "Hello");
        assert_eq!(phrase(r#"{"fr": "Bonjour"}"#).said(locale("pt")), "Bonjour");
    }

    #[test]
    fn a_plain_string_serves_all_languages() {
        assert_eq!(phrase(r#""OK""#).said(locale("fr")), "OK");
    }

    #[test]
    fn a_phrase_without_a_text_is_refused() {
        let error = serde_json::from_str::<Phrase>("{}").expect_err("no text");
        assert!(error.to_string().contains("at least one language"), "{error}");
        assert!(serde_json::from_str::<Phrase>("[1]").is_err());
    }

    #[test]
    fn placeholders_take_their_values_and_values_are_not_searched() {
        let values = [("number", "{date}"), ("date", "today")];
        assert_eq!(fill("{number} on {date}, {else} {", &values), "{date} on today, {else} {");
    }

    proptest! {
        #[test]
        fn a_text_without_placeholders_stays_as_it_is(text in ".*") {
            prop_assert_eq!(fill(&text, &[]), text);
        }
    }
}
