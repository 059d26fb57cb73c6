//! Takes webhooks: the handshake of the registration, and signed notifications.

mod calls;
mod content;
mod handshake;
mod interactive;
mod message;
mod notification;
mod people;
mod preference;
mod status;

pub(crate) use people::is_number;
use sportello_sdk::channel::{Reception, Refusal, Webhook};
use sportello_sdk::signature::{self, Encoding, SignatureError};
use sportello_sdk::types::Instant;
use sportello_sdk::vault::Digest;
use sportello_sdk::{Stop, log};

use crate::settings::APP_SECRET;

const SIGNATURE: &str = "x-hub-signature-256";

pub(crate) fn receive(now: Instant, webhook: &Webhook) -> Result<Reception, Stop<Refusal>> {
    match webhook.method.as_str() {
        "GET" => Ok(handshake::answer(webhook)?),
        "POST" => notified(now, webhook),
        other => Err(Refusal::Malformed(format!("WhatsApp calls its webhook with GET and POST, not {other}")).into()),
    }
}

fn notified(now: Instant, webhook: &Webhook) -> Result<Reception, Stop<Refusal>> {
    check_signature(webhook)?;
    let harvest = notification::read(now, &webhook.read_json()?)?;
    harvest.notes.iter().for_each(log);
    Ok(Reception::events(harvest.events))
}

/// The signature is over the raw bytes: the JSON inside arrives escaped in a way that no serialiser would give again.
fn check_signature(webhook: &Webhook) -> Result<(), SignatureError> {
    let header = webhook.header(SIGNATURE).ok_or_else(|| SignatureError::Missing(SIGNATURE.to_owned()))?;
    let digits = header.strip_prefix("sha256=").ok_or(SignatureError::Malformed(Encoding::Hex))?;
    signature::check_hmac(Digest::Sha256, APP_SECRET, &webhook.body, digits, Encoding::Hex)
}
