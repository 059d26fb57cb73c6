//! Opening hours of a queue: weekly hours in a time zone, and holidays.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use crate::Instant;
use crate::contract::Opening;

/// When somebody is there.
#[derive(Clone, Debug)]
pub struct OpeningHours {
    /// Where the clocks hang.
    pub zone: TimeZone,
    /// Monday first; each day's hours, sorted and apart.
    pub week: [Vec<Hours>; 7],
    /// Days on which nobody is there.
    pub holidays: Vec<Date>,
}

/// From, and until just before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// From.
    pub from: Time,
    /// Until just before; midnight means the end of the day.
    pub until: Time,
}

/// Why opening hours cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpeningError {
    /// Not in the time zone database.
    #[error("there is no time zone `{0}`: write one such as `Europe/Zurich`")]
    Zone(String),
    /// Not a day or a range of days.
    #[error("`{0}` is no day: write `mon`, `mon-fri` or `every-day`")]
    Day(String),
    /// Not hours.
    #[error("`{0}` are no hours: write `07:30-18:00`")]
    Hours(String),
    /// Not a date.
    #[error("`{0}` is no date: write `2026-12-25`")]
    Date(String),
}

/// How far ahead an opening is looked for: a queue that does not open within two weeks is closed for good, as far as a
/// customer is concerned.
const HORIZON_DAYS: i32 = 15;

impl OpeningHours {
    /// Open day and night.
    #[must_use]
    pub fn always() -> Self {
        let day = || vec![Hours { from: Time::midnight(), until: Time::midnight() }];
        Self { zone: TimeZone::UTC, week: std::array::from_fn(|_| day()), holidays: vec![] }
    }

    /// Reads them as an operator writes them: days (`mon`, `mon-fri`, `every-day`) with hours (`07:30-18:00`).
    ///
    /// # Errors
    /// The first thing that cannot be read, and how to write it.
    pub fn parse<'a>(
        zone: &str,
        days: impl IntoIterator<Item = (&'a str, Vec<&'a str>)>,
        holidays: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, OpeningError> {
        let zone = TimeZone::get(zone).map_err(|_| OpeningError::Zone(zone.to_owned()))?;
        let mut week: [Vec<Hours>; 7] = Default::default();
        for (day, hours) in days {
            let hours = hours.into_iter().map(parse_hours).collect::<Result<Vec<_>, _>>()?;
            for index in parse_days(day)? {
                week[index].extend(&hours);
                week[index].sort_by_key(|hours| hours.from);
            }
        }
        let holidays = holidays
            .into_iter()
            .map(|date| date.parse().map_err(|_| OpeningError::Date(date.to_owned())))
            .collect::<Result<_, _>>()?;
        Ok(Self { zone, week, holidays })
    }

    /// How it stands at a moment, and when that next changes.
    #[must_use]
    pub fn at(&self, now: Instant) -> Opening {
        let Ok(moment) = Timestamp::from_millisecond(i64::try_from(now).unwrap_or(i64::MAX)) else {
            return Opening::default();
        };
        let here = moment.to_zoned(self.zone.clone());
        let spans = self.spans(&here);
        let open = spans.iter().any(|(from, until)| *from <= moment && moment < *until);
        let horizon = here.checked_add((HORIZON_DAYS - 1).days()).map_or(moment, |zoned| zoned.timestamp());
        let edges = spans.iter().flat_map(|(from, until)| [*from, *until]);
        let change = edges.filter(|edge| moment < *edge && *edge < horizon).min();
        let offset_at = change.unwrap_or(moment).to_zoned(self.zone.clone());
        Opening {
            open,
            changes_at: change.and_then(|edge| u64::try_from(edge.as_millisecond()).ok()),
            utc_offset: offset_at.offset().seconds() / 60,
        }
    }

    /// Spans from yesterday to the horizon, in order, those that touch joined.
    fn spans(&self, here: &Zoned) -> Vec<(Timestamp, Timestamp)> {
        let mut spans: Vec<(Timestamp, Timestamp)> = vec![];
        for ahead in -1..HORIZON_DAYS {
            let Ok(date) = here.date().checked_add(ahead.days()) else { continue };
            if self.holidays.contains(&date) {
                continue;
            }
            for hours in &self.week[date.weekday().to_monday_zero_offset() as usize] {
                let end = if hours.until == Time::midnight() { date.tomorrow().unwrap_or(date) } else { date };
                let instant = |date: Date, time: Time| {
                    date.to_datetime(time).to_zoned(self.zone.clone()).map(|zoned| zoned.timestamp())
                };
                let (Ok(from), Ok(until)) = (instant(date, hours.from), instant(end, hours.until)) else { continue };
                match spans.last_mut() {
                    Some(last) if last.1 >= from => last.1 = last.1.max(until),
                    _ => spans.push((from, until)),
                }
            }
        }
        spans
    }
}

fn parse_hours(text: &str) -> Result<Hours, OpeningError> {
    let wrong = || OpeningError::Hours(text.to_owned());
    let (from, until) = text.split_once('-').ok_or_else(wrong)?;
    let time = |text: &str| match text.trim() {
        "24:00" => Ok(Time::midnight()),
        text => text.parse::<Time>().map_err(|_| wrong()),
    };
    let hours = Hours { from: time(from)?, until: time(until)? };
    (hours.until == Time::midnight() || hours.from < hours.until).then_some(hours).ok_or_else(wrong)
}

fn parse_days(text: &str) -> Result<Vec<usize>, OpeningError> {
    let day = |name: &str| {
        Weekday::Monday
            .cycle_forward()
            .take(7)
            .position(|weekday| format!("{weekday:?}").to_ascii_lowercase().get(..3) == Some(name))
            .ok_or_else(|| OpeningError::Day(text.to_owned()))
    };
    if text == "every-day" {
        return Ok((0..7).collect());
    }
    match text.split_once('-') {
        None => Ok(vec![day(text)?]),
        Some((first, last)) => {
            let (first, last) = (day(first)?, day(last)?);
            Ok((0..7).map(|step| (first + step) % 7).take((last + 7 - first) % 7 + 1).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post() -> OpeningHours {
        OpeningHours::parse(
            "Europe/Zurich",
            [("mon-fri", vec!["07:30-18:00"]), ("sat", vec!["08:00-12:00"])],
            ["2026-12-25"],
        )
        .unwrap()
    }

    fn at(text: &str) -> Instant {
        text.parse::<Timestamp>().unwrap().as_millisecond() as Instant
    }

    #[test]
    fn open_hours_are_local_hours() {
        // 07:30 in Zurich is 06:30 UTC in winter and 05:30 UTC in summer.
        assert!(!post().at(at("2026-11-23T06:29:59Z")).open);
        assert!(post().at(at("2026-11-23T06:30:00Z")).open);
        assert!(post().at(at("2026-07-06T05:30:00Z")).open);
    }

    #[test]
    fn the_next_opening_is_found_over_the_weekend_and_over_a_holiday() {
        let saturday_noon = post().at(at("2026-11-21T11:00:00Z"));
        assert_eq!((saturday_noon.open, saturday_noon.changes_at), (false, Some(at("2026-11-23T06:30:00Z"))));
        let christmas_eve = post().at(at("2026-12-24T17:00:00Z"));
        assert_eq!(christmas_eve.changes_at, Some(at("2026-12-26T07:00:00Z")), "the 25th is a holiday");
        assert_eq!(christmas_eve.utc_offset, 60);
    }

    #[test]
    fn hours_past_midnight_are_written_on_two_days_and_read_as_one_span() {
        let night =
            OpeningHours::parse("Europe/Zurich", [("fri", vec!["20:00-24:00"]), ("sat", vec!["00:00-04:00"])], [])
                .unwrap();
        let friday = night.at(at("2026-11-20T22:30:00Z"));
        assert_eq!((friday.open, friday.changes_at), (true, Some(at("2026-11-21T03:00:00Z"))));
    }

    #[test]
    fn a_queue_that_never_closes_names_no_change() {
        let always = OpeningHours::always().at(at("2026-11-20T22:30:00Z"));
        assert!(always.open);
        assert_eq!(always.changes_at, None);
    }

    #[test]
    fn a_queue_without_hours_is_closed_for_good() {
        let never = OpeningHours::parse("UTC", [], []).unwrap().at(0);
        assert_eq!((never.open, never.changes_at), (false, None));
    }

    #[test]
    fn mistakes_say_what_to_write() {
        let error = |zone, day, hours| OpeningHours::parse(zone, [(day, vec![hours])], []).unwrap_err().to_string();
        assert!(error("Europe/Zurrich", "mon", "8:00-9:00").contains("Europe/Zurich"));
        assert!(error("UTC", "montag", "08:00-09:00").contains("mon-fri"));
        assert!(error("UTC", "mon", "9-8").contains("07:30-18:00"));
    }
}
