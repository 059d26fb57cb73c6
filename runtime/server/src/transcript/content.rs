//! Contents of a message as one or more lines of text.

use sportello_domain::contract::{ChoiceKind, Content, Media, MediaSource};

/// What a reader of the transcript sees.
pub(super) fn written(content: &Content) -> String {
    match content {
        Content::Text(text) => text.clone(),
        Content::Media(media) => written_media(media),
        Content::Location(place) => {
            let name = place.name.as_deref().or(place.address.as_deref()).unwrap_or("location");
            format!("[{name}: {}, {}]", place.latitude, place.longitude)
        }
        Content::Contacts(cards) => {
            let cards = cards.iter().map(|card| format!("{} {}", card.name, card.phones.join(", ")).trim().to_owned());
            format!("[contact: {}]", cards.collect::<Vec<_>>().join("; "))
        }
        Content::Choices(choices) => {
            let options = choices.options.iter().map(|option| match &option.kind {
                ChoiceKind::Link(url) => format!("[{} → {url}]", option.title),
                _ => format!("[{}]", option.title),
            });
            format!("{}\n{}", choices.prompt, options.collect::<Vec<_>>().join(" "))
        }
        Content::Selection(selection) => format!("[chose: {} ({})]", selection.title, selection.id),
        Content::Template(template) => format!("[template {} in {}]", template.name, template.language),
        Content::Native(native) => format!("[{}: {}]", native.kind, native.summary),
    }
}

fn written_media(media: &Media) -> String {
    let place = match &media.source {
        MediaSource::Url(url) => url.as_str(),
        MediaSource::Platform(_) | MediaSource::Stored(_) | MediaSource::Inline(_) => {
            media.file_name.as_deref().or(media.mime_type.as_deref()).unwrap_or("file")
        }
    };
    let caption = media.caption.as_deref().map(|caption| format!(" {caption}")).unwrap_or_default();
    format!("[{}: {place}]{caption}", format!("{:?}", media.kind).to_lowercase())
}
