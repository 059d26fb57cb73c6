//! Lines of plugins, kept for `sportello plugin logs` whatever of the log is written elsewhere.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use sportello_engine::{LogLine, PluginLog};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// Under which the host writes them.
const TARGET: &str = "plugin";

struct Lines(Arc<PluginLog>);

/// What keeps lines of plugins in `log`.
pub(super) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(log: Arc<PluginLog>) -> impl Layer<S> {
    Lines(log).with_filter(Targets::new().with_target(TARGET, LevelFilter::INFO))
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut read = Read(LogLine { at: now(), ..LogLine::default() });
        event.record(&mut read);
        self.0.push(read.0);
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The fields of an event.
struct Read(LogLine);

impl Visit for Read {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        match field.name() {
            "message" => self.0.text = text,
            "revision" => self.0.revision = text,
            "conversation" => self.0.conversation = Some(text),
            _ => {}
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "function" {
            value.clone_into(&mut self.0.function);
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[test]
    fn lines_of_plugins_are_kept_with_whose_they_are_and_no_others() {
        let log = Arc::new(PluginLog::default());
        let subscriber = tracing_subscriber::registry().with(layer(Arc::clone(&log)));
        tracing::subscriber::with_default(subscriber, || {
            let (revision, conversation, line) = ("faq@1", "c1", "asked for hours");
            tracing::info!(target: "plugin", plugin = "faq", %revision, %conversation, function = "handle", "{line}");
            tracing::info!(%revision, "ready");
        });
        let lines = log.read("faq", None, 10);
        assert_eq!(lines.len(), 1, "{lines:?}");
        let LogLine { revision, conversation, function, text, .. } = &lines[0];
        assert_eq!((revision.as_str(), conversation.as_deref()), ("faq@1", Some("c1")));
        assert_eq!((function.as_str(), text.as_str()), ("handle", "asked for hours"));
    }
}
