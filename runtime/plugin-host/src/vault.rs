//! The one interface that plugins import: digests and comparisons over secrets that they only know by name.

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac, digest::Digest as _};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use sportello_domain::{
    contract::{Bytes, Digest, Piece, VaultAnswer, VaultQuestion},
    secrets::Secrets,
};
use subtle::ConstantTimeEq;

use crate::{bindings, convert::Convert, state::CallState};

/// Answers questions about the secrets of one revision, and keeps both for the journal.
#[derive(Debug, Default)]
pub(crate) struct Vault {
    secrets: Arc<Secrets>,
    recorded: Vec<(VaultQuestion, VaultAnswer)>,
    asked: Vec<(VaultQuestion, VaultAnswer)>,
}

impl Vault {
    pub(crate) fn new(secrets: Arc<Secrets>, recorded: &[(VaultQuestion, VaultAnswer)]) -> Self {
        Self { secrets, recorded: recorded.to_vec(), asked: Vec::new() }
    }

    /// All that was asked, in order.
    pub(crate) fn into_asked(self) -> Vec<(VaultQuestion, VaultAnswer)> {
        self.asked
    }

    fn ask(&mut self, question: VaultQuestion) -> VaultAnswer {
        let answer = self.recall(&question).unwrap_or_else(|| answer(&self.secrets, &question));
        self.asked.push((question, answer.clone()));
        answer
    }

    /// A recorded answer to the same question: mostly the one in the same place, since plugins are pure.
    fn recall(&self, question: &VaultQuestion) -> Option<VaultAnswer> {
        let in_place = self.recorded.get(self.asked.len()).filter(|(recorded, _)| recorded == question);
        let found = in_place.or_else(|| self.recorded.iter().find(|(recorded, _)| recorded == question));
        found.map(|(_, answer)| answer.clone())
    }
}

fn answer(secrets: &Secrets, question: &VaultQuestion) -> VaultAnswer {
    match question {
        VaultQuestion::Hmac { digest, key, data } => {
            VaultAnswer::Digest(join(secrets, key).and_then(|key| hmac(*digest, &key, data)).map(Bytes))
        }
        VaultQuestion::Hash { digest, data } => {
            VaultAnswer::Digest(join(secrets, data).map(|data| Bytes(hash(*digest, &data))))
        }
        VaultQuestion::Matches { secret, candidate } => {
            VaultAnswer::Matches(secrets.reveal(secret).is_some_and(|secret| secret.ct_eq(candidate).into()))
        }
    }
}

/// The pieces as one, none where a secret is unknown. Files are not kept by the host yet, so a piece that names one is
/// unknown too.
fn join(secrets: &Secrets, pieces: &[Piece]) -> Option<Vec<u8>> {
    let mut joined = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Bytes(bytes) => joined.extend_from_slice(bytes),
            Piece::Secret(name) => joined.extend_from_slice(secrets.reveal(name)?),
            Piece::File(_) => return None,
        }
    }
    Some(joined)
}

fn hash(digest: Digest, data: &[u8]) -> Vec<u8> {
    match digest {
        Digest::Md5 => Md5::digest(data).to_vec(),
        Digest::Sha1 => Sha1::digest(data).to_vec(),
        Digest::Sha256 => Sha256::digest(data).to_vec(),
        Digest::Sha512 => Sha512::digest(data).to_vec(),
    }
}

fn hmac(digest: Digest, key: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    match digest {
        Digest::Md5 => keyed::<Hmac<Md5>>(key, data),
        Digest::Sha1 => keyed::<Hmac<Sha1>>(key, data),
        Digest::Sha256 => keyed::<Hmac<Sha256>>(key, data),
        Digest::Sha512 => keyed::<Hmac<Sha512>>(key, data),
    }
}

/// HMAC takes keys of any length, so there is always one.
fn keyed<M: Mac + KeyInit>(key: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let mut mac = <M as KeyInit>::new_from_slice(key).ok()?;
    mac.update(data);
    Some(mac.finalize().into_bytes().to_vec())
}

impl CallState {
    fn ask(&mut self, question: VaultQuestion) -> wasmtime::Result<VaultAnswer> {
        self.budget.pay(size(&question))?;
        Ok(self.vault.ask(question))
    }
}

/// Bytes that a question is about.
fn size(question: &VaultQuestion) -> usize {
    let pieces = |pieces: &[Piece]| -> usize {
        let length = |piece: &Piece| match piece {
            Piece::Bytes(bytes) => bytes.len(),
            Piece::Secret(_) | Piece::File(_) => 0,
        };
        pieces.iter().map(length).sum()
    };
    match question {
        VaultQuestion::Hmac { key, data, .. } => pieces(key) + data.len(),
        VaultQuestion::Hash { data, .. } => pieces(data),
        VaultQuestion::Matches { candidate, .. } => candidate.len(),
    }
}

impl bindings::vault::Host for CallState {
    fn hmac(
        &mut self,
        digest: bindings::vault::Digest,
        key: Vec<bindings::types::Piece>,
        data: Vec<u8>,
    ) -> wasmtime::Result<Option<Vec<u8>>> {
        self.ask(VaultQuestion::Hmac { digest: digest.convert(), key: key.convert(), data: Bytes(data) }).map(digest_of)
    }

    fn hash(
        &mut self,
        digest: bindings::vault::Digest,
        data: Vec<bindings::types::Piece>,
    ) -> wasmtime::Result<Option<Vec<u8>>> {
        self.ask(VaultQuestion::Hash { digest: digest.convert(), data: data.convert() }).map(digest_of)
    }

    fn matches(&mut self, secret: String, candidate: Vec<u8>) -> wasmtime::Result<bool> {
        let answer = self.ask(VaultQuestion::Matches { secret, candidate: Bytes(candidate) })?;
        Ok(matches!(answer, VaultAnswer::Matches(true)))
    }
}

impl bindings::types::Host for CallState {}

/// An answer of the other sort, from a damaged record, is none.
fn digest_of(answer: VaultAnswer) -> Option<Vec<u8>> {
    match answer {
        VaultAnswer::Digest(bytes) => bytes.map(|bytes| bytes.0),
        VaultAnswer::Matches(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(recorded: &[(VaultQuestion, VaultAnswer)]) -> Vault {
        let secrets = Secrets::from_iter([("key".to_owned(), b"Jefe".to_vec())]);
        Vault::new(Arc::new(secrets), recorded)
    }

    fn signed(secret: &str) -> VaultQuestion {
        let key = vec![Piece::Secret(secret.to_owned())];
        VaultQuestion::Hmac { digest: Digest::Sha256, key, data: "what do ya want for nothing?".into() }
    }

    fn hex(answer: &VaultAnswer) -> String {
        let VaultAnswer::Digest(Some(bytes)) = answer else { panic!("no digest: {answer:?}") };
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn a_signature_by_a_named_secret_is_that_of_rfc_4231() {
        let answer = vault(&[]).ask(signed("key"));
        assert_eq!(hex(&answer), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn each_digest_is_the_one_that_it_names() {
        for (digest, beginning) in [
            (Digest::Md5, "900150983cd24fb0d6963f7d28e17f72"),
            (Digest::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (Digest::Sha256, "ba7816bf8f01cfea"),
            (Digest::Sha512, "ddaf35a193617aba"),
        ] {
            let answer = vault(&[]).ask(VaultQuestion::Hash { digest, data: vec![Piece::Bytes("abc".into())] });
            assert!(hex(&answer).starts_with(beginning), "{digest:?}");
        }
    }

    #[test]
    fn an_unknown_secret_has_no_digest_and_matches_nothing() {
        let mut vault = vault(&[]);
        assert_eq!(vault.ask(signed("other")), VaultAnswer::Digest(None));
        let question = VaultQuestion::Matches { secret: "other".to_owned(), candidate: Bytes::default() };
        assert_eq!(vault.ask(question), VaultAnswer::Matches(false));
    }

    #[test]
    fn a_secret_matches_itself_alone() {
        let mut vault = vault(&[]);
        for (candidate, expected) in [("Jefe", true), ("Jefé", false), ("Jef", false), ("", false)] {
            let question = VaultQuestion::Matches { secret: "key".to_owned(), candidate: candidate.into() };
            assert_eq!(vault.ask(question), VaultAnswer::Matches(expected), "{candidate}");
        }
    }

    #[test]
    fn a_recorded_answer_is_given_again_after_the_key_was_changed() {
        let recorded = [(signed("key"), VaultAnswer::Digest(Some("as it was".into())))];
        let mut vault = vault(&recorded);
        assert_eq!(vault.ask(signed("key")), recorded[0].1);
        assert_eq!(vault.ask(signed("other")), VaultAnswer::Digest(None));
        assert_eq!(vault.into_asked().len(), 2);
    }
}
