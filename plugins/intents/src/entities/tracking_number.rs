//! Tracking numbers of parcels, in the forms that post offices print.
//!
//! - UPU standard S10: two letters, eight digits, a check digit, two letters of the country ("RR 123 456 785 CH").
//! - Swiss Post: eighteen digits, beginning with 98 or 99 ("99.00.123456.12345678").
//! - La Poste: a digit, a letter and eleven digits ("6A 123 456 7890 1"), or fifteen digits beginning with 86 or 87.
//!
//! The normal form has neither blanks nor dots, and capitals.

use super::Find;
use super::cursor::{Cursor, beginnings, is_separator};

/// `L` stands for a letter, `D` for a digit.
const S10: &str = "LLDDDDDDDDDLL";
const SWISS_POST: &str = "DDDDDDDDDDDDDDDDDD";
const COLISSIMO: &str = "DLDDDDDDDDDDD";
const LA_POSTE: &str = "DDDDDDDDDDDDDDD";

/// What multiplies each of the eight digits of S10 before its check digit (UPU S10-12).
const S10_FACTORS: [u32; 8] = [8, 6, 4, 2, 3, 5, 9, 7];

pub(super) fn find(message: &str) -> impl Iterator<Item = Find> {
    beginnings(message, |letter| letter.is_ascii_alphanumeric()).filter_map(|start| {
        let find = |pattern, valid: fn(&str) -> bool| read(message, start, pattern).filter(|find| valid(&find.value));
        find(S10, has_s10_check_digit)
            .or_else(|| find(SWISS_POST, |number| number.starts_with("98") || number.starts_with("99")))
            .or_else(|| find(COLISSIMO, |_| true))
            .or_else(|| find(LA_POSTE, |number| number.starts_with("86") || number.starts_with("87")))
    })
}

/// Reads a pattern, with at most one separator between digits, or between a digit and a letter.
fn read(message: &str, start: usize, pattern: &str) -> Option<Find> {
    let mut cursor = Cursor::new(message, start);
    let mut value = String::new();
    let mut previous = None;
    for class in pattern.chars() {
        if previous.is_some_and(|previous| (previous, class) != ('L', 'L')) {
            cursor.take(is_separator);
        }
        let letter = cursor.take(|letter| match class {
            'D' => letter.is_ascii_digit(),
            _ => letter.is_ascii_alphabetic(),
        })?;
        value.push(letter.to_ascii_uppercase());
        previous = Some(class);
    }
    cursor.at_boundary().then_some(Find { span: start..cursor.offset, value })
}

fn has_s10_check_digit(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().filter_map(|letter| letter.to_digit(10)).collect();
    let sum: u32 = digits.iter().zip(S10_FACTORS).map(|(digit, factor)| digit * factor).sum();
    let check = match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        check => check,
    };
    digits.last() == Some(&check)
}
