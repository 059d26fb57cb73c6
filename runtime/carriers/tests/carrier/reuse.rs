//! Connections and answers are used again, where that does no harm.

use std::sync::atomic::Ordering::SeqCst;

use sportello_domain::contract::RequestError;

use crate::support::{Reply, Server, carrier, get, perform};

#[tokio::test]
async fn requests_share_a_connection_one_after_the_other() {
    let server = Server::start(vec![Reply::ok("hello")]).await;
    let carrier = carrier(&server, &[]);
    for _ in 0..3 {
        perform(&carrier, &get(server.url("/"))).await.unwrap();
    }
    assert_eq!(server.connections.load(SeqCst), 1);
}

#[tokio::test]
async fn a_connection_that_the_server_closed_while_it_idled_is_replaced() {
    let server = Server::start(vec![Reply::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_vec())]).await;
    let carrier = carrier(&server, &[]);
    for _ in 0..3 {
        assert_eq!(perform(&carrier, &get(server.url("/"))).await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn a_repeatable_request_is_tried_again_where_a_reused_connection_breaks() {
    let server = Server::start(vec![Reply::ok("first"), Reply::Close(vec![]), Reply::ok("third")]).await;
    let carrier = carrier(&server, &[]);
    perform(&carrier, &get(server.url("/"))).await.unwrap();
    let response = perform(&carrier, &get(server.url("/"))).await.unwrap();
    assert_eq!(&*response.body, b"third");
}

#[tokio::test]
async fn a_request_that_is_not_repeatable_leaves_at_most_once() {
    let server = Server::start(vec![Reply::ok("first"), Reply::Close(vec![]), Reply::ok("third")]).await;
    let carrier = carrier(&server, &[]);
    let mut request = get(server.url("/"));
    request.repeatable = false;
    perform(&carrier, &request).await.unwrap();
    assert!(matches!(perform(&carrier, &request).await, Err(RequestError::Unknown(_))));
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn an_answer_that_is_young_enough_is_not_asked_for_again() {
    let server = Server::start(vec![Reply::ok("certificate")]).await;
    let carrier = carrier(&server, &[]);
    let mut request = get(server.url("/certificate"));
    request.max_age = Some(1_000);
    let first = perform(&carrier, &request).await;
    assert_eq!(perform(&carrier, &request).await, first);
    assert_eq!(server.received().len(), 1);
}
