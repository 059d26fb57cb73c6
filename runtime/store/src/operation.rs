//! What is done in one transaction, whatever database does it.

use crate::{
    error::Done,
    postgres,
    sql::{Answer, Statement},
    sqlite,
};

/// Something that changes the store, or only looks.
///
/// It runs one statement after the other and decides by what came of them. It may be run again from the beginning, where a
/// transaction has to be taken back for the sake of another one, or nobody knows whether it was committed; an error takes back what
/// was done, and no statement follows one that failed.
pub(crate) trait Operation: Send + Sync + 'static {
    type Output: Send + 'static;
    const NAME: &'static str;

    fn run(&self, unit: &mut Unit<'_>) -> impl Future<Output = Done<Self::Output>> + Send;
}

/// A process that shares a store with others.
pub(crate) type NodeId = [u8; 16];

/// Where an operation works: a transaction of one of the databases.
pub(crate) enum Unit<'c> {
    /// Of the only writer there is.
    Sqlite(&'c mut sqlite::Connection),
    /// Of one node among others.
    Postgres(postgres::Session<'c>),
}

impl Unit<'_> {
    pub(crate) async fn run(&mut self, statement: Statement<'_>) -> Done<Answer> {
        match self {
            Self::Sqlite(connection) => connection.run(statement),
            Self::Postgres(session) => session.run(statement).await,
        }
    }

    /// Has others wait who would decide by the same rows; who is alone needs no lock.
    pub(crate) async fn lock(&mut self, statement: Statement<'_>) -> Done<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(session) => session.run(statement).await.map(|_| ()),
        }
    }

    /// Has all that is deleted be overwritten in the file, or from now on only what costs no further write. Other databases clear away
    /// in their own time.
    pub(crate) async fn overwrite(&mut self, on: bool) -> Done<()> {
        match self {
            Self::Sqlite(connection) => connection.overwrite(on),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Tells the other nodes that something was published to this stream, once that is durable.
    pub(crate) async fn tell(&mut self, address: &str) -> Done<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(session) => session.tell(address).await,
        }
    }

    /// Hints to the other nodes that revisions or rollouts are others, once that is durable.
    pub(crate) async fn tell_of_revisions(&mut self) -> Done<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(session) => session.tell_of_revisions().await,
        }
    }

    /// The node that works here, where there are several.
    pub(crate) fn node(&self) -> Option<NodeId> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(session) => Some(session.node()),
        }
    }

    /// Whether another node that lives has what this node is about to take.
    pub(crate) async fn is_elsewhere(&mut self, holder: Option<NodeId>) -> Done<bool> {
        match self {
            Self::Sqlite(_) => Ok(false),
            Self::Postgres(session) => session.is_elsewhere(holder).await,
        }
    }

    /// Milliseconds by the clock that all nodes have in common, `own` of the one that is alone.
    pub(crate) async fn clock(&mut self, own: u64) -> Done<u64> {
        match self {
            Self::Sqlite(_) => Ok(own),
            Self::Postgres(session) => session.clock().await,
        }
    }
}
