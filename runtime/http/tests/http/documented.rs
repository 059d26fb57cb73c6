//! The OpenAPI document is whole: every route is in it, and everything in it is a route.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::World;

/// Method, path and operation of everything in the document.
fn actions(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let items =
        paths.iter().flat_map(|(path, item)| item.as_object().unwrap().iter().map(move |action| (path, action)));
    items.map(|(path, (method, action))| (method.to_ascii_uppercase(), path.clone(), action.clone())).collect()
}

fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.clone(), fs::read_to_string(&path).unwrap()));
        }
    }
}

#[tokio::test]
async fn everything_in_the_document_is_a_route() {
    let world = World::start().await;
    for (method, path, _) in actions(&world.contract.document) {
        let filled = path.replace("{id}", "7").replace("{channel}", "none").replace("{rest}", "a/b");
        let reply = world.client.send(&method, &world.url(&filled), &[], "").await;
        assert_ne!(reply.status, 405, "{method} {path}");
        assert!(!reply.text().contains("there is nothing at"), "{method} {path}");
    }
}

/// Routes come about in one file, and only together with an action; so an action that is not in the document is one that
/// has no route either.
#[tokio::test]
async fn every_action_is_in_the_document_and_no_route_is_without_one() {
    let world = World::start().await;
    let ids: BTreeSet<String> = actions(&world.contract.document)
        .iter()
        .map(|(_, _, action)| action["operationId"].as_str().unwrap().to_owned())
        .collect();
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut actions = 0;
    for (path, text) in &files {
        let makes_routes = text.contains("use axum::routing") || text.contains("axum::routing::");
        assert_eq!(makes_routes, path.ends_with("src/routes.rs"), "{}", path.display());
        for line in text.lines().filter_map(|line| line.trim().strip_prefix("id: \"")) {
            let id = line.trim_end_matches("\",");
            assert!(ids.contains(id) || ids.contains(&format!("{id}ByPost")), "{id} of {}", path.display());
            actions += 1;
        }
    }
    assert!(actions >= 24, "{actions}");
}

#[tokio::test]
async fn every_reference_leads_to_a_schema_and_every_schema_is_used() {
    let world = World::start().await;
    let document = &world.contract.document;
    let mut used = BTreeSet::new();
    references(document, &mut used);
    let known: BTreeSet<String> = document["components"]["schemas"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(used, known);
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            let reference = object.get("$ref").and_then(Value::as_str);
            found.extend(
                reference.and_then(|reference| reference.strip_prefix("#/components/schemas/")).map(str::to_owned),
            );
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn each_action_has_an_id_of_its_own_and_says_all_about_its_path() {
    let world = World::start().await;
    let mut ids = BTreeSet::new();
    for (method, path, action) in actions(&world.contract.document) {
        assert!(ids.insert(action["operationId"].as_str().unwrap().to_owned()), "{method} {path}");
        let named: BTreeSet<String> =
            path.split('{').skip(1).map(|part| part.split('}').next().unwrap().to_owned()).collect();
        let parameters = action["parameters"].as_array().unwrap().iter();
        let in_path = parameters.filter(|parameter| parameter["in"] == "path");
        let described: BTreeSet<String> =
            in_path.map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect();
        assert_eq!(named, described, "{method} {path}");
        assert!(!action["summary"].as_str().unwrap().is_empty());
        assert!(
            action["responses"].as_object().unwrap().keys().any(|status| status.starts_with('2')),
            "{method} {path}"
        );
    }
}
