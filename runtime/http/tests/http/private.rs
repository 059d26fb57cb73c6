//! The private socket: the same API, for whoever may open it.

use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{UnixListener, UnixStream};

use crate::support::World;

async fn get(socket: &std::path::Path, path: &str) -> (u16, Value) {
    let stream = TokioIo::new(UnixStream::connect(socket).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let request = http::Request::get(path).header("host", "sportello").body(Empty::<bytes::Bytes>::new()).unwrap();
    let (parts, body) = sender.send_request(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status.as_u16(), serde_json::from_slice(&body).unwrap_or_default())
}

#[tokio::test]
async fn who_may_open_the_socket_needs_no_token() {
    let world = World::start().await;
    world.waiting("+1").await;
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("admin.sock");
    tokio::spawn(sportello_http::serve_admin(UnixListener::bind(&socket).unwrap(), world.app.clone()));
    let (status, queue) = get(&socket, "/api/v1/queue").await;
    assert_eq!((status, queue["waiting"].as_array().unwrap().len()), (200, 1));
    let (status, tokens) = get(&socket, "/api/v1/tokens").await;
    assert_eq!((status, tokens["tokens"].as_array().unwrap().len()), (200, 1));
    assert_eq!(get(&socket, "/readyz").await.0, 200);
    assert_eq!(get(&socket, "/hooks/echo").await.0, 404, "platforms have no business here");
}
