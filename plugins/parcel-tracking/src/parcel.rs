//! What the tracking service says about a parcel: `GET {api-base}/parcels/{number}`.

use serde::Deserialize;
use sportello_sdk::Outcome;
use sportello_sdk::types::RequestError;
use sportello_words::jiff::civil::{Date, DateTime, Time};
use sportello_words::jiff::fmt::temporal::{Pieces, PiecesOffset};
use sportello_words::jiff::tz::Offset;

use crate::number::TrackingNumber;

/// Where a parcel is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    Accepted,
    InTransit,
    OutForDelivery,
    Delivered,
    Held,
    Customs,
    Returned,
}

impl State {
    /// Whether a day of delivery still means something.
    pub(crate) fn is_under_way(self) -> bool {
        matches!(self, Self::Accepted | Self::InTransit | Self::OutForDelivery | Self::Customs)
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Parcel {
    pub(crate) status: State,
    /// Where it is, for people.
    pub(crate) location: Option<String>,
    /// The day, or the day and time, on which it will arrive.
    pub(crate) expected: Option<String>,
    #[serde(default)]
    pub(crate) events: Vec<Event>,
}

/// One step on its way.
#[derive(Debug, Deserialize)]
pub(crate) struct Event {
    pub(crate) at: String,
    pub(crate) location: Option<String>,
}

/// What came of asking.
#[derive(Debug)]
pub(crate) enum Lookup {
    Found(Parcel),
    Unknown,
    /// Why there is no answer, for the agent.
    Failed(String),
}

impl Lookup {
    pub(crate) fn failure(&self) -> Option<&str> {
        match self {
            Self::Failed(reason) => Some(reason),
            Self::Found(_) | Self::Unknown => None,
        }
    }
}

pub(crate) fn read(number: &TrackingNumber, outcome: Outcome) -> Lookup {
    let response = match outcome {
        Ok(response) if response.status == 404 => return Lookup::Unknown,
        Ok(response) if response.is_success() => response,
        Ok(response) => return Lookup::Failed(format!("it answered {} for {number}", response.status)),
        Err(error) => return Lookup::Failed(format!("no answer for {number}: {}", no_answer(&error))),
    };
    match response.read_json() {
        Ok(parcel) => Lookup::Found(parcel),
        Err(error) => Lookup::Failed(format!("it cannot be understood about {number}: {error}")),
    }
}

fn no_answer(error: &RequestError) -> &str {
    match error {
        RequestError::NotGranted => "its host is not granted to this skill",
        RequestError::Unreachable(reason) | RequestError::Unknown(reason) => reason,
        RequestError::TooLarge => "it was too large",
    }
}

/// A day, or a day and time, as the clocks show it at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum When {
    Day(Date),
    Moment(DateTime),
}

impl When {
    /// Reads a date or a time after RFC 3339. A time in UTC is moved to the zone that is `utc_offset` minutes east of it;
    /// one with another offset is local already.
    pub(crate) fn parse(text: &str, utc_offset: i32) -> Option<Self> {
        let pieces = Pieces::parse(text).ok()?;
        let Some(time) = pieces.time() else { return Some(Self::Day(pieces.date())) };
        let local = pieces.date().to_datetime(time);
        match pieces.offset() {
            Some(PiecesOffset::Zulu) => {
                let there = Offset::from_seconds(utc_offset.checked_mul(60)?).ok()?;
                Some(Self::Moment(there.to_datetime(Offset::UTC.to_timestamp(local).ok()?)))
            }
            _ => Some(Self::Moment(local)),
        }
    }
}

impl Parcel {
    /// When and where it was last seen, as far as it is known. The order of the events does not matter.
    pub(crate) fn last_seen(&self, utc_offset: i32) -> (Option<When>, Option<&str>) {
        let dated = self.events.iter().filter_map(|event| Some((When::parse(&event.at, utc_offset)?, event)));
        let newest = dated.max_by_key(|(when, _)| when.sort_key());
        let place = self.location.as_deref().or_else(|| newest.and_then(|(_, event)| event.location.as_deref()));
        (newest.map(|(when, _)| when), place.filter(|place| !place.is_empty()))
    }
}

impl When {
    fn sort_key(self) -> DateTime {
        match self {
            Self::Day(date) => date.to_datetime(Time::midnight()),
            Self::Moment(moment) => moment,
        }
    }
}

#[cfg(test)]
mod tests {
    use sportello_words::jiff::civil::{date, datetime};

    use super::*;

    #[test]
    fn times_in_utc_are_shown_in_the_companys_zone_and_others_as_they_are() {
        let local = When::Moment(datetime(2026, 11, 23, 14, 5, 0, 0));
        assert_eq!(When::parse("2026-11-23T13:05:00Z", 60), Some(local));
        assert_eq!(When::parse("2026-11-23T14:05:00+09:00", 60), Some(local));
        assert_eq!(When::parse("2026-11-23T14:05:00", 60), Some(local));
        assert_eq!(When::parse("2026-11-23", 60), Some(When::Day(date(2026, 11, 23))));
        assert_eq!(When::parse("soon", 60), None);
    }

    #[test]
    fn the_newest_event_counts_wherever_it_stands() {
        let event = |at: &str, place: &str| Event { at: at.to_owned(), location: Some(place.to_owned()) };
        let events = vec![event("2026-11-23T08:00:00Z", "Olten"), event("2026-11-22T20:00:00Z", "Chiasso")];
        let parcel = Parcel { status: State::InTransit, location: None, expected: None, events };
        let seen = When::Moment(datetime(2026, 11, 23, 9, 0, 0, 0));
        assert_eq!(parcel.last_seen(60), (Some(seen), Some("Olten")));
    }
}
