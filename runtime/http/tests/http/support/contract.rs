//! Answers held against the OpenAPI document that the server itself gives.

use serde_json::{Value, json};

use super::Reply;

/// The document, with every object closed: a field that it does not name is an error of it.
pub(crate) struct Contract {
    pub(crate) document: Value,
    components: Value,
}

impl Contract {
    pub(crate) fn new(document: Value) -> Self {
        let mut components = document["components"].clone();
        close(&mut components);
        Self { document, components }
    }

    /// The answer has a status that the action names, and the body that it promises.
    pub(crate) fn check(&self, method: &str, path: &str, reply: &Reply) {
        let Some(action) = self.action(method, path) else { return };
        let responses = &action["responses"];
        let promised = responses.get(reply.status.to_string()).unwrap_or(&responses["default"]);
        let whose = format!("{method} {path} → {}", reply.status);
        assert!(promised.is_object(), "{whose} is not in the document: {}", reply.text());
        let Some(contents) = promised["content"].as_object() else {
            return assert!(reply.body.is_empty(), "{whose} has a body that is not in the document");
        };
        let kind = reply.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().to_owned();
        let Some(content) = contents.get(&kind).or_else(|| contents.get("*/*")) else {
            panic!("{whose} is of {kind}, not of {:?}", contents.keys())
        };
        if let Some(schema) = content.get("schema") {
            let schema = json!({ "allOf": [schema], "components": self.components });
            let validator = jsonschema::validator_for(&schema).unwrap();
            let body = reply.json();
            let errors: Vec<String> =
                validator.iter_errors(&body).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{whose} does not keep its promise:\n{}\n{body:#}", errors.join("\n"));
        }
    }

    fn action(&self, method: &str, path: &str) -> Option<&Value> {
        let path = path.split('?').next().unwrap_or_default();
        let (_, item) = self.document["paths"].as_object()?.iter().find(|(template, _)| matches(template, path))?;
        item.get(method.to_ascii_lowercase())
    }
}

fn matches(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(&path).all(|(wanted, found)| wanted.starts_with('{') || wanted == found)
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.contains_key("properties") {
                object.entry("additionalProperties").or_insert(Value::Bool(false));
            }
            object.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}
