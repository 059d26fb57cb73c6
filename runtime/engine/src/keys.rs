//! The keys by which events are told apart, and those who were erased are known: hashes under the installation's own key, so that
//! they outlive what they stand for without telling it (rules 1 and 22).

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sportello_domain::contract::Event;

/// Over channel, account, thread, kind of happening (a status: with its state) and the platform's id.
pub(crate) fn key(secret: &[u8; 32], channel: &str, event: &Event) -> [u8; 32] {
    let thread = event.thread.as_ref();
    digest(
        secret,
        &[
            Some(channel),
            event.account.as_deref(),
            thread.map(|thread| thread.address.as_str()),
            thread.and_then(|thread| thread.parent.as_deref()),
            Some(event.happening.kind()),
            Some(&event.id),
        ],
    )
}

/// Over who and when: the same key with another fingerprint is not the same event.
pub(crate) fn fingerprint(secret: &[u8; 32], event: &Event) -> [u8; 32] {
    let sender = event.happening.sender().map(|sender| sender.id.as_str());
    digest(secret, &[sender, Some(&event.at.to_string())])
}

/// SHA-256 over the raw body of a webhook, under the installation's key.
pub(crate) fn body(secret: &[u8; 32], body: &[u8]) -> [u8; 32] {
    let mut mac = mac(secret);
    mac.update(body);
    mac.finalize().into_bytes().into()
}

/// Each part is preceded by its length, so that no two lists of parts are the same bytes.
pub(crate) fn digest(secret: &[u8; 32], parts: &[Option<&str>]) -> [u8; 32] {
    let mut mac = mac(secret);
    for part in parts {
        let length = part.map_or(u64::MAX, |part| part.len() as u64);
        mac.update(&length.to_be_bytes());
        mac.update(part.unwrap_or_default().as_bytes());
    }
    mac.finalize().into_bytes().into()
}

fn mac(secret: &[u8; 32]) -> Hmac<Sha256> {
    // A key shorter than the block is filled up with noughts (RFC 2104).
    let mut block = [0; 64];
    block[..32].copy_from_slice(secret);
    Hmac::<Sha256>::new(&block.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sportello_domain::contract::{Happening, Thread};

    fn event(address: &str, id: &str) -> Event {
        let thread = Thread { address: address.to_owned(), visibility: Default::default(), parent: None, memo: None };
        Event {
            id: id.to_owned(),
            account: None,
            thread: Some(thread),
            at: 1,
            happening: Happening::Deleted("m".to_owned()),
        }
    }

    #[test]
    fn the_same_id_in_two_chats_is_two_events() {
        let key = |address, id| key(&[7; 32], "telegram", &event(address, id));
        assert_eq!(key("1", "2"), key("1", "2"));
        assert_ne!(key("1", "2"), key("3", "2"));
        assert_ne!(key("1", "23"), key("12", "3"), "parts do not run into each other");
    }
}
