//! The cases that the plugin is tried on before it goes live, held against the plugin itself.
#![allow(clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

use plugin_intents::{Model, Settings, training};
use serde_json::{Value, json};
use sportello_sdk::nlu::{Analysis, Circumstances, Corpus, Example, ListValue, Nlu, ValueList};

#[test]
fn every_case_is_answered_as_expected() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/cases");
    let files = std::fs::read_dir(folder).expect("there are cases");
    for file in files {
        let path = file.expect("a case").path();
        let case: Value = serde_json::from_slice(&std::fs::read(&path).expect("a file")).expect("JSON");
        let answer = match case["function"].as_str() {
            Some("describe") => json!({ "name": plugin_intents::plugin::Intents::describe().name }),
            Some("train") => match train(&case["arguments"]) {
                Ok(_) => json!({ "ok": null }),
                Err(problems) => json!({ "err": problems }),
            },
            Some("analyze") => analyze(&case["arguments"]),
            other => panic!("{}: no function {other:?}", path.display()),
        };
        assert!(matches(&answer, &case["expect"]), "{}: {answer:#}", path.display());
    }
}

fn train(arguments: &Value) -> Result<Model, Vec<Value>> {
    let settings: Settings = serde_json::from_value(arguments["settings"].clone()).expect("settings");
    let seed = arguments["seed"].as_u64().expect("a seed");
    let problem =
        |problem: &sportello_sdk::nlu::Problem| json!({ "example": problem.example, "reason": problem.reason });
    training::train(&settings, &corpus(&arguments["corpus"]), seed)
        .map_err(|problems| problems.iter().map(problem).collect())
}

fn analyze(arguments: &Value) -> Value {
    let asked = &arguments["circumstances"];
    let circumstances = Circumstances {
        language: asked["language"].as_str().map(String::from),
        expected: texts(&asked["expected"]),
        now: asked["now"].as_u64().expect("a time"),
    };
    let model = train(arguments).expect("the corpus is sound");
    written(&model.analyze(&text(&arguments["text"]), &circumstances))
}

fn written(analysis: &Analysis) -> Value {
    let intents = analysis.intents.iter().map(|intent| json!({ "name": intent.name }));
    let entities = analysis
        .entities
        .iter()
        .map(|entity| json!({ "kind": entity.kind, "start": entity.start, "end": entity.end, "value": entity.value }));
    json!({
        "language": analysis.language, "intents": intents.collect::<Vec<_>>(), "out-of-scope": analysis.out_of_scope,
        "entities": entities.collect::<Vec<_>>(), "sentiment": analysis.sentiment,
    })
}

fn corpus(value: &Value) -> Corpus {
    let example = |example: &Value| Example {
        text: text(&example["text"]),
        intent: text(&example["intent"]),
        language: text(&example["language"]),
    };
    let listed = |value: &Value| ListValue { value: text(&value["value"]), synonyms: texts(&value["synonyms"]) };
    let list = |list: &Value| ValueList {
        name: text(&list["name"]),
        values: items(&list["values"]).iter().map(listed).collect(),
    };
    Corpus {
        examples: items(&value["examples"]).iter().map(example).collect(),
        out_of_scope: texts(&value["out-of-scope"]),
        lists: items(&value["lists"]).iter().map(list).collect(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    items(value).iter().map(text).collect()
}

fn items(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// An expected object matches when each of its members does.
fn matches(answer: &Value, expected: &Value) -> bool {
    match (answer, expected) {
        (Value::Object(answer), Value::Object(expected)) => {
            expected.iter().all(|(name, expected)| answer.get(name).is_some_and(|answer| matches(answer, expected)))
        }
        (Value::Array(answer), Value::Array(expected)) => {
            answer.len() == expected.len() && answer.iter().zip(expected).all(|(one, other)| matches(one, other))
        }
        (answer, expected) => answer == expected,
    }
}
