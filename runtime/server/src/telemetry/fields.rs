//! The fields of spans as a JSON object that grows at its end. The library's own reads the whole object again for each field that is
//! added, for every message, while hardly any span is ever written.

use std::fmt;

use tracing::field::{Field, Visit};
use tracing::span::Record;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::FormattedFields;
use tracing_subscriber::fmt::format::{FormatFields, Writer};

/// Fields as a JSON object, for [`tracing_subscriber::fmt::format::Json`].
#[derive(Debug)]
pub(super) struct Growing;

impl<'w> FormatFields<'w> for Growing {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> fmt::Result {
        Members::begin(writer, '{').all(fields)
    }

    fn add_fields(&self, current: &'w mut FormattedFields<Self>, fields: &Record<'_>) -> fmt::Result {
        // Only its end goes: it begins as a whole object.
        current.fields.pop();
        let before = if current.fields == "{" { ' ' } else { ',' };
        Members::begin(current.as_writer(), before).all(fields)
    }
}

/// Writes members of an object.
struct Members<'w> {
    writer: Writer<'w>,
    /// What stands before the next one.
    before: char,
    result: fmt::Result,
}

impl<'w> Members<'w> {
    fn begin(writer: Writer<'w>, before: char) -> Self {
        Self { writer, before, result: Ok(()) }
    }

    /// All of them, and the end of the object.
    fn all<R: RecordFields>(mut self, fields: R) -> fmt::Result {
        fields.record(&mut self);
        self.result?;
        // An object without members begins here, too.
        if self.before != ',' {
            self.writer.write_char(self.before)?;
        }
        self.writer.write_char('}')
    }

    fn member(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        let before = std::mem::replace(&mut self.before, ',');
        let name = field.name().trim_start_matches("r#");
        self.result = self.result.and_then(|()| write!(self.writer, "{before}\"{name}\":{value}"));
    }
}

impl Visit for Members<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
        if value.bytes().all(is_plain) {
            self.member(field, format_args!("\"{value}\""));
        } else {
            self.member(field, format_args!("{}", serde_json::Value::from(value)));
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, format_args!("{value}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, format_args!("{value}"));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.member(field, format_args!("{}", serde_json::Value::from(value)));
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::fmt;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The span that an event within it tells of.
    fn told(span: impl FnOnce() -> tracing::Span, later: impl FnOnce(&tracing::Span)) -> serde_json::Value {
        let written = Written::default();
        let writer = written.clone();
        let layer = fmt::layer().json().fmt_fields(Growing).with_writer(move || writer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            let span = span();
            later(&span);
            span.in_scope(|| tracing::info!("now"));
        });
        let line: serde_json::Value = serde_json::from_slice(&written.0.lock().unwrap()).unwrap();
        line["span"].clone()
    }

    #[test]
    fn fields_are_told_as_they_are() {
        let span = || tracing::info_span!("s", text = "a \"b\"\n\\", count = 3_u64, less = -1, yes = true, half = 0.5, any = ?[1]);
        let expected = serde_json::json!({
            "name": "s", "text": "a \"b\"\n\\", "count": 3, "less": -1, "yes": true, "half": 0.5, "any": "[1]",
        });
        assert_eq!(told(span, |_| {}), expected);
    }

    #[test]
    fn fields_may_come_later() {
        let span = || tracing::info_span!("s", id = 1, outcome = tracing::field::Empty, more = tracing::field::Empty);
        let later = |span: &tracing::Span| {
            span.record("outcome", "sent");
            span.record("more", 2);
        };
        assert_eq!(told(span, later), serde_json::json!({ "name": "s", "id": 1, "outcome": "sent", "more": 2 }));
        let none = || tracing::info_span!("s", outcome = tracing::field::Empty);
        let later = |span: &tracing::Span| {
            span.record("outcome", "sent");
        };
        assert_eq!(told(none, later), serde_json::json!({ "name": "s", "outcome": "sent" }));
        assert_eq!(told(|| tracing::info_span!("s"), |_| {}), serde_json::json!({ "name": "s" }));
    }
}
