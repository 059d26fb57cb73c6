//! Who may reach what.

use sportello_domain::{
    contract::RequestError,
    revision::{Grants, RevisionId},
    secrets::Secrets,
};
use sportello_engine::ports::{Carrier, Errand, Trust};

use crate::support::{Reply, Server, carrier, carrier_of, get, perform, revision, setup};

#[tokio::test]
async fn a_granted_address_is_reached() {
    let server = Server::start(vec![Reply::ok("hello")]).await;
    let response = perform(&carrier(&server, &[]), &get(server.url("/a?b=c"))).await.unwrap();
    assert_eq!((response.status, &*response.body), (200, &b"hello"[..]));
    assert_eq!(response.headers, [("content-length".to_owned(), "5".to_owned())]);
    let received = &server.received()[0];
    assert!(received.starts_with("GET /a?b=c HTTP/1.1\r\n"), "{received}");
    assert!(received.contains(&format!("host: {}\r\n", server.address)), "{received}");
}

#[tokio::test]
async fn nothing_else_is_reached() {
    let server = Server::start(vec![Reply::ok("hello")]).await;
    let other = carrier_of(setup(), &["https://api.example".to_owned()], &[]);
    assert_eq!(perform(&other, &get(server.url("/"))).await, Err(RequestError::NotGranted));

    let stranger = RevisionId("unknown@1".to_owned());
    let request = get(server.url("/"));
    let errand = Errand { revision: &stranger, request: &request, trust: Trust::Ours, not_after: None };
    assert_eq!(carrier(&server, &[]).perform(errand).await, Err(RequestError::NotGranted));
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_granted_name_that_leads_inside_is_not_reached() {
    let server = Server::start(vec![Reply::ok("secret")]).await;
    let origin = format!("http://inside.example:{}", server.address.port());
    let carrier = carrier_of(setup(), &[origin.clone(), format!("http://{}", server.address)], &[]);
    let outcome = perform(&carrier, &get(format!("{origin}/"))).await;
    assert!(matches!(&outcome, Err(RequestError::Unreachable(reason)) if reason.contains("loopback")), "{outcome:?}");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let inside = Server::start(vec![Reply::ok("metadata")]).await;
    let redirect = format!("HTTP/1.1 302 Found\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", inside.url("/"));
    let server = Server::start(vec![Reply::Keep(redirect.into_bytes())]).await;
    let hosts = [format!("http://{}", server.address), format!("http://{}", inside.address)];
    let response = perform(&carrier_of(setup(), &hosts, &[]), &get(server.url("/"))).await.unwrap();
    assert_eq!(response.status, 302);
    assert!(inside.received().is_empty());
}

#[tokio::test]
async fn a_dismissed_revision_reaches_nothing_more() {
    let server = Server::start(vec![Reply::ok("hello")]).await;
    let carrier = carrier(&server, &[]);
    assert!(perform(&carrier, &get(server.url("/"))).await.is_ok());
    carrier.dismiss(&revision());
    assert_eq!(perform(&carrier, &get(server.url("/"))).await, Err(RequestError::NotGranted));
}

#[tokio::test]
async fn a_grant_that_is_no_origin_is_refused_at_once() {
    let carrier = carrier_of(setup(), &[], &[]);
    let grants = Grants { hosts: vec!["https://*.com".to_owned()], ..Grants::default() };
    let error = carrier.admit(&revision(), &grants, Secrets::default()).unwrap_err().to_string();
    assert!(error.contains("demo@") && error.contains("`https://*.com`"), "{error}");
}
