//! The document, put together from actions and schemas.

use serde_json::{Map, Value, json};

use super::schemas;
use crate::api::input::MOST;
use crate::api::token::Scope;
use crate::operation::{Answer, Body, Content, Operation, Parameter, Place, Shape, Tag, Verb};
use crate::problem::Kind;

/// What platforms may call a webhook with, as far as OpenAPI has a word for it.
const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

const SUMMARY: &str = "Conversations of customers with a bot and with people: what was said, who waits, and what went wrong. \
    Times are milliseconds since 1970-01-01 UTC. Errors are problem details (RFC 9457); every answer bears an \
    `x-request-id`, which may be given by the caller.";

pub(super) fn of(operations: &[&Operation]) -> Value {
    let mut paths = Map::new();
    for operation in operations {
        let path = operation.path.replace("{*", "{");
        let item = paths.entry(path).or_insert_with(|| json!({}));
        for (method, id) in methods(operation) {
            item[method] = describe(operation, &id);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Sportello",
            "version": env!("CARGO_PKG_VERSION"),
            "description": SUMMARY,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "tags": Tag::ALL.map(|tag| json!({ "name": tag.name(), "description": tag.description() })),
        "paths": paths,
        "components": {
            "schemas": schemas::all(),
            "securitySchemes": { "token": {
                "type": "http",
                "scheme": "bearer",
                "description": format!(
                    "Made by `sportello token create`. Scopes: {}. Who has `tokens:write` can make tokens of any scope.",
                    Scope::ALL.map(Scope::name).join(", "),
                ),
            } },
        },
    })
}

/// Methods in lower case, each with the id of the operation under it.
fn methods(operation: &Operation) -> Vec<(&'static str, String)> {
    let one = |method| vec![(method, operation.id.to_owned())];
    match operation.verb {
        Verb::Get => one("get"),
        Verb::Post => one("post"),
        Verb::Delete => one("delete"),
        Verb::Any => METHODS.map(|method| (method, format!("{}By{}", operation.id, capitalised(method)))).to_vec(),
    }
}

fn capitalised(word: &str) -> String {
    word[..1].to_ascii_uppercase() + &word[1..]
}

fn describe(operation: &Operation, id: &str) -> Value {
    let mut described = json!({
        "operationId": id,
        "tags": [operation.tag.name()],
        "summary": operation.summary,
        "parameters": operation.parameters.iter().map(parameter).collect::<Value>(),
        "responses": responses(operation),
        // The roles of a bearer scheme are its scopes (OpenAPI 3.1, security requirement object).
        "security": operation.scope.map_or_else(|| json!([]), |scope| json!([{ "token": [scope.name()] }])),
    });
    match operation.body {
        Body::Nothing => {}
        Body::Json(schema) => {
            let content = json!({ "application/json": { "schema": reference(schema) } });
            described["requestBody"] = json!({ "required": true, "content": content });
        }
        Body::Raw => described["requestBody"] = json!({ "content": { "*/*": {} } }),
    }
    if let Some(scope) = operation.scope {
        described["description"] = format!("Needs the scope `{}`.", scope.name()).into();
    }
    described
}

fn parameter(parameter: &Parameter) -> Value {
    let place = match parameter.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
    };
    let schema = match parameter.shape {
        Shape::Text => json!({ "type": "string" }),
        Shape::Flag => json!({ "type": "boolean", "default": false }),
        Shape::Id => json!({ "type": "string", "format": "uuid" }),
        Shape::Limit => json!({ "type": "integer", "minimum": 1, "maximum": MOST }),
        Shape::Number => json!({ "type": "integer", "minimum": 0 }),
        Shape::OneOf(words) => json!({ "type": "string", "enum": words }),
    };
    json!({
        "name": parameter.name,
        "in": place,
        "required": parameter.place == Place::Path,
        "description": parameter.description,
        "schema": schema,
    })
}

fn responses(operation: &Operation) -> Value {
    let answers = operation.answers.iter().map(|Answer { status, description, content }| {
        let mut answer = json!({ "description": description });
        match content {
            Content::Nothing => {}
            Content::Json(schema) => {
                answer["content"] = json!({ "application/json": { "schema": reference(schema) } });
            }
            Content::Text(kind) => answer["content"] = json!({ *kind: {} }),
        }
        (status.to_string(), answer)
    });
    let mut responses: Map<String, Value> = answers.collect();
    if operation.verb == Verb::Any {
        responses
            .insert("default".to_owned(), json!({ "description": "What the plugin says.", "content": { "*/*": {} } }));
    }
    for kind in problems(operation) {
        let status = kind.status().as_u16().to_string();
        let title = format!("`{}`: {}.", kind.name(), kind.title());
        let known = responses.get(&status).and_then(|answer| answer["description"].as_str());
        let description = known.map_or_else(|| title.clone(), |known| format!("{known} {title}"));
        let content = json!({ "application/problem+json": { "schema": reference("Problem") } });
        responses.insert(status, json!({ "description": description, "content": content }));
    }
    responses.into()
}

/// What an action names, and what follows from its input, its guard and its surroundings.
fn problems(operation: &Operation) -> Vec<Kind> {
    let mut problems = operation.problems.to_vec();
    if operation.scope.is_some() {
        problems.extend([Kind::Unauthenticated, Kind::MissingScope, Kind::Internal, Kind::Unavailable]);
    }
    if matches!(operation.body, Body::Json(_)) {
        problems.extend([Kind::Malformed, Kind::TooLarge, Kind::NotJson]);
    } else if !operation.parameters.is_empty() && !problems.contains(&Kind::Malformed) {
        problems.push(Kind::Malformed);
    }
    problems
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}
