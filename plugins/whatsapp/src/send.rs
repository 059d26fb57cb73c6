//! Performs deliveries: one delivery is one request to `/{phone-number-id}/messages`.

mod body;
mod choices;
mod file;
mod template;

use serde_json::{Value, json};
use sportello_sdk::Stop;
use sportello_sdk::channel::{Act, Context, Delivery, React, Receipt};
use sportello_sdk::http::Request;
use sportello_sdk::types::{Failure, Thread, Visibility};

use crate::errors;
use crate::json::{items, owned};
use crate::receive::is_number;
use crate::settings::{ACCESS_TOKEN, Settings};

pub(crate) fn send(context: &Context<Settings>, delivery: &Delivery) -> Result<Receipt, Stop<Failure>> {
    match &delivery.act {
        Act::Say(say) => post_message(context, delivery, body::of(say, &context.settings)?),
        Act::React(react) => post_message(context, delivery, reaction(react)),
        Act::Seen(message) => post_mark(context, delivery, read_mark(message)),
        Act::Typing => post_mark(context, delivery, typing(&delivery.thread)?),
        Act::Amend(_) => Err(Failure::Rejected("WhatsApp cannot change what was sent".to_owned()).into()),
        Act::Retract(_) => Err(Failure::Rejected("WhatsApp cannot take back what was sent".to_owned()).into()),
    }
}

/// A message leaves at most once: WhatsApp would send a second one.
fn post_message(context: &Context<Settings>, delivery: &Delivery, mut body: Value) -> Result<Receipt, Stop<Failure>> {
    address(&mut body, &delivery.thread);
    // Statuses bring it back.
    body["biz_opaque_callback_data"] = json!(delivery.id);
    let answer = post(context, delivery, &body, false)?;
    let message_ids: Vec<String> =
        items(&answer, "messages").iter().filter_map(|message| owned(message, "id")).collect();
    if message_ids.is_empty() {
        return Err(Failure::Unknown("WhatsApp took the message, but names no id".to_owned()).into());
    }
    Ok(Receipt { message_ids, memo: None })
}

/// Marking something twice does no harm.
fn post_mark(context: &Context<Settings>, delivery: &Delivery, body: Value) -> Result<Receipt, Stop<Failure>> {
    post(context, delivery, &body, true)?;
    Ok(Receipt::done())
}

fn post(
    context: &Context<Settings>,
    delivery: &Delivery,
    body: &Value,
    repeatable: bool,
) -> Result<Value, Stop<Failure>> {
    let settings = &context.settings;
    let number = delivery.account.as_deref().unwrap_or(&settings.phone_number_id);
    let request =
        Request::post(settings.url(number).segment("messages")).bearer(ACCESS_TOKEN).json(body).repeatable(repeatable);
    Ok(errors::check(context.fetch(request)?, &settings.api_base)?)
}

/// Customers without a phone number are addressed by their business-scoped id, in another member.
fn address(body: &mut Value, thread: &Thread) {
    let is_group = thread.visibility == Visibility::Group;
    let member = if is_group || is_number(&thread.address) { "to" } else { "recipient" };
    body["messaging_product"] = json!("whatsapp");
    body["recipient_type"] = json!(if is_group { "group" } else { "individual" });
    body[member] = json!(thread.address);
}

fn reaction(react: &React) -> Value {
    let emoji = react.emoji.as_deref().unwrap_or_default();
    json!({"type": "reaction", "reaction": {"message_id": react.message_id, "emoji": emoji}})
}

fn read_mark(message: &str) -> Value {
    json!({"messaging_product": "whatsapp", "status": "read", "message_id": message})
}

/// The typing sign hangs on the customer's last message, which it also marks as read.
fn typing(thread: &Thread) -> Result<Value, Failure> {
    let message = thread.memo.as_deref().ok_or_else(|| {
        Failure::Rejected("there is no message of the customer to show the typing sign under".to_owned())
    })?;
    let mut body = read_mark(message);
    body["typing_indicator"] = json!({"type": "text"});
    Ok(body)
}
