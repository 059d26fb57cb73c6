//! Starting, waking and cleaning.

mod look;
mod recover;
mod sweep;
mod time;

use async_trait::async_trait;
use sportello_domain::Instant;
use sportello_engine::ports::store::{Due, Gauges, Recovery, Retention, Stored, Upkeep};

use crate::{
    error::{Done, Failure},
    operation::{Operation, Unit},
    sql::Statement,
    store::SqlStore,
};

#[async_trait]
impl Upkeep for SqlStore {
    async fn installation_key(&self, fresh: [u8; 32]) -> Stored<[u8; 32]> {
        self.write(InstallationKey(fresh)).await
    }

    async fn keep_time(&self, own: Option<Instant>, wall: Instant) -> Stored<Instant> {
        self.write(time::KeepTime { own, wall }).await
    }

    async fn recover(&self, now: Instant, hold_until: Instant, unheld: &[String]) -> Stored<Recovery> {
        self.write(recover::Recover { now, hold_until, unheld: unheld.to_vec(), own: true }).await
    }

    async fn take_over(&self, now: Instant, hold_until: Instant, unheld: &[String]) -> Stored<Recovery> {
        if !self.is_shared() {
            return Ok(Recovery::default());
        }
        self.write(recover::Recover { now, hold_until, unheld: unheld.to_vec(), own: false }).await
    }

    async fn due(&self, now: Instant, limit: u32) -> Stored<Due> {
        self.read(look::LookForDue { now, limit }).await
    }

    async fn sweep(&self, now: Instant, retention: Retention) -> Stored<()> {
        sweep::all(self, now, retention).await
    }

    async fn gauges(&self) -> Stored<Gauges> {
        self.read(look::Count).await
    }
}

struct InstallationKey([u8; 32]);

impl Operation for InstallationKey {
    type Output = [u8; 32];
    const NAME: &'static str = "read the installation's key";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<[u8; 32]> {
        let draw =
            Statement::of("INSERT INTO installation (name, value) VALUES ('key', $1) ON CONFLICT (name) DO NOTHING");
        unit.run(draw.bind(&self.0[..])).await?;
        let read = unit.run(Statement::of("SELECT value FROM installation WHERE name = 'key'")).await?;
        read.first().ok_or_else(|| Failure::missing("key", "of the installation"))?.digest()
    }
}
