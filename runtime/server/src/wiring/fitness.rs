//! Whether settings and grants are what a plugin says that it needs: held against a configuration, and against whatever is
//! pushed.

use serde_json::Value;
use sportello_carriers::Grant;
use sportello_domain::revision::Asks;

/// What a plugin says of what it needs; all kinds of plugins say it alike.
pub(super) struct Needs<'a> {
    pub(super) schema: &'a str,
    pub(super) secrets: &'a [String],
    pub(super) hosts: &'a [String],
}

/// Something that is wrong with settings.
pub(super) struct Flaw {
    /// JSON pointer; none: the schema itself is at fault.
    pub(super) pointer: Option<String>,
    pub(super) message: String,
}

impl Needs<'_> {
    /// What is wrong with settings.
    pub(super) fn flaws(&self, settings: &Value) -> Vec<Flaw> {
        if self.schema.is_empty() {
            return Vec::new();
        }
        let unusable = |reason: String| {
            let message = format!("describes its settings in a way that cannot be read: {reason}");
            vec![Flaw { pointer: None, message }]
        };
        let schema: Value = match serde_json::from_str(self.schema) {
            Ok(schema) => schema,
            Err(error) => return unusable(error.to_string()),
        };
        let validator = match jsonschema::validator_for(&schema) {
            Ok(validator) => validator,
            Err(error) => return unusable(error.to_string()),
        };
        let flaw = |error: jsonschema::ValidationError<'_>| {
            let pointer = error.instance_path().to_string();
            let place = pointer.trim_start_matches('/').replace('/', ".");
            let place = if place.is_empty() { String::new() } else { format!(".{place}") };
            Flaw { pointer: Some(pointer), message: format!("`settings{place}`: {error}") }
        };
        validator.iter_errors(settings).map(flaw).collect()
    }

    /// What it asks to reach, with settings put in.
    pub(super) fn asks(&self, settings: &Value) -> Asks {
        let hosts = self.hosts.iter().filter_map(|host| origin(host, settings)).collect();
        Asks { hosts, secrets: self.secrets.to_vec() }
    }
}

/// What of it these grants leave out.
pub(super) fn ungranted<'a>(asks: &Asks, hosts: &[String], secrets: impl Iterator<Item = &'a String> + Clone) -> Asks {
    let grants: Vec<Grant> = hosts.iter().filter_map(|host| host.parse().ok()).collect();
    // Any name below stands for all of them.
    let covered = |origin: &String| {
        let example = origin.replacen("*.", "any.", 1);
        grants.iter().any(|grant| grant.covers_url(&example))
    };
    let hosts = asks.hosts.iter().filter(|origin| !covered(origin)).cloned().collect();
    let secrets = asks.secrets.iter().filter(|name| !secrets.clone().any(|given| given == *name)).cloned().collect();
    Asks { hosts, secrets }
}

/// A host as a plugin writes it, with settings put in; none: a setting that it names is not written.
fn origin(host: &str, settings: &Value) -> Option<String> {
    let host = match host.strip_prefix("{setting:").and_then(|rest| rest.strip_suffix('}')) {
        Some(setting) => settings.get(setting)?.as_str()?,
        None => host,
    };
    let (scheme, rest) = host.split_once("://").unwrap_or(("https", host));
    Some(format!("{scheme}://{}", rest.split(['/', '?', '#']).next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_host_may_name_a_setting() {
        let settings = json!({"api-base": "http://127.0.0.1:9911/v1"});
        assert_eq!(origin("{setting:api-base}", &settings).as_deref(), Some("http://127.0.0.1:9911"));
        assert_eq!(origin("*.fbcdn.net", &settings).as_deref(), Some("https://*.fbcdn.net"));
        assert_eq!(origin("{setting:other}", &settings), None);
    }

    #[test]
    fn what_is_granted_is_not_asked_for_again() {
        let asks = Asks {
            hosts: vec!["https://graph.example".to_owned(), "https://*.cdn.example".to_owned()],
            secrets: vec!["key".to_owned(), "token".to_owned()],
        };
        let left = ungranted(&asks, &["https://*.cdn.example".to_owned()], ["key".to_owned()].iter());
        assert_eq!((left.hosts, left.secrets), (vec!["https://graph.example".to_owned()], vec!["token".to_owned()]));
    }

    #[test]
    fn settings_are_held_against_what_the_plugin_describes() {
        let schema = r#"{"type":"object","properties":{"base":{"type":"string"}}}"#;
        let needs = Needs { schema, secrets: &[], hosts: &[] };
        assert!(needs.flaws(&json!({"base": "x"})).is_empty());
        let flaws = needs.flaws(&json!({"base": 5}));
        assert_eq!(flaws[0].pointer.as_deref(), Some("/base"));
        assert!(flaws[0].message.starts_with("`settings.base`"), "{}", flaws[0].message);
    }
}
