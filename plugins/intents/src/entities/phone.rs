//! Phone numbers; the normal form is E.164 ("+41791234567").

use super::Find;
use super::cursor::{Cursor, beginnings, is_separator};

/// Digits of an international number, country code included (ITU-T E.164).
const INTERNATIONAL: std::ops::RangeInclusive<usize> = 8..=15;
/// Digits of a national number with its leading zero, the likeliest first.
const NATIONAL: [usize; 4] = [10, 11, 9, 12];
/// Countries whose numbers all have one length, country code included: here a number ends even where digits follow.
const FIXED_LENGTHS: [(&str, usize); 2] = [("41", 11), ("33", 11)];

pub(super) fn find(message: &str, calling_code: &str) -> impl Iterator<Item = Find> {
    let begins = |letter: char| matches!(letter, '+' | '0' | '(');
    beginnings(message, begins).filter_map(move |start| read(message, start, calling_code))
}

fn read(message: &str, start: usize, calling_code: &str) -> Option<Find> {
    let groups = Groups::read(message, start);
    let digits = groups.digits.as_str();
    let (international, skipped) = match (groups.plus, digits.strip_prefix("00")) {
        (true, _) => (Some(digits), 0),
        (false, Some(rest)) => (Some(rest), 2),
        (false, None) => (None, 0),
    };
    let Some(international) = international else {
        let national = digits.strip_prefix('0')?;
        let (length, end) = NATIONAL.iter().find_map(|length| Some((*length, groups.end_of(*length)?)))?;
        return Some(Find { span: start..end, value: format!("+{calling_code}{}", &national[..length - 1]) });
    };
    let fixed = FIXED_LENGTHS.iter().find(|(code, _)| international.starts_with(code)).map(|(_, length)| *length);
    let longest = || INTERNATIONAL.rev().find(|length| groups.end_of(length + skipped).is_some());
    let length = fixed.filter(|length| groups.end_of(length + skipped).is_some()).or_else(longest)?;
    let sound = !international.starts_with('0');
    sound.then_some(Find {
        span: start..groups.end_of(length + skipped)?,
        value: format!("+{}", &international[..length]),
    })
}

/// Digits in groups.
struct Groups {
    plus: bool,
    digits: String,
    /// After how many digits a group ends, and where in the message.
    ends: Vec<(usize, usize)>,
}

impl Groups {
    fn read(message: &str, start: usize) -> Self {
        let mut cursor = Cursor::new(message, start);
        let plus = cursor.take(|letter| letter == '+').is_some();
        cursor.take(|letter| letter == '(');
        let mut groups = Self { plus, digits: String::new(), ends: Vec::new() };
        loop {
            while let Some(digit) = cursor.take(|letter| letter.is_ascii_digit()) {
                groups.digits.push(digit);
            }
            if cursor.at_boundary() {
                groups.ends.push((groups.digits.len(), cursor.offset));
            }
            let enough = groups.digits.len() > *INTERNATIONAL.end() + 2;
            match gap(cursor, plus) {
                Some(next) if !enough && !groups.digits.is_empty() => cursor = next,
                _ => return groups,
            }
        }
    }

    /// Where the group with the digit of this number ends, if one ends there.
    fn end_of(&self, digits: usize) -> Option<usize> {
        self.ends.iter().find(|(count, _)| *count == digits).map(|(_, end)| *end)
    }
}

/// The next group's first digit, if no more than two separators lie between.
fn gap<'a>(mut cursor: Cursor<'a>, plus: bool) -> Option<Cursor<'a>> {
    let mut separators = 0;
    // "+41 (0)79": this zero is dialled within the country only.
    while plus && cursor.skip("(0)") || cursor.take(|letter| is_separator(letter) || "/()".contains(letter)).is_some() {
        separators += 1;
    }
    let digit_follows = cursor.peek().is_some_and(|letter| letter.is_ascii_digit());
    (digit_follows && (1..=3).contains(&separators)).then_some(cursor)
}
