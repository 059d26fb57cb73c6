//! Finds what a message names: tracking numbers, the operator's own numbers, addresses of mail, amounts of money, dates, times,
//! phone numbers, postcodes, and the values of the corpus's lists, each with its place in the text and its normal form.
//!
//! Each kind has a scanner that goes over the text once. Where two claim the same place, the stricter pattern has it: an
//! eighteen-digit number is a tracking number before any part of it is a postcode.

mod calendar;
mod cursor;
mod date;
mod email;
mod lists;
mod money;
mod pattern;
mod phone;
mod postcode;
mod range;
mod relative;
mod time;
mod tracking_number;
mod typo;

use std::collections::BTreeMap;
use std::ops::Range;

pub(crate) use lists::Lists;
pub(crate) use sportello_sdk::nlu::Entity;

use crate::settings::Settings;
use crate::text::Text;

/// The kind of addresses of e-mail.
pub(crate) const EMAIL: &str = "email";

/// The kind of days.
pub(crate) const DATE: &str = "date";

/// A find: where, and its normal form.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Find {
    span: Range<usize>,
    value: String,
}

/// Finds entities.
pub(crate) struct Scanner<'a> {
    settings: &'a Settings,
    lists: &'a Lists,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(settings: &'a Settings, lists: &'a Lists) -> Self {
        Self { settings, lists }
    }

    /// The entities of a message in the order of their places. `now` is in milliseconds since the Unix epoch, for dates
    /// that are told relative to today; `expected` are the kinds that were just asked for.
    pub(crate) fn scan(
        &self,
        message: &str,
        text: &Text,
        language: &str,
        expected: &[String],
        now: u64,
    ) -> Vec<Entity> {
        let mut places = Places::default();
        if message.contains('@') {
            places.add(EMAIL, email::find(message));
        }
        if message.bytes().any(|byte| byte.is_ascii_digit()) {
            let postcode_expected = expected.iter().any(|kind| kind == "postcode");
            for (kind, pattern) in &self.settings.patterns {
                places.add(kind, pattern::find(message, pattern));
            }
            places.add("tracking-number", tracking_number::find(message));
            places.add("money", money::find(message));
            places.add("time", time::find(message));
            places.add(DATE, date::find_numeric(message, text, now));
            places.add("phone", phone::find(message, &self.settings.calling_code));
            places.add(DATE, date::find_written(message, text, now));
            places.add("postcode", postcode::find(message, text, postcode_expected));
        }
        places.add(DATE, date::find_relative(text, language, now));
        places.add(DATE, relative::find(text, now));
        range::join(message, &mut places);
        for (kind, find) in self.lists.find(text) {
            places.add(kind, Some(find));
        }
        places
            .entities
            .into_iter()
            .map(|(start, (kind, find))| Entity {
                kind: kind.to_owned(),
                start: start as u32,
                end: find.span.end as u32,
                value: find.value,
            })
            .collect()
    }
}

/// What was found so far, by where it begins.
#[derive(Default)]
struct Places<'a> {
    entities: BTreeMap<usize, (&'a str, Find)>,
}

impl<'a> Places<'a> {
    /// Adds finds whose place is free.
    fn add(&mut self, kind: &'a str, finds: impl IntoIterator<Item = Find>) {
        for find in finds {
            let before = self.entities.range(..find.span.end).next_back();
            if before.is_none_or(|(_, (_, other))| other.span.end <= find.span.start) {
                self.entities.insert(find.span.start, (kind, find));
            }
        }
    }
}

#[cfg(test)]
mod tests;
