//! What the host itself says to customers, where no skill could: in four languages.

/// Something that the host has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A person takes over; nobody could say when.
    HandingOver,
}

/// The notice in a language; English where it is not one of the four.
#[must_use]
pub fn text(notice: Notice, locale: &str) -> &'static str {
    let language = locale.get(..2).unwrap_or_default().to_ascii_lowercase();
    match (notice, language.as_str()) {
        (Notice::HandingOver, "de") => {
            "Ich gebe Ihre Anfrage an einen Menschen weiter. Sie erhalten hier so bald wie möglich eine Antwort."
        }
        (Notice::HandingOver, "fr") => {
            "Je transmets votre demande à une personne de notre équipe. Elle vous répondra ici dès que possible."
        }
        (Notice::HandingOver, "it") => {
            "Inoltro la Sua richiesta a una persona del nostro team. Riceverà una risposta qui il prima possibile."
        }
        (Notice::HandingOver, _) => {
            "I am passing your request on to a person. You will get an answer here as soon as possible."
        }
    }
}

/// How a person's answer is signed, so that customers know who writes.
#[must_use]
pub fn signed(text: &str, name: &str) -> String {
    format!("{text}\n— {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swiss_customer_reads_their_own_language() {
        assert!(text(Notice::HandingOver, "fr-CH").starts_with("Je transmets"));
        assert!(text(Notice::HandingOver, "").starts_with("I am"));
    }
}
