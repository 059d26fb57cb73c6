//! Watches the bytes of a request, so that "nothing has left" is known and not guessed.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use sportello_domain::Instant;
use sportello_engine::ports::Clock;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What a connection's stream has done for the request at hand.
pub(crate) struct Wire {
    clock: Arc<dyn Clock>,
    not_after: AtomicU64,
    written: AtomicBool,
    late: AtomicBool,
}

impl Wire {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            clock,
            not_after: AtomicU64::new(Instant::MAX),
            written: AtomicBool::new(false),
            late: AtomicBool::new(false),
        })
    }

    /// A new request is about to be written, if it begins in time.
    pub(crate) fn begin(&self, not_after: Option<Instant>) {
        self.not_after.store(not_after.unwrap_or(Instant::MAX), Ordering::SeqCst);
        self.written.store(false, Ordering::SeqCst);
        self.late.store(false, Ordering::SeqCst);
    }

    /// Whether a byte of it was handed on.
    pub(crate) fn has_written(&self) -> bool {
        self.written.load(Ordering::SeqCst)
    }

    /// Whether it was stopped because its time was over.
    pub(crate) fn was_late(&self) -> bool {
        self.late.load(Ordering::SeqCst)
    }

    /// Asked before each write: the first one of a request looks at the clock.
    fn permit(&self) -> io::Result<()> {
        if self.has_written() || self.clock.boot() <= self.not_after.load(Ordering::SeqCst) {
            return Ok(());
        }
        self.late.store(true, Ordering::SeqCst);
        Err(io::Error::new(io::ErrorKind::TimedOut, "its time was over before the first byte"))
    }

    /// A write that failed may have handed on a part.
    fn note(&self, written: &Poll<io::Result<usize>>) {
        if matches!(written, Poll::Ready(Ok(1..) | Err(_))) {
            self.written.store(true, Ordering::SeqCst);
        }
    }
}

/// A stream under watch.
pub(crate) struct Watched<S> {
    pub(crate) stream: S,
    pub(crate) wire: Arc<Wire>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.wire.permit()?;
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.wire.note(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.wire.permit()?;
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.wire.note(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
