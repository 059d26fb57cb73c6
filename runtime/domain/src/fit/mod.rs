//! Fitting content to what a channel can carry, before any plugin sees it.
//!
//! One delivery makes at most one request that is not repeatable, so a text that is too long, or an album, becomes several
//! messages here, in order, and not in the plugin.

mod choices;
mod length;
mod text;

pub use choices::chosen_by_number;

use crate::contract::{Ability, Capabilities, ContactCard, Content, Location, Media, MediaSource, Template};

/// One list of contents a message, in order. Never empty for content that says anything.
#[must_use]
pub fn fit(content: &Content, capabilities: &Capabilities) -> Vec<Content> {
    let able = |ability| capabilities.abilities.contains(&ability);
    match content {
        Content::Text(words) => in_parts(words, capabilities),
        Content::Choices(choices) => choices::fit(choices, capabilities),
        Content::Media(media) if carries(media, capabilities) => vec![content.clone()],
        Content::Media(media) => in_parts(&described(media), capabilities),
        Content::Location(_) if able(Ability::Locations) => vec![content.clone()],
        Content::Location(place) => in_parts(&map_link(place), capabilities),
        Content::Contacts(_) if able(Ability::Contacts) => vec![content.clone()],
        Content::Contacts(cards) => in_parts(&written_out(cards), capabilities),
        Content::Template(_) if able(Ability::Templates) => vec![content.clone()],
        Content::Template(template) => in_parts(&filled_in(template), capabilities),
        Content::Selection(_) | Content::Native(_) => vec![content.clone()],
    }
}

fn in_parts(words: &str, capabilities: &Capabilities) -> Vec<Content> {
    let parts = text::split(words, capabilities.text_length as usize, capabilities.text_unit);
    parts.into_iter().map(|part| Content::Text(part.to_owned())).collect()
}

/// Whether the platform takes this file; one whose type is not known is left to the platform.
fn carries(media: &Media, capabilities: &Capabilities) -> bool {
    let fits = media.size.is_none_or(|size| size <= capabilities.media_size);
    let taken = |mime: &str| {
        capabilities.media_types.iter().any(|range| match range.strip_suffix("/*") {
            Some("*") => true,
            Some(class) => mime.split('/').next() == Some(class),
            None => range == mime,
        })
    };
    fits && !capabilities.media_types.is_empty() && media.mime_type.as_deref().is_none_or(taken)
}

fn described(media: &Media) -> String {
    let link = match &media.source {
        MediaSource::Url(url) => Some(url.as_str()),
        MediaSource::Stored(stored) => Some(stored.url.as_str()),
        MediaSource::Platform(_) | MediaSource::Inline(_) => media.file_name.as_deref(),
    };
    [media.caption.as_deref(), link].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn map_link(place: &Location) -> String {
    let link = format!("https://www.openstreetmap.org/?mlat={}&mlon={}#map=17", place.latitude, place.longitude);
    [place.name.as_deref(), place.address.as_deref(), Some(&link)].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn written_out(cards: &[ContactCard]) -> String {
    let card = |card: &ContactCard| {
        std::iter::once(&card.name).chain(&card.phones).chain(&card.emails).cloned().collect::<Vec<_>>().join("\n")
    };
    cards.iter().map(card).collect::<Vec<_>>().join("\n\n")
}

/// A platform without templates has no text of one; its words are what stands in its placeholders.
fn filled_in(template: &Template) -> String {
    let words = template.parameters.iter().flat_map(|(_, values)| values).filter_map(|value| match value {
        crate::contract::Parameter::Text(text) => Some(text.as_str()),
        crate::contract::Parameter::Media(media) => media.caption.as_deref(),
    });
    std::iter::once(template.name.as_str()).chain(words).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
