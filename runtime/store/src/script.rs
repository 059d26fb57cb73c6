//! Several statements in one round trip, each with its own arguments and answer.

use std::{future::poll_fn, task::Poll, time::Duration};

use futures::StreamExt as _;
use serde::Serialize;
use sqlx::{Arguments as _, AssertSqlSafe, Either, Executor, error::BoxDynError};

use crate::{
    dialect::{Arguments, Connection, Pool, Row},
    error::{Done, Failure},
    value::Value,
};

/// sqlx hands over what comes of each statement by itself, and wakes whoever waits for it: two changes of context for a
/// statement that takes as long as one of them. After the first result the writer sleeps instead, about as long as the
/// statements that are left will take, and finds what has gathered by then.
const NAP: Duration = Duration::from_micros(4);
/// Statements that are over before a nap would be.
const FEW: usize = 3;

/// Statements to be run in order.
#[derive(Default)]
pub(crate) struct Script {
    sql: String,
    statements: usize,
    values: Vec<Value>,
    /// The first value that could not be written.
    broken: Option<String>,
}

impl Script {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// One statement alone.
    pub(crate) fn of(sql: &'static str) -> Self {
        let mut script = Self::new();
        script.add(sql);
        script
    }

    /// Adds a statement; its arguments follow.
    pub(crate) fn add(&mut self, sql: &'static str) -> &mut Self {
        if !self.sql.is_empty() {
            self.sql.push(';');
        }
        self.sql.push_str(sql);
        self.statements += 1;
        self
    }

    /// The next `?` of the statement that was added last.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self
    }

    /// The next `?`, as JSON.
    pub(crate) fn json<T: Serialize + ?Sized>(&mut self, value: &T) -> &mut Self {
        match serde_json::to_string(value) {
            Ok(text) => self.bind(text),
            Err(error) => {
                self.broken.get_or_insert(error.to_string());
                self
            }
        }
    }

    /// The next `?`, as JSON where there is something.
    pub(crate) fn maybe_json<T: Serialize>(&mut self, value: Option<&T>) -> &mut Self {
        match value {
            Some(value) => self.json(value),
            None => self.bind(Value::Null),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.statements == 0
    }

    pub(crate) fn statements(&self) -> usize {
        self.statements
    }

    /// Scripts of the same text differ in their arguments alone.
    pub(crate) fn text(&self) -> &str {
        &self.sql
    }

    /// Puts another script behind this one.
    pub(crate) fn append(&mut self, other: Self) {
        if !self.sql.is_empty() && !other.sql.is_empty() {
            self.sql.push(';');
        }
        self.sql.push_str(&other.sql);
        self.statements += other.statements;
        self.values.extend(other.values);
        self.broken = self.broken.take().or(other.broken);
    }

    /// Puts statements without arguments before all others.
    pub(crate) fn begin_with(&mut self, sql: &'static str) {
        self.sql.insert_str(0, sql);
    }

    /// On the writer's own thread: results gather while it naps.
    pub(crate) async fn run(self, connection: &mut Connection) -> Done<Answers> {
        let naps = self.statements > FEW;
        self.run_with(connection, naps).await
    }

    async fn run_with(self, connection: &mut Connection, naps: bool) -> Done<Answers> {
        if let Some(message) = self.broken {
            return Err(Failure::Form(message));
        }
        let arguments = arguments(self.values).map_err(|error| Failure::Form(error.to_string()))?;
        let mut steps = connection.fetch_many(sqlx::query_with(AssertSqlSafe(self.sql), arguments));
        let mut answers = Vec::with_capacity(self.statements);
        let mut rows = Vec::new();
        poll_fn(|context| {
            let mut begun = false;
            loop {
                match steps.poll_next_unpin(context) {
                    Poll::Ready(None) => return Poll::Ready(Ok(())),
                    Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(error)),
                    Poll::Ready(Some(Ok(Either::Right(row)))) => rows.push(row),
                    Poll::Ready(Some(Ok(Either::Left(done)))) => {
                        answers.push(Answer { rows: std::mem::take(&mut rows), changes: done.rows_affected() });
                    }
                    Poll::Pending if begun && naps => {
                        let left = self.statements.saturating_sub(answers.len()).clamp(1, 250);
                        std::thread::sleep(NAP * left as u32);
                    }
                    Poll::Pending => return Poll::Pending,
                }
                begun = true;
            }
        })
        .await?;
        Ok(Answers(answers.into_iter()))
    }

    /// For what only looks. Several statements see the store as of one moment, or what moves from one list to another between
    /// them would be on neither.
    pub(crate) async fn ask(self, pool: &Pool) -> Done<Answers> {
        if self.statements < 2 {
            let mut connection = pool.acquire().await?;
            return self.run_with(&mut connection, false).await;
        }
        let mut moment = pool.begin().await?;
        let answers = self.run_with(&mut moment, false).await?;
        moment.rollback().await?;
        Ok(answers)
    }
}

fn arguments(values: Vec<Value>) -> Result<Arguments, BoxDynError> {
    let mut arguments = Arguments::default();
    arguments.reserve(values.len(), 0);
    for value in values {
        match value {
            Value::Null => arguments.add(None::<i64>)?,
            Value::Integer(value) => arguments.add(value)?,
            Value::Text(value) => arguments.add(value)?,
            Value::Blob(value) => arguments.add(value)?,
        }
    }
    Ok(arguments)
}

/// What came of each statement, in order.
#[derive(Default)]
pub(crate) struct Answers(std::vec::IntoIter<Answer>);

/// What came of a statement.
#[derive(Default)]
pub(crate) struct Answer {
    pub(crate) rows: Vec<Row>,
    pub(crate) changes: u64,
}

impl Answers {
    /// Of the next statement.
    pub(crate) fn take(&mut self) -> Answer {
        self.0.next().unwrap_or_default()
    }

    /// The answers of so many statements.
    pub(crate) fn split(&mut self, statements: usize) -> Self {
        Self(self.0.by_ref().take(statements).collect::<Vec<_>>().into_iter())
    }

    pub(crate) fn skip(&mut self, statements: usize) {
        for _ in 0..statements {
            self.take();
        }
    }
}

impl Answer {
    pub(crate) fn first(&self) -> Option<&Row> {
        self.rows.first()
    }
}
