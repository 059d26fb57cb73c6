//! The vault of native tests: it computes what the host would, over secrets set per thread.

use std::cell::RefCell;
use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Digest as _;

use crate::signature::same_bytes;
use crate::types::Piece;
use crate::vault::Digest;

thread_local! {
    static SECRETS: RefCell<BTreeMap<String, Vec<u8>>> = const { RefCell::new(BTreeMap::new()) };
}

pub(super) fn set(secrets: &[(&str, &str)]) {
    let secrets = secrets.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
    SECRETS.with(|known| known.replace(secrets));
}

pub(crate) fn hmac(digest: Digest, key: &[Piece], data: &[u8]) -> Option<Vec<u8>> {
    let key = joined(key)?;
    match digest {
        Digest::Md5 => mac::<Hmac<md5::Md5>>(&key, data),
        Digest::Sha1 => mac::<Hmac<sha1::Sha1>>(&key, data),
        Digest::Sha256 => mac::<Hmac<sha2::Sha256>>(&key, data),
        Digest::Sha512 => mac::<Hmac<sha2::Sha512>>(&key, data),
    }
}

pub(crate) fn hash(digest: Digest, data: &[Piece]) -> Option<Vec<u8>> {
    let data = joined(data)?;
    Some(match digest {
        Digest::Md5 => md5::Md5::digest(&data).to_vec(),
        Digest::Sha1 => sha1::Sha1::digest(&data).to_vec(),
        Digest::Sha256 => sha2::Sha256::digest(&data).to_vec(),
        Digest::Sha512 => sha2::Sha512::digest(&data).to_vec(),
    })
}

pub(crate) fn matches(secret: &str, candidate: &[u8]) -> bool {
    SECRETS.with_borrow(|known| known.get(secret).is_some_and(|value| same_bytes(value, candidate)))
}

fn mac<M: Mac + KeyInit>(key: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let mut mac = <M as KeyInit>::new_from_slice(key).ok()?;
    mac.update(data);
    Some(mac.finalize().into_bytes().to_vec())
}

fn joined(pieces: &[Piece]) -> Option<Vec<u8>> {
    SECRETS.with_borrow(|known| {
        let mut bytes = vec![];
        for piece in pieces {
            match piece {
                Piece::Bytes(plain) => bytes.extend_from_slice(plain),
                Piece::Secret(name) => bytes.extend_from_slice(known.get(name)?),
                Piece::File(_) => return None,
            }
        }
        Some(bytes)
    })
}
