//! Origins that an operator grants to a plugin, and the origin of a request.

use std::str::FromStr;

use url::{Host, Url};

/// Which hosts a grant covers.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Hosts {
    /// This one.
    Exact(Host<String>),
    /// Every name below this domain, at any depth, but not the domain itself.
    Below(String),
}

/// One origin that a plugin may reach: `https://graph.facebook.com`, `https://*.fbcdn.net`, `http://127.0.0.1:9911`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    scheme: Scheme,
    hosts: Hosts,
    port: u16,
}

/// Why a text is not a grant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` cannot be granted: {reason}")]
pub struct GrantError {
    text: String,
    reason: &'static str,
}

/// What an HTTP client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Scheme {
    Http,
    Https,
}

/// Where a request wants to go.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Target {
    pub(crate) scheme: Scheme,
    pub(crate) host: Host<String>,
    pub(crate) port: u16,
}

impl Target {
    /// None: neither `http:` nor `https:`.
    pub(crate) fn of(url: &Url) -> Option<Self> {
        let scheme = match url.scheme() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return None,
        };
        Some(Self { scheme, host: url.host()?.to_owned(), port: url.port_or_known_default()? })
    }
}

impl Grant {
    /// Whether it covers a URL; false for what is none.
    #[must_use]
    pub fn covers_url(&self, url: &str) -> bool {
        Url::parse(url).ok().and_then(|url| Target::of(&url)).is_some_and(|target| self.covers(&target))
    }

    pub(crate) fn covers(&self, target: &Target) -> bool {
        self.scheme == target.scheme && self.port == target.port && self.hosts.cover(&target.host)
    }
}

impl Hosts {
    fn cover(&self, host: &Host<String>) -> bool {
        match (self, host) {
            (Self::Exact(exact), host) => exact == host,
            (Self::Below(suffix), Host::Domain(name)) => {
                name.strip_suffix(suffix.as_str()).is_some_and(|below| below.len() > 1 && below.ends_with('.'))
            }
            (Self::Below(_), Host::Ipv4(_) | Host::Ipv6(_)) => false,
        }
    }
}

impl FromStr for Grant {
    type Err = GrantError;

    fn from_str(text: &str) -> Result<Self, GrantError> {
        let refuse = |reason| GrantError { text: text.to_owned(), reason };
        let (scheme, rest) =
            text.split_once("://").ok_or_else(|| refuse("write an origin, such as https://api.example.com"))?;
        let (wild, rest) = rest.strip_prefix("*.").map_or((false, rest), |rest| (true, rest));
        if rest.contains('*') {
            return Err(refuse("a `*` may only stand first and for whole labels, as in https://*.example.com"));
        }
        if rest.chars().any(|letter| letter.is_whitespace() || letter.is_control() || letter == '\\') {
            return Err(refuse("an origin holds no spaces, control characters or backslashes"));
        }
        let url = Url::parse(&format!("{scheme}://{rest}")).map_err(|_| refuse("it is not a URL"))?;
        if !url.username().is_empty() || url.password().is_some() || rest.contains('@') {
            return Err(refuse("credentials do not belong into a grant; name them as secrets"));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("a grant is an origin: leave the path out"));
        }
        let target = Target::of(&url).ok_or_else(|| refuse("only http: and https: are carried"))?;
        let hosts = match (wild, target.host) {
            (false, host) => Hosts::Exact(host),
            (true, Host::Domain(suffix)) if suffix.trim_end_matches('.').contains('.') => Hosts::Below(suffix),
            (true, Host::Domain(_)) => return Err(refuse("it would grant a whole top-level domain")),
            (true, Host::Ipv4(_) | Host::Ipv6(_)) => return Err(refuse("addresses have no subdomains")),
        };
        Ok(Self { scheme: target.scheme, hosts, port: target.port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn covers(grant: &str, url: &str) -> bool {
        let target = Target::of(&Url::parse(url).unwrap()).unwrap();
        grant.parse::<Grant>().unwrap().covers(&target)
    }

    #[test]
    fn an_exact_grant_covers_its_origin_and_no_other() {
        let grant = "https://graph.facebook.com";
        for url in
            ["https://graph.facebook.com/v21.0", "https://GRAPH.facebook.com:443/", "https://a:b@graph.facebook.com"]
        {
            assert!(covers(grant, url), "{url}");
        }
        for url in [
            "http://graph.facebook.com/",
            "https://graph.facebook.com:8443/",
            "https://graph.facebook.com.evil.example/",
            "https://graph.facebook.com./",
            "https://graph.facebook.com@evil.example/",
            "https://evil.example/graph.facebook.com",
            "https://xgraph.facebook.com/",
            "https://a.graph.facebook.com/",
        ] {
            assert!(!covers(grant, url), "{url}");
        }
    }

    #[test]
    fn a_wildcard_covers_what_is_below_at_any_depth_and_not_the_domain_itself() {
        let grant = "https://*.fbcdn.net";
        assert!(covers(grant, "https://scontent.fbcdn.net/a"));
        assert!(covers(grant, "https://a.b.fbcdn.net/a"));
        for url in ["https://fbcdn.net/", "https://evilfbcdn.net/", "http://a.fbcdn.net/", "https://a.fbcdn.net:444/"] {
            assert!(!covers(grant, url), "{url}");
        }
    }

    #[test]
    fn an_address_may_be_spelt_in_any_way_and_stays_the_same_address() {
        assert!(covers("http://127.0.0.1:9911", "http://2130706433:9911/"));
        assert!(covers("http://127.0.0.1:9911", "http://0x7f.1:9911/"));
        assert!(covers("http://[::1]:9911", "http://[0:0:0:0:0:0:0:1]:9911/"));
        assert!(!covers("http://127.0.0.1:9911", "http://127.0.0.1:9912/"));
        assert!(!covers("http://127.0.0.1:9911", "http://[::ffff:127.0.0.1]:9911/"));
    }

    #[test]
    fn what_is_no_origin_is_refused_with_a_reason() {
        for (text, reason) in [
            ("graph.facebook.com", "write an origin"),
            ("https://*.com", "top-level domain"),
            ("https://*", "only stand first"),
            ("https://a.*.example.com", "only stand first"),
            ("https://*.1.2.3.4", "no subdomains"),
            ("https://a.example/path", "leave the path out"),
            ("https://a.example/?q", "leave the path out"),
            ("https://user:pass@a.example", "credentials"),
            ("ftp://a.example", "only http"),
            ("https://a.example\\@b.example", "backslashes"),
            ("https://", "not a URL"),
            ("https://a.example:99999", "not a URL"),
        ] {
            let error = text.parse::<Grant>().unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn a_wildcard_covers_a_name_exactly_if_it_ends_in_a_dot_and_the_suffix(
            name in "[a-z]{1,5}(\\.[a-z]{1,5}){0,3}",
            suffix in "[a-z]{1,2}\\.[a-z]{1,2}",
            below: bool,
        ) {
            let name = if below { format!("{name}.{suffix}") } else { name };
            let expected = name.ends_with(&format!(".{suffix}"));
            prop_assert_eq!(covers(&format!("https://*.{suffix}"), &format!("https://{name}/")), expected);
        }

        #[test]
        fn no_text_makes_the_parser_fail_badly(text in ".{0,40}") {
            let _ = text.parse::<Grant>();
            let _ = format!("https://{text}").parse::<Grant>();
        }

        #[test]
        fn an_exact_grant_covers_no_other_name(granted in "[a-z]{1,4}(\\.[a-z]{1,4}){1,2}", asked in "[a-z.]{1,12}") {
            if let Ok(url) = Url::parse(&format!("https://{asked}/")) {
                let target = Target::of(&url).unwrap();
                let covered = format!("https://{granted}").parse::<Grant>().unwrap().covers(&target);
                prop_assert_eq!(covered, granted == asked);
            }
        }
    }
}
