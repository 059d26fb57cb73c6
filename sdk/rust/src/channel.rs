//! A platform: what a channel plugin implements.

mod adapter;
mod context;

use serde::de::DeserializeOwned;

pub use crate::bindings::channel::exports::sportello::plugin::channel::{
    Abilities, Act, Amend, Author, Capabilities, Chore, Delivery, Description, Health, Pace, Polled, React, Receipt,
    Reception, Refusal, Say, Unit, Webhook,
};
use crate::stop::Stop;
use crate::types::{Event, Failure, HttpRequest, HttpResponse, Media};

#[doc(hidden)]
pub use adapter::Adapter;
pub use context::Context;

/// A platform. Every function is pure: it is called again from the top with each answer that it fetches.
pub trait Channel {
    /// What the operator configures.
    type Settings: DeserializeOwned;

    /// What an operator reads before installing it.
    fn describe() -> Description;

    /// What the platform can carry with these settings.
    fn carries(settings: &Self::Settings) -> Capabilities;

    /// One webhook call. Anything that the platform says must become events, an answer, or a refusal.
    ///
    /// # Errors
    /// A refusal where the call does not come from the platform or is not what it sends.
    fn receive(context: &Context<Self::Settings>, webhook: Webhook) -> Result<Reception, Stop<Refusal>>;

    /// Performs one delivery; at most one of its requests is not repeatable.
    ///
    /// # Errors
    /// Why it was not, or not certainly, done.
    fn send(context: &Context<Self::Settings>, delivery: Delivery) -> Result<Receipt, Stop<Failure>>;

    /// Asks the platform what happened. For platforms whose description says `poll-every`.
    ///
    /// # Errors
    /// Why nothing could be learnt; as it stands, that this platform is not asked.
    fn poll(context: &Context<Self::Settings>, cursor: Option<String>) -> Result<Polled, Stop<Failure>> {
        let _ = (context, cursor);
        Err(rejected(&Self::describe().name, "is not polled: it calls the webhook"))
    }

    /// The request whose response is the file.
    ///
    /// # Errors
    /// Why it cannot be had; as it stands, that this platform has no ids of files.
    fn resolve_media(context: &Context<Self::Settings>, media: Media) -> Result<HttpRequest, Stop<Failure>> {
        let _ = (context, media);
        Err(rejected(&Self::describe().name, "has no ids of files to resolve"))
    }

    /// Registers the webhook, checks the credentials, takes it away.
    ///
    /// # Errors
    /// What is wrong with the account, and what to do.
    fn tend(context: &Context<Self::Settings>, chore: Chore) -> Result<Health, Stop<Failure>>;
}

fn rejected(name: &str, reason: &str) -> Stop<Failure> {
    Stop::Fail(Failure::Rejected(format!("the channel {name} {reason}")))
}

impl Capabilities {
    /// A platform that carries texts of so many characters, and nothing else. Say what it does beyond that with
    /// `Capabilities { choices: 3, ..Capabilities::text_only(4096) }`.
    #[must_use]
    pub fn text_only(length: u32) -> Self {
        Self {
            text_length: length,
            text_unit: Unit::CodePoints,
            choices: 0,
            choice_length: 0,
            media_types: vec![],
            media_size: 0,
            abilities: Abilities::empty(),
            typing: None,
            session_hours: None,
            channel_pace: None,
            thread_pace: None,
            echoes: false,
            dedupes: None,
        }
    }
}

impl Webhook {
    /// The first header of this name, whatever its case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The first parameter of this name in the URL's query, decoded.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        crate::http::parse_query(&self.url).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    /// A refusal that says where it is not.
    pub fn read_json<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        serde_json::from_slice(&self.body)
            .map_err(|error| Refusal::Malformed(format!("the body is not the expected JSON: {error}")))
    }
}

impl Reception {
    /// An answer to the platform, and nothing else.
    #[must_use]
    pub fn answer(response: HttpResponse) -> Self {
        Self { response, events: vec![], afterwards: vec![], stream: None }
    }

    /// Events, acknowledged with an empty 200.
    #[must_use]
    pub fn events(events: Vec<Event>) -> Self {
        Self { events, ..Self::answer(HttpResponse::status(200)) }
    }
}

impl Receipt {
    /// The delivery became this message of the platform.
    #[must_use]
    pub fn message(id: impl Into<String>) -> Self {
        Self { message_ids: vec![id.into()], memo: None }
    }

    /// It is done, and the platform names no message.
    #[must_use]
    pub fn done() -> Self {
        Self { message_ids: vec![], memo: None }
    }
}

/// Exports a type that implements [`Channel`] as the plugin of this component. Once per crate.
#[macro_export]
macro_rules! export_channel {
    ($plugin:ty) => {
        // Native linkers refuse the names of the exports, and native tests need none of them.
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, missing_docs, unreachable_pub, reason = "generated: the canonical ABI passes pointers")]
        const _: () = {
            type Exported = $crate::channel::Adapter<$plugin>;
    $crate::bindings::channel::export_channel_world!(Exported with_types_in $crate::bindings::channel);
        };
    };
}
