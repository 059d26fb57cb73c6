//! Questions with ready answers: reply buttons, a list, a web page's button, or the request for a location.
//!
//! Limits: Meta, "Interactive reply buttons messages", "Interactive list messages", "Interactive call-to-action URL button
//! messages". What has no button (a link beside answers, the request for a phone number) becomes a line of the text.

use serde_json::{Value, json};
use sportello_sdk::types::{Choice, ChoiceKind, Choices};

use super::body::text;
use crate::settings::Settings;

const BUTTONS: usize = 3;
const BUTTON_TITLE: usize = 20;
const BUTTONS_TEXT: usize = 1024;
const ROW_DESCRIPTION: usize = 72;

/// A message that asks, with a file above it where one is given.
pub(super) fn body(choices: &Choices, header: Option<Value>, settings: &Settings) -> Value {
    let mut interactive = match choices.options.as_slice() {
        [Choice { kind: ChoiceKind::AskLocation, .. }] => return location_request(&choices.prompt),
        [Choice { kind: ChoiceKind::Link(url), title, .. }] if fits(title, BUTTON_TITLE) => {
            link(&choices.prompt, title, url)
        }
        options => {
            let (answers, others): (Vec<_>, Vec<_>) =
                options.iter().partition(|option| matches!(option.kind, ChoiceKind::Answer));
            let prompt = with_lines(&choices.prompt, &others);
            if answers.is_empty() {
                return text(&prompt);
            }
            question(&prompt, &answers, header.is_some(), settings)
        }
    };
    if let Some(header) = header {
        interactive["header"] = header;
    }
    json!({"type": "interactive", "interactive": interactive})
}

/// A list takes longer texts, titles and descriptions, and no file above it.
fn question(prompt: &str, answers: &[&Choice], has_header: bool, settings: &Settings) -> Value {
    let as_buttons = answers.len() <= BUTTONS
        && answers.iter().all(|answer| fits(&answer.title, BUTTON_TITLE))
        && fits(prompt, BUTTONS_TEXT)
        && (has_header || answers.iter().all(|answer| answer.description.is_none()));
    if as_buttons { buttons(prompt, answers) } else { list(prompt, answers, settings) }
}

fn buttons(prompt: &str, answers: &[&Choice]) -> Value {
    let button = |answer: &&Choice| json!({"type": "reply", "reply": {"id": answer.id, "title": answer.title}});
    let buttons: Vec<Value> = answers.iter().map(button).collect();
    json!({"type": "button", "body": {"text": prompt}, "action": {"buttons": buttons}})
}

fn list(prompt: &str, answers: &[&Choice], settings: &Settings) -> Value {
    let rows: Vec<Value> = answers.iter().map(|answer| row(answer)).collect();
    json!({
        "type": "list",
        "body": {"text": prompt},
        "action": {"button": settings.list_label, "sections": [{"rows": rows}]},
    })
}

fn row(answer: &Choice) -> Value {
    let mut row = json!({"id": answer.id, "title": answer.title});
    if let Some(description) = &answer.description {
        row["description"] = json!(shortened(description, ROW_DESCRIPTION));
    }
    row
}

fn link(prompt: &str, title: &str, url: &str) -> Value {
    let parameters = json!({"display_text": title, "url": url});
    json!({"type": "cta_url", "body": {"text": prompt}, "action": {"name": "cta_url", "parameters": parameters}})
}

fn location_request(prompt: &str) -> Value {
    let action = json!({"name": "send_location"});
    let interactive = json!({"type": "location_request_message", "body": {"text": prompt}, "action": action});
    json!({"type": "interactive", "interactive": interactive})
}

fn with_lines(prompt: &str, options: &[&Choice]) -> String {
    options.iter().fold(prompt.to_owned(), |text, option| match &option.kind {
        ChoiceKind::Link(url) => format!("{text}\n{}: {url}", option.title),
        _ => format!("{text}\n{}", option.title),
    })
}

fn fits(text: &str, characters: usize) -> bool {
    text.chars().count() <= characters
}

fn shortened(text: &str, characters: usize) -> String {
    if fits(text, characters) {
        return text.to_owned();
    }
    text.chars().take(characters - 1).chain(['…']).collect()
}
