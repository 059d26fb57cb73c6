//! Addresses of e-mail, as people write them; the domain of the normal form is in lower case.

use super::Find;

pub(super) fn find(message: &str) -> impl Iterator<Item = Find> {
    message.match_indices('@').filter_map(|(at, _)| {
        let local = trailing(&message[..at], |letter| letter.is_alphanumeric() || "._%+-'".contains(letter));
        let domain = leading(&message[at + 1..], |letter| letter.is_alphanumeric() || ".-".contains(letter));
        let (local, domain) = (local.trim_start_matches(['.', '\'']), domain.trim_end_matches(['.', '-']));
        let (_, top) = domain.rsplit_once('.')?;
        let sound = !local.is_empty()
            && !local.ends_with('.')
            && !domain.split('.').any(str::is_empty)
            && top.chars().count() >= 2
            && top.chars().all(char::is_alphabetic);
        let span = at - local.len()..at + 1 + domain.len();
        sound.then(|| Find { value: format!("{local}@{}", domain.to_lowercase()), span })
    })
}

fn trailing(text: &str, passes: impl Fn(char) -> bool) -> &str {
    let start = text.char_indices().rev().take_while(|(_, letter)| passes(*letter)).last();
    start.map_or("", |(start, _)| &text[start..])
}

fn leading(text: &str, passes: impl Fn(char) -> bool) -> &str {
    let end = text.find(|letter| !passes(letter)).unwrap_or(text.len());
    &text[..end]
}
