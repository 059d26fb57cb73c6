//! WhatsApp, through the Cloud API of Meta.
//!
//! Receiving and sending are two folders of pure functions over JSON; [`errors`] alone knows what Meta's error codes mean.

mod account;
mod description;
mod errors;
mod json;
mod media;
mod receive;
mod send;
mod settings;

use sportello_sdk::Stop;
use sportello_sdk::channel::{
    Capabilities, Channel, Chore, Context, Delivery, Description, Health, Receipt, Reception, Refusal, Webhook,
};
use sportello_sdk::types::{Failure, HttpRequest, Media};

pub use settings::Settings;

/// The channel.
#[derive(Debug)]
pub struct WhatsApp;

impl Channel for WhatsApp {
    type Settings = Settings;

    fn describe() -> Description {
        description::describe()
    }

    fn carries(settings: &Settings) -> Capabilities {
        description::carries(settings)
    }

    fn receive(context: &Context<Settings>, webhook: Webhook) -> Result<Reception, Stop<Refusal>> {
        receive::receive(context.now, &webhook)
    }

    fn send(context: &Context<Settings>, delivery: Delivery) -> Result<Receipt, Stop<Failure>> {
        send::send(context, &delivery)
    }

    fn resolve_media(context: &Context<Settings>, media: Media) -> Result<HttpRequest, Stop<Failure>> {
        media::resolve(context, &media)
    }

    fn tend(context: &Context<Settings>, chore: Chore) -> Result<Health, Stop<Failure>> {
        account::tend(context, chore)
    }
}

sportello_sdk::export_channel!(WhatsApp);
