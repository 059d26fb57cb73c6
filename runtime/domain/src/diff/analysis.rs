//! How two analyses of a text differ, as far as anything would be answered otherwise for it.

use super::Change;
use crate::contract::{Analysis, Entity, Intent};

/// Confidences and likelihoods that differ by less are the same: models differ in every digit.
const CONFIDENCE: f32 = 0.05;
/// Of a figure from -1 to 1 that nothing is decided by.
const SENTIMENT: f32 = 0.25;

pub(super) fn changes(before: &Analysis, now: &Analysis) -> Vec<Change> {
    let mut changes = vec![];
    let mut note = |what: &str, old: String, new: String| {
        if old != new {
            changes.push(Change::Replaced { what: what.to_owned(), before: old, now: new });
        }
    };
    note("language", before.language.clone(), now.language.clone());
    let (old, new) = (before.intents.first(), now.intents.first());
    let same_intent = old.map(|intent| &intent.name) == new.map(|intent| &intent.name);
    let near = near(confidence(old), confidence(new), CONFIDENCE);
    if !(same_intent && near) {
        note("intent", intent(old), intent(new));
    }
    if !self::near(before.out_of_scope, now.out_of_scope, CONFIDENCE) {
        note("out-of-scope", format!("{:.2}", before.out_of_scope), format!("{:.2}", now.out_of_scope));
    }
    if !self::near(before.sentiment, now.sentiment, SENTIMENT) {
        note("sentiment", format!("{:+.2}", before.sentiment), format!("{:+.2}", now.sentiment));
    }
    let only = |ours: &[Entity], theirs: &[Entity]| -> Vec<String> {
        ours.iter().filter(|entity| !theirs.contains(entity)).map(entity).collect()
    };
    let removed = only(&before.entities, &now.entities).into_iter();
    changes.extend(removed.map(|before| Change::Removed { what: "entity".to_owned(), before }));
    let added = only(&now.entities, &before.entities).into_iter();
    changes.extend(added.map(|now| Change::Added { what: "entity".to_owned(), now }));
    changes
}

fn near(one: f32, other: f32, tolerance: f32) -> bool {
    (one - other).abs() < tolerance
}

fn confidence(intent: Option<&Intent>) -> f32 {
    intent.map_or(0.0, |intent| intent.confidence)
}

fn intent(intent: Option<&Intent>) -> String {
    intent.map_or_else(|| "none".to_owned(), |intent| format!("{} ({:.2})", intent.name, intent.confidence))
}

fn entity(entity: &Entity) -> String {
    format!("{} {} at {} to {}", entity.kind, entity.value, entity.start, entity.end)
}
