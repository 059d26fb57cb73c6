//! Listening, and coming to an end without cutting anybody off.

use std::sync::Arc;

use axum::Router;
use axum::serve::{Listener, ListenerExt};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::connection;
use crate::router::{admin_router, router};

/// Serves the world until [`App::close`] was called and the requests under way are answered, within the grace.
pub async fn serve(listener: TcpListener, app: App) {
    let listener = listener.tap_io(|stream| {
        // Events of a stream are small, and somebody waits for each.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps collecting small pieces");
        }
    });
    listen(listener, router(app.clone()), app).await;
}

/// Serves the operator, without tokens: who may open the socket may do everything.
pub async fn serve_admin(listener: UnixListener, app: App) {
    listen(listener, admin_router(app.clone()), app).await;
}

async fn listen<L: Listener>(mut listener: L, router: Router, app: App) {
    let connections = Arc::new(Semaphore::new(app.config.connections.min(Semaphore::MAX_PERMITS)));
    let under_way = TaskTracker::new();
    loop {
        let accepted = async {
            let permit = Arc::clone(&connections).acquire_owned().await;
            (permit, listener.accept().await.0)
        };
        let (permit, stream) = tokio::select! {
            accepted = accepted => accepted,
            () = app.closing.cancelled() => break,
        };
        let (router, closing, tracker) = (router.clone(), app.closing.clone(), under_way.clone());
        under_way.spawn(async move {
            let Some((pump, stream)) = connection::answer(stream, router, &closing).await else { return };
            // A task of its own is as small as a stream is.
            tracker.spawn(async move {
                let _permit = permit;
                pump.run(stream).await;
            });
        });
    }
    drop(listener);
    under_way.close();
    if tokio::time::timeout(app.config.grace, under_way.wait()).await.is_err() {
        tracing::warn!("some requests were still under way at the end of the grace and are cut off");
    }
}
