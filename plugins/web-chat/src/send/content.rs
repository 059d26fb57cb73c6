//! Contents as the window reads them: the encoding of the contract, with a file reduced to what a browser needs.

use serde_json::{Value, json};
use sportello_sdk::types::{Choice, ChoiceKind, ContactCard, Content, Media, MediaKind, MediaSource};

/// Why a browser cannot show it; none: it can.
pub(super) fn obstacle(content: &Content) -> Option<String> {
    match content {
        Content::Media(media) if address(media).is_none() => {
            Some("the web chat shows files by their public address, and this one has none".to_owned())
        }
        Content::Template(template) => Some(format!("the web chat knows no templates, and so no `{}`", template.name)),
        Content::Native(native) => Some(format!("the web chat does not know the kind `{}`", native.kind)),
        Content::Text(_)
        | Content::Media(_)
        | Content::Location(_)
        | Content::Contacts(_)
        | Content::Choices(_)
        | Content::Selection(_) => None,
    }
}

/// One content as JSON. What has an [`obstacle`] shows as `unknown`.
pub(crate) fn encode(content: &Content) -> Value {
    match content {
        Content::Text(text) => json!({ "text": text }),
        Content::Media(media) => json!({ "media": encode_media(media) }),
        Content::Location(place) => json!({ "location": present([
            ("latitude", json!(place.latitude)),
            ("longitude", json!(place.longitude)),
            ("name", json!(place.name)),
            ("address", json!(place.address)),
        ]) }),
        Content::Contacts(cards) => json!({ "contacts": cards.iter().map(encode_card).collect::<Vec<_>>() }),
        Content::Choices(choices) => {
            let options: Vec<_> = choices.options.iter().map(encode_choice).collect();
            json!({ "choices": { "prompt": choices.prompt, "options": options } })
        }
        Content::Selection(selection) => json!({ "selection": { "id": selection.id, "title": selection.title } }),
        Content::Template(_) | Content::Native(_) => json!("unknown"),
    }
}

fn encode_media(media: &Media) -> Value {
    present([
        ("kind", json!(kind(media.kind))),
        ("url", json!(address(media))),
        ("mime-type", json!(media.mime_type)),
        ("file-name", json!(media.file_name)),
        ("caption", json!(media.caption)),
        ("size", json!(media.size)),
        ("duration", json!(media.duration)),
    ])
}

/// Where a browser finds the file.
fn address(media: &Media) -> Option<&str> {
    match &media.source {
        MediaSource::Url(url) => Some(url),
        MediaSource::Stored(stored) => Some(&stored.url),
        MediaSource::Platform(_) | MediaSource::Inline(_) => None,
    }
}

fn kind(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "image",
        MediaKind::Audio => "audio",
        MediaKind::Voice => "voice",
        MediaKind::Video => "video",
        MediaKind::Document => "document",
        MediaKind::Sticker => "sticker",
    }
}

fn encode_card(card: &ContactCard) -> Value {
    json!({ "name": card.name, "phones": card.phones, "emails": card.emails })
}

fn encode_choice(choice: &Choice) -> Value {
    let kind = match &choice.kind {
        ChoiceKind::Answer => json!("answer"),
        ChoiceKind::Link(url) => json!({ "link": url }),
        ChoiceKind::AskLocation => json!("ask-location"),
        ChoiceKind::AskPhone => json!("ask-phone"),
    };
    present([
        ("id", json!(choice.id)),
        ("title", json!(choice.title)),
        ("description", json!(choice.description)),
        ("kind", kind),
    ])
}

/// An object of the members that have a value.
fn present<const N: usize>(members: [(&str, Value); N]) -> Value {
    members.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.to_owned(), value)).collect()
}
