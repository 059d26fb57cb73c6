//! Reads from a component's imports and exports what it is, and says clearly why it is not a plugin of this contract.

use sportello_domain::revision::PluginKind;
use wasmtime::component::Component;

use crate::error::LinkError;

/// The version of the contract that this host knows.
pub const CONTRACT: &str = "0.1.0";

/// Interfaces of the contract that plugins import.
const VOCABULARY: [&str; 3] = ["types", "understanding", "vault"];
/// Packages of WASI that are there in their inert form.
const INERT: [&str; 6] = ["cli", "clocks", "filesystem", "io", "random", "sockets"];

/// The names of what a component imports and exports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    pub(crate) imports: Vec<String>,
    pub(crate) exports: Vec<String>,
}

impl Names {
    pub(crate) fn of(component: &Component) -> Self {
        let ty = component.component_type();
        let engine = component.engine();
        Self {
            imports: ty.imports(engine).map(|(name, _)| name.to_owned()).collect(),
            exports: ty.exports(engine).map(|(name, _)| name.to_owned()).collect(),
        }
    }

    /// What the component is, once all that it imports and exports is known to the host.
    pub(crate) fn check(&self) -> Result<PluginKind, LinkError> {
        let kind = self.kind()?;
        self.imports.iter().try_for_each(|import| check_import(import))?;
        Ok(kind)
    }

    fn kind(&self) -> Result<PluginKind, LinkError> {
        let ours = || self.exports.iter().filter_map(|export| Some((export, kind_of(export)?)));
        let mut kinds = ours();
        let Some((export, kind)) = kinds.next() else {
            let found = if self.exports.is_empty() { "nothing".to_owned() } else { self.exports.join(", ") };
            return Err(LinkError::NoPlugin { expected: CONTRACT, found });
        };
        check_version(export)?;
        if kinds.next().is_some() {
            let all: Vec<_> = ours().map(|(export, _)| export.as_str()).collect();
            return Err(LinkError::Several(all.join(" and ")));
        }
        Ok(kind)
    }
}

fn kind_of(export: &str) -> Option<PluginKind> {
    let (interface, _) = parts(export.strip_prefix("sportello:plugin/")?);
    match interface {
        "channel" => Some(PluginKind::Channel),
        "nlu" => Some(PluginKind::Nlu),
        "skill" => Some(PluginKind::Skill),
        _ => None,
    }
}

fn check_import(import: &str) -> Result<(), LinkError> {
    let (interface, version) = parts(import);
    let forbidden = |instead| Err(LinkError::Forbidden { interface: import.to_owned(), instead });
    if let Some(name) = interface.strip_prefix("sportello:plugin/") {
        check_version(import)?;
        return match VOCABULARY.contains(&name) {
            true => Ok(()),
            false => forbidden(
                "the contract gives plugins only the vault; take the interface from the world of the contract",
            ),
        };
    }
    let Some(wasi) = interface.strip_prefix("wasi:") else {
        return forbidden("link it into the component, or do without it");
    };
    let package = wasi.split_once('/').map_or(wasi, |(package, _)| package);
    match package {
        "http" => forbidden(
            "return the request for the host to perform (`fetch` in the SDKs), and build without it (ComponentizeJS: \
             disable the feature `http`)",
        ),
        _ if !INERT.contains(&package) => forbidden("a plugin is a function of its arguments; do without it"),
        _ if !version.starts_with("0.2.") => forbidden("build for WASI 0.2 (in Rust: the target wasm32-wasip2)"),
        _ => Ok(()),
    }
}

fn check_version(name: &str) -> Result<(), LinkError> {
    let (interface, version) = parts(name);
    if version == CONTRACT {
        return Ok(());
    }
    let found = if version.is_empty() { "no version" } else { version };
    Err(LinkError::Version { interface: interface.to_owned(), expected: CONTRACT, found: found.to_owned() })
}

fn parts(name: &str) -> (&str, &str) {
    name.split_once('@').unwrap_or((name, ""))
}

/// An item of the right name has another type than the contract's.
pub(crate) fn shape(kind: PluginKind, error: &wasmtime::Error) -> LinkError {
    LinkError::Shape { interface: format!("sportello:plugin/{kind}"), expected: CONTRACT, reason: format!("{error:#}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(imports: &[&str], exports: &[&str]) -> Result<PluginKind, String> {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Names { imports: names(imports), exports: names(exports) }.check().map_err(|error| error.to_string())
    }

    #[test]
    fn a_plugin_is_known_by_what_it_exports() {
        let imports = ["sportello:plugin/vault@0.1.0", "wasi:io/streams@0.2.6", "wasi:sockets/tcp@0.2.0"];
        assert_eq!(check(&imports, &["sportello:plugin/skill@0.1.0"]), Ok(PluginKind::Skill));
        assert_eq!(check(&[], &["sportello:plugin/nlu@0.1.0"]), Ok(PluginKind::Nlu));
    }

    #[test]
    fn another_version_is_named_with_the_one_that_is_known() {
        let error = check(&[], &["sportello:plugin/channel@0.2.0"]).unwrap_err();
        assert!(error.contains("sportello:plugin/channel@0.2.0"), "{error}");
        assert!(error.contains("knows sportello:plugin/channel@0.1.0"), "{error}");
        assert!(error.contains("update the host"), "{error}");
        let error = check(&[], &["sportello:plugin/channel@0.0.9"]).unwrap_err();
        assert!(!error.contains("update the host"), "{error}");
    }

    #[test]
    fn the_vault_of_another_version_is_another_version_too() {
        let error = check(&["sportello:plugin/vault@0.2.0"], &["sportello:plugin/skill@0.1.0"]).unwrap_err();
        assert!(error.contains("sportello:plugin/vault@0.2.0"), "{error}");
    }

    #[test]
    fn the_network_is_not_given_and_it_is_said_what_to_do() {
        let exports = ["sportello:plugin/skill@0.1.0"];
        let error = check(&["wasi:http/outgoing-handler@0.2.3"], &exports).unwrap_err();
        assert!(error.contains("wasi:http/outgoing-handler@0.2.3") && error.contains("fetch"), "{error}");
        for import in ["wasi:keyvalue/store@0.2.0", "wasi:io/streams@0.3.0", "acme:database/rows@1.0.0"] {
            assert!(check(&[import], &exports).unwrap_err().contains(import));
        }
    }

    #[test]
    fn a_component_that_is_no_plugin_or_several_is_told_so() {
        assert!(check(&[], &["wasi:cli/run@0.2.0"]).unwrap_err().contains("wasi:cli/run@0.2.0"));
        assert!(check(&[], &[]).unwrap_err().contains("exports nothing"));
        let both = ["sportello:plugin/skill@0.1.0", "sportello:plugin/channel@0.1.0"];
        assert!(check(&[], &both).unwrap_err().contains("several components"));
    }
}
