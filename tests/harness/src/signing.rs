//! Signatures as the platforms make them, over the raw bytes of a body.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The value of Meta's `X-Hub-Signature-256`: HMAC-SHA256 of the raw body under the app secret, in lower-case hex.
pub fn hub_signature(app_secret: &str, body: &[u8]) -> anyhow::Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes())?;
    mac.update(body);
    Ok(format!("sha256={}", hex(&mac.finalize().into_bytes())))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::hub_signature;

    /// From RFC 4231, test case 2.
    #[test]
    fn a_signature_is_the_hmac_of_the_body() {
        let signature = hub_signature("Jefe", b"what do ya want for nothing?").unwrap();
        assert_eq!(signature, "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
