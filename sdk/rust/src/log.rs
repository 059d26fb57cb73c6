//! The plugin's log.

/// Writes a line to the plugin's log, where the host adds plugin, revision and conversation. Name no secrets and no more
/// of a customer than their id.
#[allow(clippy::print_stderr, reason = "the host takes standard error as the plugin's log")]
pub fn log(line: impl std::fmt::Display) {
    eprintln!("{line}");
}
