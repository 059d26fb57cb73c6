//! Where secrets go, and where they never go.

use http_body_util::BodyExt;

use super::*;

fn secrets() -> Secrets {
    [("token", "123:A/b?c=d&e#f@g"), ("key", "s3cr3t"), ("evil", "a\r\nx-injected: 1")]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()))
        .collect()
}

fn request(method: &str, url: &str) -> HttpRequest {
    HttpRequest {
        method: method.to_owned(),
        url: url.to_owned(),
        headers: vec![],
        body: vec![],
        repeatable: true,
        after: None,
        timeout: None,
        max_age: None,
    }
}

fn ours(request: &HttpRequest) -> Result<Prepared, RequestError> {
    prepare(request, Trust::Ours, &secrets())
}

fn reason(outcome: Result<Prepared, RequestError>) -> String {
    match outcome {
        Err(RequestError::Unreachable(reason)) => reason,
        Err(other) => panic!("{other:?}"),
        Ok(prepared) => panic!("prepared for {:?}", prepared.target),
    }
}

#[test]
fn a_secret_in_a_path_or_query_stays_where_it_was_put() {
    let prepared = ours(&request("GET", "https://a.example/bot{secret:token}/send?k={secret:token}#f")).unwrap();
    assert_eq!(
        prepared.request.uri().to_string(),
        "/bot123:A%2Fb%3Fc%3Dd%26e%23f@g/send?k=123:A%2Fb%3Fc%3Dd%26e%23f@g"
    );
}

#[test]
fn credentials_in_the_url_become_basic_authentication() {
    let prepared = ours(&request("GET", "https://user%40x:{secret:token}@a.example:8443/p")).unwrap();
    let expected = STANDARD.encode("user@x:123:A/b?c=d&e#f@g");
    assert_eq!(prepared.request.headers()["authorization"], format!("Basic {expected}"));
    assert_eq!(prepared.request.headers()["host"], "a.example:8443");
    assert_eq!(prepared.request.uri().to_string(), "/p");
    assert_eq!(prepared.target.host.to_string(), "a.example");
    assert_eq!(prepared.credentials, Some(expected));
}

#[test]
fn a_secret_never_stands_in_a_host_name() {
    for url in [
        "https://{secret:key}.a.example/",
        "https://{secret:key}/",
        "https://a@{secret:key}.example/",
        "https://a.example:{secret:key}/",
    ] {
        assert!(reason(ours(&request("GET", url))).contains("host name"), "{url}");
    }
}

#[test]
fn what_parsers_of_urls_read_differently_is_refused() {
    for url in ["https://a.example\\@b.example/", "https://a.example/\t", " https://a.example/", "https://a\n.example/"]
    {
        assert!(reason(ours(&request("GET", url))).contains("no spaces"), "{url:?}");
    }
    for url in ["https:a.example", "file:///etc/passwd", "mailto:a@example.org", "live:address", "https://"] {
        assert!(ours(&request("GET", url)).is_err(), "{url:?}");
    }
}

#[test]
fn a_header_value_may_name_secrets_and_is_marked_sensitive() {
    let mut asked = request("GET", "https://a.example/");
    asked.headers.push(("Authorization".to_owned(), "Bearer {secret:key}, {secret:key}".to_owned()));
    let prepared = ours(&asked).unwrap();
    assert_eq!(prepared.request.headers()["authorization"], "Bearer s3cr3t, s3cr3t");
    assert!(prepared.request.headers()["authorization"].is_sensitive());
}

#[test]
fn a_secret_that_would_inject_a_header_is_refused_and_not_shown() {
    let mut asked = request("GET", "https://a.example/");
    asked.headers.push(("x-key".to_owned(), "{secret:evil}".to_owned()));
    let reason = reason(ours(&asked));
    assert!(reason.contains("`x-key`") && !reason.contains("injected"), "{reason}");
}

#[tokio::test]
async fn bytes_of_a_body_are_never_searched() {
    let mut asked = request("POST", "https://a.example/");
    asked.body = vec![
        Piece::Bytes("{secret:key} and ".into()),
        Piece::Secret("key".to_owned()),
        Piece::Bytes(" and {secret:key}".into()),
    ];
    let body = ours(&asked).unwrap().request.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, "{secret:key} and s3cr3t and {secret:key}");
}

#[test]
fn an_unknown_secret_is_named() {
    let mut in_body = request("POST", "https://a.example/");
    in_body.body.push(Piece::Secret("nope".to_owned()));
    let mut in_header = request("GET", "https://a.example/");
    in_header.headers.push(("x".to_owned(), "{secret:nope}".to_owned()));
    for asked in [in_body, in_header, request("GET", "https://a.example/{secret:nope}")] {
        assert!(reason(ours(&asked)).contains("no secret `nope`"));
    }
}

#[test]
fn a_stranger_brings_about_neither_secrets_nor_changes() {
    let stranger = |request: &HttpRequest| prepare(request, Trust::Stranger, &secrets());
    assert!(stranger(&request("GET", "https://a.example/certificate")).is_ok());
    assert!(reason(stranger(&request("POST", "https://a.example/"))).contains("only GET"));
    assert!(reason(stranger(&request("GET", "https://a.example/{secret:key}"))).contains("no secret"));
    let mut header = request("GET", "https://a.example/");
    header.headers.push(("x".to_owned(), "{secret:key}".to_owned()));
    assert!(reason(stranger(&header)).contains("no secret"));
    let mut body = request("GET", "https://a.example/");
    body.body.push(Piece::Secret("key".to_owned()));
    assert!(reason(stranger(&body)).contains("without a body"));
}

#[test]
fn headers_of_the_connection_are_the_hosts() {
    for name in ["Host", "content-length", "Transfer-Encoding", "connection", "accept-encoding"] {
        let mut asked = request("GET", "https://a.example/");
        asked.headers.push((name.to_owned(), "x".to_owned()));
        assert!(reason(ours(&asked)).contains("set by the host"), "{name}");
    }
}

#[test]
fn a_file_is_refused_for_the_server_keeps_none() {
    let mut asked = request("POST", "https://a.example/");
    asked.body.push(Piece::File("f1".to_owned()));
    assert!(reason(ours(&asked)).contains("keeps no files"));
}
