//! What a message says.

use serde_json::Value;
use sportello_sdk::types::{Content, Location, Media, MediaKind, MediaSource, Selection};

use super::{card, entities, native, rich, service};
use crate::json::{items, owned, text};

/// What a message is for.
#[derive(Debug)]
pub(super) enum Said {
    /// Somebody says something; never empty.
    Contents(Vec<Content>),
    /// Telegram tells of a change of the chat, by this member.
    Service(&'static str),
}

/// Reads a message. What is not known here is kept as Telegram says it.
pub(super) fn read(message: &Value) -> Said {
    if let Some(content) = words(message).or_else(|| file(message)).or_else(|| other(message)) {
        return Said::Contents(vec![content]);
    }
    match service::kind(message) {
        Some(kind) => Said::Service(kind),
        None => Said::Contents(vec![native::unknown(message)]),
    }
}

fn words(message: &Value) -> Option<Content> {
    let plain = text(message, "text").map(|text| entities::with_links(text, items(message, "entities")));
    let words = plain.or_else(|| rich::text(&message["rich_message"]));
    words.map(Content::Text)
}

fn other(message: &Value) -> Option<Content> {
    // A venue brings its location a second time.
    place(message)
        .or_else(|| card::read(&message["contact"]))
        .or_else(|| web_app(&message["web_app_data"]))
        .or_else(|| native::read(message))
}

fn file(message: &Value) -> Option<Content> {
    // An animation brings itself a second time, as a document.
    const MEMBERS: [(&str, MediaKind, Option<&str>); 8] = [
        ("animation", MediaKind::Video, None),
        ("audio", MediaKind::Audio, None),
        ("voice", MediaKind::Voice, Some("audio/ogg")),
        ("video", MediaKind::Video, None),
        ("video_note", MediaKind::Video, Some("video/mp4")),
        ("live_photo", MediaKind::Video, None),
        ("sticker", MediaKind::Sticker, None),
        ("document", MediaKind::Document, None),
    ];
    let photo = largest(items(message, "photo")).map(|size| (MediaKind::Image, Some("image/jpeg"), size));
    let (kind, mime_type, part) = photo.or_else(|| {
        MEMBERS
            .iter()
            .find(|(member, ..)| message[*member].is_object())
            .map(|(member, kind, mime)| (*kind, *mime, &message[*member]))
    })?;
    let source = MediaSource::Platform(owned(part, "file_id")?);
    let stands = if kind == MediaKind::Sticker { Some(sticker_type(part)) } else { mime_type };
    let caption = text(message, "caption").map(|text| entities::with_links(text, items(message, "caption_entities")));
    Some(Content::Media(Media {
        mime_type: owned(part, "mime_type").or_else(|| stands.map(str::to_owned)),
        file_name: owned(part, "file_name"),
        caption,
        size: part["file_size"].as_u64(),
        duration: part["duration"].as_u64().and_then(|seconds| u32::try_from(seconds.checked_mul(1000)?).ok()),
        ..Media::new(kind, source)
    }))
}

/// A photo comes in several sizes.
fn largest(sizes: &[Value]) -> Option<&Value> {
    let number = |size: &Value, member: &str| size[member].as_u64().unwrap_or_default();
    sizes.iter().max_by_key(|size| (number(size, "width") * number(size, "height"), number(size, "file_size")))
}

fn sticker_type(sticker: &Value) -> &'static str {
    match (&sticker["is_animated"], &sticker["is_video"]) {
        (Value::Bool(true), _) => "application/x-tgsticker",
        (_, Value::Bool(true)) => "video/webm",
        _ => "image/webp",
    }
}

fn place(message: &Value) -> Option<Content> {
    let venue = &message["venue"];
    let point = if venue.is_object() { &venue["location"] } else { &message["location"] };
    Some(Content::Location(Location {
        latitude: point["latitude"].as_f64()?,
        longitude: point["longitude"].as_f64()?,
        name: owned(venue, "title"),
        address: owned(venue, "address"),
    }))
}

/// What a web page inside Telegram sent; what is not JSON stays a string.
fn web_app(form: &Value) -> Option<Content> {
    let title = owned(form, "button_text")?;
    let data = owned(form, "data")?;
    let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&data).is_ok();
    let data = if is_json { data } else { Value::String(data).to_string() };
    Some(Content::Selection(Selection { id: title.clone(), title, data: Some(data) }))
}
