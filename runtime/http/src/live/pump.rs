//! Carries events from the hub to one reader, until either is gone.

use std::pin::pin;
use std::time::Duration;

use http::Version;
use sportello_engine::Listener;
use sportello_engine::ports::store::LiveEvent;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

use super::encode;
use super::wire::{Framing, Over, Wire};
use crate::app::App;

/// What fills a stream, before it has its socket.
pub(crate) struct Pump {
    source: Source,
    framing: Framing,
    stall: Duration,
    _place: Place,
}

struct Source {
    listener: Listener,
    heartbeat: Duration,
    /// The server's end, and the engine's.
    ends: [CancellationToken; 2],
}

impl Pump {
    pub(super) fn new(app: &App, listener: Listener, version: Version, permit: OwnedSemaphorePermit) -> Self {
        Self {
            source: Source {
                listener,
                heartbeat: app.config.heartbeat,
                ends: [app.closing.clone(), app.engine.stopping()],
            },
            framing: Framing::of(version),
            stall: app.config.stall,
            _place: Place::taken(permit),
        }
    }

    /// Fills the stream, the head of whose answer was sent.
    pub(crate) async fn run(mut self, io: impl AsyncRead + AsyncWrite + Unpin) {
        let mut wire = Wire { io, framing: self.framing, stall: self.stall };
        let over = self.fill(&mut wire).await;
        wire.end(over).await;
    }

    async fn fill(&mut self, wire: &mut Wire<impl AsyncRead + AsyncWrite + Unpin>) -> Over {
        if let Err(over) = wire.put(encode::PREAMBLE.to_owned()).await {
            return over;
        }
        loop {
            if let Err(over) = self.source.turn(wire).await {
                return over;
            }
        }
    }
}

impl Source {
    /// One page of events, with heartbeats while there is none.
    async fn turn(&mut self, wire: &mut Wire<impl AsyncRead + AsyncWrite + Unpin>) -> Result<(), Over> {
        let events = self.next(wire).await?;
        for piece in encode::pieces(&events) {
            wire.put(piece).await?;
        }
        Ok(())
    }

    async fn next(&mut self, wire: &mut Wire<impl AsyncRead + AsyncWrite + Unpin>) -> Result<Vec<LiveEvent>, Over> {
        let [closing, stopping] = &self.ends;
        let mut next = pin!(self.listener.next());
        loop {
            tokio::select! {
                events = &mut next => return found(events),
                () = tokio::time::sleep(self.heartbeat) => wire.put(encode::BEAT.to_owned()).await?,
                () = wire.gone() => return Err(Over::Told),
                () = closing.cancelled() => return Err(Over::Told),
                () = stopping.cancelled() => return Err(Over::Told),
            }
        }
    }
}

/// The reader comes back by itself, so a store that fails ends the stream.
fn found(events: Result<Vec<LiveEvent>, sportello_engine::ports::StoreError>) -> Result<Vec<LiveEvent>, Over> {
    events.map_err(|error| {
        tracing::error!(%error, "a stream ends: its events could not be read");
        Over::Told
    })
}

/// One of the places for streams, counted.
struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Place {
    fn taken(permit: OwnedSemaphorePermit) -> Self {
        metrics::gauge!("sportello_live_streams").increment(1);
        Self { _permit: permit }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        metrics::gauge!("sportello_live_streams").decrement(1);
    }
}
