//! Signatures of seven platforms, recorded or published by them, are recomputed and compared.
#![allow(clippy::expect_used, clippy::print_stderr, reason = "a test fails, or says why it does not run")]

use std::path::Path;

use serde_json::Value;
use sportello_sdk::signature::{Encoding, SignatureError, check_hmac};
use sportello_sdk::testing;
use sportello_sdk::vault::Digest;

#[test]
fn recorded_signatures_match_and_altered_ones_do_not() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/signature-vectors/vectors.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("not tested: there is no ../shared/fixtures/signature-vectors beside the workspace");
        return;
    };
    let vectors: Vec<Value> = serde_json::from_str(&text).expect("vectors");
    assert!(vectors.len() >= 17, "only {} vectors", vectors.len());
    for vector in &vectors {
        let member = |name: &str| vector[name].as_str().expect("a string");
        let algorithm = member("algorithm");
        let digest = if algorithm.starts_with("HMAC-SHA1 ") { Digest::Sha1 } else { Digest::Sha256 };
        let encoding = if algorithm.contains("base64") { Encoding::Base64 } else { Encoding::Hex };
        testing::secrets(&[("key", member("key"))]);
        let prefixes = ["sha256=", "sha1=", "v0="];
        let expected = member("expected");
        let signature = prefixes.iter().find_map(|prefix| expected.strip_prefix(prefix)).unwrap_or(expected);
        let check = |data: &str| check_hmac(digest, "key", data.as_bytes(), signature, encoding);
        let mismatch = || Err(SignatureError::Mismatch("key".to_owned()));

        let expected = if vector["valid"] == true { Ok(()) } else { mismatch() };
        assert_eq!(check(member("signed_input")), expected, "{vector}");
        assert_eq!(check(&format!("{} ", member("signed_input"))), mismatch(), "{vector}");
    }
}
