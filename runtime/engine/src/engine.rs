//! The engine as the rest of the program sees it.

use std::sync::Arc;

use futures::future::join_all;
use sportello_domain::{
    Instant,
    contract::Webhook,
    conversation::Conversation,
    ids::{ContactId, ConversationId, DeliveryId, QuarantineId},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::catalog::{Catalog, Pointer};
use crate::core::{Core, Ports};
use crate::desk::Answer;
use crate::dispatch::Pace;
use crate::error::EngineError;
use crate::intake::{Received, Rerun};
use crate::lanes::Lanes;
use crate::live::LiveHub;
use crate::ports::store::{Answered, Erased, Recovery, Retention, Stored};
use crate::ports::{Entropy, Store};
use crate::recorder::Recorder;
use crate::shadow::Shadow;
use crate::shares::Shares;
use crate::time::StoreTime;

/// How much is done at the same time, and how long things are kept.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Turns at the same time; one skill has half of them at most.
    pub turns: usize,
    /// Conversations that send at the same time; one channel has a quarter of them at most.
    pub sends: usize,
    /// How long an unknown outcome holds its lane while an echo of the platform may still settle it (rule 13); milliseconds.
    pub unknown_hold: Instant,
    /// Bytes of an answer to a skill's request that the journal keeps; a turn with a larger one cannot be replayed.
    pub journal_body: usize,
    /// How long things are kept.
    pub retention: Retention,
}

impl Default for Settings {
    fn default() -> Self {
        const DAY: u64 = 24 * 60 * 60 * 1_000;
        let retention = Retention {
            keys: 45 * DAY,
            journal: 30 * DAY,
            journal_turns: 1_000_000,
            recordings: 20_000,
            live: 30 * DAY,
            idle: DAY,
        };
        Self { turns: 128, sends: 512, unknown_hold: 120_000, journal_body: 64 << 10, retention }
    }
}

/// Lanes, turns and deliveries.
pub struct Engine {
    core: Arc<Core>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Engine {
    /// Starts the engine: takes up what a crash left behind, then gives lanes their work.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn start(ports: Ports, catalog: impl Into<Pointer>, settings: Settings) -> Stored<(Self, Recovery)> {
        let catalog = catalog.into();
        let key = ports.store.installation_key(fresh_key(ports.entropy.as_ref())).await?;
        let time = StoreTime::begin(Arc::clone(&ports.clock), ports.store.as_ref()).await?;
        let unheld: Vec<String> = catalog
            .load()
            .channels
            .values()
            // Where the platform drops repeats it may be sent again at once; where it does not echo no news will come.
            .filter(|channel| channel.capabilities.dedupes.is_some() || !channel.capabilities.echoes)
            .map(|channel| channel.name.clone())
            .collect();
        let now = time.now();
        let recovery = ports.store.recover(now, now + settings.unknown_hold, &unheld).await?;
        let turns = Arc::new(Lanes::new(settings.turns));
        let sends = Arc::new(Lanes::new(settings.sends));
        let (turn, send) = (Arc::clone(&turns), Arc::clone(&sends));
        let core = Arc::new(Core {
            live: Arc::new(LiveHub::new(Arc::clone(&ports.store))),
            pace: Pace::new(Arc::clone(&ports.clock)),
            catalog,
            turn_shares: Shares::new(settings.turns / 2, move |id| turn.wake(id)),
            send_shares: Shares::new(settings.sends / 4, move |id| send.wake(id)),
            turns,
            sends,
            unknown_hold: settings.unknown_hold,
            journal_body: settings.journal_body,
            recorder: Recorder::default(),
            shadow: Shadow::new(Arc::clone(&ports.plugins)),
            unheld,
            key,
            time,
            ports,
        });
        let engine = Self { core, stop: CancellationToken::new(), tasks: TaskTracker::new() };
        engine.run(settings.retention);
        Ok((engine, recovery))
    }

    fn run(&self, retention: Retention) {
        let (stop, tasks) = (&self.stop, &self.tasks);
        let core = Arc::clone(&self.core);
        let turn = move |id, claim| Arc::clone(&core).work_turns(id, claim);
        tasks.spawn(Arc::clone(&self.core.turns).run(stop.clone(), tasks.clone(), turn));
        let core = Arc::clone(&self.core);
        let send = move |id, claimed| Arc::clone(&core).work_sends(id, claimed);
        tasks.spawn(Arc::clone(&self.core.sends).run(stop.clone(), tasks.clone(), send));
        tasks.spawn(Arc::clone(&self.core).look_after(stop.clone()));
        tasks.spawn(Arc::clone(&self.core).forget(retention, stop.clone()));
        tasks.spawn(Arc::clone(&self.core.live).listen_elsewhere(stop.clone()));
        for channel in self.core.catalog.load().channels.values().filter(|channel| channel.polled) {
            tasks.spawn(Arc::clone(&self.core).poll(channel.name.clone(), stop.clone()));
        }
    }

    /// Takes one webhook. When this gives a response, everything in the webhook is durable.
    ///
    /// # Errors
    /// [`EngineError::Refused`] where the plugin refuses it; every other error means that the platform has to repeat it.
    pub async fn receive(&self, channel: &str, webhook: Webhook) -> Result<Received, EngineError> {
        if self.stop.is_cancelled() {
            return Err(EngineError::Closing);
        }
        self.core.receive(channel, webhook).await
    }

    /// Reads an item in quarantine again.
    ///
    /// # Errors
    /// Those of the store; no such item; its channel is not configured any more.
    pub async fn rerun(&self, id: QuarantineId) -> Result<Rerun, EngineError> {
        self.core.rerun(id).await
    }

    /// An agent takes a conversation.
    ///
    /// # Errors
    /// As [`crate::ports::store::Desk::take`].
    pub async fn take(&self, id: ConversationId, agent: &str) -> Stored<Conversation> {
        self.core.take(id, agent).await
    }

    /// An agent answers.
    ///
    /// # Errors
    /// As [`crate::ports::store::Desk::answer`].
    pub async fn answer(&self, id: ConversationId, answer: Answer) -> Result<Answered, EngineError> {
        self.core.answer(id, answer).await
    }

    /// An agent gives a conversation back to the bot.
    ///
    /// # Errors
    /// As [`crate::ports::store::Desk::hand_back`].
    pub async fn hand_back(&self, id: ConversationId, agent: &str) -> Stored<Conversation> {
        self.core.hand_back(id, agent).await
    }

    /// An agent has resolved a conversation.
    ///
    /// # Errors
    /// As [`crate::ports::store::Desk::resolve`].
    pub async fn resolve(&self, id: ConversationId, agent: &str) -> Stored<Conversation> {
        self.core.ports.store.resolve(id, agent, self.core.now()).await
    }

    /// An operator sends a dead letter again.
    ///
    /// # Errors
    /// As [`crate::ports::store::Outbox::resend`].
    pub async fn resend(&self, delivery: DeliveryId) -> Stored<ConversationId> {
        self.core.resend(delivery).await
    }

    /// An operator lets what is held since a backup was put back go its way: of one conversation, or of all (rule 21). Says in
    /// how many conversations something leaves now.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn let_go(&self, conversation: Option<ConversationId>) -> Stored<usize> {
        self.core.let_go(conversation).await
    }

    /// A contact wants to be forgotten (rule 22).
    ///
    /// # Errors
    /// As [`crate::ports::store::Contacts::erase`].
    pub async fn erase(&self, contact: ContactId) -> Stored<Erased> {
        self.core.erase(contact).await
    }

    /// What is kept, for those who only read.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.core.ports.store
    }

    /// The streams of server-sent events.
    #[must_use]
    pub fn live(&self) -> &Arc<LiveHub> {
        &self.core.live
    }

    /// What is configured.
    #[must_use]
    pub fn catalog(&self) -> Arc<Catalog> {
        self.core.catalog.load_full()
    }

    /// The time on the wall, in milliseconds.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.core.now()
    }

    /// Random bits, for ids and tokens.
    #[must_use]
    pub fn bits(&self) -> u128 {
        self.core.bits()
    }

    /// Whether it takes webhooks.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.stop.is_cancelled()
    }

    /// Tells when the engine begins to stop, so that streams may end.
    #[must_use]
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Stops: takes no webhook more, ends the turns and sends that are under way, and leaves the rest to the next start.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        // What was claimed to be sent and not begun would be of unknown outcome after the next start.
        let begun = self.core.sends.take_starts().into_iter();
        join_all(begun.map(|(id, claimed)| Arc::clone(&self.core).work_sends(id, Some(claimed)))).await;
    }
}

/// A key for an installation that has none yet ([`crate::ports::store::Upkeep::installation_key`]).
#[must_use]
pub fn fresh_key(entropy: &dyn Entropy) -> [u8; 32] {
    let mut key = [0; 32];
    key[..16].copy_from_slice(&entropy.bits().to_be_bytes());
    key[16..].copy_from_slice(&entropy.bits().to_be_bytes());
    key
}
