//! One turn: what a skill may know, and what it wants done.

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Effect, Facts, HandOver, Memory, Outcome, Schedule, Task, Trigger};
use crate::content::INTENT;
use crate::exchanges::{self, Exchanges};
use crate::settings::{self, SettingsError};
use crate::stop::Pause;
use crate::types::{Content, Failure, HttpRequest, Message, Selection};
use crate::understanding::{Entity, Intent};

/// What a skill may know about the moment (through `Deref`, the [`Facts`] of the contract), and its way to act.
#[derive(Debug)]
pub struct Turn<S> {
    /// What the operator configured.
    pub settings: S,
    facts: Facts,
    memory_version: u32,
    exchanges: Exchanges,
    effects: RefCell<Vec<Effect>>,
    passed: Cell<bool>,
}

impl<S: DeserializeOwned> Turn<S> {
    /// Reads what the host passed; tests use it too. `memory_version` is the one of the skill's description.
    ///
    /// # Errors
    /// When the settings are not of the form of `S`.
    pub fn new(settings: &str, mut facts: Facts, memory_version: u32) -> Result<Self, SettingsError> {
        let exchanges = Exchanges::new(std::mem::take(&mut facts.exchanges));
        let settings = settings::parse(settings)?;
        Ok(Self { settings, facts, memory_version, exchanges, effects: RefCell::default(), passed: Cell::new(false) })
    }
}

impl<S> Deref for Turn<S> {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.facts
    }
}

/// What it knows.
impl<S> Turn<S> {
    /// The customer's message, where the turn is about one.
    #[must_use]
    pub fn message(&self) -> Option<&Message> {
        match &self.facts.trigger {
            Trigger::Message(message) => Some(message),
            _ => None,
        }
    }

    /// What the customer wrote, its texts joined by line ends; none where there is no text.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let texts: Vec<&str> = self.message()?.contents.iter().filter_map(text_of).collect();
        if texts.is_empty() { None } else { Some(texts.join("\n")) }
    }

    /// The choice that the customer made.
    #[must_use]
    pub fn selection(&self) -> Option<&Selection> {
        self.message()?.contents.iter().find_map(|content| match content {
            Content::Selection(selection) => Some(selection),
            _ => None,
        })
    }

    /// The intent that the customer named by picking a choice made with [`crate::intent`].
    #[must_use]
    pub fn chosen_intent(&self) -> Option<&str> {
        self.selection()?.id.strip_prefix(INTENT)
    }

    /// What the customer most likely means.
    #[must_use]
    pub fn intent(&self) -> Option<&Intent> {
        self.facts.understanding.as_ref()?.intents.first()
    }

    /// The first entity of a kind.
    #[must_use]
    pub fn entity(&self, kind: &str) -> Option<&Entity> {
        self.facts.understanding.as_ref()?.entities.iter().find(|entity| entity.kind == kind)
    }

    /// The language alone: "de" of "de-CH".
    #[must_use]
    pub fn language(&self) -> &str {
        self.facts.locale.split(['-', '_']).next().unwrap_or_default()
    }

    /// What this skill kept for the conversation with [`Turn::remember`].
    ///
    /// # Errors
    /// A rejection where it is not of the form of `M`: the memory is of another version and was not migrated.
    pub fn recall<M: DeserializeOwned>(&self) -> Result<Option<M>, Failure> {
        let Some(memory) = &self.facts.memory else { return Ok(None) };
        serde_json::from_slice(&memory.data).map(Some).map_err(|error| {
            Failure::Rejected(format!("the memory of version {} cannot be read: {error}", memory.version))
        })
    }

    /// What came of the request, if the host has performed it; else the turn ends here and is repeated with the answer.
    ///
    /// # Errors
    /// Always to be passed on with `?`.
    pub fn fetch(&self, request: impl Into<HttpRequest>) -> Result<exchanges::Outcome, Pause> {
        self.exchanges.fetch(request.into())
    }

    /// Like [`Turn::fetch`], for several that are performed side by side.
    ///
    /// # Errors
    /// Always to be passed on with `?`.
    pub fn fetch_all<R: Into<HttpRequest>>(
        &self,
        requests: impl IntoIterator<Item = R>,
    ) -> Result<Vec<exchanges::Outcome>, Pause> {
        self.exchanges.fetch_all(requests.into_iter().map(Into::into).collect())
    }
}

/// What it wants done, in this order.
impl<S> Turn<S> {
    /// Says something to the customer.
    pub fn say(&self, content: impl Into<Content>) {
        self.push(Effect::Say(content.into()));
    }

    /// Keeps `memory` (as JSON) until the dialogue ends, and makes this the active skill.
    ///
    /// # Errors
    /// A rejection where `memory` has no JSON form.
    pub fn remember(&self, memory: &impl Serialize) -> Result<(), Failure> {
        let data = serde_json::to_vec(memory)
            .map_err(|error| Failure::Rejected(format!("the memory has no JSON form: {error}")))?;
        self.push(Effect::Remember(Memory { version: self.memory_version, data }));
        Ok(())
    }

    /// The dialogue of this skill is over.
    pub fn finish(&self) {
        self.push(Effect::Finish);
    }

    /// A person is wanted; the dialogue ends.
    pub fn hand_over(&self, hand_over: HandOver) {
        self.push(Effect::HandOver(hand_over));
    }

    /// Calls this skill again later, with the tag; a new one with the same tag replaces the old.
    pub fn schedule(&self, after: Duration, tag: impl Into<String>) {
        let after = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
        self.push(Effect::Schedule(Schedule { after, tag: tag.into() }));
    }

    /// Forgets a schedule.
    pub fn cancel_schedule(&self, tag: impl Into<String>) {
        self.push(Effect::CancelSchedule(tag.into()));
    }

    /// Notes something about the customer; none removes it.
    pub fn set_attribute(&self, name: impl Into<String>, value: Option<String>) {
        self.push(Effect::SetAttribute((name.into(), value)));
    }

    /// Labels the conversation.
    pub fn tag(&self, label: impl Into<String>) {
        self.push(Effect::Tag(label.into()));
    }

    /// Opens work for the back office.
    pub fn open_task(&self, task: Task) {
        self.push(Effect::OpenTask(task));
    }

    /// This is not for this skill: its dialogue ends, the host asks the next one, and nothing else of this turn happens.
    pub fn pass(&self) {
        self.passed.set(true);
    }

    /// What the turn comes to; tests look at it too.
    #[must_use]
    pub fn into_outcome(self) -> Outcome {
        if self.passed.get() { Outcome::Pass } else { Outcome::Effects(self.effects.into_inner()) }
    }

    fn push(&self, effect: Effect) {
        self.effects.borrow_mut().push(effect);
    }
}

fn text_of(content: &Content) -> Option<&str> {
    match content {
        Content::Text(text) => Some(text),
        Content::Media(media) => media.caption.as_deref(),
        _ => None,
    }
}
