//! Contacts that are shared, with what their vCard adds.

use serde_json::Value;
use sportello_sdk::types::{ContactCard, Content};

use crate::json::{owned, text};

/// `contact`.
pub(super) fn read(contact: &Value) -> Option<Content> {
    let name: Vec<&str> = ["first_name", "last_name"].into_iter().filter_map(|part| text(contact, part)).collect();
    let vcard = text(contact, "vcard").unwrap_or_default();
    let mut phones = vec![owned(contact, "phone_number")?];
    for phone in values(vcard, "TEL") {
        if !phones.iter().any(|known| digits(known) == digits(&phone)) {
            phones.push(phone);
        }
    }
    let emails = values(vcard, "EMAIL").collect();
    Some(Content::Contacts(vec![ContactCard { name: name.join(" "), phones, emails }]))
}

/// The values of a property of a vCard, whatever its parameters: `TEL;TYPE=cell:+41…`.
fn values<'a>(vcard: &'a str, property: &'a str) -> impl Iterator<Item = String> + 'a {
    vcard.lines().filter_map(move |line| {
        let (name, value) = line.split_once(':')?;
        let name = name.split(';').next().unwrap_or_default();
        // Groups stand before the name: `item1.EMAIL`.
        let name = name.rsplit('.').next().unwrap_or_default();
        let value = value.trim().trim_start_matches("tel:").trim_start_matches("mailto:");
        (name.eq_ignore_ascii_case(property) && !value.is_empty()).then(|| value.to_owned())
    })
}

fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}
