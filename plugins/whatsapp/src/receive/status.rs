//! What became of messages that we sent. Statuses come without messages, and out of order.

use serde_json::Value;
use sportello_sdk::types::{DeliveryState, DeliveryStatus, Happening, StatusOf, Thread, Visibility};

use super::notification::{Change, Found, id_of};
use super::people::{self, RECIPIENT};
use crate::errors;
use crate::json::{items, owned, text};

/// One of `statuses`.
pub(super) fn read(change: Change<'_>, part: &Value) -> Result<Found, String> {
    let id = id_of(part)?;
    let name = text(part, "status").ok_or("a status without a state")?;
    if text(part, "type") == Some("call") {
        return Ok(Found::Note(format!("the call {id} is {name}")));
    }
    let Some(state) = state(name, part) else {
        return Ok(Found::Note(format!("the message {id} has the state {name}")));
    };
    let recipient = people::customer(part, RECIPIENT, change.contacts);
    let is_group = text(part, "recipient_type") == Some("group");
    let thread = recipient.map(|recipient| Thread {
        address: recipient.id,
        visibility: if is_group { Visibility::Group } else { Visibility::Private },
        parent: None,
        memo: None,
    });
    // Each member of a group receives and reads for itself.
    let member = text(part, "recipient_participant_id").or(text(part, "recipient_participant_user_id"));
    let event_id = member.map_or_else(|| format!("{id}:{name}"), |member| format!("{id}:{name}:{member}"));
    let of = owned(part, "biz_opaque_callback_data").map_or(StatusOf::Message(id), StatusOf::Delivery);
    let happening = Happening::Status(DeliveryStatus { of, state });
    Ok(Found::Events(vec![change.event(part, event_id, thread, happening)]))
}

fn state(name: &str, part: &Value) -> Option<DeliveryState> {
    match name {
        "sent" => Some(DeliveryState::Accepted),
        "delivered" => Some(DeliveryState::Delivered),
        // A voice message that was played was also read.
        "read" | "played" => Some(DeliveryState::Read),
        "failed" => {
            let error = items(part, "errors").first().unwrap_or(&Value::Null);
            Some(DeliveryState::Failed(errors::of_status(error)))
        }
        _ => None,
    }
}
