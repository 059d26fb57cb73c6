//! Questions with ready answers: as the platform's buttons, or as numbered text.

use super::{in_parts, length};
use crate::contract::{Capabilities, Choice, ChoiceKind, Choices, Content, Selection};

/// Fits a question. More options than the platform shows become numbered text, and so do all where it shows none.
#[must_use]
pub(super) fn fit(choices: &Choices, capabilities: &Capabilities) -> Vec<Content> {
    if is_numbered(choices, capabilities) {
        return in_parts(&numbered(choices), capabilities);
    }
    let limit = capabilities.choice_length as usize;
    let shorten = |option: &Choice| Choice {
        title: length::shorten(&option.title, limit, capabilities.text_unit),
        ..option.clone()
    };
    let mut parts = in_parts(&choices.prompt, capabilities);
    let prompt = match parts.pop() {
        Some(Content::Text(last)) => last,
        _ => String::new(),
    };
    parts.push(Content::Choices(Choices { prompt, options: choices.options.iter().map(shorten).collect() }));
    parts
}

fn is_numbered(choices: &Choices, capabilities: &Capabilities) -> bool {
    choices.options.len() > capabilities.choices as usize
}

/// What a customer chose who answers numbered text with a number.
#[must_use]
pub fn chosen_by_number(choices: &Choices, answer: &str, capabilities: &Capabilities) -> Option<Selection> {
    if !is_numbered(choices, capabilities) {
        return None;
    }
    let number: usize = answer.trim().trim_end_matches(['.', ')']).parse().ok()?;
    let option = choices.options.get(number.checked_sub(1)?)?;
    Some(Selection { id: option.id.clone(), title: option.title.clone(), data: None })
}

fn numbered(choices: &Choices) -> String {
    let line = |(index, option): (usize, &Choice)| {
        let link = match &option.kind {
            ChoiceKind::Link(url) => Some(url.as_str()),
            ChoiceKind::Answer | ChoiceKind::AskLocation | ChoiceKind::AskPhone => None,
        };
        let words = [Some(option.title.as_str()), option.description.as_deref(), link];
        format!("{}. {}", index + 1, words.into_iter().flatten().collect::<Vec<_>>().join(" – "))
    };
    let options = choices.options.iter().enumerate().map(line);
    std::iter::once(choices.prompt.clone()).chain(options).collect::<Vec<_>>().join("\n")
}
