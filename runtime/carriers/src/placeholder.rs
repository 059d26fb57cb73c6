//! Places where a URL or a header value names a secret: `{secret:NAME}`.

/// A stretch of such a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    Text(&'a str),
    /// The name of a secret.
    Secret(&'a str),
}

const OPENING: &str = "{secret:";

/// Splits a text where it names secrets. Braces that name none are text.
pub(crate) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some(at) = rest[from..].find(OPENING).map(|at| at + from) {
        let after = &rest[at + OPENING.len()..];
        let Some(name) = name(after) else {
            from = at + OPENING.len();
            continue;
        };
        if at > 0 {
            parts.push(Part::Text(&rest[..at]));
        }
        parts.push(Part::Secret(name));
        rest = &after[name.len() + 1..];
        from = 0;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

/// Whether a text names a secret.
pub(crate) fn names_secret(text: &str) -> bool {
    parts(text).iter().any(|part| matches!(part, Part::Secret(_)))
}

/// What stands before the closing brace, if it can be a name.
fn name(text: &str) -> Option<&str> {
    let name = &text[..text.find('}')?];
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_split_where_it_names_secrets() {
        assert_eq!(parts("Bearer {secret:token}"), [Part::Text("Bearer "), Part::Secret("token")]);
        assert_eq!(parts("{secret:a}{secret:b}/"), [Part::Secret("a"), Part::Secret("b"), Part::Text("/")]);
    }

    #[test]
    fn braces_that_name_no_secret_are_text() {
        for text in ["{}", "{secret:}", "{secret:a b}", "{secret:a", "{Secret:a}", "{secret:a/b}", ""] {
            assert!(!names_secret(text), "{text}");
        }
        assert_eq!(parts("{secret:{secret:a}"), [Part::Text("{secret:"), Part::Secret("a")]);
    }

    proptest! {
        #[test]
        fn nothing_of_a_text_is_lost(text in "([a-z]|\\{secret:|\\}|ä){0,30}") {
            let joined: String = parts(&text)
                .iter()
                .map(|part| match part {
                    Part::Text(text) => (*text).to_owned(),
                    Part::Secret(name) => format!("{{secret:{name}}}"),
                })
                .collect();
            prop_assert_eq!(joined, text);
        }
    }
}
