//! The egress guard: the one gate between plugins and the network.
//!
//! Deny by default. A request's origin must be granted, on reused connections too. A granted name is looked up once, its
//! addresses are checked, and the connection goes to a checked address: a second look-up could answer otherwise (DNS
//! rebinding). Addresses that are not public are reached only where a grant spells out that literal address and port.
//! The ranges are those of the IANA special-purpose address registries.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use sportello_domain::contract::RequestError;
use url::Host;

use crate::{
    grant::{Grant, Target},
    resolve::Resolve,
};

/// What one revision may reach.
#[derive(Debug)]
pub(crate) struct Gate {
    grants: Vec<Grant>,
}

impl Gate {
    pub(crate) fn new(grants: Vec<Grant>) -> Self {
        Self { grants }
    }

    /// Whether a request may go there at all.
    pub(crate) fn check(&self, target: &Target) -> Result<(), RequestError> {
        self.grants.iter().any(|grant| grant.covers(target)).then_some(()).ok_or(RequestError::NotGranted)
    }

    /// The addresses to which a connection may be opened, in the order in which to try them.
    pub(crate) async fn addresses(
        &self,
        target: &Target,
        resolver: &dyn Resolve,
    ) -> Result<Vec<SocketAddr>, RequestError> {
        self.check(target)?;
        let name = match &target.host {
            // Only an exact grant covers an address, so the operator has spelt this one out.
            Host::Ipv4(address) => return Ok(vec![SocketAddr::from((*address, target.port))]),
            Host::Ipv6(address) => return Ok(vec![SocketAddr::from((*address, target.port))]),
            Host::Domain(name) => name,
        };
        let found = resolver
            .resolve(name)
            .await
            .map_err(|error| RequestError::Unreachable(format!("cannot look {name} up: {error}")))?;
        let (mut public, mut refused) = (Vec::new(), Vec::new());
        for address in found {
            match objection(address) {
                None => public.push(SocketAddr::from((address, target.port))),
                Some(kind) => refused.push(format!("{address} ({kind})")),
            }
        }
        if public.is_empty() {
            return Err(RequestError::Unreachable(no_address(name, &refused)));
        }
        Ok(public)
    }
}

fn no_address(name: &str, refused: &[String]) -> String {
    if refused.is_empty() {
        return format!("{name} has no address");
    }
    format!(
        "{name} leads to {} and nowhere else; an address that is not public has to be granted as such, with its port",
        refused.join(", ")
    )
}

/// Why an address that a name leads to is not connected to; none: it is public.
fn objection(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => objection_v4(address),
        IpAddr::V6(address) => objection_v6(address),
    }
}

fn objection_v4(address: Ipv4Addr) -> Option<&'static str> {
    Some(match address.octets() {
        [0, ..] => "this network",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "private",
        [100, 64..=127, ..] => "shared by carrier-grade NAT",
        [127, ..] => "loopback",
        [169, 254, ..] => "link-local",
        [192, 0, 0, _] => "protocol assignment",
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => "documentation",
        [192, 88, 99, _] => "6to4 relay",
        [198, 18..=19, ..] => "benchmarking",
        [224..=239, ..] => "multicast",
        [240..=255, ..] => "reserved",
        _ => return None,
    })
}

fn objection_v6(address: Ipv6Addr) -> Option<&'static str> {
    if let Some(embedded) = address.to_ipv4_mapped() {
        return objection_v4(embedded);
    }
    Some(match address.segments() {
        // NAT64: how a machine without IPv4 reaches it, so that the embedded address decides.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            return objection_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
        }
        [0, 0, 0, 0, 0, 0, 0, 0] => "unspecified",
        [0, 0, 0, 0, 0, 0, 0, 1] => "loopback",
        [0xfc00..=0xfdff, ..] => "unique local",
        [0xfe80..=0xfebf, ..] => "link-local",
        [0xfec0..=0xfeff, ..] => "site-local",
        [0xff00..=0xffff, ..] => "multicast",
        [0x2001, 0..=0x01ff, ..] => "protocol assignment",
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => "documentation",
        [0x2002, ..] => "6to4",
        [0x2000..=0x3fff, ..] => return None,
        _ => "reserved",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use std::{io, sync::atomic::AtomicUsize, sync::atomic::Ordering::SeqCst};

    /// Answers each question with the next answer, the last one for ever.
    struct Rebinding(Vec<Vec<IpAddr>>, AtomicUsize);

    #[async_trait]
    impl Resolve for Rebinding {
        async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            let question = self.1.fetch_add(1, SeqCst);
            Ok(self.0[question.min(self.0.len() - 1)].clone())
        }
    }

    fn target(url: &str) -> Target {
        Target::of(&url::Url::parse(url).unwrap()).unwrap()
    }

    async fn addresses(grants: &[&str], url: &str, answer: &[&str]) -> Result<Vec<String>, RequestError> {
        let gate = Gate::new(grants.iter().map(|grant| grant.parse().unwrap()).collect());
        let resolver =
            Rebinding(vec![answer.iter().map(|address| address.parse().unwrap()).collect()], AtomicUsize::new(0));
        let addresses = gate.addresses(&target(url), &resolver).await?;
        Ok(addresses.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn only_public_addresses_are_reached_by_name() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::10.0.0.1",
            "64:ff9b::127.0.0.1",
            "64:ff9b:1::808:808",
            "100::1",
            "2001::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:808:808::1",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
        ] {
            assert!(objection(address.parse().unwrap()).is_some(), "{address}");
        }
        for address in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "223.255.255.255",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
            "2606:4700::1111",
            "2a03:2880:f12d::1",
            "2001:4860:4860::8888",
        ] {
            assert_eq!(objection(address.parse().unwrap()), None, "{address}");
        }
    }

    #[tokio::test]
    async fn nothing_is_reached_without_a_grant() {
        assert_eq!(addresses(&[], "https://api.example/", &["1.1.1.1"]).await, Err(RequestError::NotGranted));
    }

    #[tokio::test]
    async fn a_name_leads_to_its_public_addresses_only() {
        let found = addresses(&["https://api.example"], "https://api.example/", &["10.0.0.1", "1.1.1.1", "::1"]).await;
        assert_eq!(found, Ok(vec!["1.1.1.1:443".to_owned()]));
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused_with_the_address_and_what_to_do() {
        let found = addresses(&["https://api.example"], "https://api.example/", &["169.254.169.254"]).await;
        let Err(RequestError::Unreachable(reason)) = found else { panic!("{found:?}") };
        assert!(reason.contains("169.254.169.254 (link-local)") && reason.contains("granted as such"), "{reason}");
    }

    #[tokio::test]
    async fn a_granted_address_is_not_reached_by_another_name() {
        let grants = ["http://127.0.0.1:9911", "http://rebound.example:9911"];
        assert_eq!(
            addresses(&grants, "http://127.0.0.1:9911/", &[]).await,
            Ok(vec!["127.0.0.1:9911".to_owned()]),
            "spelt out"
        );
        assert!(addresses(&grants, "http://rebound.example:9911/", &["127.0.0.1"]).await.is_err());
    }

    #[tokio::test]
    async fn a_name_is_looked_up_once_for_checking_and_connecting() {
        let gate = Gate::new(vec!["https://rebound.example".parse().unwrap()]);
        let answers = vec![vec!["1.1.1.1".parse().unwrap()], vec!["127.0.0.1".parse().unwrap()]];
        let resolver = Rebinding(answers, AtomicUsize::new(0));
        let found = gate.addresses(&target("https://rebound.example/"), &resolver).await;
        assert_eq!(found, Ok(vec!["1.1.1.1:443".parse().unwrap()]), "an address, not a name, is what one connects to");
        assert_eq!(resolver.1.load(SeqCst), 1);
    }
}
