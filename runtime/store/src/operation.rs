//! What is done in one transaction, whatever database does it.

use crate::{
    error::Done,
    sql::{Answer, Statement},
    sqlite,
};

/// Something that changes the store, or only looks.
///
/// It runs one statement after the other and decides by what came of them. It may be run again from the beginning, where a
/// transaction has to be taken back for the sake of another one; an error takes back what was done, and no statement follows one
/// that failed.
pub(crate) trait Operation: Send + Sync + 'static {
    type Output: Send + 'static;
    const NAME: &'static str;

    fn run(&self, unit: &mut Unit<'_>) -> impl Future<Output = Done<Self::Output>> + Send;
}

/// Where an operation works: a transaction of one of the databases.
pub(crate) enum Unit<'c> {
    Sqlite(&'c mut sqlite::Connection),
}

impl Unit<'_> {
    pub(crate) async fn run(&mut self, statement: Statement<'_>) -> Done<Answer> {
        match self {
            Self::Sqlite(connection) => connection.run(statement),
        }
    }
}
