//! What the language model must get right, on texts that it was not taught.

use super::*;
use crate::text::Text;

const TAUGHT: [(&str, &[&str]); 4] = [
    (
        "de",
        &["Wo ist mein Paket?", "Was kostet eine Briefmarke?", "Ich möchte meine Adresse ändern", "Danke und tschüss"],
    ),
    ("en", &["Where is my parcel?", "How much is a stamp?", "I want to change my address", "Thanks and goodbye"]),
    ("fr", &["Où est mon colis ?", "Combien coûte un timbre ?", "Je veux changer d'adresse", "Merci et au revoir"]),
    (
        "it",
        &["Dov'è il mio pacco?", "Quanto costa un francobollo?", "Vorrei cambiare indirizzo", "Grazie e arrivederci"],
    ),
];

fn languages() -> Languages {
    let example = |text: &str, tag: &str| Example { text: text.into(), intent: "x".into(), language: tag.into() };
    let examples = TAUGHT.iter().flat_map(|(tag, texts)| texts.iter().map(|text| example(text, tag)));
    Languages::learn(&examples.collect::<Vec<_>>())
}

#[track_caller]
fn check(languages: &Languages, conversation: Option<&str>, message: &str, expected: &str) {
    let found = languages.detect(&Text::read(message), conversation);
    assert_eq!(found.tag, expected, "{message:?} in a conversation in {conversation:?}: {found:?}");
}

#[test]
fn sentences_are_recognised() {
    let languages = languages();
    for (tag, message) in [
        ("de", "Gestern wollte der Briefträger läuten, aber ich war nicht zu Hause"),
        ("de", "WANN WIRD MEIN PAECKLI ENDLICH GELIEFERT??"),
        ("de", "wänn chunnt mis päckli aa"),
        ("en", "The courier said that nobody was home, which is not true"),
        ("en", "could you tell me the opening hours for saturday"),
        ("fr", "Le facteur est passé hier mais je n'étais pas à la maison"),
        ("fr", "jai pas recu ma lettre recommandee"),
        ("it", "Il postino è passato ieri ma non ero a casa"),
        ("it", "a che ora aprite il sabato"),
    ] {
        check(&languages, None, message, tag);
    }
}

#[test]
fn two_or_three_words_are_enough() {
    let languages = languages();
    for (tag, message) in [
        ("de", "guten Abend"),
        ("de", "nein danke"),
        ("de", "wie lange noch"),
        ("en", "good evening"),
        ("en", "no thank you"),
        ("en", "how much longer"),
        ("fr", "bonne soirée"),
        ("fr", "non merci"),
        ("fr", "encore combien de temps"),
        ("it", "buona serata"),
        ("it", "no grazie"),
        ("it", "quanto ci vuole ancora"),
    ] {
        check(&languages, None, message, tag);
        check(&languages, Some(tag), message, tag);
    }
}

#[test]
fn what_says_nothing_stays_in_the_conversations_language() {
    let languages = languages();
    for message in ["", "ok", "👍", "RR123456785CH", "990012345612345678"] {
        check(&languages, Some("fr-CH"), message, "fr");
    }
    check(&languages, Some("it"), "ok", "it");
}

#[test]
fn a_clear_sentence_changes_the_language_of_a_conversation() {
    check(&languages(), Some("de"), "Excuse me, do you speak English? Where is my parcel?", "en");
    check(&languages(), Some("en"), "Scusi, parla italiano? Dov'è il mio pacco?", "it");
}

#[test]
fn confidence_grows_with_the_text() {
    let languages = languages();
    let confidence = |message| languages.detect(&Text::read(message), None).confidence;
    assert!(confidence("") < 0.3);
    assert!(confidence("in") < 0.9);
    assert!(confidence("Ich habe mein Paket noch nicht erhalten") > 0.99);
}

#[test]
fn a_corpus_in_one_language_has_no_other() {
    let example = Example { text: "Wo ist mein Paket?".into(), intent: "x".into(), language: "de-CH".into() };
    let languages = Languages::learn(&[example]);
    check(&languages, Some("fr"), "où est mon colis", "de-CH");
}
