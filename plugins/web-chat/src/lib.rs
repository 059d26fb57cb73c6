//! The web chat: a channel whose platform is Sportello itself. The window in the page talks to this channel's hook, and
//! what is said to it travels over the `live:` carrier.
//!
//! The protocol is written down in this plugin's README.

mod address;
mod origins;
mod receive;
mod send;
mod settings;
mod token;

use sportello_sdk::channel::{
    Abilities, Capabilities, Channel, Chore, Context, Delivery, Description, Health, Receipt, Reception, Refusal,
    Webhook,
};
use sportello_sdk::types::Failure;
use sportello_sdk::{Stop, export_channel};

use settings::Settings;

/// The channel of chat windows in web pages.
#[derive(Debug)]
pub struct WebChat;

export_channel!(WebChat);

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

impl Channel for WebChat {
    type Settings = Settings;

    fn describe() -> Description {
        Description {
            name: "web-chat".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "The chat window for any web page.".to_owned(),
            settings_schema: settings::schema().to_string(),
            secrets: vec![token::SECRET.to_owned()],
            hosts: vec![],
            // The window tries for about a minute, and longer when the customer says so.
            redelivery: Some(MINUTE),
            poll_every: None,
        }
    }

    fn carries(_: &Settings) -> Capabilities {
        Capabilities {
            choices: 10,
            choice_length: 80,
            media_types: ["image/*", "audio/*", "video/*", "text/*", "application/*"].map(str::to_owned).to_vec(),
            media_size: 100 << 20,
            abilities: Abilities::LOCATIONS
                | Abilities::CONTACTS
                | Abilities::REPLIES
                | Abilities::REACTIONS
                | Abilities::EDITS
                | Abilities::RETRACTIONS
                | Abilities::READ_MARKS,
            // As long as the window shows it.
            typing: Some(6_000),
            // The live carrier knows a key for as long as it keeps the event, which is far longer than any retry.
            dedupes: Some(30 * DAY),
            ..Capabilities::text_only(10_000)
        }
    }

    fn receive(context: &Context<Settings>, webhook: Webhook) -> Result<Reception, Stop<Refusal>> {
        receive::receive(context, &webhook)
    }

    fn send(context: &Context<Settings>, delivery: Delivery) -> Result<Receipt, Stop<Failure>> {
        send::send(context, &delivery)
    }

    fn tend(context: &Context<Settings>, _: Chore) -> Result<Health, Stop<Failure>> {
        if !token::is_possible() {
            let secret = token::SECRET;
            let reason = format!("configure the secret `{secret}`: a long random text that signs the visitors' tokens");
            return Err(Failure::Unauthorised(reason).into());
        }
        let notes = vec![address::script_tag(&context.hook), origins::note(&context.settings.origins)];
        Ok(Health { account: None, notes, again_at: None })
    }
}
