//! A language understanding plugin that counts how often its model was asked, to show which instances are kept and which
//! are not.

use std::{cell::Cell, hint::black_box};

use serde::Deserialize;
use sportello_sdk::nlu::{Analysis, Circumstances, Corpus, Description, Intent, Nlu, Problem};

/// There is nothing to configure.
#[derive(Debug, Deserialize)]
pub struct Settings {}

/// The plugin.
#[derive(Debug)]
pub struct Counting;

/// What it was made of, and how often it was asked.
#[derive(Debug)]
pub struct Model {
    name: String,
    asked: Cell<u32>,
}

impl Nlu for Counting {
    type Settings = Settings;
    type Model = Model;

    fn describe() -> Description {
        Description {
            name: "counting".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "Counts how often its model was asked.".to_owned(),
            settings_schema: r#"{"type":"object"}"#.to_owned(),
        }
    }

    /// The model is the text of the first example and the seed.
    fn train(_: Settings, corpus: Corpus, seed: u64) -> Result<Vec<u8>, Vec<Problem>> {
        match corpus.examples.first() {
            Some(example) => Ok(format!("{}/{seed}", example.text).into_bytes()),
            None => Err(vec![Problem { example: None, reason: "there is no example".to_owned() }]),
        }
    }

    /// A model named `broken` is refused.
    fn load(_: Settings, bytes: Vec<u8>) -> Result<Model, String> {
        match String::from_utf8(bytes) {
            Ok(name) if name != "broken" => Ok(Model { name, asked: Cell::new(0) }),
            _ => Err("these bytes are no model of mine".to_owned()),
        }
    }

    /// Names the model as the intent and tells the count as the out-of-scope likelihood. The text `trap` traps, and `loop`
    /// never returns.
    #[allow(clippy::panic, reason = "on command")]
    fn analyze(model: &Model, text: &str, circumstances: &Circumstances) -> Analysis {
        match text {
            "trap" => panic!("on command"),
            "loop" => loop {
                black_box(model);
            },
            _ => {}
        }
        model.asked.set(model.asked.get() + 1);
        Analysis {
            language: circumstances.language.clone().unwrap_or_default(),
            language_confidence: 1.0,
            intents: vec![Intent { name: model.name.clone(), confidence: 1.0 }],
            out_of_scope: model.asked.get() as f32,
            entities: vec![],
            sentiment: 0.0,
        }
    }
}

sportello_sdk::export_nlu!(Counting);
