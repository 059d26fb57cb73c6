//! Listening, and coming to an end without cutting anybody off.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::{Listener, ListenerExt};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::router::{admin_router, router};

/// How long a caller may take for the head of a request, and how long a connection may lie idle.
const HEAD: Duration = Duration::from_secs(60);

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
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = async {
            let permit = Arc::clone(&connections).acquire_owned().await;
            (permit, listener.accept().await.0)
        };
        let (permit, stream) = tokio::select! {
            accepted = accepted => accepted,
            () = app.closing.cancelled() => break,
        };
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(HEAD);
        let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone()));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _permit = permit;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(app.config.grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were still under way at the end of the grace and are cut off");
    }
}
