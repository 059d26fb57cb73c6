//! Hearing what other nodes publish: NOTIFY within the transaction that publishes, so that none goes missing while the
//! connection stands; whenever it has been made anew, anything may have been published meanwhile.

use std::time::Duration;

use sqlx::{PgPool, postgres::PgListener};
use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;

/// The channel's name in the database.
pub(super) const CHANNEL: &str = "sportello_live";
/// Before it is tried again.
const PAUSE: Duration = Duration::from_secs(1);
/// Hints that may wait; what comes beyond is the same as a lost connection.
const WAITING: usize = 1024;

pub(super) struct Hearing(Mutex<mpsc::Receiver<Option<String>>>);

impl Hearing {
    pub(super) fn begin(pool: PgPool, end: CancellationToken) -> Self {
        let (tell, told) = mpsc::channel(WAITING);
        tokio::spawn(end.run_until_cancelled_owned(async move {
            while !tell.is_closed() {
                if let Err(error) = listen(&pool, &tell).await {
                    tracing::warn!(%error, "what other nodes publish cannot be heard");
                }
                tokio::time::sleep(PAUSE).await;
            }
        }));
        Self(Mutex::new(told))
    }

    /// The next stream that something was published to; none: it may have been any.
    pub(super) async fn next(&self) -> Option<String> {
        match self.0.lock().await.recv().await {
            Some(hint) => hint,
            None => std::future::pending().await,
        }
    }
}

/// Until nobody is told any more.
async fn listen(pool: &PgPool, tell: &mpsc::Sender<Option<String>>) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    let mut hint = None;
    while tell.send(hint).await.is_ok() {
        // None where the connection was lost and made again; an empty address does not fit a notification.
        let heard = listener.try_recv().await?;
        hint = heard.map(|heard| heard.payload().to_owned()).filter(|address| !address.is_empty());
    }
    Ok(())
}
