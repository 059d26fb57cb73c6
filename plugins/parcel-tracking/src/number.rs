//! Tracking numbers: which form they have, and where they stand in what customers write.

use std::fmt;

/// A number that a parcel can have, without the spaces and dots that people write it with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TrackingNumber(String);

/// What looks like a tracking number and is none, as the customer wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Malformed(pub(crate) String);

/// Fewer digits in a row are a date, a price or a telephone number.
const FEWEST_DIGITS: usize = 11;
const SWISS_DIGITS: usize = 18;
const SWISS_PREFIXES: [&str; 2] = ["98", "99"];
/// Of the serial number and its check digit in a number after UPU S10.
const S10_DIGITS: usize = 9;

impl TrackingNumber {
    /// Checks the form: 18 digits that begin with 98 or 99 (Swiss Post), or two letters, nine digits of which the last is a check
    /// digit, and a country's two letters (UPU S10).
    ///
    /// # Errors
    /// It is neither.
    pub(crate) fn parse(written: &str) -> Result<Self, Malformed> {
        let plain: String = written.chars().filter(|letter| !is_separator(*letter)).collect();
        let plain = plain.to_ascii_uppercase();
        if is_swiss(&plain) || is_s10(&plain) { Ok(Self(plain)) } else { Err(Malformed(written.trim().to_owned())) }
    }

    /// All that a text holds, in order and once each: whatever has so many digits that it must be meant as one.
    pub(crate) fn find(text: &str) -> Vec<Result<Self, Malformed>> {
        let letters: Vec<char> = text.chars().collect();
        let mut found = vec![];
        let mut at = 0;
        while at < letters.len() {
            if !letters[at].is_ascii_digit() {
                at += 1;
                continue;
            }
            let end = end_of_digits(&letters, at);
            found.extend(candidate(&letters, at, end).map(|candidate| Self::parse(&candidate)));
            at = end;
        }
        unique(found)
    }
}

impl fmt::Display for TrackingNumber {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

pub(crate) fn unique(found: Vec<Result<TrackingNumber, Malformed>>) -> Vec<Result<TrackingNumber, Malformed>> {
    let mut once = Vec::with_capacity(found.len());
    for number in found {
        if !once.contains(&number) {
            once.push(number);
        }
    }
    once
}

fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '.' | '-' | '\u{2010}'..='\u{2013}')
}

fn is_swiss(plain: &str) -> bool {
    let is_prefixed = SWISS_PREFIXES.iter().any(|prefix| plain.starts_with(prefix));
    is_prefixed && plain.len() == SWISS_DIGITS && plain.bytes().all(|byte| byte.is_ascii_digit())
}

/// The check digit is that of UPU standard S10: weights 8 6 4 2 3 5 9 7, 11 less the remainder by 11, 10 as 0 and 11 as 5.
fn is_s10(plain: &str) -> bool {
    let bytes = plain.as_bytes();
    let [first, second, digits @ .., third, fourth] = bytes else { return false };
    let letters = [first, second, third, fourth].iter().all(|byte| byte.is_ascii_uppercase());
    if !letters || digits.len() != S10_DIGITS || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 =
        [8, 6, 4, 2, 3, 5, 9, 7].iter().zip(digits).map(|(weight, digit)| weight * u32::from(digit - b'0')).sum();
    let check = match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        digit => digit,
    };
    u32::from(digits[S10_DIGITS - 1] - b'0') == check
}

/// Behind the last of the digits that begin at `start`, single separators between them included.
fn end_of_digits(letters: &[char], start: usize) -> usize {
    let mut end = start + 1;
    loop {
        match (letters.get(end), letters.get(end + 1)) {
            (Some(letter), _) if letter.is_ascii_digit() => end += 1,
            (Some(letter), Some(next)) if is_separator(*letter) && next.is_ascii_digit() => end += 2,
            _ => return end,
        }
    }
}

/// The digits, with the letters of an S10 number around them; none where they are too few.
fn candidate(letters: &[char], start: usize, end: usize) -> Option<String> {
    let digits = letters[start..end].iter().filter(|letter| letter.is_ascii_digit()).count();
    let around = (digits == S10_DIGITS)
        .then(|| Some((start - pair_before(letters, start)?, end + pair_after(letters, end)?)))
        .flatten();
    match around {
        Some((start, end)) => Some(letters[start..end].iter().collect()),
        None if digits >= FEWEST_DIGITS => Some(letters[start..end].iter().collect()),
        None => None,
    }
}

/// How far back the two letters before `start` reach, where exactly two stand there.
fn pair_before(letters: &[char], start: usize) -> Option<usize> {
    let before: Vec<char> = letters[..start].iter().rev().copied().collect();
    pair(&before)
}

fn pair_after(letters: &[char], end: usize) -> Option<usize> {
    pair(&letters[end..])
}

/// The length of two letters that stand alone, with a separator in front of them or without.
fn pair(letters: &[char]) -> Option<usize> {
    let gap = usize::from(letters.first().is_some_and(|letter| is_separator(*letter)));
    let word = letters[gap..].iter().take_while(|letter| letter.is_alphanumeric()).count();
    let is_pair = word == 2 && letters[gap..gap + 2].iter().all(char::is_ascii_alphabetic);
    is_pair.then_some(gap + 2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(plain: &str) -> Result<TrackingNumber, Malformed> {
        Ok(TrackingNumber(plain.to_owned()))
    }

    #[test]
    fn spaces_dots_and_small_letters_do_not_matter() {
        assert_eq!(TrackingNumber::parse("99.00.123456.12345678"), number("990012345612345678"));
        assert_eq!(TrackingNumber::parse(" rr 123 456 785 ch "), number("RR123456785CH"));
    }

    #[test]
    fn a_wrong_check_digit_is_found() {
        for digit in ('0'..='9').filter(|digit| *digit != '5') {
            let written = format!("RR12345678{digit}CH");
            assert_eq!(TrackingNumber::parse(&written), Err(Malformed(written)));
        }
    }

    #[test]
    fn remainders_of_zero_and_one_have_check_digits_of_their_own() {
        assert!(TrackingNumber::parse("RR000000005CH").is_ok(), "a remainder of 0 gives 5");
        assert!(TrackingNumber::parse("RR000100020CH").is_err());
        assert!(TrackingNumber::parse("RR000040000CH").is_ok(), "a remainder of 1 gives 0");
    }

    #[test]
    fn other_lengths_and_beginnings_are_refused() {
        for written in ["", "99001234561234567", "970012345612345678", "9900123456123456789", "R1123456785CH"] {
            assert!(TrackingNumber::parse(written).is_err(), "{written}");
        }
    }

    #[test]
    fn numbers_are_found_inside_sentences() {
        let text = "Wo sind 99.00.123456.12345678 und RR 123 456 785 CH? Nochmals: 990012345612345678.";
        assert_eq!(TrackingNumber::find(text), [number("990012345612345678"), number("RR123456785CH")]);
    }

    #[test]
    fn what_must_be_meant_as_a_number_is_found_with_its_mistake() {
        assert_eq!(TrackingNumber::find("es ist 9900123456"), []);
        assert_eq!(TrackingNumber::find("es ist 99001234561"), [Err(Malformed("99001234561".to_owned()))]);
        assert_eq!(TrackingNumber::find("RR123456784CH"), [Err(Malformed("RR123456784CH".to_owned()))]);
    }

    #[test]
    fn dates_prices_and_telephone_numbers_are_none() {
        for text in ["am 12.03.2026", "CHF 1'250.50", "+41 79 123 45", "im Haus 123456785 da", "4.5.26 - 30"] {
            assert_eq!(TrackingNumber::find(text), [], "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_swiss_number_is_found_however_it_is_split(digits in "9[89][0-9]{16}", gaps in proptest::collection::vec(0usize..17, 0..4)) {
            let mut written = digits.clone();
            let mut gaps: Vec<usize> = gaps.into_iter().map(|gap| gap + 1).collect();
            gaps.sort_unstable();
            gaps.dedup();
            for gap in gaps.into_iter().rev() {
                written.insert(gap, '.');
            }
            prop_assert_eq!(TrackingNumber::find(&format!("nr: {written}!")), [number(&digits)]);
        }

        #[test]
        fn no_text_is_too_strange(text in ".*") {
            let _ = TrackingNumber::find(&text);
        }
    }
}
