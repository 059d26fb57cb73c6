//! What the customer reads when a person takes over: that it happens now, or when somebody will be there.

use sportello_sdk::skill::Turn;
use sportello_words::jiff::civil::DateTime;
use sportello_words::jiff::tz::Offset;
use sportello_words::jiff::{SignedDuration, Timestamp};
use sportello_words::{Locale, clock, upcoming};

use crate::settings::Settings;

pub(crate) fn of(turn: &Turn<Settings>) -> String {
    let Settings { texts, closing_soon, default_language, .. } = &turn.settings;
    let locale = Locale { wanted: &turn.locale, otherwise: default_language };
    let change = turn.opening.changes_at.and_then(|at| Some((local(turn, at)?, local(turn, turn.now)?)));
    match (turn.opening.open, change) {
        (true, Some((closes, now))) if closes.duration_since(now) <= minutes(*closing_soon) => {
            texts.closing_soon.filled(locale, &[("time", &clock(closes.time(), locale.language()))])
        }
        (true, _) => texts.open.said(locale).to_owned(),
        (false, Some((opens, now))) => {
            texts.closed_until.filled(locale, &[("when", &upcoming(opens, now, locale.language()))])
        }
        (false, None) => texts.closed.said(locale).to_owned(),
    }
}

/// By the offset at the next change of the opening hours. Across a change to or from summer time the local time of now is
/// an hour off; of now only the day is needed.
fn local(turn: &Turn<Settings>, at: u64) -> Option<DateTime> {
    let offset = Offset::from_seconds(turn.opening.utc_offset.checked_mul(60)?).ok()?;
    let at = Timestamp::from_millisecond(i64::try_from(at).ok()?).ok()?;
    Some(offset.to_datetime(at))
}

fn minutes(minutes: u32) -> SignedDuration {
    SignedDuration::from_mins(minutes.into())
}
