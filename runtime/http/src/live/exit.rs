//! How a stream gets the socket for itself. What the machinery of HTTP keeps for a connection, its two buffers above all,
//! would be most of what an open chat window costs, and is of no use once the head of the answer is sent.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Pump;

/// Shared by a connection, its socket and the requests that come over it, which carry it as an extension.
#[derive(Clone, Default)]
pub(crate) struct Exit(Arc<State>);

#[derive(Default)]
struct State {
    pump: Mutex<Option<Pump>>,
    /// Whether something was written, and not all of it has left.
    unsent: AtomicBool,
}

impl Exit {
    /// Says that the answer whose head is being sent is a stream, and what fills it.
    pub(super) fn leave_with(&self, pump: Pump) {
        *self.lock() = Some(pump);
    }

    /// What is to have the socket, once all before it has left.
    pub(crate) fn ready(&self) -> Option<Pump> {
        if self.all_has_left() { self.lock().take() } else { None }
    }

    fn all_has_left(&self) -> bool {
        !self.0.unsent.load(Ordering::Relaxed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Pump>> {
        self.0.pump.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A socket that knows whether all that was written has left: hyper flushes when it has nothing more to write.
pub(crate) struct Socket<T> {
    io: T,
    exit: Exit,
}

impl<T> Socket<T> {
    pub(crate) fn new(io: T, exit: Exit) -> Self {
        Self { io, exit }
    }

    pub(crate) fn into_inner(self) -> T {
        self.io
    }

    fn writing(&self) {
        self.exit.0.unsent.store(true, Ordering::Relaxed);
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Socket<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Socket<T> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.writing();
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.writing();
        Pin::new(&mut self.io).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(context);
        self.exit.0.unsent.store(flushed.is_pending(), Ordering::Relaxed);
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[tokio::test]
    async fn what_was_written_has_left_once_it_was_flushed() {
        let exit = Exit::default();
        let (mut reader, io) = tokio::io::duplex(4);
        let mut socket = Socket::new(io, exit.clone());
        assert!(exit.all_has_left());
        let mut answering = Box::pin(async {
            socket.write_all(b"answer").await?;
            socket.flush().await
        });
        assert!(futures::poll!(&mut answering).is_pending());
        assert!(!exit.all_has_left());
        let mut read = [0; 6];
        let (answered, taken) = tokio::join!(answering, reader.read_exact(&mut read));
        assert!(answered.is_ok() && taken.is_ok());
        assert!(exit.all_has_left());
    }
}
