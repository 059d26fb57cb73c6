//! Days and times as people write them, without any table of time zones: the caller knows the local time.

use jiff::civil::{Date, DateTime, Time, Weekday};

use crate::Language;

/// "14:05 Uhr", "14 h 05", "14:05".
#[must_use]
pub fn clock(time: Time, language: Language) -> String {
    let (hour, minute) = (time.hour(), time.minute());
    match language {
        Language::German => format!("{hour}:{minute:02} Uhr"),
        Language::French if minute == 0 => format!("{hour} h"),
        Language::French => format!("{hour} h {minute:02}"),
        Language::Italian => format!("{hour}:{minute:02}"),
        Language::English => format!("{hour:02}:{minute:02}"),
    }
}

/// "Montag, 23. November", "lundi 23 novembre", "lunedì 23 novembre", "Monday 23 November".
#[must_use]
pub fn day(date: Date, language: Language) -> String {
    let (weekday, month) = (weekday(date.weekday(), language), month(date.month(), language));
    let number = date.day();
    match language {
        Language::German => format!("{weekday}, {number}. {month}"),
        Language::French if number == 1 => format!("{weekday} 1er {month}"),
        Language::Italian if number == 1 => format!("{weekday} 1º {month}"),
        Language::French | Language::Italian | Language::English => format!("{weekday} {number} {month}"),
    }
}

/// A day with its time: "Montag, 23. November, 14:05 Uhr", "lundi 23 novembre à 14 h 05".
#[must_use]
pub fn moment(at: DateTime, language: Language) -> String {
    let (day, clock) = (day(at.date(), language), clock(at.time(), language));
    match language {
        Language::German | Language::English => format!("{day}, {clock}"),
        Language::French => format!("{day} à {clock}"),
        Language::Italian => format!("{day} {}{clock}", italian_at(at.time())),
    }
}

/// A time to come, as an adverb inside a sentence: "heute um 14:00 Uhr", "demain à 8 h", "lunedì alle 7:30", and with
/// the date where the weekday alone would be ambiguous.
#[must_use]
pub fn upcoming(at: DateTime, now: DateTime, language: Language) -> String {
    let days = (at.date() - now.date()).get_days();
    let clock = clock(at.time(), language);
    let name = match days {
        0 => today(language).to_owned(),
        1 => tomorrow(language).to_owned(),
        2..=6 => on(weekday(at.weekday(), language), language),
        _ => on(&day(at.date(), language), language),
    };
    match language {
        Language::German if !(0..=6).contains(&days) => format!("{name}, um {clock}"),
        Language::German => format!("{name} um {clock}"),
        Language::French => format!("{name} à {clock}"),
        Language::Italian => format!("{name} {}{clock}", italian_at(at.time())),
        Language::English => format!("{name} at {clock}"),
    }
}

fn on(name: &str, language: Language) -> String {
    match language {
        Language::German => format!("am {name}"),
        Language::English => format!("on {name}"),
        Language::French | Language::Italian => name.to_owned(),
    }
}

/// One o'clock is singular in Italian.
fn italian_at(time: Time) -> &'static str {
    if time.hour() == 1 { "all'" } else { "alle " }
}

fn today(language: Language) -> &'static str {
    match language {
        Language::German => "heute",
        Language::French => "aujourd'hui",
        Language::Italian => "oggi",
        Language::English => "today",
    }
}

fn tomorrow(language: Language) -> &'static str {
    match language {
        Language::German => "morgen",
        Language::French => "demain",
        Language::Italian => "domani",
        Language::English => "tomorrow",
    }
}

fn weekday(weekday: Weekday, language: Language) -> &'static str {
    let names = match language {
        Language::German => ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
        Language::French => ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
        Language::Italian => ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"],
        Language::English => ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    };
    named(&names, weekday.to_monday_zero_offset())
}

fn month(month: i8, language: Language) -> &'static str {
    #[rustfmt::skip]
    let names = match language {
        Language::German => [
            "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
            "Dezember",
        ],
        Language::French => [
            "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
            "décembre",
        ],
        Language::Italian => [
            "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
            "novembre", "dicembre",
        ],
        Language::English => [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ],
    };
    named(&names, month - 1)
}

fn named(names: &[&'static str], index: i8) -> &'static str {
    usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::civil::datetime;

    use super::*;

    const ALL: [Language; 4] = [Language::German, Language::French, Language::Italian, Language::English];

    fn in_all(write: impl Fn(Language) -> String) -> [String; 4] {
        ALL.map(write)
    }

    #[test]
    fn a_moment_reads_as_people_write_it() {
        let at = datetime(2026, 11, 23, 14, 5, 0, 0);
        let expected = [
            "Montag, 23. November, 14:05 Uhr",
            "lundi 23 novembre à 14 h 05",
            "lunedì 23 novembre alle 14:05",
            "Monday 23 November, 14:05",
        ];
        assert_eq!(in_all(|language| moment(at, language)), expected);
    }

    #[test]
    fn the_first_of_a_month_and_one_o_clock_have_their_own_forms() {
        let at = datetime(2026, 3, 1, 1, 0, 0, 0);
        let expected = [
            "Sonntag, 1. März, 1:00 Uhr",
            "dimanche 1er mars à 1 h",
            "domenica 1º marzo all'1:00",
            "Sunday 1 March, 01:00",
        ];
        assert_eq!(in_all(|language| moment(at, language)), expected);
    }

    #[test]
    fn the_nearer_the_shorter() {
        let now = datetime(2026, 11, 20, 19, 0, 0, 0);
        let cases = [
            (datetime(2026, 11, 20, 20, 0, 0, 0), "heute um 20:00 Uhr", "today at 20:00"),
            (datetime(2026, 11, 21, 8, 0, 0, 0), "morgen um 8:00 Uhr", "tomorrow at 08:00"),
            (datetime(2026, 11, 23, 7, 30, 0, 0), "am Montag um 7:30 Uhr", "on Monday at 07:30"),
            (
                datetime(2026, 11, 27, 7, 30, 0, 0),
                "am Freitag, 27. November, um 7:30 Uhr",
                "on Friday 27 November at 07:30",
            ),
        ];
        for (at, german, english) in cases {
            assert_eq!(upcoming(at, now, Language::German), german);
            assert_eq!(upcoming(at, now, Language::English), english);
        }
        let monday = datetime(2026, 11, 23, 7, 30, 0, 0);
        assert_eq!(upcoming(monday, now, Language::French), "lundi à 7 h 30");
        assert_eq!(upcoming(monday, now, Language::Italian), "lunedì alle 7:30");
    }

    #[test]
    fn every_day_and_month_has_a_name_in_every_language() {
        for offset in 0..366 {
            let date = jiff::civil::date(2026, 1, 1).checked_add(jiff::Span::new().days(offset)).expect("a date");
            for language in ALL {
                assert!(!weekday(date.weekday(), language).is_empty() && !month(date.month(), language).is_empty());
            }
        }
    }
}
