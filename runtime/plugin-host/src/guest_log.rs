//! What plugins write to their standard output and error: lines of the host's log.

use std::sync::Arc;

use sportello_domain::ids::ConversationId;

use crate::loaded::Identity;

/// Bytes of the last output that are shown beside a trap: a panic says there what went wrong.
const LAST_WORDS: usize = 2048;
/// Bytes after which a line is written though it has no end.
const LONG_LINE: usize = 8192;

/// Gathers lines, and writes each with whose it is.
#[derive(Debug)]
pub(crate) struct GuestLog {
    identity: Arc<Identity>,
    conversation: Option<ConversationId>,
    function: &'static str,
    line: Vec<u8>,
    last_words: String,
}

impl GuestLog {
    pub(crate) fn new(identity: Arc<Identity>, conversation: Option<ConversationId>, function: &'static str) -> Self {
        Self { identity, conversation, function, line: Vec::new(), last_words: String::new() }
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") || self.line.len() > LONG_LINE {
                self.end_line();
            }
        }
    }

    /// The call is over: what it wrote last, for people.
    pub(crate) fn close(&mut self) -> &str {
        self.end_line();
        self.last_words.trim_end()
    }

    fn end_line(&mut self) {
        let bytes = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&bytes);
        let line = text.trim_end_matches(['\n', '\r']);
        if line.is_empty() {
            return;
        }
        self.remember(line);
        let Identity { plugin, revision, .. } = &*self.identity;
        let plugin = &**plugin;
        let function = self.function;
        match &self.conversation {
            Some(conversation) => {
                tracing::info!(target: "plugin", plugin, %revision, %conversation, function, "{line}");
            }
            None => tracing::info!(target: "plugin", plugin, %revision, function, "{line}"),
        }
    }

    fn remember(&mut self, line: &str) {
        self.last_words.push_str(line);
        self.last_words.push('\n');
        let excess = self.last_words.len().saturating_sub(LAST_WORDS);
        let cut = (excess..=self.last_words.len()).find(|at| self.last_words.is_char_boundary(*at)).unwrap_or(0);
        self.last_words.drain(..cut);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sportello_domain::revision::RevisionId;

    use super::*;

    fn log() -> GuestLog {
        let identity = Identity::new("p", RevisionId("p@1".to_owned()));
        GuestLog::new(Arc::new(identity), None, "handle")
    }

    #[test]
    fn a_line_may_come_in_pieces() {
        let mut log = log();
        for piece in ["panicked at ", "src/lib.rs\nbo", "om"] {
            log.write(piece.as_bytes());
        }
        assert_eq!(log.close(), "panicked at src/lib.rs\nboom");
    }

    proptest! {
        #[test]
        fn the_last_words_are_the_end_of_what_was_written(text in "[a-zü€\n]{0,4000}", cut in 1_usize..100) {
            let mut log = log();
            text.as_bytes().chunks(cut).for_each(|chunk| log.write(chunk));
            let lines: Vec<_> = text.lines().filter(|line| !line.is_empty()).collect();
            let last_words = log.close();
            prop_assert!(last_words.len() <= LAST_WORDS);
            prop_assert!(lines.join("\n").ends_with(last_words));
            prop_assert_eq!(last_words.is_empty(), lines.is_empty());
        }
    }
}
