//! Configured limits over those that are on by default.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use sportello_engine::LifeTerms;
use sportello_plugin_host::{Compiler, HostConfig};

use crate::config::LimitsSection;

/// How plugins run; compiled ones are kept in this folder.
pub(crate) fn host(cache: &Path, limits: &LimitsSection) -> anyhow::Result<HostConfig> {
    let exe = std::env::current_exe().context("finding this program, which compiles plugins")?;
    let mut config = HostConfig::new(cache.join("compiled"), Compiler::Process { exe });
    set(&mut config.limits.memory, limits.plugin_memory);
    set(&mut config.limits.cpu, limits.plugin_cpu);
    set(&mut config.limits.wall, limits.plugin_wall);
    set(&mut config.limits.output, limits.plugin_output);
    set(&mut config.concurrency.total, limits.plugin_calls);
    Ok(config)
}

/// How requests are performed.
pub(crate) fn carrier(limits: &LimitsSection) -> sportello_carriers::Limits {
    let mut carrier = sportello_carriers::Limits::default();
    set(&mut carrier.timeout, limits.request_time);
    set(&mut carrier.response_body, limits.response_body);
    set(&mut carrier.connections, limits.connections);
    carrier
}

/// How much the engine does at once, and how long things are kept.
pub(crate) fn engine(limits: &LimitsSection) -> sportello_engine::Settings {
    let mut settings = sportello_engine::Settings::default();
    set(&mut settings.unknown_hold, limits.unknown_hold.map(milliseconds));
    set(&mut settings.journal_body, limits.journal_body);
    let retention = &mut settings.retention;
    set(&mut retention.keys, limits.keep_keys.map(milliseconds));
    set(&mut retention.journal, limits.keep_journal.map(milliseconds));
    set(&mut retention.journal_turns, limits.journal_turns);
    set(&mut retention.recordings, limits.recordings);
    set(&mut retention.live, limits.keep_live.map(milliseconds));
    set(&mut retention.idle, limits.idle.map(milliseconds));
    settings
}

/// How long revisions drain and are kept.
pub(crate) fn life(limits: &LimitsSection) -> LifeTerms {
    let mut terms = LifeTerms::default();
    set(&mut terms.drain, limits.drain.map(milliseconds));
    set(&mut terms.keep, limits.keep_revisions.map(milliseconds));
    set(&mut terms.most, limits.revisions);
    terms
}

fn set<T>(default: &mut T, configured: Option<T>) {
    if let Some(configured) = configured {
        *default = configured;
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
