//! Templates: message forms that Meta has approved, the only ones that may be sent outside the customer's 24 hours.

use serde_json::{Value, json};
use sportello_sdk::types::{Failure, MediaKind, Parameter, Template};

use super::file;

/// A template message. Components are `header`, `body`, and `button:N`, which fills the variable end of a button's address;
/// `button:N:quick_reply` sets what a quick reply sends back.
pub(super) fn body(template: &Template) -> Result<Value, Failure> {
    let components: Vec<Value> =
        template.parameters.iter().map(|(name, values)| component(name, values)).collect::<Result<_, _>>()?;
    let mut body = json!({
        "name": template.name,
        // Meta writes language tags with an underscore.
        "language": {"policy": "deterministic", "code": template.language.replace('-', "_")},
    });
    if !components.is_empty() {
        body["components"] = json!(components);
    }
    Ok(json!({"type": "template", "template": body}))
}

fn component(name: &str, values: &[Parameter]) -> Result<Value, Failure> {
    let parts: Vec<&str> = name.split(':').collect();
    match parts.as_slice() {
        [kind @ ("header" | "body")] => {
            let parameters: Vec<Value> = values.iter().map(parameter).collect::<Result<_, _>>()?;
            Ok(json!({"type": kind, "parameters": parameters}))
        }
        ["button", index] => button(index, "url", "text", values),
        ["button", index, "url"] => button(index, "url", "text", values),
        ["button", index, "quick_reply"] => button(index, "quick_reply", "payload", values),
        _ => Err(Failure::Rejected(format!(
            "the template component {name} is not known: there are header, body, button:N and button:N:quick_reply"
        ))),
    }
}

fn button(index: &str, sub_type: &str, kind: &str, values: &[Parameter]) -> Result<Value, Failure> {
    let value = |value: &Parameter| match value {
        Parameter::Text(text) => Ok(json!({"type": kind, kind: text})),
        Parameter::Media(_) => Err(Failure::Rejected("a button of a template takes text, not a file".to_owned())),
    };
    let parameters: Vec<Value> = values.iter().map(value).collect::<Result<_, _>>()?;
    Ok(json!({"type": "button", "sub_type": sub_type, "index": index, "parameters": parameters}))
}

fn parameter(value: &Parameter) -> Result<Value, Failure> {
    let media = match value {
        Parameter::Text(text) => return Ok(json!({"type": "text", "text": text})),
        Parameter::Media(media) => media,
    };
    let kind = match media.kind {
        MediaKind::Image => "image",
        MediaKind::Video => "video",
        MediaKind::Document => "document",
        MediaKind::Audio | MediaKind::Voice | MediaKind::Sticker => {
            return Err(Failure::Rejected("a template shows images, videos and documents only".to_owned()));
        }
    };
    let file = file::source(media)?;
    Ok(json!({"type": kind, kind: file}))
}
