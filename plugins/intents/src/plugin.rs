//! The plugin as the contract asks for it.

use sportello_sdk::nlu::{Analysis, Circumstances, Corpus, Description, Nlu, Problem};

use crate::model::Model;
use crate::settings::{SCHEMA, Settings};
use crate::training;

/// The intents plugin.
pub struct Intents;

impl Nlu for Intents {
    type Settings = Settings;
    type Model = Model;

    fn describe() -> Description {
        Description {
            name: "intents".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary:
                "Learns intents from your corpus: a linear classifier over words and runs of letters, with language, \
                      entities and sentiment."
                    .to_owned(),
            settings_schema: SCHEMA.to_owned(),
        }
    }

    fn train(settings: Settings, corpus: Corpus, seed: u64) -> Result<Vec<u8>, Vec<Problem>> {
        training::train(&settings, &corpus, seed).map(|model| model.to_bytes())
    }

    fn load(settings: Settings, bytes: Vec<u8>) -> Result<Model, String> {
        Model::from_bytes(settings, &bytes).map_err(|error| error.to_string())
    }

    fn analyze(model: &Model, text: &str, circumstances: &Circumstances) -> Analysis {
        model.analyze(text, circumstances)
    }
}

sportello_sdk::export_nlu!(Intents);
