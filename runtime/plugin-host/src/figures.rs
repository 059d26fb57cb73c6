//! The metrics that each call counts in, by function: found once for a revision, because to find them by their labels takes
//! longer than to count.

use std::sync::{Arc, PoisonError, RwLock};

use metrics::{Counter, Histogram, Label};

use crate::loaded::Identity;

/// Of all functions of a revision that were called.
#[derive(Default)]
pub(crate) struct Figures(RwLock<Vec<(&'static str, Arc<Figure>)>>);

/// Of one function.
pub(crate) struct Figure {
    /// What its calls took.
    pub(crate) seconds: Histogram,
    /// Those that went well.
    pub(crate) ok: Counter,
}

impl Figures {
    /// Those of this function.
    pub(crate) fn of(&self, identity: &Identity, function: &'static str) -> Arc<Figure> {
        let named = |all: &[(&str, Arc<Figure>)]| {
            all.iter().find(|(name, _)| *name == function).map(|(_, figure)| Arc::clone(figure))
        };
        if let Some(figure) = named(&self.0.read().unwrap_or_else(PoisonError::into_inner)) {
            return figure;
        }
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(figure) = named(&all) {
            return figure;
        }
        let labels = labels(identity, function);
        let figure = Arc::new(Figure {
            seconds: metrics::histogram!("sportello_plugin_call_seconds", labels.clone()),
            ok: calls(labels, "ok"),
        });
        all.push((function, Arc::clone(&figure)));
        figure
    }
}

/// What tells the metrics of a function apart.
pub(crate) fn labels(identity: &Identity, function: &'static str) -> Vec<Label> {
    vec![
        Label::new("plugin", Arc::clone(&identity.plugin)),
        Label::new("revision", Arc::<str>::from(identity.revision.0.as_str())),
        Label::from_static_parts("function", function),
    ]
}

/// The calls that came to this end.
pub(crate) fn calls(mut labels: Vec<Label>, outcome: &'static str) -> Counter {
    labels.push(Label::from_static_parts("outcome", outcome));
    metrics::counter!("sportello_plugin_calls_total", labels)
}
