//! Cases that a plugin brings along: calls, with what is expected of their answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sportello_domain::secrets::Secrets;

use crate::{PluginHost, error::HostError, host::Checked};

/// One of a plugin's `cases/*.json`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Case {
    /// The export that is called.
    pub function: String,
    /// Its arguments, as `wit/JSON.md` writes them.
    #[serde(default)]
    pub arguments: Value,
    /// Values of secrets, by name.
    #[serde(default)]
    pub secrets: BTreeMap<String, String>,
    /// What the answer has to match: an object matches when each of its members does.
    pub expect: Value,
}

/// Where an answer is not what its case expects.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Mismatch {
    /// For instance `ok.done.events[0].id`.
    pub at: String,
    /// What the case says; null where it says that there is nothing.
    pub expected: Value,
    /// What was answered; null where there was nothing.
    pub found: Value,
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let at = if self.at.is_empty() { "the answer" } else { &self.at };
        write!(f, "{at}: expected {}, found {}", self.expected, self.found)
    }
}

impl PluginHost {
    /// Makes the call of a case and compares. None: the answer is as expected.
    ///
    /// # Errors
    /// As [`PluginHost::call_json`]: the call could not be made, or gave no answer.
    pub async fn run_case(&self, component: &[u8], case: &Case) -> Result<Option<Mismatch>, HostError> {
        self.run_checked(&self.check(component).await?, case).await
    }

    pub(super) async fn run_checked(&self, checked: &Checked, case: &Case) -> Result<Option<Mismatch>, HostError> {
        let secrets = case.secrets.iter().map(|(name, value)| (name.clone(), value.clone().into_bytes()));
        let secrets = Secrets::from_iter(secrets);
        let plugin = self.trial(checked, secrets).await?;
        let found = self.call_plugin(&plugin, &case.function, case.arguments.clone()).await?;
        Ok(mismatch("", &case.expect, &found))
    }
}

/// The first place where `found` does not match.
fn mismatch(at: &str, expected: &Value, found: &Value) -> Option<Mismatch> {
    match (expected, found) {
        (Value::Object(expected), Value::Object(members)) => expected.iter().find_map(|(name, expected)| {
            let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            mismatch(&at, expected, members.get(name).unwrap_or(&Value::Null))
        }),
        (Value::Array(expected), Value::Array(items)) if expected.len() == items.len() => {
            let mut pairs = expected.iter().zip(items).enumerate();
            pairs.find_map(|(index, (expected, found))| mismatch(&format!("{at}[{index}]"), expected, found))
        }
        (Value::Number(expected), Value::Number(number)) if close(expected.as_f64(), number.as_f64()) => None,
        _ if expected == found => None,
        _ => Some(Mismatch { at: at.to_owned(), expected: expected.clone(), found: found.clone() }),
    }
}

/// Numbers of the contract are integers and floats of 32 bits, which JSON writes with more digits than they have.
fn close(expected: Option<f64>, found: Option<f64>) -> bool {
    let (Some(expected), Some(found)) = (expected, found) else { return false };
    expected.fract() != 0.0 && (expected - found).abs() <= f64::from(f32::EPSILON) * expected.abs().max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(expected: &Value, found: &Value) -> Option<String> {
        mismatch("", expected, found).map(|mismatch| mismatch.at)
    }

    #[test]
    fn a_case_may_name_only_what_it_is_about() {
        let found = json!({"ok": {"done": {"events": [{"id": "1", "at": 5}], "response": {"status": 200}}}});
        assert_eq!(at(&json!({"ok": {"done": {"events": [{"id": "1"}]}}}), &found), None);
        let other = json!({"ok": {"done": {"events": [{"id": "2"}]}}});
        assert_eq!(at(&other, &found).as_deref(), Some("ok.done.events[0].id"));
    }

    #[test]
    fn a_list_matches_only_as_a_whole() {
        assert_eq!(at(&json!([1]), &json!([1, 2])).as_deref(), Some(""));
        assert_eq!(at(&json!({"a": []}), &json!({"a": [1]})).as_deref(), Some("a"));
    }

    #[test]
    fn a_member_that_is_expected_to_be_null_may_be_absent() {
        assert_eq!(at(&json!({"a": null}), &json!({})), None);
        assert_eq!(at(&json!({"a": null}), &json!({"a": 1})).as_deref(), Some("a"));
        assert_eq!(at(&json!({"a": 1}), &json!({})).as_deref(), Some("a"));
    }

    #[test]
    fn floats_match_within_their_digits_and_integers_exactly() {
        assert_eq!(at(&json!(0.9), &serde_json::to_value(0.9_f32).unwrap()), None);
        assert!(at(&json!(0.9), &json!(0.91)).is_some());
        assert!(at(&json!(1_795_305_600_000_u64), &json!(1_795_305_600_001_u64)).is_some());
    }

    #[test]
    fn a_mismatch_reads_as_a_sentence() {
        let found = mismatch("", &json!({"err": "blocked"}), &json!({"ok": 1})).unwrap();
        assert_eq!(found.to_string(), r#"err: expected "blocked", found null"#);
    }
}
