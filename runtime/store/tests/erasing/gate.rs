//! A transaction of a stranger that holds something, so that others stop where a test wants them: what is a race elsewhere has an
//! order here.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};
use tokio::task::JoinHandle;

/// How long others may take until they wait.
const LIMIT: Duration = Duration::from_secs(30);

pub(crate) struct Gate {
    holder: PgConnection,
    looker: PgConnection,
}

impl Gate {
    /// Holds what these statements write or lock.
    pub(crate) async fn closed(url: &str, statements: &[&str]) -> Self {
        let mut holder = PgConnection::connect(url).await.unwrap();
        holder.execute("BEGIN").await.unwrap();
        for statement in statements {
            let done = holder.execute(AssertSqlSafe(*statement)).await.unwrap();
            assert!(done.rows_affected() == 1 || statement.starts_with("LOCK TABLE"), "{statement}");
        }
        Self { holder, looker: PgConnection::connect(url).await.unwrap() }
    }

    /// Returns when so many transactions wait, for this gate or for each other; also when the newest of them does not, but is done.
    pub(crate) async fn until_wait<T>(&mut self, many: i64, newest: &JoinHandle<T>) {
        let waiting = async { while !newest.is_finished() && self.waiting().await < many {} };
        tokio::time::timeout(LIMIT, waiting).await.expect("they wait, or are done");
    }

    async fn waiting(&mut self) -> i64 {
        const COUNT: &str = "SELECT COUNT(*) FROM pg_stat_activity \
                             WHERE datname = current_database() AND wait_event_type = 'Lock'";
        self.looker.fetch_one(COUNT).await.unwrap().get(0)
    }

    /// Lets them go on as if nobody had written anything.
    pub(crate) async fn open(mut self) {
        self.holder.execute("ROLLBACK").await.unwrap();
    }

    /// Lets them go on, and see what was written.
    pub(crate) async fn commit(mut self) {
        self.holder.execute("COMMIT").await.unwrap();
    }
}
