//! Events as text.

use std::fmt::Write as _;

use sportello_engine::ports::store::LiveEvent;

/// Goes first: how many milliseconds a browser waits before it comes back.
pub(super) const PREAMBLE: &str = "retry: 2000\n\n";
/// A comment, so that nobody between takes a silent stream for a dead one.
pub(super) const BEAT: &str = ":\n\n";

/// From so many bytes on a piece is full: whoever reads slowly is noticed between two pieces.
const FULL: usize = 64 << 10;

/// Events as pieces of text, none of them larger than its last event makes it.
pub(super) fn pieces(events: &[LiveEvent]) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    for event in events {
        write_event(&mut text, event);
        if text.len() >= FULL {
            pieces.push(std::mem::take(&mut text));
        }
    }
    if !text.is_empty() {
        pieces.push(text);
    }
    pieces
}

/// Line ends would end a field, so data goes line by line, and a name ends at its first one.
fn write_event(text: &mut String, LiveEvent { id, event, data }: &LiveEvent) {
    let _ = writeln!(text, "id: {id}");
    let name = event.as_deref().and_then(|name| name.split(['\r', '\n']).next()).filter(|name| !name.is_empty());
    if let Some(name) = name {
        let _ = writeln!(text, "event: {name}");
    }
    let data = data.replace("\r\n", "\n");
    for line in data.split(['\r', '\n']) {
        let _ = writeln!(text, "data: {line}");
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(event: Option<&str>, data: &str) -> String {
        let event = LiveEvent { id: 7, event: event.map(str::to_owned), data: data.to_owned() };
        pieces(&[event]).concat()
    }

    #[test]
    fn an_event_has_its_id_its_name_and_its_data() {
        assert_eq!(encoded(Some("message"), r#"{"a":1}"#), "id: 7\nevent: message\ndata: {\"a\":1}\n\n");
        assert_eq!(encoded(None, ""), "id: 7\ndata: \n\n");
    }

    #[test]
    fn small_events_share_a_piece_and_large_ones_do_not() {
        let event = |size: usize| LiveEvent { id: 1, event: None, data: "x".repeat(size) };
        assert_eq!(pieces(&[]).len(), 0);
        assert_eq!(pieces(&[event(1), event(2), event(3)]).len(), 1);
        assert_eq!(pieces(&[event(1), event(FULL), event(FULL), event(1)]).len(), 3);
    }

    proptest! {
        #[test]
        fn no_data_and_no_name_makes_fields_or_events_of_its_own(name in "[a\r\n:]{0,6}", data in "[a\r\n: ]{0,12}") {
            let text = encoded(Some(&name), &data);
            let lines: Vec<&str> = text.split(['\r', '\n']).collect();
            let (fields, end) = lines.split_at(lines.len() - 2);
            prop_assert_eq!(end, ["", ""]);
            prop_assert!(fields.iter().skip(1).all(|line| line.starts_with("data: ") || line.starts_with("event: ")));
            let read: Vec<&str> = fields.iter().filter_map(|line| line.strip_prefix("data: ")).collect();
            prop_assert_eq!(read.join("\n"), data.replace("\r\n", "\n").replace('\r', "\n"));
        }
    }
}
