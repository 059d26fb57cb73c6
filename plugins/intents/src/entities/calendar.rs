//! The little of the calendar that dates in messages need: days counted from the Unix epoch, in the Gregorian calendar.

const MILLISECONDS_PER_DAY: u64 = 86_400_000;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;
/// Days in four hundred years.
const ERA: i64 = 146_097;

/// A day that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    year: i64,
    month: u32,
    day: u32,
}

impl Day {
    /// None where there is no such day.
    pub(super) fn new(year: i64, month: u32, day: u32) -> Option<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        (1..=days).contains(&day).then_some(Self { year, month, day })
    }

    /// The day (UTC) of an instant in milliseconds since the Unix epoch.
    pub(super) fn of(now: u64) -> Self {
        Self::from_days((now / MILLISECONDS_PER_DAY) as i64)
    }

    /// So many days later.
    pub(super) fn plus(self, days: i64) -> Self {
        Self::from_days(self.to_days() + days)
    }

    /// Days since Monday.
    pub(super) fn weekday(self) -> i64 {
        // The first of January 1970 was a Thursday.
        (self.to_days() + 3).rem_euclid(7)
    }

    pub(super) fn year(self) -> i64 {
        self.year
    }

    /// The day of this month and day that is nearest to `self`, in whichever year; none where no year has it.
    pub(super) fn nearest(self, month: u32, day: u32) -> Option<Self> {
        let candidates = (self.year - 4..=self.year + 4).filter_map(|year| Self::new(year, month, day));
        candidates.min_by_key(|candidate| (candidate.to_days() - self.to_days()).abs())
    }

    /// With the year counted from March, so that the leap day is its last.
    fn to_days(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = if month <= 2 { self.year - 1 } else { self.year };
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let of_era = year.rem_euclid(400);
        year.div_euclid(400) * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH
    }

    fn from_days(days: i64) -> Self {
        let days = days + EPOCH;
        let of_era = days.rem_euclid(ERA);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = (of_year - (153 * from_march + 2) / 5 + 1) as u32;
        let month = ((from_march + 2) % 12 + 1) as u32;
        let year = year + days.div_euclid(ERA) * 400 + i64::from(month <= 2);
        Self { year, month, day }
    }
}

/// ISO 8601.
impl std::fmt::Display for Day {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_days_are_told() {
        assert_eq!(Day::of(0).to_string(), "1970-01-01");
        assert_eq!(Day::of(951_782_400_000).to_string(), "2000-02-29");
        assert_eq!(Day::of(1_795_305_600_000).to_string(), "2026-11-22");
        assert_eq!(Day::of(1_795_305_600_000).plus(40).to_string(), "2027-01-01");
        assert_eq!(Day::of(1_795_305_600_000).weekday(), 6, "a Sunday");
        assert_eq!(Day::new(2026, 2, 29), None);
        assert_eq!(Day::new(2026, 13, 1), None);
    }

    #[test]
    fn a_day_without_a_year_is_the_nearest() {
        let december = Day::of(1_795_305_600_000).plus(30);
        assert_eq!(december.nearest(1, 5).map(|day| day.to_string()).as_deref(), Some("2027-01-05"));
        assert_eq!(december.nearest(11, 5).map(|day| day.to_string()).as_deref(), Some("2026-11-05"));
        assert_eq!(december.nearest(2, 30), None);
    }

    proptest! {
        #[test]
        fn days_are_counted_there_and_back(days in 0_i64..200_000) {
            let day = Day::from_days(days);
            prop_assert_eq!(day.to_days(), days);
            prop_assert_eq!(Day::new(day.year, day.month, day.day), Some(day));
        }
    }
}
