//! Over TLS, with certificates that are checked.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use sportello_carriers::{CertificateDer, Setup};
use sportello_domain::contract::RequestError;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, pki_types::PrivateKeyDer},
};

use crate::support::{carrier_of, get, perform, setup};

/// The origin of a server that greets over TLS, and the authority behind its certificate.
async fn server() -> (String, CertificateDer<'static>) {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").await;
            let _ = stream.shutdown().await;
        }
    });
    (origin, authority.der().clone())
}

#[tokio::test]
async fn a_server_with_a_trusted_certificate_is_reached() {
    let (origin, authority) = server().await;
    let setup = Setup { authorities: vec![authority], ..setup() };
    let response = perform(&carrier_of(setup, std::slice::from_ref(&origin), &[]), &get(origin)).await.unwrap();
    assert_eq!(&*response.body, b"hello");
}

#[tokio::test]
async fn not_a_byte_reaches_a_server_whose_certificate_is_not_trusted() {
    let (origin, _) = server().await;
    let outcome = perform(&carrier_of(setup(), std::slice::from_ref(&origin), &[]), &get(origin)).await;
    let Err(RequestError::Unreachable(reason)) = outcome else { panic!("{outcome:?}") };
    assert!(reason.contains("certificate"), "{reason}");
}
