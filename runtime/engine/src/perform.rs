//! Performing what plugins ask for: the scheme of the URL chooses who does it.

use std::time::Duration;

use futures::future::join_all;
use sportello_domain::{
    Instant,
    contract::{Exchange, HttpRequest, HttpResponse, Piece, RequestError},
    revision::RevisionId,
};

use crate::core::Core;
use crate::ports::store::{Cause, Publication, Published, StoreError};
use crate::ports::{Errand, Trust};

const LIVE: &str = "live:";

/// Under which circumstances requests are performed.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) revision: &'a RevisionId,
    pub(crate) trust: Trust,
    /// By the clock that runs on during suspend.
    pub(crate) not_after: Option<Instant>,
    /// Of what the requests are a part.
    pub(crate) cause: Option<Cause>,
}

impl Core {
    /// Performs requests side by side; the exchanges come in the order asked.
    pub(crate) async fn perform(&self, terms: Terms<'_>, requests: Vec<HttpRequest>) -> Vec<Exchange> {
        let all = requests.into_iter().map(|request| async move {
            let outcome = self.perform_one(terms, &request).await;
            Exchange { request, outcome }
        });
        join_all(all).await
    }

    pub(crate) async fn perform_one(
        &self,
        terms: Terms<'_>,
        request: &HttpRequest,
    ) -> Result<HttpResponse, RequestError> {
        match request.url.strip_prefix(LIVE) {
            Some(address) if terms.trust == Trust::Ours => self.publish(address, request, terms.cause).await,
            Some(_) => Err(RequestError::NotGranted),
            None => {
                let Terms { revision, trust, not_after, cause: _ } = terms;
                self.ports.carrier.perform(Errand { revision, request, trust, not_after }).await
            }
        }
    }

    async fn publish(
        &self,
        address: &str,
        request: &HttpRequest,
        cause: Option<Cause>,
    ) -> Result<HttpResponse, RequestError> {
        if let Some(wait) = request.after {
            tokio::time::sleep(Duration::from_millis(wait.into())).await;
        }
        let mut data = Vec::new();
        for piece in &request.body {
            let Piece::Bytes(bytes) = piece else {
                return Err(RequestError::Unreachable(
                    "a live stream takes bytes only: no secrets, no files".to_owned(),
                ));
            };
            data.extend_from_slice(bytes);
        }
        let data = String::from_utf8(data)
            .map_err(|_| RequestError::Unreachable("a live stream takes text: the body is not UTF-8".to_owned()))?;
        let header = |name: &str| {
            let found = request.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.clone())
        };
        let publication = Publication {
            address: address.to_owned(),
            key: header("idempotency-key"),
            event: header("event"),
            data,
            cause,
            now: self.now(),
        };
        // A publication whose commit failed may be there or not; its key makes the next attempt harmless.
        let published = self.live.publish(publication).await.map_err(|error| match error {
            StoreError::NotFound { .. } => RequestError::Unreachable("what it is a part of was erased".to_owned()),
            error => RequestError::Unknown(error.to_string()),
        })?;
        let (status, id) = match published {
            Published::New(id) => (200, id),
            Published::Known(id) => (208, id),
        };
        Ok(HttpResponse { status, headers: vec![], body: id.to_string().as_str().into() })
    }
}
