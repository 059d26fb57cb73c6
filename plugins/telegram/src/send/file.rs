//! Files: by Telegram's own id, or by an address that Telegram fetches. What it would not fetch goes out as a link.
//!
//! Limits: Telegram, "Sending files": by address 5 MB for photos and 20 MB for the rest, and documents only as PDF, ZIP or
//! GIF.

use serde_json::{Value, json};
use sportello_sdk::types::{Failure, Media, MediaKind, MediaSource};

use super::{Call, body};
use crate::description::{CAPTION, FILE_SIZE};
use crate::markup::Styled;

const PHOTO_SIZE: u64 = 5 << 20;

/// A message that is a file.
pub(super) fn of(media: &Media, caption: Option<&str>) -> Result<Call, Failure> {
    let caption = caption.filter(|caption| !caption.is_empty()).map(Styled::parse);
    let hides = caption.as_ref().is_some_and(|caption| hides(media.kind, caption));
    let source = match &media.source {
        MediaSource::Platform(id) if !hides => id,
        MediaSource::Platform(_) => {
            let reason = "Telegram shows no such caption: at most 1,024 characters, and none under a sticker";
            return Err(Failure::Rejected(reason.to_owned()));
        }
        MediaSource::Url(url) if hides || !fetches(media, url) => return Ok(link(media, caption, url)),
        MediaSource::Stored(stored) if hides || !fetches(media, &stored.url) => {
            return Ok(link(media, caption, &stored.url));
        }
        MediaSource::Url(url) => url,
        MediaSource::Stored(stored) => &stored.url,
        MediaSource::Inline(_) => {
            let reason = "Telegram takes files by address or id, so this one has to be stored first";
            return Err(Failure::Rejected(reason.to_owned()));
        }
    };
    Ok(call(media, caption, source))
}

fn call(media: &Media, caption: Option<Styled>, source: &str) -> Call {
    let (method, member) = match media.kind {
        MediaKind::Image if media.mime_type.as_deref() == Some("image/gif") => ("sendAnimation", "animation"),
        MediaKind::Image => ("sendPhoto", "photo"),
        MediaKind::Audio => ("sendAudio", "audio"),
        MediaKind::Voice => ("sendVoice", "voice"),
        MediaKind::Video => ("sendVideo", "video"),
        MediaKind::Document => ("sendDocument", "document"),
        MediaKind::Sticker => ("sendSticker", "sticker"),
    };
    let mut parameters = json!({});
    parameters[member] = json!(source);
    if let Some(caption) = caption {
        caption.put(&mut parameters, "caption", "caption_entities");
    }
    if matches!(media.kind, MediaKind::Audio | MediaKind::Voice | MediaKind::Video)
        && let Some(duration) = media.duration
    {
        parameters["duration"] = Value::from(duration.div_ceil(1000));
    }
    Call::new(method, parameters)
}

/// Whether Telegram would not show this caption.
fn hides(kind: MediaKind, caption: &Styled) -> bool {
    kind == MediaKind::Sticker || caption.length() > CAPTION
}

/// Whether Telegram takes the file from an address.
fn fetches(media: &Media, url: &str) -> bool {
    let limit = if media.kind == MediaKind::Image { PHOTO_SIZE } else { FILE_SIZE };
    let fits = media.size.is_none_or(|size| size <= limit);
    fits && (media.kind != MediaKind::Document || is_fetched_document(media, url))
}

fn is_fetched_document(media: &Media, url: &str) -> bool {
    if let Some(mime) = media.mime_type.as_deref() {
        return matches!(mime, "application/pdf" | "application/zip" | "image/gif");
    }
    let path = url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    [".pdf", ".zip", ".gif"].iter().any(|ending| path.ends_with(ending))
}

/// The caption, and the address on a line of its own, behind the file's name.
fn link(media: &Media, caption: Option<Styled>, url: &str) -> Call {
    let line = media.file_name.as_ref().map_or_else(|| url.to_owned(), |name| format!("{name}: {url}"));
    let mut styled = caption.unwrap_or(Styled { text: String::new(), entities: vec![] });
    if !styled.text.is_empty() {
        styled.text.push('\n');
    }
    styled.text.push_str(&line);
    body::text(&styled)
}
