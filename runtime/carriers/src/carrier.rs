//! The carrier itself: revisions are admitted and dismissed, and their requests performed.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use rustls::pki_types::CertificateDer;
use sportello_domain::{
    contract::{HttpRequest, HttpResponse, RequestError},
    revision::{Grants, RevisionId},
    secrets::Secrets,
};
use sportello_engine::ports::{Carrier, Clock, Errand};
use tracing::{Instrument, Span, field};

use crate::{
    connect::Connector,
    error::CarrierError,
    limits::Limits,
    mask::Mask,
    perform::{Terms, Tools, perform, time_allowed},
    prepare::prepare,
    resolve::{Resolve, SystemResolver},
    room::Room,
};

/// What the carrier is made of.
pub struct Setup {
    /// For deadlines.
    pub clock: Arc<dyn Clock>,
    /// For names.
    pub resolver: Arc<dyn Resolve>,
    /// How much a request may take.
    pub limits: Limits,
    /// Certificate authorities that are trusted beside those that browsers trust, for servers of the operator's own.
    pub authorities: Vec<CertificateDer<'static>>,
}

impl Setup {
    /// The operating system's names, the usual limits, no authorities of one's own.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, resolver: Arc::new(SystemResolver), limits: Limits::default(), authorities: Vec::new() }
    }
}

/// Performs requests over HTTP/1.1, each revision within its own grants, with its own secrets and connections.
pub struct HttpCarrier {
    tools: Tools,
    rooms: RwLock<HashMap<RevisionId, Arc<Room>>>,
}

impl HttpCarrier {
    /// A carrier that has admitted nobody.
    ///
    /// # Errors
    /// Where an authority is not a certificate, or TLS cannot be set up.
    pub fn new(setup: Setup) -> Result<Self, CarrierError> {
        let Setup { clock, resolver, limits, authorities } = setup;
        let connector = Connector::new(&authorities, limits.connect)?;
        Ok(Self { tools: Tools { clock, resolver, connector, limits }, rooms: RwLock::default() })
    }

    /// Lets a revision perform requests, within its grants and with its secrets; again: with these from now on.
    ///
    /// # Errors
    /// Where a grant is not an origin; then nothing changes.
    pub fn admit(&self, revision: &RevisionId, grants: &Grants, secrets: Secrets) -> Result<(), CarrierError> {
        let room = Arc::new(Room::new(revision, grants, secrets, &self.tools.limits)?);
        self.rooms.write().unwrap_or_else(PoisonError::into_inner).insert(revision.clone(), room);
        Ok(())
    }

    /// Lets it perform no further requests, and closes its idle connections; what is under way ends by itself.
    pub fn dismiss(&self, revision: &RevisionId) {
        self.rooms.write().unwrap_or_else(PoisonError::into_inner).remove(revision);
    }

    fn room(&self, revision: &RevisionId) -> Option<Arc<Room>> {
        self.rooms.read().unwrap_or_else(PoisonError::into_inner).get(revision).cloned()
    }

    async fn carry(&self, room: &Room, errand: Errand<'_>) -> Result<HttpResponse, RequestError> {
        let request = errand.request;
        if let Some(response) = room.cache.get(request, self.tools.clock.boot()) {
            return Ok(response);
        }
        let prepared = prepare(request, errand.trust, &room.secrets)?;
        Span::current().record("host", field::display(&prepared.target.host));
        room.gate.check(&prepared.target)?;
        self.wait(request).await?;
        let terms = Terms {
            deadline: tokio::time::Instant::now() + time_allowed(request.timeout, &self.tools.limits),
            not_after: errand.not_after,
            repeatable: request.repeatable,
        };
        let credentials = prepared.credentials.as_deref().and_then(|encoded| Mask::of_credentials(encoded).ok());
        let asked_at = self.tools.clock.boot();
        let outcome = perform(&self.tools, room, prepared, &terms).await;
        let outcome = room.mask.outcome(outcome);
        let outcome = if let Some(mask) = credentials { mask.outcome(outcome) } else { outcome };
        if let Ok(response) = &outcome {
            room.cache.put(request, response, asked_at);
        }
        outcome
    }

    async fn wait(&self, request: &HttpRequest) -> Result<(), RequestError> {
        let Some(after) = request.after.map(|after| Duration::from_millis(after.into())) else {
            return Ok(());
        };
        let longest = self.tools.limits.wait;
        if after > longest {
            let (after, longest) = (after.as_millis(), longest.as_millis());
            return Err(RequestError::Unreachable(format!(
                "`after` is {after} ms, and {longest} ms at most are waited: schedule a turn instead"
            )));
        }
        tokio::time::sleep(after).await;
        Ok(())
    }
}

#[async_trait]
impl Carrier for HttpCarrier {
    async fn perform(&self, errand: Errand<'_>) -> Result<HttpResponse, RequestError> {
        let Some(room) = self.room(errand.revision) else {
            return Err(RequestError::NotGranted);
        };
        let span = tracing::info_span!(
            "carrier.request.perform",
            revision = %errand.revision,
            method = %errand.request.method,
            host = field::Empty,
            outcome = field::Empty,
        );
        let began = tokio::time::Instant::now();
        let outcome = self.carry(&room, errand).instrument(span.clone()).await;
        let took = began.elapsed();
        let word = word(&outcome);
        span.record("outcome", word);
        span.in_scope(|| tracing::debug!(took_ms = took.as_millis() as u64, "request performed"));
        metrics::counter!("sportello_requests_total", "plugin" => room.name.clone(), "outcome" => word).increment(1);
        metrics::histogram!("sportello_request_seconds", "plugin" => room.name.clone()).record(took);
        outcome
    }
}

/// For metrics and spans.
fn word(outcome: &Result<HttpResponse, RequestError>) -> &'static str {
    match outcome {
        Ok(HttpResponse { status: ..300, .. }) => "2xx",
        Ok(HttpResponse { status: ..400, .. }) => "3xx",
        Ok(HttpResponse { status: ..500, .. }) => "4xx",
        Ok(_) => "5xx",
        Err(RequestError::NotGranted) => "not-granted",
        Err(RequestError::Unreachable(_)) => "unreachable",
        Err(RequestError::Unknown(_)) => "unknown",
        Err(RequestError::TooLarge) => "too-large",
    }
}
