//! Dependencies point inward: `server → http, store, plugin-host, carriers → engine → domain`, and plugins meet the
//! runtime only at `wit/`. What is known to one crate alone stays known to it alone.

use toml::{Table, Value};

use crate::{File, Finding, Tree};

/// Which crates of `runtime/` each crate there may see.
const INWARD: [(&str, &[&str]); 7] = [
    ("domain", &[]),
    ("engine", &["domain"]),
    ("http", &["domain", "engine"]),
    ("store", &["domain", "engine"]),
    ("plugin-host", &["domain", "engine"]),
    ("carriers", &["domain", "engine"]),
    ("server", &["domain", "engine", "http", "store", "plugin-host", "carriers"]),
];

/// Who may know a library (also by names that it begins with, such as `sqlx-core`).
const KNOWN_TO: [(&str, &[&str]); 4] = [
    ("wasmtime", &["runtime/plugin-host", "tests/bench"]),
    ("sqlx", &["runtime/store"]),
    ("rusqlite", &["runtime/store", "tests/bench"]),
    ("axum", &["runtime/http"]),
];

/// Dependencies that point the wrong way, also those for tests and builds alone.
pub fn check(tree: &Tree) -> Vec<Finding> {
    tree.files().filter(|file| file.path.ends_with("/Cargo.toml")).flat_map(check_manifest).collect()
}

fn check_manifest(file: &File) -> Vec<Finding> {
    let folder = file.path.trim_end_matches("/Cargo.toml");
    let manifest = match file.text.parse::<Table>() {
        Ok(manifest) => manifest,
        Err(error) => return vec![Finding::new(&file.path, 1, format!("not valid TOML: {error}"))],
    };
    dependencies(&manifest)
        .into_iter()
        .filter_map(|name| Some(Finding::new(&file.path, line_of(file, &name), objection(folder, &name)?)))
        .collect()
}

/// Why this crate may not see that one.
fn objection(folder: &str, dependency: &str) -> Option<String> {
    own(folder, dependency).or_else(|| foreign(folder, dependency))
}

fn own(folder: &str, dependency: &str) -> Option<String> {
    let runtime = dependency.strip_prefix("sportello-")?;
    if !INWARD.iter().any(|(name, _)| *name == runtime) {
        return None;
    }
    if folder.starts_with("plugins/") || folder.starts_with("sdk/") || folder.starts_with("tests/guests/") {
        return Some(format!("{folder} sees `{dependency}`: plugins and SDKs meet the runtime only at wit/"));
    }
    let name = folder.strip_prefix("runtime/")?;
    let allowed = INWARD.iter().find(|(crate_name, _)| *crate_name == name).map_or(&[][..], |(_, allowed)| allowed);
    (!allowed.contains(&runtime)).then(|| {
        format!(
            "{folder} sees `{dependency}`, but may see only {allowed:?}: put a trait into engine and let server wire it"
        )
    })
}

fn foreign(folder: &str, dependency: &str) -> Option<String> {
    let (library, knowing) = KNOWN_TO.iter().find(|(library, _)| {
        dependency.strip_prefix(library).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    })?;
    (!knowing.contains(&folder))
        .then(|| format!("{folder} sees `{dependency}`: only {} may know {library}", knowing.join(" and ")))
}

/// Of all kinds and for all targets, by the name of the package.
fn dependencies(manifest: &Table) -> Vec<String> {
    let targets = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
    let scopes = targets.filter_map(Value::as_table).chain([manifest]);
    scopes
        .flat_map(|scope| ["dependencies", "dev-dependencies", "build-dependencies"].map(|kind| scope.get(kind)))
        .filter_map(|table| table?.as_table())
        .flat_map(|table| table.iter().map(|(name, value)| package(name, value)))
        .collect()
}

fn package(name: &str, value: &Value) -> String {
    value.get("package").and_then(Value::as_str).unwrap_or(name).to_owned()
}

fn line_of(file: &File, dependency: &str) -> usize {
    file.lines()
        .find(|(_, line)| line.contains(dependency) && !line.starts_with("name"))
        .map_or(1, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(path: &str, manifest: &str) -> Vec<String> {
        check(&Tree::from([(path, manifest)])).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn the_domain_sees_no_other_crate_of_the_runtime() {
        let found = messages("runtime/domain/Cargo.toml", "[dependencies]\nsportello-engine.workspace = true");
        assert!(found[0].starts_with("runtime/domain/Cargo.toml:2: "), "{found:?}");
    }

    #[test]
    fn rooms_on_one_floor_never_see_each_other() {
        for (room, other) in [("http", "store"), ("store", "carriers"), ("plugin-host", "http"), ("carriers", "server")]
        {
            for kind in ["dependencies", "dev-dependencies", "build-dependencies", "target.'cfg(unix)'.dependencies"] {
                let manifest =
                    format!("[{kind}]\nsportello-domain.workspace = true\nsportello-{other}.workspace = true");
                assert_eq!(
                    messages(&format!("runtime/{room}/Cargo.toml"), &manifest).len(),
                    1,
                    "{room} {other} {kind}"
                );
            }
        }
    }

    #[test]
    fn the_server_wires_them_all() {
        let all =
            INWARD[..6].iter().map(|(name, _)| format!("sportello-{name}.workspace = true\n")).collect::<String>();
        assert!(messages("runtime/server/Cargo.toml", &format!("[dependencies]\n{all}")).is_empty());
    }

    #[test]
    fn a_new_room_sees_nothing_until_it_is_listed() {
        assert_eq!(messages("runtime/attic/Cargo.toml", "[dependencies]\nsportello-domain = \"1\"").len(), 1);
    }

    #[test]
    fn plugins_and_sdks_meet_the_runtime_only_at_the_contract() {
        for folder in ["plugins/faq", "sdk/rust", "tests/guests/trap"] {
            let manifest = "[dependencies]\nsportello-sdk = \"1\"\n[dev-dependencies]\nsportello-domain = \"1\"";
            assert_eq!(messages(&format!("{folder}/Cargo.toml"), manifest).len(), 1, "{folder}");
        }
    }

    #[test]
    fn a_library_stays_with_the_crate_that_knows_it() {
        let manifest =
            "[dependencies]\nwasmtime = \"1\"\nsqlx-core = \"1\"\nw = { package = \"axum\", version = \"1\" }";
        assert_eq!(messages("runtime/server/Cargo.toml", manifest).len(), 3);
        assert_eq!(messages("runtime/http/Cargo.toml", manifest).len(), 2);
        assert_eq!(messages("runtime/store/Cargo.toml", manifest).len(), 2);
        assert_eq!(messages("runtime/plugin-host/Cargo.toml", manifest).len(), 2);
    }

    #[test]
    fn a_manifest_that_is_no_toml_is_found() {
        assert_eq!(messages("runtime/http/Cargo.toml", "[dependencies").len(), 1);
    }
}
