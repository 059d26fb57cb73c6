//! An answer takes no more than it may.

use std::time::Duration;

use sportello_carriers::Limits;
use sportello_domain::contract::RequestError;

use crate::support::{Reply, Server, carrier_of, get, limited, perform};

fn limits() -> Limits {
    Limits { response_body: 1_000, response_head: 8_192, response_headers: 10, ..Limits::default() }
}

async fn answer(head: &str, body: &str) -> Result<usize, RequestError> {
    let server = Server::start(vec![Reply::Close(format!("HTTP/1.1 200 OK\r\n{head}\r\n{body}").into_bytes())]).await;
    let carrier = carrier_of(limited(limits()), &[format!("http://{}", server.address)], &[]);
    perform(&carrier, &get(server.url("/"))).await.map(|response| response.body.len())
}

#[tokio::test]
async fn a_body_up_to_the_limit_is_taken_whether_its_length_is_told_or_not() {
    let body = "x".repeat(1_000);
    assert_eq!(answer("content-length: 1000\r\n", &body).await, Ok(1_000));
    assert_eq!(answer("", &body).await, Ok(1_000));
}

#[tokio::test]
async fn a_larger_body_is_too_large_whether_its_length_is_told_or_not() {
    let body = "x".repeat(1_001);
    assert_eq!(answer("content-length: 1001\r\n", &body).await, Err(RequestError::TooLarge));
    assert_eq!(answer("content-length: 99999999999\r\n", "").await, Err(RequestError::TooLarge));
    assert_eq!(answer("", &body).await, Err(RequestError::TooLarge));
}

#[tokio::test]
async fn too_many_or_too_long_headers_are_too_large() {
    assert_eq!(answer(&"x-many: 1\r\n".repeat(11), "").await, Err(RequestError::TooLarge));
    assert_eq!(answer(&format!("x-long: {}\r\n", "x".repeat(9_000)), "").await, Err(RequestError::TooLarge));
}

#[tokio::test]
async fn the_host_limits_the_time_that_a_request_may_ask_for() {
    let server = Server::start(vec![Reply::Silence]).await;
    let limits = Limits { timeout: Duration::from_millis(100), ..Limits::default() };
    let carrier = carrier_of(limited(limits), &[format!("http://{}", server.address)], &[]);
    let mut request = get(server.url("/"));
    request.timeout = Some(u32::MAX);
    assert!(matches!(perform(&carrier, &request).await, Err(RequestError::Unknown(_))));
}

#[tokio::test]
async fn a_request_that_finds_all_connections_busy_never_leaves() {
    let server = Server::start(vec![Reply::Silence]).await;
    let limits = Limits { connections: 1, ..Limits::default() };
    let carrier = carrier_of(limited(limits), &[format!("http://{}", server.address)], &[]);
    let mut slow = get(server.url("/slow"));
    slow.timeout = Some(400);
    let mut quick = get(server.url("/quick"));
    quick.timeout = Some(50);
    let (slow, quick) = tokio::join!(perform(&carrier, &slow), perform(&carrier, &quick));
    assert!(matches!(slow, Err(RequestError::Unknown(_))), "{slow:?}");
    assert!(matches!(&quick, Err(RequestError::Unreachable(reason)) if reason.contains("busy")), "{quick:?}");
    assert_eq!(server.received().len(), 1);
}
