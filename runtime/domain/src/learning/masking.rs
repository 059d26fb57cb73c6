//! Taking out of a text who wrote it, before it is kept for people to look at.

/// So many digits side by side, or so many in all, may name somebody; fewer are a count or an hour.
const RUN: usize = 3;
const DIGITS: usize = 5;
/// A number that begins as phone numbers do is one with so many digits (E.164 has fifteen at most).
const PHONE: std::ops::RangeInclusive<usize> = 9..=15;

/// What stands in the place of each, and what a classifier is taught instead: it never meets a placeholder in a message.
const EXAMPLES: [(&str, &str); 4] = [
    ("<email>", "name@example.com"),
    ("<url>", "https://example.com"),
    ("<phone>", "+41791234567"),
    ("<number>", "123456789"),
];

/// Puts `<email>`, `<url>`, `<phone>` and `<number>` where such things stand; counts and hours stay.
#[must_use]
pub fn mask(text: &str) -> String {
    let mut masked: Vec<String> = vec![];
    // Words of digits that follow one another are one number.
    let mut number: Vec<&str> = vec![];
    for word in text.split_whitespace() {
        if is_digits(word) {
            number.push(word);
            continue;
        }
        close(&mut number, &mut masked);
        masked.push(of_word(word));
    }
    close(&mut number, &mut masked);
    masked.join(" ")
}

/// Puts something of its kind in the place of each placeholder.
#[must_use]
pub fn exemplify(masked: &str) -> String {
    EXAMPLES.iter().fold(masked.to_owned(), |text, (placeholder, example)| text.replace(placeholder, example))
}

fn of_word(word: &str) -> String {
    let core = word.trim_matches(|sign: char| !sign.is_alphanumeric() && sign != '+');
    if core.is_empty() {
        return word.to_owned();
    }
    let small = core.to_lowercase();
    let is_link =
        small.contains("://") || small.starts_with("www.") || small.contains(".com/") || small.contains(".ch/");
    let placeholder = if is_link {
        "<url>"
    } else if core.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')) {
        "<email>"
    } else if is_long(core) {
        "<number>"
    } else {
        return word.to_owned();
    };
    word.replacen(core, placeholder, 1)
}

fn close(number: &mut Vec<&str>, masked: &mut Vec<String>) {
    let words = std::mem::take(number);
    let all: usize = words.iter().map(|word| digits(word)).sum();
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
    if all < DIGITS && !words.iter().any(|word| is_long(word)) {
        masked.extend(words.iter().map(|word| (*word).to_owned()));
        return;
    }
    let begins = first.trim_start_matches('(');
    let is_phone = PHONE.contains(&all) && (begins.starts_with('+') || begins.starts_with('0'));
    let placeholder = if is_phone { "<phone>" } else { "<number>" };
    let end = &last[last.trim_end_matches(|sign: char| !sign.is_numeric() && sign != ')').len()..];
    masked.push(format!("{placeholder}{end}"));
}

fn is_digits(word: &str) -> bool {
    digits(word) > 0 && word.chars().all(|sign| sign.is_numeric() || !sign.is_alphanumeric()) && !word.contains('@')
}

fn is_long(word: &str) -> bool {
    digits(word) >= DIGITS || word.split(|sign: char| !sign.is_numeric()).any(|run| digits(run) >= RUN)
}

fn digits(word: &str) -> usize {
    word.chars().filter(|sign| sign.is_numeric()).count()
}
