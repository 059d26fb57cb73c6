//! A transaction of a node: what a statement does, what it locks, and which errors mean what.

use futures::TryStreamExt as _;
use sqlx::{Either, Executor as _, PgConnection, Row as _, postgres::PgArguments};

use super::{
    hearing::{CHANNEL, REVISIONS},
    lease::CLOCK,
    value::{bind, read},
};
use crate::{
    error::{Done, Failure},
    operation::NodeId,
    sql::{Answer, Statement, Value},
};

/// Bytes that a notification holds.
const LONGEST: usize = 8_000;

/// A transaction of a node.
pub(crate) struct Session<'c> {
    connection: &'c mut PgConnection,
    node: NodeId,
}

impl<'c> Session<'c> {
    pub(super) fn new(connection: &'c mut PgConnection, node: NodeId) -> Self {
        Self { connection, node }
    }

    pub(crate) fn node(&self) -> NodeId {
        self.node
    }

    pub(crate) async fn run(&mut self, statement: Statement<'_>) -> Done<Answer> {
        let (text, values) = statement.parts()?;
        ask(self.connection, text, &values).await.map_err(failure)
    }

    /// Whether another node that lives has it; this one has to have a lease itself. One that would last longer than leases do was
    /// taken before the database's clock was moved back.
    pub(crate) async fn is_elsewhere(&mut self, holder: Option<NodeId>) -> Done<bool> {
        const ALIVE: &str = "SELECT id FROM node, (SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT AS now) \
                             clock WHERE id IN ($1, $2) AND expires_at BETWEEN now AND now + 10000";
        let (own, other) = (self.node, holder.unwrap_or(self.node));
        let alive = self.run(Statement::of(ALIVE).bind(Value::Id(own)).bind(Value::Id(other))).await?.rows;
        let lives = |node| alive.iter().any(|row| row.first() == Some(&Value::Id(node)));
        if !lives(own) {
            return Err(Failure::Lapsed);
        }
        Ok(other != own && lives(other))
    }

    /// What does not fit a notification is told as an empty address: it may have been any.
    pub(crate) async fn tell(&mut self, address: &str) -> Done<()> {
        let address = if address.len() < LONGEST && !address.contains('\0') { address } else { "" };
        let tell = Statement::of("SELECT pg_notify($1, $2)::TEXT").bind(CHANNEL).bind(address);
        self.run(tell).await.map(|_| ())
    }

    /// Hints to the other nodes that revisions or rollouts are others, once they are.
    pub(crate) async fn tell_of_revisions(&mut self) -> Done<()> {
        let tell = Statement::of("SELECT pg_notify($1, '')::TEXT").bind(REVISIONS);
        self.run(tell).await.map(|_| ())
    }

    /// Milliseconds by the database's clock.
    pub(crate) async fn clock(&mut self) -> Done<u64> {
        let told = self.run(Statement::of(CLOCK)).await?.first();
        told.ok_or_else(|| Failure::Failed("the database has no clock".to_owned()))?.number()
    }
}

pub(super) async fn ask(
    connection: &mut PgConnection,
    text: &'static str,
    values: &[Value<'_>],
) -> sqlx::Result<Answer> {
    let mut arguments = PgArguments::default();
    for value in values {
        bind(&mut arguments, value).map_err(sqlx::Error::Encode)?;
    }
    let mut answer = Answer::default();
    let mut steps = connection.fetch_many(sqlx::query_with(text, arguments));
    while let Some(step) = steps.try_next().await? {
        match step {
            Either::Left(done) => answer.changes += done.rows_affected(),
            Either::Right(row) => {
                let columns = (0..row.len()).map(|column| read(&row, column));
                answer.rows.push(columns.collect::<sqlx::Result<_>>()?);
            }
        }
    }
    Ok(answer)
}

/// What an error means for whoever asked.
pub(super) fn failure(error: sqlx::Error) -> Failure {
    let message = error.to_string();
    let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned();
    match (code.as_str(), &error) {
        ("53100", _) => Failure::Full,
        ("23505", _) => Failure::Taken(message),
        // Serialisation and deadlock; a connection that was ended, a server that ends or begins.
        ("40001" | "40P01" | "25P02" | "25P03" | "57P01" | "57P02" | "57P03" | "57P05", _) => Failure::Again(message),
        (code, _) if code.starts_with("08") => Failure::Again(message),
        (_, sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed) => Failure::Again(message),
        _ => Failure::Failed(message),
    }
}
