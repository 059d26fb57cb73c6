//! Amounts of money: a number with its currency before or behind. The normal form is the currency's code (ISO 4217) and the
//! amount with a point: "CHF 1200.50".

use super::Find;
use super::cursor::{Cursor, beginnings};

/// How currencies are written, in lower case, and their codes. Pounds are left out, because they weigh as well.
const CURRENCIES: [(&str, &str); 27] = [
    ("chf", "CHF"),
    ("sfr", "CHF"),
    ("fr", "CHF"),
    ("frs", "CHF"),
    ("franken", "CHF"),
    ("fränkli", "CHF"),
    ("franke", "CHF"),
    ("stutz", "CHF"),
    ("franc", "CHF"),
    ("francs", "CHF"),
    ("franco", "CHF"),
    ("franchi", "CHF"),
    ("eur", "EUR"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("€", "EUR"),
    ("usd", "USD"),
    ("us$", "USD"),
    ("dollar", "USD"),
    ("dollars", "USD"),
    ("dollari", "USD"),
    ("$", "USD"),
    ("gbp", "GBP"),
    ("£", "GBP"),
    ("yen", "JPY"),
    ("¥", "JPY"),
    ("jpy", "JPY"),
];
/// Digits before the decimals, at most.
const LONGEST: usize = 9;

pub(super) fn find(message: &str) -> impl Iterator<Item = Find> {
    beginnings(message, |letter| letter.is_ascii_digit()).filter_map(|start| {
        let amount = Amount::read(message, start)?;
        if let Some((currency, end)) = behind(message, amount.end) {
            return Some(Find { span: start..end, value: format!("{currency} {}", amount.value) });
        }
        let (first, currency, abbreviated) = before(message, start)?;
        // "Fr. 20.11." is a Friday.
        let day = abbreviated && amount.decimals && message[amount.end..].starts_with('.');
        let goes_on = message[amount.end..].starts_with(|letter: char| letter.is_alphanumeric());
        (!day && !goes_on).then(|| Find { span: first..amount.end, value: format!("{currency} {}", amount.value) })
    })
}

struct Amount {
    value: String,
    decimals: bool,
    end: usize,
}

impl Amount {
    /// "1'200.50", "1.200,50", "20.–", "7".
    fn read(message: &str, start: usize) -> Option<Self> {
        let mut cursor = Cursor::new(message, start);
        let mut value = String::new();
        let mut decimals = false;
        digits(&mut cursor, &mut value);
        loop {
            let mut next = cursor;
            let Some(separator) = next.take(|letter| matches!(letter, '\'' | '’' | '.' | ',')) else { break };
            let mut group = String::new();
            digits(&mut next, &mut group);
            match (group.len(), separator) {
                (3, _) => value.push_str(&group),
                (1 | 2, '.' | ',') => {
                    value.push('.');
                    value.push_str(&group);
                    value.extend((group.len() == 1).then_some('0'));
                    decimals = true;
                }
                (0, '.' | ',') if next.take(|letter| matches!(letter, '-' | '–' | '—')).is_some() => {
                    decimals = true
                }
                _ => break,
            }
            cursor = next;
            if decimals {
                break;
            }
        }
        let whole = value.split('.').next().unwrap_or_default();
        let sound = whole.len() <= LONGEST && !cursor.peek().is_some_and(|letter| letter.is_ascii_digit());
        if !value.contains('.') {
            value.push_str(".00");
        }
        sound.then_some(Self { value, decimals, end: cursor.offset })
    }
}

fn digits(cursor: &mut Cursor<'_>, into: &mut String) {
    while let Some(digit) = cursor.take(|letter| letter.is_ascii_digit()) {
        into.push(digit);
    }
}

/// The currency behind an amount, and where it ends.
fn behind(message: &str, end: usize) -> Option<(&'static str, usize)> {
    let mut cursor = Cursor::new(message, end);
    cursor.take(is_blank);
    let start = cursor.offset;
    if cursor.take(is_symbol).is_none() {
        while cursor.take(char::is_alphabetic).is_some() {}
    }
    Some((code(&message[start..cursor.offset])?, cursor.offset))
}

/// Where the currency before an amount begins, its code, and whether it could be the short form of a weekday.
fn before(message: &str, start: usize) -> Option<(usize, &'static str, bool)> {
    let text = message[..start].strip_suffix(is_blank).unwrap_or(&message[..start]);
    let text = text.strip_suffix('.').unwrap_or(text);
    let word = text.trim_end_matches(|letter: char| letter.is_alphabetic() || is_symbol(letter));
    let name = &text[word.len()..];
    Some((word.len(), code(name)?, name.eq_ignore_ascii_case("fr")))
}

fn code(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    CURRENCIES.iter().find(|(known, _)| *known == name).map(|(_, code)| *code)
}

fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\u{a0}' | '\u{202f}')
}

fn is_symbol(letter: char) -> bool {
    matches!(letter, '€' | '$' | '£' | '¥')
}
