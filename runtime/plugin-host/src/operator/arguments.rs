//! Arguments of each export as `wit/JSON.md` writes them: one object with the contract's parameter names.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use sportello_domain::contract::{
    Bytes, Chore, Circumstances, Context, Corpus, Delivery, Exchange, Json, Media, Memory, Turn, Webhook,
};

use crate::error::HostError;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Carries {
    pub(super) settings: Json,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Receive {
    pub(super) context: Context,
    pub(super) request: Webhook,
    #[serde(default)]
    pub(super) exchanges: Vec<Exchange>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Send {
    pub(super) context: Context,
    pub(super) delivery: Delivery,
    #[serde(default)]
    pub(super) exchanges: Vec<Exchange>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Poll {
    pub(super) context: Context,
    #[serde(default)]
    pub(super) cursor: Option<String>,
    #[serde(default)]
    pub(super) exchanges: Vec<Exchange>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct ResolveMedia {
    pub(super) context: Context,
    pub(super) media: Media,
    #[serde(default)]
    pub(super) exchanges: Vec<Exchange>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Tend {
    pub(super) context: Context,
    pub(super) chore: Chore,
    #[serde(default)]
    pub(super) exchanges: Vec<Exchange>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Handle {
    pub(super) settings: Json,
    pub(super) turn: Turn,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Migrate {
    pub(super) memory: Memory,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Train {
    pub(super) settings: Json,
    pub(super) corpus: Corpus,
    #[serde(default)]
    pub(super) seed: u64,
}

/// A resource is no value, so the model is given as its bytes, or as the corpus to train it on.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Analyze {
    pub(super) settings: Json,
    #[serde(default)]
    pub(super) bytes: Option<Bytes>,
    #[serde(default)]
    pub(super) corpus: Corpus,
    #[serde(default)]
    pub(super) seed: u64,
    pub(super) text: String,
    #[serde(default)]
    pub(super) circumstances: Circumstances,
}

/// Reads the arguments of an export, with settings as text or as an object.
pub(super) fn read<T: DeserializeOwned>(function: &str, mut arguments: Value) -> Result<T, HostError> {
    write_out_settings(&mut arguments);
    if let Some(context) = arguments.get_mut("context") {
        write_out_settings(context);
    }
    serde_json::from_value(arguments)
        .map_err(|error| HostError::Arguments { function: function.to_owned(), reason: error.to_string() })
}

fn write_out_settings(owner: &mut Value) {
    if let Some(settings) = owner.get_mut("settings").filter(|settings| settings.is_object()) {
        *settings = Value::String(settings.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_may_be_an_object_or_its_text() {
        for settings in [json!({"a": 1}), json!("{\"a\":1}")] {
            let carries: Carries = read("carries", json!({"settings": settings})).unwrap();
            assert_eq!(carries.settings, "{\"a\":1}");
        }
    }

    #[test]
    fn settings_within_the_context_may_be_an_object_too() {
        let context = json!({"settings": {}, "hook": "https://bot.example/hooks/x", "now": 1, "seed": 2});
        let poll: Poll = read("poll", json!({"context": context})).unwrap();
        assert_eq!(poll.context.settings, "{}");
        assert_eq!((poll.cursor, poll.exchanges.len()), (None, 0));
    }

    #[test]
    fn an_argument_that_the_contract_does_not_know_is_named() {
        let error = read::<Carries>("carries", json!({"settings": "", "setings": ""})).err().unwrap();
        assert!(error.to_string().contains("carries: unknown field `setings`"), "{error}");
    }
}
