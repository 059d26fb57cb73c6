//! Whether a message was understood, and why somebody should see one that was not.

use serde::{Deserialize, Serialize};

use crate::{contract::Analysis, routing::Policy};

/// Why somebody should look at an utterance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// No known intent was found in it.
    OutOfScope,
    /// The best intent was below its threshold.
    Unsure,
    /// The customer then chose what was meant.
    Corrected,
    /// It was understood, and a person took over all the same.
    HandedOver,
}

/// The intent that a message is taken for; otherwise why it is not understood.
///
/// # Errors
/// [`Doubt::OutOfScope`] and [`Doubt::Unsure`].
pub fn understood<'a>(analysis: &'a Analysis, policy: &Policy) -> Result<&'a str, Doubt> {
    let best = analysis.intents.first().ok_or(Doubt::OutOfScope)?;
    if analysis.out_of_scope >= best.confidence.max(0.5) {
        return Err(Doubt::OutOfScope);
    }
    if best.confidence < policy.threshold_of(&best.name) {
        return Err(Doubt::Unsure);
    }
    Ok(&best.name)
}
