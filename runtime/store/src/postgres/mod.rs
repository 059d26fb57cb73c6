//! PostgreSQL: one database, any number of nodes.
//!
//! An operation is a transaction of its own on a connection of the pool; the database itself gathers the commits of many.
//! READ COMMITTED, with the row of a conversation locked before anything of it is decided (rules 2, 3 and 6). What the
//! database takes back for the sake of another transaction is run again; so is what a lost connection left open: every operation
//! finds what it has done already (rule 5).

mod connection;
mod hearing;
mod lease;
mod migrations;
mod value;

use std::{sync::Arc, time::Duration};

use sportello_engine::ports::{StoreError, store::Stored};
use sqlx::{
    Connection as _, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    error::{Done, Failure, OpenError},
    operation::{Operation, Unit},
    store::Settings,
};
pub(crate) use connection::Session;
use connection::failure;
use hearing::Hearing;
use lease::Lease;

/// How long a connection may hold locks while its node does nothing: shorter than a lease, so that a node that stopped within
/// a transaction has lost its locks before it loses its lanes.
const IDLE_IN_TRANSACTION: &str = "4000";
/// Statements that a connection keeps prepared: more than there are.
const STATEMENTS: usize = 512;
/// How long somebody waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// A connection that was idle for longer is looked at before it is used.
const RESTED: Duration = Duration::from_secs(1);
/// Milliseconds before an operation is run again.
const PAUSES: [u64; 8] = [0, 20, 50, 100, 250, 500, 1_000, 2_000];

/// A store in a database that several nodes share.
pub(crate) struct Postgres {
    pool: PgPool,
    lease: Arc<Lease>,
    hearing: Hearing,
    /// Ends what runs beside it.
    _end: DropGuard,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres").field("node", &self.lease.node()).finish_non_exhaustive()
    }
}

impl Postgres {
    pub(crate) async fn open(url: &str, settings: Settings) -> Result<Self, OpenError> {
        let options: PgConnectOptions = url.parse().map_err(|_| OpenError::Url { url: without_password(url) })?;
        let options = options.application_name("sportello").statement_cache_capacity(STATEMENTS).options([
            ("synchronous_commit", "on"),
            ("default_transaction_isolation", "read committed"),
            ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION),
        ]);
        let broken = |cause| OpenError::Server { url: without_password(url), cause };
        let pool = PgPoolOptions::new().max_connections(settings.connections).acquire_timeout(PATIENCE);
        // After a restart of the server all connections are gone at once, and nobody should meet one after the other.
        let pool = pool.test_before_acquire(false).before_acquire(|connection, known| {
            Box::pin(async move {
                if known.idle_for > RESTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        });
        let pool = pool.connect_with(options.clone()).await.map_err(broken)?;
        migrations::run(&pool).await.map_err(|cause| OpenError::Form { url: without_password(url), cause })?;
        let end = CancellationToken::new();
        let lease = Lease::take(options, end.clone()).await.map_err(broken)?;
        let hearing = Hearing::begin(pool.clone(), end.clone());
        Ok(Self { pool, lease, hearing, _end: end.drop_guard() })
    }

    /// Runs an operation until it has come to an end, whichever.
    pub(crate) async fn write<O: Operation>(&self, operation: O) -> Stored<O::Output> {
        let mut pauses = PAUSES.into_iter();
        loop {
            let failed = match self.attempt(&operation, Purpose::Change).await {
                Ok(done) => return Ok(done),
                Err(failed) => failed,
            };
            match (&failed, pauses.next()) {
                (Failure::Again(_) | Failure::Taken(_) | Failure::Lapsed, Some(pause)) => {
                    tracing::debug!(operation = O::NAME, ?failed, "running it again");
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                }
                _ => return Err(failed.told(O::NAME)),
            }
            if let Failure::Lapsed = failed {
                self.lease.renew().await;
            }
        }
    }

    /// Looks at everything as of one moment.
    pub(crate) async fn read<O: Operation>(&self, operation: O) -> Stored<O::Output> {
        let mut pauses = PAUSES.into_iter();
        loop {
            match (self.attempt(&operation, Purpose::Look).await, pauses.next()) {
                (Err(Failure::Again(_)), Some(pause)) => tokio::time::sleep(Duration::from_millis(pause)).await,
                (seen, _) => return seen.map_err(|failure| failure.told(O::NAME)),
            }
        }
    }

    async fn attempt<O: Operation>(&self, operation: &O, purpose: Purpose) -> Done<O::Output> {
        let mut connection = self.pool.acquire().await.map_err(failure)?;
        let mut transaction = connection.begin_with(purpose.beginning()).await.map_err(failure)?;
        let session = Session::new(&mut transaction, self.lease.node());
        let done = operation.run(&mut Unit::Postgres(session)).await;
        match done {
            Ok(done) => {
                transaction.commit().await.map_err(failure)?;
                Ok(done)
            }
            Err(failed) => {
                // A connection that is lost has taken it back already.
                transaction.rollback().await.ok();
                Err(failed)
            }
        }
    }

    /// The stream to which another node has published; none where it may have been any.
    pub(crate) async fn published_elsewhere(&self) -> Option<String> {
        self.hearing.next().await
    }

    /// Comes back where another node may have changed revisions.
    pub(crate) async fn revisions_changed_elsewhere(&self) {
        self.hearing.of_revisions().await;
    }

    /// A database that several share does not fail for good: it comes back, or another one in its place.
    pub(crate) async fn failure(&self) -> StoreError {
        std::future::pending().await
    }

    /// Lets others have its lanes at once.
    pub(crate) async fn close(self) {
        self.lease.give_up().await;
        self.pool.close().await;
    }
}

#[derive(Clone, Copy)]
enum Purpose {
    Change,
    Look,
}

impl Purpose {
    fn beginning(self) -> &'static str {
        match self {
            Self::Change => "BEGIN",
            Self::Look => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }
}

/// An address as it may be told.
pub(crate) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((user, place)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{place}")
        }
        None => url.to_owned(),
    }
}
