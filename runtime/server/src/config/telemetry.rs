//! `[telemetry]`: what the server tells of itself, and to whom.

use super::section::Section;

/// What the server tells of itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct TelemetrySection {
    /// `log`: which messages are written, as directives: "info,sportello_engine=debug".
    pub(crate) log: Option<String>,
    /// `otlp`: the address of an OpenTelemetry collector that takes OTLP over HTTP, such as "http://127.0.0.1:4318".
    pub(crate) otlp: Option<String>,
}

impl TelemetrySection {
    pub(super) fn read(section: Option<Section<'_>>) -> Self {
        let Some(section) = section else { return Self::default() };
        let (log, otlp) = (section.text("log"), section.text("otlp"));
        if let Some(log) = &log
            && let Err(error) = log.value.parse::<tracing_subscriber::filter::Targets>()
        {
            section.problems().add(log.line, format!("`telemetry.log` cannot be read: {error}; write \"info\", say"));
        }
        if let Some(otlp) = &otlp
            && !otlp.value.starts_with("http://")
        {
            let message = "`telemetry.otlp` has to be an address such as \"http://127.0.0.1:4318\": a collector beside \
                           the server passes on to others, encrypted";
            section.problems().add(otlp.line, message);
        }
        section.close();
        Self { log: log.map(|log| log.value), otlp: otlp.map(|otlp| otlp.value) }
    }
}
