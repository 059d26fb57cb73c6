//! Files: by link or by WhatsApp's own id.
//!
//! Limits: Meta, "Supported media types".

use serde_json::{Value, json};
use sportello_sdk::types::{Failure, Media, MediaKind, MediaSource};

/// A message that is a file.
pub(super) fn body(media: &Media, caption: Option<&str>) -> Result<Value, Failure> {
    let kind = kind(media, caption.is_some());
    let mut file = source(media)?;
    if let Some(caption) = caption {
        file["caption"] = json!(caption);
    }
    if kind == "document"
        && let Some(name) = &media.file_name
    {
        file["filename"] = json!(name);
    }
    Ok(json!({"type": kind, kind: file}))
}

/// The file above a question.
pub(super) fn header(media: &Media) -> Result<Value, Failure> {
    let kind = match kind(media, false) {
        kind @ ("image" | "video" | "document") => kind,
        other => return Err(Failure::Rejected(format!("WhatsApp shows no {other} above a question"))),
    };
    Ok(json!({"type": kind, kind: source(media)?}))
}

/// What it is sent as. Documents take what is too large for its own kind, and the captions of kinds that have none.
fn kind(media: &Media, has_caption: bool) -> &'static str {
    const MEBIBYTE: u64 = 1 << 20;
    let (kind, limit, takes_caption) = match media.kind {
        MediaKind::Image => ("image", 5 * MEBIBYTE, true),
        MediaKind::Video => ("video", 16 * MEBIBYTE, true),
        MediaKind::Audio | MediaKind::Voice => ("audio", 16 * MEBIBYTE, false),
        MediaKind::Sticker => ("sticker", MEBIBYTE / 2, false),
        MediaKind::Document => ("document", u64::MAX, true),
    };
    let fits = media.size.is_none_or(|size| size <= limit) && (takes_caption || !has_caption);
    if fits { kind } else { "document" }
}

/// Where WhatsApp finds the file.
pub(super) fn source(media: &Media) -> Result<Value, Failure> {
    match &media.source {
        MediaSource::Platform(id) => Ok(json!({"id": id})),
        MediaSource::Url(url) => Ok(json!({"link": url})),
        MediaSource::Stored(stored) => Ok(json!({"link": stored.url})),
        MediaSource::Inline(_) => {
            Err(Failure::Rejected("WhatsApp takes files by link or id, so this one has to be stored first".to_owned()))
        }
    }
}
