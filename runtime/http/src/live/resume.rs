//! From where a reader wants to go on.

use http::request::Parts;
use http::uri::Uri;

use crate::problem::{Kind, Problem};

const NAME: &str = "last-event-id";

/// The last event that the reader has: of the header, else of the query; 0 where neither says anything.
pub(super) fn resume(parts: &Parts) -> Result<u64, Problem> {
    let header = parts.headers.get(NAME).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    match header.filter(|text| !text.is_empty()).or_else(|| in_query(&parts.uri)) {
        Some(text) if !text.is_empty() => text.parse().map_err(|_| {
            let what = "has to be the number of the last event that was read; leave it out to get all";
            Problem::new(Kind::Malformed, format!("`{NAME}` {what}"))
        }),
        _ => Ok(0),
    }
}

fn in_query(uri: &Uri) -> Option<String> {
    let mut pairs = uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == NAME).map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn from(uri: &str, header: Option<&str>) -> Result<u64, Kind> {
        let request = Request::get(uri);
        let request = header.into_iter().fold(request, |request, value| request.header("Last-Event-ID", value));
        resume(&request.body(()).unwrap().into_parts().0).map_err(|problem| problem.kind)
    }

    #[test]
    fn the_header_comes_before_the_query() {
        assert_eq!(from("/?a=b&last-event-id=7", Some("9")), Ok(9));
        assert_eq!(from("/?a=b&last-event-id=7", Some("")), Ok(7));
        assert_eq!(from("/?a=b&last-event-id=7", None), Ok(7));
        assert_eq!(from("/?last-event-id=", None), Ok(0));
        assert_eq!(from("/", None), Ok(0));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        assert_eq!(from("/", Some("x")), Err(Kind::Malformed));
        assert_eq!(from("/?last-event-id=-1", None), Err(Kind::Malformed));
    }
}
