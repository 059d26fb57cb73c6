//! Customers, their messages and the words of the answers: what makes every message and every answer tell whose it is.

/// The address of a customer: a letter.
#[must_use]
pub fn address(customer: usize) -> String {
    char::from_digit(u32::try_from(customer % 26).unwrap_or(0) + 10, 36).unwrap_or('?').to_string()
}

/// What tells a customer's messages apart, and is their platform's id: `a3`.
#[must_use]
pub fn key(customer: usize, number: usize) -> String {
    format!("{}{number}", address(customer))
}

/// An answer, as the skill writes it and the platform shows it: `a3.1 m2 t5`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answer {
    /// The message that it answers; `a3+`: what was scheduled by it.
    pub key: String,
    /// Which part of the answer.
    pub part: u32,
    /// What the skill had counted in its memory of this dialogue.
    pub counted: u64,
    /// What it had counted among the customer's attributes, over all dialogues.
    pub lifetime: u64,
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{} m{} t{}", self.key, self.part, self.counted, self.lifetime)
    }
}

impl Answer {
    /// Reads an answer; none where it is not the skill's.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let (key, part) = words.next()?.split_once('.')?;
        let (counted, lifetime) = (words.next()?.strip_prefix('m')?, words.next()?.strip_prefix('t')?);
        Some(Self {
            key: key.to_owned(),
            part: part.parse().ok()?,
            counted: counted.parse().ok()?,
            lifetime: lifetime.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_as_it_was_written() {
        let answer = Answer { key: "a3+".to_owned(), part: 2, counted: 4, lifetime: 7 };
        assert_eq!(Answer::read(&format!("{answer} ....")), Some(answer));
        assert_eq!(Answer::read("A person takes over."), None);
        assert_eq!((address(0), key(1, 12)), ("a".to_owned(), "b12".to_owned()));
    }
}
