//! Corpora for the tests: small ones made here, the project's demo corpus, and public data where it lies beside.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use plugin_intents::{Model, Settings, training};
use sportello_sdk::nlu::{Circumstances, Corpus, Example};

/// A folder beside the workspace, or below it.
fn workspace(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// Labelled texts of `../shared/nlu`, where that folder exists; says so where it does not.
pub(crate) fn labelled(file: &str) -> Option<Vec<(String, String)>> {
    let path = workspace("../shared/nlu").join(file);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: there is no {}", path.display());
        return None;
    };
    let pair = |line: &str| line.split_once('\t').map(|(text, label)| (text.to_owned(), label.to_owned()));
    Some(text.lines().filter_map(pair).collect())
}

pub(crate) fn example(text: &str, intent: &str, language: &str) -> Example {
    Example { text: text.into(), intent: intent.into(), language: language.into() }
}

pub(crate) fn english(labelled: &[(String, String)]) -> Vec<Example> {
    labelled.iter().map(|(text, intent)| example(text, intent, "en")).collect()
}

pub(crate) fn corpus(examples: Vec<Example>) -> Corpus {
    Corpus { examples, out_of_scope: vec![], lists: vec![] }
}

/// Four intents in four languages.
pub(crate) fn small() -> Corpus {
    let texts = [
        ("track-parcel", "de", "Wo ist mein Paket?|Paket verfolgen|Wann kommt meine Sendung an?|Wo bleibt mein Päckli"),
        (
            "track-parcel",
            "fr",
            "Où est mon colis ?|Suivre un colis|Quand arrive mon envoi ?|Mon colis n'est pas arrivé",
        ),
        (
            "track-parcel",
            "it",
            "Dov'è il mio pacco?|Tracciare un pacco|Quando arriva la mia spedizione?|Il pacco non arriva",
        ),
        (
            "track-parcel",
            "en",
            "Where is my parcel?|Track a parcel|When will my package arrive?|My parcel has not come",
        ),
        (
            "opening-hours",
            "de",
            "Wann habt ihr offen?|Öffnungszeiten am Samstag|Ist die Filiale heute geöffnet?|Wann schliesst die Post?",
        ),
        (
            "opening-hours",
            "fr",
            "Quand êtes-vous ouverts ?|Horaires d'ouverture le samedi|La filiale est-elle ouverte ?|À quelle heure fermez-vous ?",
        ),
        (
            "opening-hours",
            "it",
            "Quando siete aperti?|Orari di apertura il sabato|La filiale è aperta oggi?|A che ora chiude la posta?",
        ),
        (
            "opening-hours",
            "en",
            "When are you open?|Opening hours on Saturday|Is the branch open today?|When does the post office close?",
        ),
        (
            "price",
            "de",
            "Was kostet ein Brief?|Preis für ein Paket nach Italien|Wie teuer ist eine Briefmarke?|Kosten Einschreiben",
        ),
        (
            "price",
            "fr",
            "Combien coûte une lettre ?|Prix d'un colis pour l'Italie|Combien vaut un timbre ?|Tarif recommandé",
        ),
        (
            "price",
            "it",
            "Quanto costa una lettera?|Prezzo di un pacco per la Francia|Quanto vale un francobollo?|Tariffa raccomandata",
        ),
        (
            "price",
            "en",
            "How much is a letter?|Price of a parcel to Italy|What does a stamp cost?|Rates for registered mail",
        ),
        (
            "person",
            "de",
            "Ich will mit einem Menschen sprechen|Mitarbeiter bitte|Kann ich mit jemandem reden?|Verbinden Sie mich mit einer Person",
        ),
        (
            "person",
            "fr",
            "Je veux parler à une personne|Un conseiller svp|Puis-je parler à quelqu'un ?|Passez-moi un employé",
        ),
        (
            "person",
            "it",
            "Voglio parlare con una persona|Un operatore per favore|Posso parlare con qualcuno?|Mi passi un impiegato",
        ),
        (
            "person",
            "en",
            "I want to speak to a person|An agent please|Can I talk to someone?|Put me through to a human",
        ),
    ];
    let examples =
        texts.iter().flat_map(|(intent, language, texts)| texts.split('|').map(|text| example(text, intent, language)));
    corpus(examples.collect())
}

/// The post office of the demo, in four languages.
pub(crate) fn demo() -> Corpus {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct Language {
        #[serde(default)]
        out_of_scope: Vec<String>,
        intents: BTreeMap<String, Vec<String>>,
    }
    let mut demo = corpus(vec![]);
    for language in ["de", "en", "fr", "it"] {
        let path = workspace("demo/corpus").join(format!("{language}.toml"));
        let text = std::fs::read_to_string(&path).expect("the demo corpus is part of the project");
        let texts: Language = toml::from_str(&text).expect("the demo corpus is TOML");
        demo.out_of_scope.extend(texts.out_of_scope);
        for (intent, texts) in texts.intents {
            demo.examples.extend(texts.iter().map(|text| example(text, &intent, language)));
        }
    }
    demo
}

/// What another writer's customers say in a language, and what they mean.
pub(crate) fn held_out(language: &str) -> Vec<(String, String)> {
    let path = workspace("demo/held-out").join(format!("{language}.tsv"));
    let text = std::fs::read_to_string(&path).expect("the held-out messages are part of the project");
    let pair = |line: &str| line.split_once('\t').map(|(text, label)| (text.to_owned(), label.to_owned()));
    text.lines().filter_map(pair).collect()
}

pub(crate) fn train(corpus: &Corpus) -> Model {
    training::train(&Settings::default(), corpus, 7).expect("the corpus is sound")
}

/// In a conversation in this language, or in one that just begins.
pub(crate) fn circumstances(language: Option<&str>) -> Circumstances {
    Circumstances { language: language.map(String::from), expected: vec![], now: 1_795_305_600_000 }
}
