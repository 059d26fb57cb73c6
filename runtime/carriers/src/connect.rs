//! Opens connections: to a checked address, with TLS where the scheme says so. No proxy of the environment is asked.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use rustls::{ClientConfig, RootCertStore, pki_types::CertificateDer, pki_types::ServerName};
use sportello_domain::contract::RequestError;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;
use url::Host;

use crate::{
    error::CarrierError,
    grant::{Scheme, Target},
};

/// Bytes in both directions, encrypted or not.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Opens connections.
pub(crate) struct Connector {
    tls: TlsConnector,
    /// For one address, TLS included.
    patience: Duration,
}

impl Connector {
    /// Trusts the authorities that browsers trust, and the given ones.
    pub(crate) fn new(authorities: &[CertificateDer<'static>], patience: Duration) -> Result<Self, CarrierError> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for authority in authorities {
            roots.add(authority.clone()).map_err(CarrierError::Authority)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(CarrierError::Tls)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { tls: TlsConnector::from(Arc::new(config)), patience })
    }

    /// Tries the addresses one after the other. Not a byte of a request leaves.
    pub(crate) async fn connect(
        &self,
        target: &Target,
        addresses: &[SocketAddr],
    ) -> Result<Box<dyn Stream>, RequestError> {
        let mut reasons = Vec::with_capacity(addresses.len());
        for address in addresses {
            match timeout(self.patience, self.open(target, *address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => reasons.push(format!("{address}: {error}")),
                Err(_) => reasons.push(format!("{address}: no connection within {} ms", self.patience.as_millis())),
            }
        }
        Err(RequestError::Unreachable(format!("cannot connect to {}: {}", target.host, reasons.join("; "))))
    }

    async fn open(&self, target: &Target, address: SocketAddr) -> std::io::Result<Box<dyn Stream>> {
        let stream = TcpStream::connect(address).await?;
        // A request is written in one go; waiting to fill a packet would only delay it.
        stream.set_nodelay(true)?;
        match target.scheme {
            Scheme::Http => Ok(Box::new(stream)),
            Scheme::Https => Ok(Box::new(self.tls.connect(server_name(&target.host)?, stream).await?)),
        }
    }
}

fn server_name(host: &Host<String>) -> std::io::Result<ServerName<'static>> {
    Ok(match host {
        Host::Domain(name) => ServerName::try_from(name.clone()).map_err(std::io::Error::other)?,
        Host::Ipv4(address) => ServerName::IpAddress(std::net::IpAddr::from(*address).into()),
        Host::Ipv6(address) => ServerName::IpAddress(std::net::IpAddr::from(*address).into()),
    })
}
