//! Calling plugins: one method for each export that the engine needs.

use std::time::Duration;

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    contract::{
        Analysis, Capabilities, ChannelDescription, Chore, Circumstances, Context, Delivery, Exchange, Failure, Media,
        MediaStep, Memory, Outcome, PollStep, ReceiveStep, Refusal, SendStep, TendStep, Turn, VaultAnswer,
        VaultQuestion, Webhook,
    },
    ids::ConversationId,
    revision::RevisionId,
};

/// What surrounds a call.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Which revision to call.
    pub revision: &'a RevisionId,
    /// For the plugin's log.
    pub conversation: Option<ConversationId>,
    /// Where the inert clock stands.
    pub now: Instant,
    /// Where inert randomness comes from.
    pub seed: u64,
    /// Answers that the vault gave when this call was made before, in order: given again, without asking the vault.
    /// Questions beyond them are answered by the vault.
    pub recorded: &'a [(VaultQuestion, VaultAnswer)],
}

/// What came back, with what the journal wants to know.
#[derive(Clone, Debug)]
pub struct Returned<T> {
    /// What the plugin answered, its own refusals and failures included.
    pub value: T,
    /// All that the vault was asked, recorded answers included, in order.
    pub vault: Vec<(VaultQuestion, VaultAnswer)>,
    /// How long the call took, from its turn on: not how long it waited for others of the same plugin.
    pub took: Duration,
}

/// A limit that a call ran into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// CPU time.
    Cpu,
    /// Time on the wall.
    WallClock,
    /// All its memories and tables together.
    Memory,
    /// Work that it made the host do.
    HostCalls,
    /// What it returned or logged.
    Output,
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Cpu => "CPU time",
            Self::WallClock => "wall clock",
            Self::Memory => "memory",
            Self::HostCalls => "host calls",
            Self::Output => "output",
        })
    }
}

/// Why a call gave no answer. What a plugin itself refuses is an answer, not one of these.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PluginError {
    /// It trapped: a defect of the plugin.
    #[error("{revision} trapped in {function}: {message}")]
    Trap {
        /// Which revision.
        revision: RevisionId,
        /// Which export.
        function: &'static str,
        /// The trap, with the guest's back trace.
        message: String,
    },
    /// It ran into a limit and was stopped.
    #[error("{revision} was stopped in {function}: it reached its limit of {limit}")]
    Limit {
        /// Which revision.
        revision: RevisionId,
        /// Which export.
        function: &'static str,
        /// Which limit.
        limit: Limit,
    },
    /// Too many calls are under way; nothing was called.
    #[error("{revision} is busy: {waiting} calls wait already; try again")]
    Busy {
        /// Which revision.
        revision: RevisionId,
        /// Calls before this one.
        waiting: usize,
    },
    /// There is no such revision, or it is of another kind.
    #[error("{0} is not loaded")]
    Missing(RevisionId),
    /// The host itself failed.
    #[error("{revision} could not be called: {message}")]
    Host {
        /// Which revision.
        revision: RevisionId,
        /// What failed.
        message: String,
    },
}

impl PluginError {
    /// Whether the plugin is to blame, so that calling it again with the same input will fail again.
    #[must_use]
    pub fn is_defect(&self) -> bool {
        matches!(self, Self::Trap { .. } | Self::Limit { .. })
    }
}

/// Result of a call.
pub type Called<T> = Result<Returned<T>, PluginError>;

/// Calls plugins. Every call but `analyze` gets a fresh instance; arguments are those of `wit/`.
#[async_trait]
#[allow(missing_docs, reason = "one method an export; wit/ says what each means")]
pub trait Plugins: Send + Sync {
    async fn describe_channel(&self, revision: &RevisionId) -> Result<ChannelDescription, PluginError>;
    async fn carries(&self, revision: &RevisionId) -> Result<Capabilities, PluginError>;
    async fn receive(
        &self,
        call: Call<'_>,
        context: &Context,
        request: &Webhook,
        exchanges: &[Exchange],
    ) -> Called<Result<ReceiveStep, Refusal>>;
    async fn send(
        &self,
        call: Call<'_>,
        context: &Context,
        delivery: &Delivery,
        exchanges: &[Exchange],
    ) -> Called<Result<SendStep, Failure>>;
    async fn poll(
        &self,
        call: Call<'_>,
        context: &Context,
        cursor: Option<&str>,
        exchanges: &[Exchange],
    ) -> Called<Result<PollStep, Failure>>;
    async fn resolve_media(
        &self,
        call: Call<'_>,
        context: &Context,
        media: &Media,
        exchanges: &[Exchange],
    ) -> Called<Result<MediaStep, Failure>>;
    async fn tend(
        &self,
        call: Call<'_>,
        context: &Context,
        chore: Chore,
        exchanges: &[Exchange],
    ) -> Called<Result<TendStep, Failure>>;
    async fn analyze(&self, call: Call<'_>, text: &str, circumstances: &Circumstances) -> Called<Analysis>;
    /// With the revision's own settings. The turn is lent, and as it was when this returns.
    async fn handle(&self, call: Call<'_>, turn: &mut Turn) -> Called<Result<Outcome, Failure>>;
    async fn migrate(&self, call: Call<'_>, memory: &Memory) -> Called<Result<Memory, String>>;
}
