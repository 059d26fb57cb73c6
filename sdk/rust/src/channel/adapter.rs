//! Gives a [`Channel`] the shape that the contract's exports have.

use std::marker::PhantomData;

use super::{Capabilities, Channel, Chore, Context, Delivery, Description, Refusal, Webhook};
use crate::bindings::channel::exports::sportello::plugin::channel::{
    Guest, MediaStep, PollStep, ReceiveStep, SendStep, TendStep,
};
use crate::settings;
use crate::stop::Stop;
use crate::types::{self, Exchange, Failure, HttpRequest, Media};

/// Exported in place of the plugin's own type.
#[doc(hidden)]
#[derive(Debug)]
pub struct Adapter<C>(PhantomData<C>);

impl<C: Channel> Guest for Adapter<C> {
    fn describe() -> Description {
        C::describe()
    }

    fn carries(settings: String) -> Capabilities {
        match settings::parse(&settings) {
            Ok(settings) => C::carries(&settings),
            Err(error) => trap(&error.to_string()),
        }
    }

    fn receive(context: types::Context, webhook: Webhook, exchanges: Vec<Exchange>) -> Result<ReceiveStep, Refusal> {
        let reception =
            Context::new(context, exchanges).map_err(Stop::from).and_then(|context| C::receive(&context, webhook));
        match reception {
            Ok(reception) => Ok(ReceiveStep::Done(reception)),
            Err(Stop::Perform(requests)) => Ok(ReceiveStep::Perform(requests)),
            Err(Stop::Fail(refusal)) => Err(refusal),
            Err(Stop::Broken(reason)) => trap(&reason),
        }
    }

    fn send(context: types::Context, delivery: Delivery, exchanges: Vec<Exchange>) -> Result<SendStep, Failure> {
        step::<C, _, _>(context, exchanges, |context| C::send(context, delivery), SendStep::Done, SendStep::Perform)
    }

    fn poll(context: types::Context, cursor: Option<String>, exchanges: Vec<Exchange>) -> Result<PollStep, Failure> {
        step::<C, _, _>(context, exchanges, |context| C::poll(context, cursor), PollStep::Done, PollStep::Perform)
    }

    fn resolve_media(context: types::Context, media: Media, exchanges: Vec<Exchange>) -> Result<MediaStep, Failure> {
        let resolve = |context: &_| C::resolve_media(context, media);
        step::<C, _, _>(context, exchanges, resolve, MediaStep::Download, MediaStep::Perform)
    }

    fn tend(context: types::Context, chore: Chore, exchanges: Vec<Exchange>) -> Result<TendStep, Failure> {
        step::<C, _, _>(context, exchanges, |context| C::tend(context, chore), TendStep::Done, TendStep::Perform)
    }
}

fn step<C: Channel, T, S>(
    context: types::Context,
    exchanges: Vec<Exchange>,
    call: impl FnOnce(&Context<C::Settings>) -> Result<T, Stop<Failure>>,
    done: impl FnOnce(T) -> S,
    perform: impl FnOnce(Vec<HttpRequest>) -> S,
) -> Result<S, Failure> {
    match Context::new(context, exchanges).map_err(Stop::from).and_then(|context| call(&context)) {
        Ok(value) => Ok(done(value)),
        Err(Stop::Perform(requests)) => Ok(perform(requests)),
        Err(Stop::Fail(failure)) => Err(failure),
        Err(Stop::Broken(reason)) => Err(Failure::Rejected(reason)),
    }
}

#[allow(
    clippy::panic,
    reason = "the contract leaves no other answer here, and the host keeps what came and shows the reason"
)]
fn trap(reason: &str) -> ! {
    panic!("{reason}")
}
