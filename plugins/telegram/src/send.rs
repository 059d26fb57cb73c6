//! Performs deliveries: one delivery is one call of a method.

mod body;
mod choices;
mod contacts;
mod file;

use serde_json::{Value, json};
use sportello_sdk::Stop;
use sportello_sdk::channel::{Act, Amend, Context, Delivery, React, Receipt, Say};
use sportello_sdk::types::Failure;

use crate::api::{self, Repeat};
use crate::json::id;
use crate::receive::CUSTOM;
use crate::settings::Settings;
use crate::thread::{Place, Topic};

/// A method of the Bot API with its parameters.
#[derive(Debug, Clone, PartialEq)]
struct Call {
    method: String,
    parameters: Value,
}

impl Call {
    fn new(method: &str, parameters: Value) -> Self {
        Self { method: method.to_owned(), parameters }
    }
}

pub(crate) fn send(context: &Context<Settings>, delivery: &Delivery) -> Result<Receipt, Stop<Failure>> {
    let place = Place::of(&delivery.thread)?;
    match &delivery.act {
        Act::Say(say) => post(context, &place, say),
        Act::Amend(amend) => change(context, amended(&place, amend)?, "message is not modified"),
        Act::Retract(message) => change(context, retracted(&place, message)?, "message to delete not found"),
        Act::React(react) => change(context, reaction(&place, react)?, "message is not modified"),
        Act::Typing => change(context, typing(&place)?, ""),
        Act::Seen(_) => Err(Failure::Rejected("bots cannot mark messages as read".to_owned()).into()),
    }
}

/// A message leaves at most once: Telegram would send a second one.
fn post(context: &Context<Settings>, place: &Place, say: &Say) -> Result<Receipt, Stop<Failure>> {
    let Call { method, mut parameters } = body::of(say, place)?;
    place.for_sending(&mut parameters);
    // What has no number (a button that was pressed, say) cannot be quoted.
    if let Some(message) = say.reply_to.as_deref().and_then(|id| id.parse::<i64>().ok()) {
        parameters["reply_parameters"] = json!({"message_id": message, "allow_sending_without_reply": true});
    }
    let sent = api::call(context, &method, &parameters, Repeat::Harms)?;
    let message_ids: Vec<String> = match sent.as_array() {
        Some(several) => several.iter().filter_map(|message| id(message, "message_id")).collect(),
        None => id(&sent, "message_id").into_iter().collect(),
    };
    if message_ids.is_empty() {
        return Err(Failure::Unknown("Telegram took the message, but names no id".to_owned()).into());
    }
    Ok(Receipt { message_ids, memo: None })
}

/// Doing it twice does no harm; what is already as it should be is refused with this reason, and done all the same.
fn change(context: &Context<Settings>, call: Call, already: &str) -> Result<Receipt, Stop<Failure>> {
    match api::call(context, &call.method, &call.parameters, Repeat::Harmless) {
        Err(Stop::Fail(Failure::Rejected(reason))) if !already.is_empty() && reason.contains(already) => {
            Ok(Receipt::done())
        }
        Err(stop) => Err(stop),
        Ok(_) => Ok(Receipt::done()),
    }
}

fn amended(place: &Place, amend: &Amend) -> Result<Call, Failure> {
    let say = Say { subject: None, contents: amend.contents.clone(), reply_to: None };
    let Call { method, mut parameters } = body::of(&say, place)?;
    let takes_keyboard =
        parameters["reply_markup"].is_null() || parameters["reply_markup"]["inline_keyboard"].is_array();
    if method != "sendMessage" || !takes_keyboard {
        let reason = "Telegram changes texts and the buttons below them; take the message back and send another";
        return Err(Failure::Rejected(reason.to_owned()));
    }
    place.for_changing(&mut parameters);
    parameters["message_id"] = json!(message_id(&amend.message_id)?);
    Ok(Call::new("editMessageText", parameters))
}

fn retracted(place: &Place, message: &str) -> Result<Call, Failure> {
    let message = message_id(message)?;
    Ok(match &place.business {
        Some(business) => {
            let parameters = json!({"business_connection_id": business, "message_ids": [message]});
            Call::new("deleteBusinessMessages", parameters)
        }
        None => Call::new("deleteMessage", json!({"chat_id": place.chat, "message_id": message})),
    })
}

fn reaction(place: &Place, react: &React) -> Result<Call, Failure> {
    if place.business.is_some() {
        return Err(Failure::Rejected("bots cannot react for a business account".to_owned()));
    }
    let reaction = match react.emoji.as_deref() {
        None => vec![],
        Some(emoji) => vec![match emoji.strip_prefix(CUSTOM) {
            Some(custom) => json!({"type": "custom_emoji", "custom_emoji_id": custom}),
            // Telegram's list has no signs that ask for colour.
            None => json!({"type": "emoji", "emoji": emoji.replace('\u{fe0f}', "")}),
        }],
    };
    let message = message_id(&react.message_id)?;
    let parameters = json!({"chat_id": place.chat, "message_id": message, "reaction": reaction});
    Ok(Call::new("setMessageReaction", parameters))
}

fn typing(place: &Place) -> Result<Call, Failure> {
    if matches!(place.topic, Some(Topic::Direct(_))) {
        return Err(Failure::Rejected("Telegram shows no typing sign in direct messages of a channel".to_owned()));
    }
    let mut parameters = json!({"action": "typing"});
    place.for_sending(&mut parameters);
    Ok(Call::new("sendChatAction", parameters))
}

fn message_id(id: &str) -> Result<i64, Failure> {
    id.parse().map_err(|_| Failure::Rejected(format!("`{id}` is no message of Telegram: their ids are numbers")))
}
