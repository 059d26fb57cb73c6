//! Carries events from the hub to one reader, until either is gone.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use sportello_engine::Listener;
use sportello_engine::ports::store::LiveEvent;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_util::sync::CancellationToken;

use super::encode;
use crate::app::App;

/// What the body of the answer is made of; it ends, but never fails.
type Piece = Result<Bytes, Infallible>;

pub(super) struct Pump {
    listener: Listener,
    outlet: Outlet,
    heartbeat: Duration,
    /// The server's end, and the engine's.
    ends: [CancellationToken; 2],
    _place: Place,
}

struct Outlet {
    pieces: mpsc::Sender<Piece>,
    stall: Duration,
}

/// The stream is over.
struct Over;

impl Pump {
    pub(super) fn new(
        app: &App,
        listener: Listener,
        pieces: mpsc::Sender<Piece>,
        permit: OwnedSemaphorePermit,
    ) -> Self {
        Self {
            listener,
            outlet: Outlet { pieces, stall: app.config.stall },
            heartbeat: app.config.heartbeat,
            ends: [app.closing.clone(), app.engine.stopping()],
            _place: Place::taken(permit),
        }
    }

    pub(super) async fn run(mut self) {
        let mut over = self.outlet.put(Bytes::from_static(encode::PREAMBLE.as_bytes())).await.is_err();
        while !over {
            over = self.turn().await.is_err();
        }
    }

    /// One page of events, with heartbeats while there is none.
    async fn turn(&mut self) -> Result<(), Over> {
        let events = self.next().await?;
        for piece in encode::pieces(&events) {
            self.outlet.put(piece).await?;
        }
        Ok(())
    }

    async fn next(&mut self) -> Result<Vec<LiveEvent>, Over> {
        let [closing, stopping] = &self.ends;
        let mut next = pin!(self.listener.next());
        loop {
            tokio::select! {
                events = &mut next => return found(events),
                () = tokio::time::sleep(self.heartbeat) => {
                    self.outlet.put(Bytes::from_static(encode::BEAT.as_bytes())).await?;
                }
                () = self.outlet.pieces.closed() => return Err(Over),
                () = closing.cancelled() => return Err(Over),
                () = stopping.cancelled() => return Err(Over),
            }
        }
    }
}

/// The reader comes back by itself, so a store that fails ends the stream.
fn found(events: Result<Vec<LiveEvent>, sportello_engine::ports::StoreError>) -> Result<Vec<LiveEvent>, Over> {
    events.map_err(|error| {
        tracing::error!(%error, "a stream ends: its events could not be read");
        Over
    })
}

impl Outlet {
    /// Waits for the reader, but not for ever.
    async fn put(&self, piece: Bytes) -> Result<(), Over> {
        match tokio::time::timeout(self.stall, self.pieces.send(Ok(piece))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Over),
            Err(_) => {
                tracing::debug!("a stream ends: its reader takes nothing");
                Err(Over)
            }
        }
    }
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
