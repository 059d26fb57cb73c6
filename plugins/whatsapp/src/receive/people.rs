//! Who wrote, and where the answer goes.
//!
//! A customer is known by a phone number, by a business-scoped user id, or by both: who has taken a user name may hide the
//! number, and then `from` and `wa_id` are absent. The number is the address while there is one, the other ids are aliases.

use serde_json::Value;
use sportello_sdk::types::{Sender, Thread, Visibility};

use crate::json::text;

/// Names of the members that say who is at the customer's end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Members {
    pub(super) phone: &'static str,
    pub(super) user: &'static str,
    pub(super) parent: &'static str,
}

/// Of what customers send.
pub(super) const FROM: Members = Members { phone: "from", user: "from_user_id", parent: "from_parent_user_id" };
/// Of what the business sent.
pub(super) const TO: Members = Members { phone: "to", user: "to_user_id", parent: "to_parent_user_id" };
/// Of statuses.
pub(super) const RECIPIENT: Members =
    Members { phone: "recipient_id", user: "recipient_user_id", parent: "recipient_parent_user_id" };
/// Of preferences.
pub(super) const WA_ID: Members = Members { phone: "wa_id", user: "user_id", parent: "parent_user_id" };

/// The customer that a part is about; none where it names nobody.
pub(super) fn customer(part: &Value, members: Members, contacts: &[Value]) -> Option<Sender> {
    let phone = text(part, members.phone);
    let user = text(part, members.user);
    let contact = contact(phone, user, contacts);
    let of_contact = |member| contact.and_then(|contact| text(contact, member));
    let id = phone.or(user).or(of_contact("wa_id")).or(of_contact("user_id"))?;
    let others =
        [user, text(part, members.parent), of_contact("wa_id"), of_contact("user_id"), of_contact("parent_user_id")];
    let mut aliases: Vec<String> = vec![];
    for other in others.into_iter().flatten() {
        if other != id && !aliases.iter().any(|known| known == other) {
            aliases.push(other.to_owned());
        }
    }
    Some(Sender {
        id: id.to_owned(),
        name: contact.and_then(name),
        locale: None,
        phone: phone.or(of_contact("wa_id")).filter(|digits| is_number(digits)).map(|digits| format!("+{digits}")),
        email: None,
        aliases,
    })
}

/// Where the conversation with a customer happens: a group where the part names one.
pub(super) fn thread(part: &Value, customer: &Sender, memo: Option<&str>) -> Thread {
    let group = text(part, "group_id");
    Thread {
        address: group.unwrap_or(&customer.id).to_owned(),
        visibility: if group.is_some() { Visibility::Group } else { Visibility::Private },
        parent: None,
        memo: memo.map(str::to_owned),
    }
}

/// Whether this is an international number without its plus, and not a business-scoped id.
pub(crate) fn is_number(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// The entry about this customer; the only one there is counts even when its number is written in another way, as it is
/// for some countries.
fn contact<'a>(phone: Option<&str>, user: Option<&str>, contacts: &'a [Value]) -> Option<&'a Value> {
    let same = |contact: &&Value| {
        (phone.is_some() && text(contact, "wa_id") == phone) || (user.is_some() && text(contact, "user_id") == user)
    };
    contacts.iter().find(same).or(if let [only] = contacts { Some(only) } else { None })
}

fn name(contact: &Value) -> Option<String> {
    let profile = &contact["profile"];
    text(profile, "name").or(text(profile, "username")).map(str::to_owned)
}
