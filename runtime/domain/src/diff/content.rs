//! A part of a message in a few words.

use super::words::quoted;
use crate::contract::{Content, Media, MediaSource};

pub(super) fn told(content: &Content) -> String {
    match content {
        Content::Text(text) => quoted(text),
        Content::Media(media) => file(media),
        Content::Location(place) => match &place.name {
            Some(name) => format!("the place {}", quoted(name)),
            None => format!("the place {}, {}", place.latitude, place.longitude),
        },
        Content::Contacts(cards) => {
            format!("contacts {}", cards.iter().map(|card| quoted(&card.name)).collect::<Vec<_>>().join(", "))
        }
        Content::Choices(choices) => {
            let titles: Vec<_> = choices.options.iter().map(|option| format!("[{}]", option.title)).collect();
            format!("{} {}", quoted(&choices.prompt), titles.join(" "))
        }
        Content::Selection(selection) => format!("the choice [{}] ({})", selection.title, selection.id),
        Content::Template(template) => format!("the template {} ({})", template.name, template.language),
        Content::Native(native) => format!("{} {}", native.kind, quoted(&native.summary)),
    }
}

fn file(media: &Media) -> String {
    let name = match (&media.file_name, &media.source) {
        (Some(name), _) => quoted(name),
        (None, MediaSource::Platform(id)) => id.clone(),
        (None, MediaSource::Url(url)) => url.clone(),
        (None, MediaSource::Stored(stored)) => stored.id.clone(),
        (None, MediaSource::Inline(bytes)) => format!("{} bytes", bytes.len()),
    };
    let caption = media.caption.as_deref().map(|caption| format!(" {}", quoted(caption))).unwrap_or_default();
    format!("a file {name}{caption}")
}

/// All parts of a message.
pub(super) fn all(contents: &[Content]) -> String {
    contents.iter().map(told).collect::<Vec<_>>().join(" + ")
}
