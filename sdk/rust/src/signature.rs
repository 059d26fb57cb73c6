//! Checks the signatures under webhooks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq;

use crate::channel::Refusal;
use crate::stop::Stop;
use crate::vault::{self, Digest};

/// How a platform writes a signature down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Two digits a byte, of either case.
    Hex,
    /// The standard alphabet, padded.
    Base64,
}

/// Why a webhook is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The webhook bears no signature.
    #[error("the header `{0}` with the signature is missing")]
    Missing(String),
    /// The signature is not written as it should be.
    #[error("the signature is not {0:?}")]
    Malformed(Encoding),
    /// It was made with another key, or over another text.
    #[error("the signature does not match: compare the secret `{0}` with the platform's")]
    Mismatch(String),
    /// The operator has to configure the secret.
    #[error("the secret `{0}` is not configured")]
    NoSecret(String),
}

/// Checks the HMAC of `data` under the named secret, in constant time.
///
/// # Errors
/// When it does not match, cannot be read, or the secret is not configured.
pub fn check_hmac(
    digest: Digest,
    secret: &str,
    data: &[u8],
    signature: &str,
    encoding: Encoding,
) -> Result<(), SignatureError> {
    let candidate = decode(signature, encoding).ok_or(SignatureError::Malformed(encoding))?;
    let expected = vault::hmac_by(digest, secret, data).ok_or_else(|| SignatureError::NoSecret(secret.to_owned()))?;
    if same_bytes(&expected, &candidate) { Ok(()) } else { Err(SignatureError::Mismatch(secret.to_owned())) }
}

/// Compares in a time that does not depend on where the two differ.
#[must_use]
pub fn same_bytes(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

/// Two lower-case digits a byte.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Base64 of the standard alphabet, padded.
#[must_use]
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn decode(text: &str, encoding: Encoding) -> Option<Vec<u8>> {
    match encoding {
        Encoding::Hex => decode_hex(text),
        Encoding::Base64 => STANDARD.decode(text).ok(),
    }
}

fn decode_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| u8::try_from(high * 16 + low).ok()).collect()
}

impl From<SignatureError> for Stop<Refusal> {
    fn from(error: SignatureError) -> Self {
        match error {
            SignatureError::NoSecret(_) => Stop::Broken(error.to_string()),
            _ => Stop::Fail(Refusal::Unauthorised(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    /// RFC 4231, test case 2.
    const DATA: &[u8] = b"what do ya want for nothing?";
    const SIGNATURE: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    fn check(signature: &str) -> Result<(), SignatureError> {
        check_hmac(Digest::Sha256, "key", DATA, signature, Encoding::Hex)
    }

    #[test]
    fn a_signature_is_checked_in_either_case() {
        testing::secrets(&[("key", "Jefe")]);
        assert_eq!(check(SIGNATURE), Ok(()));
        assert_eq!(check(&SIGNATURE.to_uppercase()), Ok(()));
    }

    #[test]
    fn a_wrong_signature_is_told_from_a_broken_one() {
        testing::secrets(&[("key", "Jefe")]);
        assert_eq!(check(&SIGNATURE.replace('5', "6")), Err(SignatureError::Mismatch("key".to_owned())));
        assert_eq!(check(&SIGNATURE[1..]), Err(SignatureError::Malformed(Encoding::Hex)));
        assert_eq!(check("zz"), Err(SignatureError::Malformed(Encoding::Hex)));
        assert_eq!(check(""), Err(SignatureError::Mismatch("key".to_owned())));
    }

    #[test]
    fn without_the_secret_nothing_is_believed() {
        testing::secrets(&[]);
        assert_eq!(check(SIGNATURE), Err(SignatureError::NoSecret("key".to_owned())));
    }

    #[test]
    fn bytes_are_written_as_hex_and_base64() {
        assert_eq!(hex(&[0, 255, 16]), "00ff10");
        assert_eq!(base64(&[0, 255, 16]), "AP8Q");
    }
}
