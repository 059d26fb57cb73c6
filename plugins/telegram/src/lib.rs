//! Telegram, through its Bot API.
//!
//! Receiving (by webhook or by polling) and sending are two folders of pure functions over JSON; [`thread`] knows how a
//! place on Telegram is written as a thread and back, [`api`] alone calls methods, and [`errors`] reads their refusals.

mod account;
mod api;
mod description;
mod errors;
mod json;
mod markup;
mod media;
mod poll;
mod receive;
mod send;
mod settings;
mod thread;

use sportello_sdk::Stop;
use sportello_sdk::channel::{
    Capabilities, Channel, Chore, Context, Delivery, Description, Health, Polled, Receipt, Reception, Refusal, Webhook,
};
use sportello_sdk::types::{Failure, HttpRequest, Media};

pub use markup::{Entity, Styled};
pub use settings::Settings;

/// The channel.
#[derive(Debug)]
pub struct Telegram;

impl Channel for Telegram {
    type Settings = Settings;

    fn describe() -> Description {
        description::describe()
    }

    fn carries(settings: &Settings) -> Capabilities {
        description::carries(settings)
    }

    fn receive(context: &Context<Settings>, webhook: Webhook) -> Result<Reception, Stop<Refusal>> {
        receive::receive(context, &webhook)
    }

    fn send(context: &Context<Settings>, delivery: Delivery) -> Result<Receipt, Stop<Failure>> {
        send::send(context, &delivery)
    }

    fn poll(context: &Context<Settings>, cursor: Option<String>) -> Result<Polled, Stop<Failure>> {
        poll::poll(context, cursor)
    }

    fn resolve_media(context: &Context<Settings>, media: Media) -> Result<HttpRequest, Stop<Failure>> {
        media::resolve(context, &media)
    }

    fn tend(context: &Context<Settings>, chore: Chore) -> Result<Health, Stop<Failure>> {
        account::tend(context, chore)
    }
}

sportello_sdk::export_channel!(Telegram);
