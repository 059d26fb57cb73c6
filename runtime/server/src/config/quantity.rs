//! Durations and sizes as people write them: `30s`, `10MiB`.

use std::time::Duration;

/// None: it is not a duration.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = split(text)?;
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.checked_mul(milliseconds).map(Duration::from_millis)
}

/// None: it is not a size.
pub(crate) fn size(text: &str) -> Option<usize> {
    let (number, unit) = split(text)?;
    let bytes = match unit {
        "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(bytes).and_then(|bytes| usize::try_from(bytes).ok())
}

fn split(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = text.split_at(end);
    Some((number.parse().ok()?, unit.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn units_are_those_that_people_write() {
        assert_eq!(duration("1500ms"), Some(Duration::from_millis(1_500)));
        assert_eq!(duration("2 h"), Some(Duration::from_secs(7_200)));
        assert_eq!(size("10MiB"), Some(10 << 20));
        for wrong in ["", "10", "ten s", "10 parsecs", "-1s", "99999999999999999999s", "18446744073709551615d"] {
            assert_eq!((duration(wrong), size(wrong)), (None, None), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,20}") {
            let _ = (duration(&text), size(&text));
        }

        #[test]
        fn what_is_written_is_read(number in 0_u64..1_000_000) {
            prop_assert_eq!(duration(&format!("{number}s")), Some(Duration::from_secs(number)));
        }
    }
}
