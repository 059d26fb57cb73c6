//! What is said about parcels, in the customer's language.

use sportello_sdk::skill::Turn;
use sportello_sdk::types::{Choice, Content};
use sportello_words::{Locale, Phrase, day, moment};

use crate::number::TrackingNumber;
use crate::parcel::{Parcel, When};
use crate::settings::Settings;

/// The texts of one turn.
pub(crate) struct Words<'a> {
    turn: &'a Turn<Settings>,
    locale: Locale<'a>,
}

impl<'a> Words<'a> {
    pub(crate) fn of(turn: &'a Turn<Settings>) -> Self {
        Self { turn, locale: Locale { wanted: &turn.locale, otherwise: &turn.settings.default_language } }
    }

    /// A text as it stands.
    pub(crate) fn plain(&self, phrase: &Phrase) -> String {
        phrase.said(self.locale).to_owned()
    }

    /// A text about a number.
    pub(crate) fn about(&self, phrase: &Phrase, number: &str) -> String {
        phrase.filled(self.locale, &[("number", number)])
    }

    /// A text, and a person as a choice.
    pub(crate) fn with_person(&self, text: String) -> Content {
        Content::choices(text, [self.person()])
    }

    /// State, last event, day of delivery and next step of one parcel.
    pub(crate) fn parcel(&self, number: &TrackingNumber, parcel: &Parcel) -> String {
        let texts = &self.turn.settings.texts;
        let state = self.about(texts.states.of(parcel.status), &number.to_string());
        let expected = parcel.expected.as_deref().filter(|_| parcel.status.is_under_way());
        let expected = expected.and_then(|text| When::parse(text, self.turn.opening.utc_offset));
        let expected = expected.map(|when| texts.expected.filled(self.locale, &[("date", &self.when(when))]));
        let next = self.about(texts.next_steps.of(parcel.status), &number.to_string());
        let sentences = [Some(state), self.last_seen(parcel), expected, Some(next)];
        sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    fn last_seen(&self, parcel: &Parcel) -> Option<String> {
        let (when, place) = parcel.last_seen(self.turn.opening.utc_offset);
        let parts: Vec<String> = place.map(str::to_owned).into_iter().chain(when.map(|when| self.when(when))).collect();
        let phrase = &self.turn.settings.texts.last_seen;
        (!parts.is_empty()).then(|| phrase.filled(self.locale, &[("seen", &parts.join(", "))]))
    }

    fn when(&self, when: When) -> String {
        match when {
            When::Day(date) => day(date, self.locale.language()),
            When::Moment(at) => moment(at, self.locale.language()),
        }
    }

    fn person(&self) -> Choice {
        sportello_sdk::intent(crate::PERSON, self.plain(&self.turn.settings.texts.titles.talk_to_person))
    }
}
