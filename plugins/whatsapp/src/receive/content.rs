//! What a message says. What the vocabulary has no word for stays as WhatsApp says it, with a summary for people.

use serde_json::Value;
use sportello_sdk::types::{ContactCard, Content, Location, Media, MediaKind, MediaSource};

use super::interactive;
use crate::json::{float, items, owned, text};

/// The contents of a message; never empty. `errors` are those of the whole change, for a message that brings none itself.
pub(super) fn read(message: &Value, errors: &[Value]) -> Vec<Content> {
    let content = known(message).unwrap_or_else(|| native(message, errors));
    std::iter::once(content).chain(product(message)).collect()
}

fn known(message: &Value) -> Option<Content> {
    let kind = text(message, "type")?;
    let part = &message[kind];
    match kind {
        "text" => text(part, "body").map(Content::text),
        "image" => media(MediaKind::Image, part),
        "video" => media(MediaKind::Video, part),
        "document" => media(MediaKind::Document, part),
        "sticker" => media(MediaKind::Sticker, part),
        "audio" if part["voice"] == true => media(MediaKind::Voice, part),
        "audio" => media(MediaKind::Audio, part),
        "voice" => media(MediaKind::Voice, part),
        "location" => location(part),
        "contacts" => contacts(items(message, "contacts")),
        "interactive" => interactive::reply(part),
        "button" => interactive::button(part),
        "order" => order(part),
        _ => None,
    }
}

fn media(kind: MediaKind, part: &Value) -> Option<Content> {
    let source = MediaSource::Platform(owned(part, "id")?);
    Some(Content::Media(Media {
        mime_type: owned(part, "mime_type"),
        file_name: owned(part, "filename"),
        caption: owned(part, "caption"),
        size: part["file_size"].as_u64(),
        ..Media::new(kind, source)
    }))
}

fn location(part: &Value) -> Option<Content> {
    Some(Content::Location(Location {
        latitude: float(part, "latitude")?,
        longitude: float(part, "longitude")?,
        name: owned(part, "name"),
        address: owned(part, "address"),
    }))
}

fn contacts(cards: &[Value]) -> Option<Content> {
    if cards.is_empty() {
        return None;
    }
    Some(Content::Contacts(cards.iter().map(contact).collect()))
}

fn contact(card: &Value) -> ContactCard {
    let name = &card["name"];
    let phone = |phone: &Value| text(phone, "phone").or(text(phone, "wa_id")).map(str::to_owned);
    ContactCard {
        name: text(name, "formatted_name").or(text(name, "first_name")).unwrap_or_default().to_owned(),
        phones: items(card, "phones").iter().filter_map(phone).collect(),
        emails: items(card, "emails").iter().filter_map(|email| owned(email, "email")).collect(),
    }
}

fn order(part: &Value) -> Option<Content> {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let line = |item: &Value| {
        let product = text(item, "product_retailer_id").unwrap_or("?");
        format!(
            "{} × {product} at {} {}",
            plain(&item["quantity"]),
            plain(&item["item_price"]),
            plain(&item["currency"])
        )
    };
    let lines: Vec<String> = items(part, "product_items").iter().map(line).collect();
    let note = text(part, "text").map(|text| format!(" ({text})")).unwrap_or_default();
    (!lines.is_empty()).then(|| Content::native("order", format!("Order: {}{note}", lines.join(", ")), part))
}

/// The product of a catalogue that the customer asks about.
fn product(message: &Value) -> Option<Content> {
    let product = &message["context"]["referred_product"];
    let id = text(product, "product_retailer_id")?;
    Some(Content::native("product", format!("About the product {id}"), product))
}

pub(super) fn native(message: &Value, errors: &[Value]) -> Content {
    let kind = text(message, "type").unwrap_or("unknown");
    let own = items(message, "errors");
    let described = text(&message[kind], "body").map(str::to_owned);
    let summary = described
        .or_else(|| (if own.is_empty() { errors } else { own }).first().map(summary_of_error))
        .unwrap_or_else(|| format!("A WhatsApp message of the type {kind}"));
    Content::native(kind, summary, message)
}

fn summary_of_error(error: &Value) -> String {
    let title = text(error, "title").or(text(error, "message")).unwrap_or("Error");
    match text(&error["error_data"], "details").or(text(error, "details")) {
        Some(details) => format!("{title}: {details}"),
        None => title.to_owned(),
    }
}
