//! From a plugin's request to one that can be written: secrets are put in where it names them, and nowhere else.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, header};
use http_body_util::Full;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use sportello_domain::{
    contract::{HttpRequest, Piece, RequestError},
    secrets::Secrets,
};
use sportello_engine::ports::Trust;
use url::{Position, Url};

use crate::{
    grant::Target,
    placeholder::{self, Part},
};

/// What may stand in user information: the unreserved characters of RFC 3986 only, so that no value leaves its place.
pub(crate) const USER: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What may stand in a path or query: `:` and `@` too, as in the paths of Telegram's Bot API.
pub(crate) const PATH: &AsciiSet = &USER.remove(b':').remove(b'@');

/// Headers that belong to the connection, or that would hide secrets in the answer from masking.
const HOSTS_OWN: [&str; 13] = [
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// A request that is ready to be written. It holds secrets: nothing of it is logged.
pub(crate) struct Prepared {
    pub(crate) target: Target,
    pub(crate) request: http::Request<Full<Bytes>>,
    /// The value of Basic credentials that came from the URL, for masking.
    pub(crate) credentials: Option<String>,
}

/// Puts a request together.
pub(crate) fn prepare(request: &HttpRequest, trust: Trust, secrets: &Secrets) -> Result<Prepared, RequestError> {
    if trust == Trust::Stranger {
        check_stranger(request)?;
    }
    let mut url = parse(&fill_url(&request.url, secrets)?)?;
    let target = Target::of(&url).ok_or_else(|| refuse(format!("`{}:` is not carried by HTTP", url.scheme())))?;
    let credentials = take_credentials(&mut url);

    let mut prepared = http::Request::new(Full::new(Bytes::from(fill_body(&request.body, secrets)?)));
    *prepared.method_mut() = method(&request.method)?;
    *prepared.uri_mut() = url[Position::BeforePath..Position::AfterQuery]
        .parse()
        .map_err(|error| refuse(format!("the URL cannot be written into a request: {error}")))?;
    let headers = prepared.headers_mut();
    for (name, value) in &request.headers {
        headers.append(header_name(name)?, fill_header(name, value, secrets)?);
    }
    if let Some(credentials) = &credentials {
        let value = sensitive(format!("Basic {credentials}").as_bytes())
            .ok_or_else(|| refuse("the credentials cannot be written into a header".to_owned()))?;
        if headers.insert(header::AUTHORIZATION, value).is_some() {
            return Err(refuse("credentials stand in the URL and in `authorization`: give them once".to_owned()));
        }
    }
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let host = HeaderValue::from_str(host).map_err(|error| refuse(format!("the host cannot be written: {error}")))?;
    headers.insert(header::HOST, host);
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers
        .entry(header::USER_AGENT)
        .or_insert(HeaderValue::from_static(concat!("sportello/", env!("CARGO_PKG_VERSION"))));
    Ok(Prepared { target, request: prepared, credentials })
}

/// Whether a request names a secret anywhere.
pub(crate) fn names_secret(request: &HttpRequest) -> bool {
    placeholder::names_secret(&request.url)
        || request.headers.iter().any(|(_, value)| placeholder::names_secret(value))
        || request.body.iter().any(|piece| matches!(piece, Piece::Secret(_)))
}

fn check_stranger(request: &HttpRequest) -> Result<(), RequestError> {
    if request.method != "GET" || !request.body.is_empty() {
        return Err(refuse("before a webhook is verified, only GET without a body is performed".to_owned()));
    }
    if names_secret(request) {
        return Err(refuse("before a webhook is verified, no secret is put in".to_owned()));
    }
    Ok(())
}

fn parse(url: &str) -> Result<Url, RequestError> {
    Url::parse(url).map_err(|error| refuse(format!("not a URL: {error}")))
}

fn method(name: &str) -> Result<Method, RequestError> {
    match Method::from_bytes(name.as_bytes()) {
        Ok(Method::CONNECT | Method::TRACE) | Err(_) => Err(refuse(format!("the method `{name}` is not carried"))),
        Ok(method) => Ok(method),
    }
}

fn header_name(name: &str) -> Result<HeaderName, RequestError> {
    let parsed = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| refuse(format!("`{}` is not the name of a header", name.escape_default())))?;
    if HOSTS_OWN.contains(&parsed.as_str()) {
        return Err(refuse(format!("the header `{parsed}` is set by the host: leave it out")));
    }
    Ok(parsed)
}

fn fill_header(name: &str, value: &str, secrets: &Secrets) -> Result<HeaderValue, RequestError> {
    let mut filled = Vec::with_capacity(value.len());
    for part in placeholder::parts(value) {
        filled.extend_from_slice(match part {
            Part::Text(text) => text.as_bytes(),
            Part::Secret(name) => reveal(name, secrets)?,
        });
    }
    sensitive(&filled).ok_or_else(|| refuse(format!("the value of the header `{name}` holds control characters")))
}

fn sensitive(value: &[u8]) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_bytes(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn fill_body(pieces: &[Piece], secrets: &Secrets) -> Result<Vec<u8>, RequestError> {
    let mut body = Vec::new();
    for piece in pieces {
        body.extend_from_slice(match piece {
            Piece::Bytes(bytes) => bytes,
            Piece::Secret(name) => reveal(name, secrets)?,
            Piece::File(id) => return Err(refuse(format!("there is no file `{id}`: this server keeps no files"))),
        });
    }
    Ok(body)
}

/// Secrets stand in user information, path and query, escaped so that they stay there; never in a host name.
fn fill_url(url: &str, secrets: &Secrets) -> Result<String, RequestError> {
    // Parsers of URLs drop some of these and take a backslash for a slash; here that could move a secret.
    if url.chars().any(|letter| letter.is_control() || letter == '\\' || letter == ' ') {
        return Err(refuse("a URL holds no spaces, control characters or backslashes".to_owned()));
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        return Err(refuse("not a URL with a host".to_owned()));
    };
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (user, host) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
    if placeholder::names_secret(scheme) || placeholder::names_secret(host) {
        return Err(refuse("a secret cannot stand in a host name".to_owned()));
    }
    let (user, tail) = (fill_encoded(user, USER, secrets)?, fill_encoded(tail, PATH, secrets)?);
    Ok(format!("{scheme}://{user}{host}{tail}"))
}

fn fill_encoded(text: &str, kept: &'static AsciiSet, secrets: &Secrets) -> Result<String, RequestError> {
    let mut filled = String::with_capacity(text.len());
    for part in placeholder::parts(text) {
        match part {
            Part::Text(text) => filled.push_str(text),
            Part::Secret(name) => filled.extend(percent_encode(reveal(name, secrets)?, kept)),
        }
    }
    Ok(filled)
}

/// Credentials of a URL as those of Basic authentication; they leave the URL.
fn take_credentials(url: &mut Url) -> Option<String> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let mut credentials: Vec<u8> = percent_decode_str(url.username()).collect();
    credentials.push(b':');
    credentials.extend(percent_decode_str(url.password().unwrap_or_default()));
    // Both fail for URLs without a host only.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Some(STANDARD.encode(credentials))
}

fn reveal<'a>(name: &str, secrets: &'a Secrets) -> Result<&'a [u8], RequestError> {
    secrets.reveal(name).ok_or_else(|| refuse(format!("there is no secret `{name}`: add it to the configuration")))
}

/// Not a byte leaves.
fn refuse(reason: String) -> RequestError {
    RequestError::Unreachable(reason)
}

#[cfg(test)]
mod tests;
