//! What the host and an understanding plugin say to each other.

use sportello_domain::contract;

use super::record;
use crate::bindings::{nlu::exports::sportello::plugin::nlu as generated, understanding};

record!(understanding::Intent = contract::Intent { name, confidence });
record!(understanding::Entity = contract::Entity { kind, start, end, value });
record!(
    understanding::Analysis =
        contract::Analysis { language, language_confidence, intents, out_of_scope, entities, sentiment }
);
record!(generated::Description = contract::NluDescription { name, version, summary, settings_schema });
record!(generated::Example = contract::Example { text, intent, language });
record!(generated::ListValue = contract::ListValue { value, synonyms });
record!(generated::ValueList = contract::ValueList { name, values });
record!(generated::Corpus = contract::Corpus { examples, out_of_scope, lists });
record!(generated::Problem = contract::Problem { example, reason });
record!(generated::Circumstances = contract::Circumstances { language, expected, now });
