//! Reading a body whole, within a bound.

use axum::body::{Body, Bytes};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::problem::{Kind, Problem};

/// The whole body; `what` names it for people, as in "a webhook".
pub(crate) async fn read(body: Body, most: usize, what: &str) -> Result<Bytes, Problem> {
    match Limited::new(body, most).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Problem::new(Kind::TooLarge, format!("{what} has {most} bytes at most")))
        }
        Err(_) => Err(Problem::new(Kind::Malformed, format!("{what} broke off before its end"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_bound_is_the_last_size_that_is_taken() {
        assert_eq!(read(Body::from("12345"), 5, "it").await.unwrap(), "12345");
        let problem = read(Body::from("123456"), 5, "it").await.unwrap_err();
        assert_eq!((problem.kind, problem.detail.as_str()), (Kind::TooLarge, "it has 5 bytes at most"));
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_not_too_large() {
        let pieces = [Ok(Bytes::from("1")), Err(std::io::Error::other("reset"))];
        let body = Body::from_stream(futures::stream::iter(pieces));
        assert_eq!(read(body, 5, "it").await.unwrap_err().kind, Kind::Malformed);
    }
}
