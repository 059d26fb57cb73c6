//! When two texts are the same words.

/// Small letters and digits, one space between words; what is left of a text without any is the text itself.
#[must_use]
pub fn normal(text: &str) -> String {
    let small = text.to_lowercase();
    let words = small.split(|sign: char| !sign.is_alphanumeric() && !matches!(sign, '<' | '>'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    if words.is_empty() { small.trim().to_owned() } else { words.join(" ") }
}
