//! The periodic look for work: what a timer is due for, what a hint was lost for, what a crash left behind.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::core::Core;
use crate::ports::store::{Retention, Stored};

/// How often the store is looked through for work.
const LOOK: Duration = Duration::from_secs(1);
/// How much work is taken up by one look.
const BATCH: u32 = 1_000;
/// A clock that jumps ahead by more than this holds schedules for one more look instead of firing them in a burst (rule 10).
const JUMP: u64 = 60_000;
/// How many looks lie between two sweeps.
const SWEEP: u32 = 600;

impl Core {
    /// Looks for work until it is stopped.
    pub(crate) async fn look_after(self: Arc<Self>, retention: Retention, stop: CancellationToken) {
        let (mut wall, mut boot) = (self.now(), self.ports.clock.boot());
        let mut looks = 0u32;
        loop {
            let jumped = {
                let (wall_now, boot_now) = (self.now(), self.ports.clock.boot());
                let passed = (wall_now.saturating_sub(wall), boot_now.saturating_sub(boot));
                (wall, boot) = (wall_now, boot_now);
                passed.0 > passed.1 + JUMP
            };
            if jumped {
                tracing::warn!("the clock jumped ahead: schedules are held until the next look");
            }
            if let Err(error) = self.look(!jumped).await {
                tracing::error!(%error, "the store could not be looked through for work");
            }
            looks = looks.wrapping_add(1);
            if looks % SWEEP == 1
                && let Err(error) = self.ports.store.sweep(self.now(), retention).await
            {
                tracing::error!(%error, "the store could not be swept");
            }
            tokio::select! {
                biased;
                () = tokio::time::sleep(LOOK) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    async fn look(self: &Arc<Self>, schedules: bool) -> Stored<()> {
        let now = self.now();
        let lost = self.ports.store.take_over(now, now + self.unknown_hold, &self.unheld).await?;
        if lost.unknown > 0 {
            tracing::warn!(unknown = lost.unknown, "took over what a node that died was sending");
        }
        if schedules {
            for id in self.ports.store.fire_schedules(now, BATCH).await? {
                self.turns.wake(id);
            }
        }
        let due = self.ports.store.due(now, BATCH).await?;
        due.turns.into_iter().for_each(|id| self.turns.wake(id));
        due.sends.into_iter().for_each(|id| self.sends.wake(id));
        self.run_errands(due.errands).await;
        let gauges = self.ports.store.gauges().await?;
        #[allow(clippy::cast_precision_loss, reason = "figures for people")]
        for (name, value) in [
            ("sportello_conversations_open", gauges.open_conversations),
            ("sportello_conversations_waiting", gauges.waiting_conversations),
            ("sportello_inbox_pending", gauges.pending_items),
            ("sportello_outbox_queued", gauges.queued_deliveries),
            ("sportello_outbox_unknown", gauges.unknown_deliveries),
            ("sportello_dead_letters", gauges.dead_letters),
            ("sportello_held", gauges.held_deliveries),
            ("sportello_quarantined", gauges.quarantined),
            ("sportello_lanes_turning", self.turns.busy() as u64),
            ("sportello_lanes_sending", self.sends.busy() as u64),
        ] {
            metrics::gauge!(name).set(value as f64);
        }
        Ok(())
    }
}
