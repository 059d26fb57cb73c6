//! What happens on a platform.

use sportello_domain::contract;

use super::{record, variant};
use crate::bindings::types;

variant!(types::Visibility = contract::Visibility { Private, Group, Public });
record!(types::Thread = contract::Thread { address, visibility, parent, memo });
record!(types::Sender = contract::Sender { id, name, locale, phone, email, aliases });
record!(types::Message = contract::Message { sender, subject, contents, reply_to });
variant!(types::StatusOf = contract::StatusOf { Message(id), Delivery(id), UpTo(at) });
variant!(types::DeliveryState = contract::DeliveryState { Accepted, Delivered, Read, Failed(failure) });
record!(types::DeliveryStatus = contract::DeliveryStatus { of, state });
record!(types::Edit = contract::Edit { message_id, contents });
record!(types::Reaction = contract::Reaction { message_id, sender, emoji });
record!(types::Referral = contract::Referral { sender, source, reference, details });
record!(types::Consent = contract::Consent { sender, topic, granted });
record!(types::AddressChange = contract::AddressChange { old, new });
variant!(types::Happening = contract::Happening {
    Message(message),
    Status(status),
    Edited(edit),
    Deleted(id),
    Reaction(reaction),
    Referral(referral),
    Consent(consent),
    AddressChanged(change),
    Typing(sender),
    Echo(message),
});
record!(types::Event = contract::Event { id, account, thread, at, happening });
