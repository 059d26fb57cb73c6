//! Contacts: Telegram shows one, with a phone number. Several, or one without a number, are written out.

use serde_json::json;
use sportello_sdk::types::ContactCard;

use super::{Call, body};
use crate::markup::Styled;

pub(super) fn of(cards: &[ContactCard]) -> Call {
    match cards {
        [card] if !card.phones.is_empty() && !card.name.trim().is_empty() => shown(card),
        cards => body::text(&Styled { text: written_out(cards), entities: vec![] }),
    }
}

fn shown(card: &ContactCard) -> Call {
    let (first, last) = card.name.trim().split_once(' ').unwrap_or((card.name.trim(), ""));
    let mut parameters = json!({"phone_number": card.phones[0], "first_name": first});
    if !last.trim().is_empty() {
        parameters["last_name"] = json!(last.trim());
    }
    if card.phones.len() > 1 || !card.emails.is_empty() {
        parameters["vcard"] = json!(vcard(card));
    }
    Call::new("sendContact", parameters)
}

/// What has no parameter of its own (RFC 2426).
fn vcard(card: &ContactCard) -> String {
    let mut lines = vec!["BEGIN:VCARD".to_owned(), "VERSION:3.0".to_owned(), format!("FN:{}", escaped(&card.name))];
    lines.extend(card.phones.iter().map(|phone| format!("TEL:{}", escaped(phone))));
    lines.extend(card.emails.iter().map(|email| format!("EMAIL:{}", escaped(email))));
    lines.push("END:VCARD".to_owned());
    lines.join("\n")
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace(['\r', '\n'], " ")
}

fn written_out(cards: &[ContactCard]) -> String {
    let card = |card: &ContactCard| {
        let parts = std::iter::once(&card.name).chain(&card.phones).chain(&card.emails);
        parts.filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("\n")
    };
    cards.iter().map(card).collect::<Vec<_>>().join("\n\n")
}
