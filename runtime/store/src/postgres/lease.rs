//! A node's lease: renewed each second, by the database's clock, so that it says nothing about the node's own (rule 6).
//!
//! A node whose lease has lapsed has no claim on its lanes and its sends any more, until it has renewed it. Whoever took something
//! of it over meanwhile has bumped the lane's token, or settled the delivery, so that nothing has to be taken back.

use std::{sync::Arc, time::Duration};

use sqlx::{ConnectOptions as _, PgConnection, postgres::PgConnectOptions};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::connection::ask;
use crate::{
    operation::NodeId,
    sql::{Fields, Value},
};

/// Milliseconds by the database's clock.
pub(super) const CLOCK: &str = "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT";

/// How often a lease is renewed; it lasts five times as long.
const BEAT: Duration = Duration::from_secs(1);
const TAKE: &str = "INSERT INTO node (id, expires_at) VALUES (uuid_send(gen_random_uuid()), \
                    (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT + 5000) RETURNING id";
const RENEW: &str = "INSERT INTO node (id, expires_at) \
                     VALUES ($1, (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT + 5000) \
                     ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at";
const GIVE_UP: &str = "DELETE FROM node WHERE id = $1";
/// Nodes that have been gone for an hour.
const FORGET: &str =
    "DELETE FROM node WHERE expires_at < (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT - 3600000";

/// Longer than a renewal takes where the database can be reached.
const PATIENCE: Duration = Duration::from_secs(3);

/// A node's lease, on a connection of its own, so that no load can keep it from being renewed.
pub(super) struct Lease {
    node: NodeId,
    options: PgConnectOptions,
    connection: Mutex<Option<PgConnection>>,
    end: CancellationToken,
}

impl Lease {
    pub(super) async fn take(options: PgConnectOptions, end: CancellationToken) -> sqlx::Result<Arc<Self>> {
        let mut connection = options.connect().await?;
        ask(&mut connection, FORGET, &[]).await?;
        let taken = ask(&mut connection, TAKE, &[]).await?;
        let node = taken.rows.into_iter().next().map(Fields::of).and_then(|mut row| row.node().ok().flatten());
        let node = node.ok_or(sqlx::Error::RowNotFound)?;
        let lease = Arc::new(Self { node, options, connection: Mutex::new(Some(connection)), end });
        tokio::spawn(Arc::clone(&lease).beat());
        Ok(lease)
    }

    pub(super) fn node(&self) -> NodeId {
        self.node
    }

    async fn beat(self: Arc<Self>) {
        while self.end.run_until_cancelled(tokio::time::sleep(BEAT)).await.is_some() {
            self.renew().await;
        }
    }

    /// Also at once, for somebody who found it lapsed.
    pub(super) async fn renew(&self) {
        let mut connection = self.connection.lock().await;
        if self.end.is_cancelled() {
            return;
        }
        if let Err(error) = self.tell(&mut connection, RENEW).await {
            tracing::warn!(%error, "the lease of this node cannot be renewed");
        }
    }

    /// Nobody renews it after that.
    pub(super) async fn give_up(&self) {
        self.end.cancel();
        let mut connection = self.connection.lock().await;
        if let Err(error) = self.tell(&mut connection, GIVE_UP).await {
            tracing::warn!(%error, "the lease of this node runs out by itself");
        }
    }

    /// On a connection that is made again where it was lost, or does not answer.
    async fn tell(&self, kept: &mut Option<PgConnection>, statement: &'static str) -> sqlx::Result<()> {
        let connection = kept.take();
        let told = async {
            let mut connection = match connection {
                Some(connection) => connection,
                None => self.options.connect().await?,
            };
            ask(&mut connection, statement, &[Value::Id(self.node)]).await?;
            Ok::<_, sqlx::Error>(connection)
        };
        *kept = Some(tokio::time::timeout(PATIENCE, told).await.map_err(|_| sqlx::Error::PoolTimedOut)??);
        Ok(())
    }
}
