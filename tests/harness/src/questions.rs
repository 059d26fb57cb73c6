//! What the customers ask, and how the right answer begins.

use anyhow::Context as _;

use crate::server::root;

/// A question of the demo's corpus with its answer.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// What the customer writes.
    pub text: String,
    /// How the answer begins.
    pub answer: String,
}

/// Intents that one skill answers from its settings.
const INTENTS: [&str; 6] = ["redirect-price", "customs", "opening-hours", "stamps", "hold-mail", "return-parcel"];

/// One question for each of some intents, in English, with the demo's answers.
pub fn questions() -> anyhow::Result<Vec<Question>> {
    let corpus: toml::Table = std::fs::read_to_string(root().join("demo/corpus/en.toml"))?.parse()?;
    let config: toml::Table = std::fs::read_to_string(root().join("demo/sportello.toml"))?.parse()?;
    let answers = &config["skills"]["faq"]["settings"]["answers"];
    INTENTS
        .iter()
        .map(|intent| {
            let text = corpus["intents"][*intent][0].as_str().context("the corpus has no example")?;
            let answer = answers[*intent]["en"].as_str().context("the demo has no answer")?;
            Ok(Question { text: text.to_owned(), answer: answer.chars().take(40).collect() })
        })
        .collect()
}
