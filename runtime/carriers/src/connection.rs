//! One HTTP/1.1 connection, which carries one request at a time.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    body::Incoming,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use sportello_domain::Instant;
use sportello_engine::ports::Clock;
use tokio::task::JoinHandle;

use crate::{
    connect::Stream,
    limits::Limits,
    wire::{Watched, Wire},
};

/// An open connection with the task that drives it.
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    wire: Arc<Wire>,
    task: JoinHandle<()>,
}

/// What is known of a request whose connection was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// Not a byte.
    Nothing,
    /// Not a byte, because its time was over.
    NothingInTime,
    /// A byte at least.
    Something,
}

impl Connection {
    pub(crate) async fn open(
        stream: Box<dyn Stream>,
        clock: Arc<dyn Clock>,
        limits: &Limits,
    ) -> Result<Self, hyper::Error> {
        let wire = Wire::new(clock);
        let io = TokioIo::new(Watched { stream, wire: Arc::clone(&wire) });
        let (sender, driver) = http1::Builder::new()
            .max_buf_size(limits.response_head)
            .max_headers(limits.response_headers)
            .handshake(io)
            .await?;
        let task = tokio::spawn(async move {
            // An error shows in the request, too; on an idle connection it means that the other side has closed.
            let _ = driver.await;
        });
        Ok(Self { sender, wire, task })
    }

    /// Whether another request may be tried on it.
    pub(crate) fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    /// Writes a request and waits for the head of its answer.
    pub(crate) async fn send(
        &mut self,
        request: http::Request<Full<Bytes>>,
        not_after: Option<Instant>,
    ) -> Result<http::Response<Incoming>, hyper::Error> {
        // Before anything can fail: what is known of the request before must not be taken for this one's.
        self.wire.begin(not_after);
        self.sender.ready().await?;
        self.sender.send_request(request).await
    }

    /// Ends it, and says whether anything of the last request had left; nothing leaves afterwards.
    pub(crate) async fn end(mut self) -> Left {
        self.task.abort();
        let _ = (&mut self.task).await;
        match (self.wire.has_written(), self.wire.was_late()) {
            (true, _) => Left::Something,
            (false, true) => Left::NothingInTime,
            (false, false) => Left::Nothing,
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Instant {
            0
        }
        fn boot(&self) -> Instant {
            0
        }
    }

    #[tokio::test]
    async fn nothing_leaves_on_a_connection_that_was_closed_after_its_last_answer() {
        let (ours, mut theirs) = tokio::io::duplex(4_096);
        let mut connection = Connection::open(Box::new(ours), Arc::new(Still), &Limits::default()).await.unwrap();
        let server = tokio::spawn(async move {
            let mut request = [0; 1_024];
            assert!(theirs.read(&mut request).await.unwrap() > 0);
            theirs.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.unwrap();
        });
        let answer = connection.send(http::Request::default(), None).await.unwrap();
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "ok");
        server.await.unwrap();
        while connection.is_open() {
            tokio::task::yield_now().await;
        }
        assert!(connection.send(http::Request::default(), None).await.is_err());
        assert_eq!(connection.end().await, Left::Nothing);
    }
}
