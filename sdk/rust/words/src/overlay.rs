//! The operator's words over the skill's own.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The phrases that come of it are not those that the skill needs.
#[derive(Debug, thiserror::Error)]
#[error("the texts do not fit: {0}")]
pub struct OverlayError(#[from] serde_json::Error);

/// Reads a skill's phrases out of the JSON that it brings, with what the operator wrote laid over it: objects are merged
/// member by member, so that one language of one phrase can be replaced alone; anything else replaces what stood there.
///
/// # Errors
/// What comes of it is not of the form of `T`; where `T` denies unknown fields, a misspelled phrase is named.
pub fn overlaid<T: DeserializeOwned>(own: &str, over: &Map<String, Value>) -> Result<T, OverlayError> {
    let mut texts: Map<String, Value> = serde_json::from_str(own)?;
    merge(&mut texts, over);
    Ok(serde_json::from_value(Value::Object(texts))?)
}

fn merge(into: &mut Map<String, Value>, over: &Map<String, Value>) {
    for (name, value) in over {
        match (into.get_mut(name), value) {
            (Some(Value::Object(inner)), Value::Object(value)) => merge(inner, value),
            _ => {
                into.insert(name.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::{Locale, Phrase};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Texts {
        hello: Phrase,
        bye: Phrase,
    }

    const OWN: &str = r#"{"hello": {"de": "Hallo", "en": "Hello"}, "bye": {"de": "Tschüss", "en": "Bye"}}"#;

    fn over(value: &Value) -> Result<Texts, OverlayError> {
        overlaid(OWN, value.as_object().expect("an object"))
    }

    #[test]
    fn one_language_of_one_phrase_can_be_replaced_alone() {
        let texts = over(&json!({"hello": {"de": "Grüezi"}, "bye": "Ciao"})).expect("texts");
        let said = |phrase: &Phrase, wanted| phrase.said(Locale { wanted, otherwise: "en" }).to_owned();
        assert_eq!(said(&texts.hello, "de"), "Grüezi");
        assert_eq!(said(&texts.hello, "en"), "Hello");
        assert_eq!(said(&texts.bye, "fr"), "Ciao");
    }

    #[test]
    fn a_misspelled_phrase_is_named() {
        let error = over(&json!({"helo": {"de": "Grüezi"}})).expect_err("misspelled");
        assert!(error.to_string().contains("`helo`"), "{error}");
    }
}
