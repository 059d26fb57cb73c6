//! The socket of a stream, after the head of its answer.

use std::time::Duration;

use http::Version;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// The stream is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// The reader is told, where it is still there.
    Told,
    /// The reader takes nothing, or is gone: it is not waited for once more.
    Untold,
}

/// Pieces go out as chunks (RFC 9112, section 7.1). To a caller of HTTP/1.0, who knows none, they go as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    Chunks,
    Bare,
}

impl Framing {
    pub(super) fn of(version: Version) -> Self {
        if version == Version::HTTP_11 { Self::Chunks } else { Self::Bare }
    }

    /// No piece is empty: an empty chunk is the end.
    fn frame(self, piece: String) -> Vec<u8> {
        match self {
            Self::Chunks => format!("{:x}\r\n{piece}\r\n", piece.len()).into_bytes(),
            Self::Bare => piece.into_bytes(),
        }
    }

    fn end(self) -> &'static [u8] {
        match self {
            Self::Chunks => b"0\r\n\r\n",
            Self::Bare => b"",
        }
    }
}

pub(super) struct Wire<T> {
    pub(super) io: T,
    pub(super) framing: Framing,
    /// How long a reader may take nothing.
    pub(super) stall: Duration,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Wire<T> {
    /// Waits for the reader, but not for ever.
    pub(super) async fn put(&mut self, piece: String) -> Result<(), Over> {
        let framed = self.framing.frame(piece);
        match tokio::time::timeout(self.stall, self.io.write_all(&framed)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Over::Untold),
            Err(_) => {
                tracing::debug!("a stream ends: its reader takes nothing");
                Err(Over::Untold)
            }
        }
    }

    /// Returns when the reader is gone. What a reader says after its request is not heard.
    pub(super) async fn gone(&mut self) {
        let mut unheard = [0; 64];
        while self.io.read(&mut unheard).await.is_ok_and(|read| read > 0) {}
    }

    /// Says that the stream is over, to who may still be there.
    pub(super) async fn end(mut self, over: Over) {
        if over == Over::Untold {
            return;
        }
        let ending = async {
            self.io.write_all(self.framing.end()).await?;
            self.io.shutdown().await
        };
        let _ = tokio::time::timeout(self.stall, ending).await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{DuplexStream, duplex};
    use tokio::time::Instant;

    use super::*;

    const STALL: Duration = Duration::from_secs(30);

    /// A stream of a reader for whom so many bytes are held.
    fn wire(held: usize) -> (DuplexStream, Wire<DuplexStream>) {
        let (reader, io) = duplex(held);
        (reader, Wire { io, framing: Framing::Chunks, stall: STALL })
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_who_takes_nothing_is_waited_for_once() {
        let (_idle, mut wire) = wire(4);
        let begun = Instant::now();
        let over = wire.put("more than is held".to_owned()).await.unwrap_err();
        wire.end(over).await;
        assert_eq!(begun.elapsed(), STALL);
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_is_told_of_the_end_and_not_waited_for_longer_than_for_anything() {
        for (held, told, waited) in [(64, "0\r\n\r\n", Duration::ZERO), (4, "0\r\n\r", STALL)] {
            let (mut reader, wire) = wire(held);
            let begun = Instant::now();
            wire.end(Over::Told).await;
            assert_eq!(begun.elapsed(), waited);
            let mut read = String::new();
            reader.read_to_string(&mut read).await.unwrap();
            assert_eq!(read, told);
        }
    }

    #[test]
    fn pieces_are_framed_as_the_version_of_the_caller_has_it() {
        let framed = |version| String::from_utf8(Framing::of(version).frame("0123456789abcdef".to_owned())).unwrap();
        assert_eq!(framed(Version::HTTP_11), "10\r\n0123456789abcdef\r\n");
        assert_eq!(framed(Version::HTTP_10), "0123456789abcdef");
    }
}
