//! `[limits]`: how much anything may take; all limits are on by default.

use std::time::Duration;

use super::section::Section;

/// How much anything may take. What is not written keeps its default.
#[derive(Clone, Debug, Default)]
pub(crate) struct LimitsSection {
    /// `webhook-body`: bytes of a webhook.
    pub(crate) webhook_body: Option<usize>,
    /// `request-time`: for one request of a plugin, from connecting to the last byte.
    pub(crate) request_time: Option<Duration>,
    /// `response-body`: bytes of the answer to a request of a plugin.
    pub(crate) response_body: Option<usize>,
    /// `connections`: requests of one plugin on the wire at the same time.
    pub(crate) connections: Option<usize>,
    /// `plugin-memory`: bytes of one call.
    pub(crate) plugin_memory: Option<usize>,
    /// `plugin-cpu`: time on a processor of one call.
    pub(crate) plugin_cpu: Option<Duration>,
    /// `plugin-wall`: time on the wall of one call.
    pub(crate) plugin_wall: Option<Duration>,
    /// `plugin-output`: bytes that a call may return.
    pub(crate) plugin_output: Option<usize>,
    /// `plugin-calls`: calls under way at once, over all plugins.
    pub(crate) plugin_calls: Option<usize>,
    /// `unknown-hold`: how long a message of unknown outcome waits for news before it is settled otherwise.
    pub(crate) unknown_hold: Option<Duration>,
    /// `keep-keys`: how long repetitions of a webhook are known as such; 30 days at least.
    pub(crate) keep_keys: Option<Duration>,
    /// `keep-journal`: how long the journals of turns are kept.
    pub(crate) keep_journal: Option<Duration>,
    /// `journal-turns`: so many turns are kept in the journal, however young.
    pub(crate) journal_turns: Option<u64>,
    /// `recordings`: so many recorded calls of channels are kept.
    pub(crate) recordings: Option<u64>,
    /// `journal-body`: bytes of an answer to a skill's request that the journal keeps.
    pub(crate) journal_body: Option<usize>,
    /// `keep-live`: how long events of the web chat's streams are kept.
    pub(crate) keep_live: Option<Duration>,
    /// `idle`: a conversation of the bot in which nothing happened for so long is closed.
    pub(crate) idle: Option<Duration>,
    /// `drain`: how long dialogues stay on a revision that serves nobody new, before they move on between two turns.
    pub(crate) drain: Option<Duration>,
    /// `keep-revisions`: how long revisions are kept that are over.
    pub(crate) keep_revisions: Option<Duration>,
    /// `revisions`: so many of them of each name are kept, however young.
    pub(crate) revisions: Option<u64>,
}

/// Platforms repeat webhooks for days, and people restore backups.
const LEAST_KEYS: Duration = Duration::from_secs(30 * 24 * 60 * 60);

impl LimitsSection {
    pub(super) fn read(section: Option<Section<'_>>) -> Self {
        let Some(section) = section else { return Self::default() };
        let read = Self {
            webhook_body: section.size("webhook-body"),
            request_time: section.duration("request-time"),
            response_body: section.size("response-body"),
            connections: section.integer("connections"),
            plugin_memory: section.size("plugin-memory"),
            plugin_cpu: section.duration("plugin-cpu"),
            plugin_wall: section.duration("plugin-wall"),
            plugin_output: section.size("plugin-output"),
            plugin_calls: section.integer("plugin-calls"),
            unknown_hold: section.duration("unknown-hold"),
            keep_keys: section.duration("keep-keys"),
            keep_journal: section.duration("keep-journal"),
            journal_turns: section.integer("journal-turns"),
            recordings: section.integer("recordings"),
            journal_body: section.size("journal-body"),
            keep_live: section.duration("keep-live"),
            idle: section.duration("idle"),
            drain: section.duration("drain"),
            keep_revisions: section.duration("keep-revisions"),
            revisions: section.integer("revisions"),
        };
        if read.keep_keys.is_some_and(|keep| keep < LEAST_KEYS) {
            let line = section.node("keep-keys").map_or(section.line(), |node| node.line);
            section.problems().add(line, "`limits.keep-keys` has to be 30 days at least: platforms repeat webhooks");
        }
        section.close();
        read
    }
}
