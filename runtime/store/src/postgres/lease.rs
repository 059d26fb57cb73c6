//! A node's lease: renewed each second, by the database's clock, so that it says nothing about the node's own (rule 6).
//!
//! A node whose lease has lapsed has no claim on its lanes and its sends any more, until it has renewed it. Whoever took something
//! of it over meanwhile has bumped the lane's token, or settled the delivery, so that nothing has to be taken back.

use std::time::Duration;

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

/// A node's lease, on a connection of its own, so that no load can keep it from being renewed.
pub(super) struct Lease {
    node: NodeId,
    options: PgConnectOptions,
    connection: Mutex<Option<PgConnection>>,
}

impl Lease {
    pub(super) async fn take(options: PgConnectOptions, end: CancellationToken) -> sqlx::Result<Self> {
        let mut connection = options.connect().await?;
        ask(&mut connection, FORGET, &[]).await?;
        let taken = ask(&mut connection, TAKE, &[]).await?;
        let node = taken.rows.into_iter().next().map(Fields::of).and_then(|mut row| row.node().ok().flatten());
        let node = node.ok_or(sqlx::Error::RowNotFound)?;
        Ok(Self { node, options, connection: Mutex::new(Some(connection)) }).inspect(|lease| lease.beat(end))
    }

    pub(super) fn node(&self) -> NodeId {
        self.node
    }

    fn beat(&self, end: CancellationToken) {
        let (node, options) = (self.node, self.options.clone());
        tokio::spawn(async move {
            let mut connection = None;
            while end.run_until_cancelled(tokio::time::sleep(BEAT)).await.is_some() {
                if let Err(error) = tell(&mut connection, &options, RENEW, node).await {
                    tracing::warn!(%error, "the lease of this node cannot be renewed");
                }
            }
        });
    }

    /// At once, for somebody who found it lapsed.
    pub(super) async fn renew(&self) {
        if let Err(error) = tell(&mut *self.connection.lock().await, &self.options, RENEW, self.node).await {
            tracing::warn!(%error, "the lease of this node cannot be renewed");
        }
    }

    pub(super) async fn give_up(&self) {
        if let Err(error) = tell(&mut *self.connection.lock().await, &self.options, GIVE_UP, self.node).await {
            tracing::warn!(%error, "the lease of this node runs out by itself");
        }
    }
}

/// On a connection that is made again where it was lost.
async fn tell(
    kept: &mut Option<PgConnection>,
    options: &PgConnectOptions,
    statement: &'static str,
    node: NodeId,
) -> sqlx::Result<()> {
    let mut connection = match kept.take() {
        Some(connection) => connection,
        None => options.connect().await?,
    };
    ask(&mut connection, statement, &[Value::Id(node)]).await?;
    *kept = Some(connection);
    Ok(())
}
