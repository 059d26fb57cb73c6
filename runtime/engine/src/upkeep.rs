//! The periodic look for work: what a timer is due for, what a hint was lost for, what a crash left behind; and forgetting.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::core::Core;
use crate::ports::store::{Retention, Stored};
use crate::sabotage::{Sabotage, is_broken};

/// How often the store is looked through for work.
const LOOK: Duration = Duration::from_secs(1);
/// How much work is taken up by one look.
const BATCH: u32 = 1_000;
/// A clock on the wall that was moved by more than this is worth a word to the operator; milliseconds.
const JUMP: u64 = 1_000;
/// How often what was kept long enough is forgotten.
const SWEEP: Duration = Duration::from_secs(600);

impl Core {
    /// Looks for work until it is stopped.
    pub(crate) async fn look_after(self: Arc<Self>, stop: CancellationToken) {
        let mut wall = self.wall_over_boot();
        loop {
            let before = std::mem::replace(&mut wall, self.wall_over_boot());
            if wall.abs_diff(before) > JUMP {
                let by = wall.abs_diff(before);
                tracing::warn!(by, "the clock on the wall jumped; what waits does so no longer and no shorter");
            }
            if let Err(error) = self.look().await {
                tracing::error!(%error, "the store could not be looked through for work");
            }
            let recordings = self.marker().marked(self.recorder.take());
            if !recordings.is_empty()
                && let Err(error) = self.ports.store.keep_recordings(recordings).await
            {
                tracing::warn!(%error, "some calls are not there to be replayed");
            }
            self.keep_shadowed().await;
            tokio::select! {
                biased;
                () = tokio::time::sleep(LOOK) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// Forgets until it is stopped. A long sweep holds up no look for work.
    pub(crate) async fn forget(self: Arc<Self>, retention: Retention, stop: CancellationToken) {
        let sweep = async {
            loop {
                if let Err(error) = self.ports.store.sweep(self.now(), retention).await {
                    tracing::error!(%error, "the store could not be swept");
                }
                tokio::time::sleep(SWEEP).await;
            }
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => {}
            () = sweep => {}
        }
    }

    async fn keep_shadowed(&self) {
        for ((name, trial), found) in self.shadow.take() {
            if let Err(error) = self.ports.store.keep_shadowed(&name, trial, found, self.now()).await {
                tracing::warn!(%error, "some calls of a candidate beside what serves are not counted");
            }
        }
    }

    /// How far the clock on the wall is ahead of the one that never jumps.
    fn wall_over_boot(&self) -> u64 {
        self.now().saturating_sub(self.ports.clock.boot())
    }

    async fn look(self: &Arc<Self>) -> Stored<()> {
        // Work does not wait for that.
        if let Err(error) = self.time.keep(self.ports.store.as_ref()).await {
            tracing::warn!(%error, "the time could not be compared with the store's");
        }
        let now = self.time();
        let lost = self.ports.store.take_over(now, now + self.unknown_hold, &self.unheld).await?;
        if lost.unknown > 0 {
            tracing::warn!(unknown = lost.unknown, "took over what a node that died was sending");
        }
        // A jump of the clock on the wall brings none of them forward (rule 10).
        self.ports.store.fire_schedules(now, BATCH).await?.into_iter().for_each(|id| self.turns.wake(id));
        let due = self.ports.store.due(now, BATCH).await?;
        if !is_broken(Sabotage::Look) {
            due.turns.into_iter().for_each(|id| self.turns.wake(id));
            due.sends.into_iter().for_each(|id| self.sends.wake(id));
        }
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
