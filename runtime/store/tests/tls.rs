//! A database that is reached over TLS: only by the certificate that was expected.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use sportello_engine::ports::store::Upkeep as _;
use sportello_harness::Cluster;
use sportello_store::{OpenError, Settings, SqlStore};

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

async fn open(url: &str, query: &str) -> Result<SqlStore, OpenError> {
    SqlStore::open(&format!("{url}?{query}"), Settings::default()).await
}

#[tokio::test]
async fn only_the_expected_server_is_spoken_to() {
    let cluster = Cluster::start().unwrap();
    let url = cluster.database().unwrap();
    let refused = open(&url, "sslmode=require").await.unwrap_err().to_string();
    assert!(refused.to_lowercase().contains("tls"), "{refused}");

    let (authority, key) = (authority(), KeyPair::generate().unwrap());
    let certificate =
        CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    cluster.speak_tls(&certificate.pem(), &key.serialize_pem()).unwrap();

    let folder = tempfile::tempdir().unwrap();
    let trust = |name: &str, pem: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, pem).unwrap();
        format!("sslmode=verify-full&sslrootcert={}", path.display())
    };
    let store = open(&url, &trust("ours.pem", authority.pem())).await.unwrap();
    assert_eq!(store.gauges().await.unwrap().pending_items, 0);
    store.close().await;

    let refused = open(&url, &trust("others.pem", self::authority().pem())).await.unwrap_err().to_string();
    assert!(refused.contains("certificate"), "{refused}");
}
