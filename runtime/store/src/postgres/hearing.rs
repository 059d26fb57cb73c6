//! Hearing what other nodes publish, and that they changed revisions: NOTIFY within the transaction that does so, so that none goes
//! missing while the connection stands; whenever it has been made anew, anything may have happened meanwhile.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{PgPool, postgres::PgListener};
use tokio::sync::{Mutex, Notify, mpsc};
use tokio_util::sync::CancellationToken;

/// The channel of what is published, by its name in the database.
pub(super) const CHANNEL: &str = "sportello_live";
/// The channel of changes of revisions.
pub(super) const REVISIONS: &str = "sportello_revisions";
/// Before it is tried again.
const PAUSE: Duration = Duration::from_secs(1);
/// Hints that may wait; what comes beyond is the same as a lost connection.
const WAITING: usize = 1024;

pub(super) struct Hearing {
    published: Mutex<mpsc::Receiver<Option<String>>>,
    revisions: Arc<Notify>,
}

impl Hearing {
    pub(super) fn begin(pool: PgPool, end: CancellationToken) -> Self {
        let (tell, told) = mpsc::channel(WAITING);
        let revisions = Arc::<Notify>::default();
        let changed = Arc::clone(&revisions);
        tokio::spawn(end.run_until_cancelled_owned(async move {
            while !tell.is_closed() {
                if let Err(error) = listen(&pool, &tell, &changed).await {
                    tracing::warn!(%error, "what other nodes publish cannot be heard");
                }
                tokio::time::sleep(PAUSE).await;
            }
        }));
        Self { published: Mutex::new(told), revisions }
    }

    /// Comes back where revisions may have been changed since it last did.
    pub(super) async fn of_revisions(&self) {
        self.revisions.notified().await;
    }

    /// The next stream that something was published to; none: it may have been any.
    pub(super) async fn next(&self) -> Option<String> {
        match self.published.lock().await.recv().await {
            Some(hint) => hint,
            None => std::future::pending().await,
        }
    }
}

/// Until nobody is told any more.
async fn listen(pool: &PgPool, tell: &mpsc::Sender<Option<String>>, changed: &Notify) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen_all([CHANNEL, REVISIONS]).await?;
    changed.notify_one();
    let mut hint = None;
    while tell.send(hint).await.is_ok() {
        // None where the connection was lost and made again: anything may have happened.
        let mut heard = listener.try_recv().await?;
        while heard.as_ref().is_none_or(|heard| heard.channel() == REVISIONS) {
            changed.notify_one();
            if heard.is_none() {
                break;
            }
            heard = listener.try_recv().await?;
        }
        // An empty address does not fit a notification.
        hint = heard.map(|heard| heard.payload().to_owned()).filter(|address| !address.is_empty());
    }
    Ok(())
}
