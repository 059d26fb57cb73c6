//! What never left is told apart from what may have been done.

use std::sync::{Arc, atomic::Ordering::SeqCst};

use sportello_carriers::Setup;
use sportello_domain::contract::RequestError;
use sportello_engine::ports::Trust;
use tokio::net::TcpListener;

use crate::support::{HandClock, Reply, Server, carrier, carrier_of, get, perform, perform_as, setup};

fn unreachable(outcome: &Result<impl std::fmt::Debug, RequestError>) -> bool {
    matches!(outcome, Err(RequestError::Unreachable(_)))
}

fn unknown(outcome: &Result<impl std::fmt::Debug, RequestError>) -> bool {
    matches!(outcome, Err(RequestError::Unknown(_)))
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let outcome = perform(&carrier_of(setup(), std::slice::from_ref(&origin), &[]), &get(origin)).await;
    assert!(unreachable(&outcome), "{outcome:?}");
}

#[tokio::test]
async fn a_connection_that_breaks_before_or_within_the_answer_is_unknown() {
    for bytes in ["", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"] {
        let server = Server::start(vec![Reply::Close(bytes.into())]).await;
        let outcome = perform(&carrier(&server, &[]), &get(server.url("/"))).await;
        assert!(unknown(&outcome), "{bytes:?}: {outcome:?}");
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_unknown() {
    let server = Server::start(vec![Reply::Close(b"220 smtp ready\r\n\r\n".to_vec())]).await;
    let outcome = perform(&carrier(&server, &[]), &get(server.url("/"))).await;
    assert!(unknown(&outcome), "{outcome:?}");
}

#[tokio::test]
async fn no_answer_in_time_is_unknown() {
    let server = Server::start(vec![Reply::Silence]).await;
    let mut request = get(server.url("/"));
    request.timeout = Some(100);
    let outcome = perform(&carrier(&server, &[]), &request).await;
    assert_eq!(outcome, Err(RequestError::Unknown("no answer in time".to_owned())));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn half_an_answer_in_time_is_unknown() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".to_vec();
    let server = Server::start(vec![Reply::Keep(half)]).await;
    let mut request = get(server.url("/"));
    request.timeout = Some(100);
    let outcome = perform(&carrier(&server, &[]), &request).await;
    assert!(unknown(&outcome), "{outcome:?}");
}

#[tokio::test]
async fn what_is_too_late_never_leaves_on_a_new_or_a_reused_connection() {
    let server = Server::start(vec![Reply::ok("hello")]).await;
    let clock = Arc::new(HandClock::default());
    let setup = Setup { clock: Arc::clone(&clock) as _, ..setup() };
    let carrier = carrier_of(setup, &[format!("http://{}", server.address)], &[]);
    let request = get(server.url("/"));
    clock.0.store(1_001, SeqCst);

    let on_a_new_one = perform_as(&carrier, &request, Trust::Ours, Some(1_000)).await;
    assert!(unreachable(&on_a_new_one), "{on_a_new_one:?}");
    assert!(server.received().is_empty());

    assert!(perform_as(&carrier, &request, Trust::Ours, Some(1_001)).await.is_ok());
    let on_a_reused_one = perform_as(&carrier, &request, Trust::Ours, Some(1_000)).await;
    assert!(unreachable(&on_a_reused_one), "{on_a_reused_one:?}");
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_refused() {
    let server = Server::start(vec![Reply::ok("hello")]).await;
    let mut request = get(server.url("/"));
    request.after = Some(3_600_000);
    let outcome = perform(&carrier(&server, &[]), &request).await;
    assert!(unreachable(&outcome), "{outcome:?}");
    request.after = Some(1);
    assert!(perform(&carrier(&server, &[]), &request).await.is_ok());
}
