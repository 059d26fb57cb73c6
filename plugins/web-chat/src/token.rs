//! Who a visitor is: an id that this channel drew, and a token that proves it.
//!
//! A token is `VISITOR.ISSUED.MAC`: 32 hexadecimal digits, the time of issue in milliseconds, and the HMAC-SHA256 of both
//! under a secret of the operator. Nothing is stored: whoever can show the token is the visitor.

use sportello_sdk::channel::{Refusal, Webhook};
use sportello_sdk::signature::{Encoding, SignatureError, check_hmac, hex};
use sportello_sdk::types::Instant;
use sportello_sdk::vault::{self, Digest};

/// The secret that signs the tokens.
pub(crate) const SECRET: &str = "session-secret";

const DAY: u64 = 24 * 60 * 60 * 1_000;
/// Bytes of a visitor's id: enough that nobody guesses one and no two are ever alike.
const ID_BYTES: usize = 16;

/// A visitor whose token was believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Visitor {
    /// 32 hexadecimal digits.
    pub id: String,
    /// When the token was issued.
    pub issued: Instant,
}

/// Why there is no visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TokenError {
    Missing,
    Malformed,
    Expired,
    Signature(SignatureError),
}

/// Whether the operator has configured the secret.
pub(crate) fn is_possible() -> bool {
    vault::hmac_by(Digest::Sha256, SECRET, b"").is_some()
}

/// Draws the id of a new visitor out of the call's nonce; none where the secret is not configured.
pub(crate) fn draw(channel: &str, now: Instant, seed: u64) -> Option<String> {
    // Keyed, so that an id tells nothing of the seed and cannot be foretold.
    let drawn = vault::hmac_by(Digest::Sha256, SECRET, format!("visitor\n{channel}\n{now}\n{seed}").as_bytes())?;
    Some(hex(&drawn[..ID_BYTES.min(drawn.len())]))
}

/// The token of a visitor; none where the secret is not configured.
pub(crate) fn issue(channel: &str, visitor: &str, now: Instant) -> Option<String> {
    let mac = vault::hmac_by(Digest::Sha256, SECRET, signed(channel, visitor, now).as_bytes())?;
    Some(format!("{visitor}.{now}.{}", hex(&mac)))
}

/// Reads the token of a call: `authorization: Bearer`, or `token` in the query for clients that cannot set a header.
pub(crate) fn read(webhook: &Webhook, channel: &str, days: Option<u32>, now: Instant) -> Result<Visitor, TokenError> {
    let bearer = webhook.header("authorization").and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned);
    let token = bearer.or_else(|| webhook.query("token")).ok_or(TokenError::Missing)?;
    let visitor = verify(channel, token.trim())?;
    match days {
        Some(days) if visitor.issued.saturating_add(u64::from(days) * DAY) <= now => Err(TokenError::Expired),
        _ => Ok(visitor),
    }
}

/// Whether a token should be replaced by a fresh one: half its life is over.
pub(crate) fn is_aging(visitor: &Visitor, days: Option<u32>, now: Instant) -> bool {
    days.is_some_and(|days| visitor.issued.saturating_add(u64::from(days) * DAY / 2) <= now)
}

/// Whether it has the form of an id that [`draw`] gives. Everything that becomes a stream's address is checked by this.
pub(crate) fn is_visitor(id: &str) -> bool {
    id.len() == 2 * ID_BYTES && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn verify(channel: &str, token: &str) -> Result<Visitor, TokenError> {
    let mut parts = token.split('.');
    let (Some(id), Some(issued), Some(mac), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(TokenError::Malformed);
    };
    let issued = issued.parse().map_err(|_| TokenError::Malformed)?;
    if !is_visitor(id) {
        return Err(TokenError::Malformed);
    }
    check_hmac(Digest::Sha256, SECRET, signed(channel, id, issued).as_bytes(), mac, Encoding::Hex)
        .map_err(TokenError::Signature)?;
    Ok(Visitor { id: id.to_owned(), issued })
}

/// The first line keeps it apart from whatever else the secret may sign.
fn signed(channel: &str, visitor: &str, issued: Instant) -> String {
    format!("token\n{channel}\n{visitor}.{issued}")
}

impl From<TokenError> for sportello_sdk::Stop<Refusal> {
    fn from(error: TokenError) -> Self {
        let reason = match error {
            TokenError::Signature(error) => return error.into(),
            TokenError::Missing => "the visitor's token is missing: send it as `authorization: Bearer`",
            TokenError::Malformed => "the visitor's token is not one of ours",
            TokenError::Expired => "the visitor's token has expired: ask for a session",
        };
        Self::Fail(Refusal::Unauthorised(reason.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sportello_sdk::testing;

    use super::*;

    const NOW: Instant = 1_795_305_600_000;

    fn call(token: &str) -> Webhook {
        Webhook {
            method: "POST".to_owned(),
            url: "https://bot.example/hooks/web-chat/messages".to_owned(),
            headers: vec![("Authorization".to_owned(), format!("Bearer {token}"))],
            body: vec![],
        }
    }

    fn fresh() -> (String, String) {
        testing::secrets(&[(SECRET, "a long random text")]);
        let id = draw("web-chat", NOW, 7).expect("the secret is set");
        let token = issue("web-chat", &id, NOW).expect("the secret is set");
        (id, token)
    }

    #[test]
    fn a_token_proves_its_visitor() {
        let (id, token) = fresh();
        assert!(is_visitor(&id));
        assert_eq!(read(&call(&token), "web-chat", None, NOW), Ok(Visitor { id, issued: NOW }));
    }

    #[test]
    fn a_token_may_stand_in_the_query() {
        let (id, token) = fresh();
        let url = format!("https://bot.example/hooks/web-chat/stream?token={token}");
        let webhook = Webhook { url, headers: vec![], ..call("") };
        assert_eq!(read(&webhook, "web-chat", None, NOW).map(|visitor| visitor.id), Ok(id));
    }

    #[test]
    fn two_calls_draw_two_visitors() {
        testing::secrets(&[(SECRET, "a long random text")]);
        let drawn = [draw("web-chat", NOW, 7), draw("web-chat", NOW, 8), draw("web-chat", NOW + 1, 7)];
        assert_ne!(drawn[0], drawn[1]);
        assert_ne!(drawn[0], drawn[2]);
    }

    #[test]
    fn a_token_of_another_channel_or_key_is_not_believed() {
        let (_, token) = fresh();
        assert!(matches!(read(&call(&token), "other", None, NOW), Err(TokenError::Signature(_))));
        testing::secrets(&[(SECRET, "another text")]);
        assert!(matches!(read(&call(&token), "web-chat", None, NOW), Err(TokenError::Signature(_))));
    }

    #[test]
    fn a_token_expires_only_where_the_operator_says_so_and_is_renewed_before() {
        let (_, token) = fresh();
        let visitor = read(&call(&token), "web-chat", None, NOW + 9_999 * DAY).expect("it never expires");
        assert!(read(&call(&token), "web-chat", Some(30), NOW + 30 * DAY - 1).is_ok());
        assert_eq!(read(&call(&token), "web-chat", Some(30), NOW + 30 * DAY), Err(TokenError::Expired));
        assert!(!is_aging(&visitor, Some(30), NOW + 15 * DAY - 1));
        assert!(is_aging(&visitor, Some(30), NOW + 15 * DAY));
        assert!(!is_aging(&visitor, None, NOW + 9_999 * DAY));
    }

    #[test]
    fn without_the_secret_there_are_no_tokens() {
        testing::secrets(&[]);
        assert!(!is_possible());
        assert_eq!(issue("web-chat", "id", NOW), None);
    }

    proptest! {
        #[test]
        fn no_changed_token_is_believed(at in 0_usize..110, letter in "[ -~]") {
            let (_, token) = fresh();
            let at = at % token.len();
            let changed = format!("{}{letter}{}", &token[..at], &token[at + 1..]);
            let same = changed.eq_ignore_ascii_case(&token) && at > token.rfind('.').unwrap_or(0);
            let read = read(&call(&changed), "web-chat", None, NOW);
            prop_assert_eq!(read.is_ok(), same || changed == token, "{}", changed);
        }

        #[test]
        fn anything_else_is_refused_without_a_panic(token in ".{0,60}") {
            testing::secrets(&[(SECRET, "a long random text")]);
            prop_assert!(read(&call(&token), "web-chat", None, NOW).is_err());
        }
    }
}
