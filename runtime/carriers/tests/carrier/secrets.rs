//! Secrets leave where they are named, and never come back.

use sportello_domain::contract::Piece;
use sportello_engine::ports::Trust;

use crate::support::{Reply, Server, carrier, get, perform, perform_as};

const TOKEN: &str = "EAAG/s3cr3t+token";

#[tokio::test]
async fn secrets_are_put_in_and_masked_in_what_comes_back() {
    let server = Server::start(vec![Reply::Echo]).await;
    let mut request = get(server.url("/bot{secret:access-token}/send"));
    request.method = "POST".to_owned();
    request.headers.push(("authorization".to_owned(), "Bearer {secret:access-token}".to_owned()));
    request.body = vec![Piece::Bytes("key=".into()), Piece::Secret("access-token".to_owned())];
    let response = perform(&carrier(&server, &[("access-token", TOKEN)]), &request).await.unwrap();

    let received = &server.received()[0];
    assert!(received.starts_with("POST /botEAAG%2Fs3cr3t%2Btoken/send HTTP/1.1\r\n"), "{received}");
    assert!(received.contains(&format!("authorization: Bearer {TOKEN}\r\n")), "{received}");
    assert!(received.ends_with(&format!("\r\n\r\nkey={TOKEN}")), "{received}");

    let echoed = String::from_utf8(response.body.0).unwrap();
    assert!(!echoed.contains("s3cr3t"), "{echoed}");
    assert!(echoed.starts_with("POST /bot{secret:access-token}/send HTTP/1.1\r\n"), "{echoed}");
    assert!(echoed.contains("Bearer {secret:access-token}\r\n") && echoed.ends_with("key={secret:access-token}"));
}

#[tokio::test]
async fn a_customer_who_writes_a_placeholder_gets_those_letters_back() {
    let server = Server::start(vec![Reply::Echo]).await;
    let mut request = get(server.url("/"));
    request.method = "POST".to_owned();
    request.body = vec![Piece::Bytes("you said: {secret:access-token}".into())];
    perform(&carrier(&server, &[("access-token", TOKEN)]), &request).await.unwrap();
    let received = &server.received()[0];
    assert!(received.ends_with("you said: {secret:access-token}") && !received.contains("s3cr3t"), "{received}");
}

#[tokio::test]
async fn basic_credentials_are_masked_in_an_echo() {
    let server = Server::start(vec![Reply::Echo]).await;
    let url = server.url("/").replace("http://", "http://AC12:{secret:access-token}@");
    let response = perform(&carrier(&server, &[("access-token", TOKEN)]), &get(url)).await.unwrap();
    // base64 of "AC12:EAAG/s3cr3t+token"
    let encoded = "QUMxMjpFQUFHL3MzY3IzdCt0b2tlbg==";
    assert!(server.received()[0].contains(&format!("authorization: Basic {encoded}\r\n")));
    let echoed = String::from_utf8(response.body.0).unwrap();
    assert!(echoed.contains("authorization: Basic {secret}\r\n"), "{echoed}");
}

#[tokio::test]
async fn a_stranger_moves_no_secret() {
    let server = Server::start(vec![Reply::Echo]).await;
    let carrier = carrier(&server, &[("access-token", TOKEN)]);
    let named = get(server.url("/{secret:access-token}"));
    assert!(perform_as(&carrier, &named, Trust::Stranger, None).await.is_err());
    assert!(server.received().is_empty());
    assert!(perform_as(&carrier, &get(server.url("/certificate")), Trust::Stranger, None).await.is_ok());
}
