//! Several statements in one round trip, each with its own arguments and answer.

use futures::TryStreamExt;
use sqlx::{Arguments as _, AssertSqlSafe, Either, Encode, Executor, Type};

use crate::{
    dialect::{Arguments, Connection, Database, Pool, Row},
    error::{Done, Failure},
};

/// Statements to be run in order.
#[derive(Default)]
pub(crate) struct Script {
    sql: String,
    arguments: Arguments,
    /// The first argument that could not be encoded.
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
        self
    }

    /// The next `?` of the statement that was added last.
    pub(crate) fn bind<'t, T: Encode<'t, Database> + Type<Database>>(&mut self, value: T) -> &mut Self {
        if let Err(error) = self.arguments.add(value) {
            self.broken.get_or_insert(error.to_string());
        }
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.sql.is_empty()
    }

    /// Puts statements without arguments before all others.
    pub(crate) fn begin_with(&mut self, sql: &'static str) {
        self.sql.insert_str(0, sql);
    }

    pub(crate) async fn run(self, connection: &mut Connection) -> Done<Answers> {
        if let Some(message) = self.broken {
            return Err(Failure::Form(message));
        }
        let query = sqlx::query_with(AssertSqlSafe(self.sql), self.arguments);
        let mut steps = connection.fetch_many(query);
        let mut answers = Vec::new();
        let mut rows = Vec::new();
        while let Some(step) = steps.try_next().await? {
            match step {
                Either::Right(row) => rows.push(row),
                Either::Left(done) => {
                    answers.push(Answer { rows: std::mem::take(&mut rows), changes: done.rows_affected() });
                }
            }
        }
        Ok(Answers(answers.into_iter()))
    }

    /// For what only looks.
    pub(crate) async fn ask(self, pool: &Pool) -> Done<Answers> {
        let mut connection = pool.acquire().await?;
        self.run(&mut connection).await
    }
}

/// What came of each statement, in order.
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

    pub(crate) fn is_over(&self) -> bool {
        self.0.len() == 0
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
