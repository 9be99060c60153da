//! A connection that is given up when the other side takes nothing of what it asked for.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// Bytes that have to be taken within the time: a byte a minute is no progress. At 30 seconds this is the pace of an
/// acoustic modem.
const PROGRESS: usize = 4 * 1024;

/// A stream whose writes fail with `TimedOut` when they have waited for `patience` without [`PROGRESS`].
pub(super) struct Moving<S> {
    stream: S,
    patience: Duration,
    waiting: Option<Waiting>,
}

struct Waiting {
    until: Pin<Box<Sleep>>,
    taken: usize,
}

impl<S> Moving<S> {
    pub(super) fn new(stream: S, patience: Duration) -> Self {
        Self { stream, patience, waiting: None }
    }

    /// Looks at how a write went.
    fn judge(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &written {
            Poll::Pending => {
                let patience = self.patience;
                let waiting = self.waiting.get_or_insert_with(|| Waiting {
                    until: Box::pin(tokio::time::sleep(patience)),
                    taken: 0,
                });
                ready!(waiting.until.as_mut().poll(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            Poll::Ready(Ok(bytes)) => {
                if let Some(waiting) = &mut self.waiting {
                    waiting.taken += bytes;
                    if waiting.taken >= PROGRESS {
                        self.waiting = None;
                    }
                }
                written
            }
            Poll::Ready(Err(_)) => written,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Moving<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Moving<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.judge(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.judge(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Asked for when everything was written: whoever has it all has nothing left to be slow with.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.waiting = None;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::time::Instant;

    const PATIENCE: Duration = Duration::from_secs(30);

    /// Reads `bytes` every `pause` until the other side is gone; returns how much came.
    async fn reads(mut other: DuplexStream, bytes: usize, pause: Duration) -> usize {
        let (mut piece, mut taken) = (vec![0; bytes], 0);
        loop {
            match other.read(&mut piece).await {
                Ok(0) | Err(_) => return taken,
                Ok(read) => taken += read,
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// Writes 100,000 bytes to a reader; how it ended, after how long, and how much arrived.
    async fn writes_to_one_who_reads(bytes: usize, pause: Duration) -> (io::Result<()>, Duration, usize) {
        let (ours, theirs) = duplex(1024);
        let reader = tokio::spawn(reads(theirs, bytes, pause));
        let (began, mut stream) = (Instant::now(), Moving::new(ours, PATIENCE));
        let done = async {
            stream.write_all(&[7; 100_000]).await?;
            stream.flush().await
        };
        let done = done.await;
        let lasted = began.elapsed();
        drop(stream);
        (done, lasted, reader.await.expect("no panic"))
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_too_little_is_given_up_and_who_is_only_slow_is_not() {
        let minute = Duration::from_secs(60);
        for (bytes, pause) in [(1, minute), (1, Duration::from_secs(1)), (1000, Duration::from_secs(20))] {
            let (done, lasted, _) = writes_to_one_who_reads(bytes, pause).await;
            assert_eq!(done.expect_err("too slow").kind(), io::ErrorKind::TimedOut, "{bytes} in {pause:?}");
            assert_eq!(lasted.as_secs(), PATIENCE.as_secs(), "{bytes} in {pause:?}");
        }
        // 100,000 bytes at 250 a second last for more than six minutes, and arrive.
        let (done, lasted, arrived) = writes_to_one_who_reads(250, Duration::from_secs(1)).await;
        done.expect("slow, and never still");
        assert!(lasted > 6 * minute, "{lasted:?}");
        assert_eq!(arrived, 100_000);
    }

    /// A wait that ended well must not be counted against the next answer on the same connection.
    #[tokio::test(start_paused = true)]
    async fn the_time_begins_anew_with_each_answer() {
        let (ours, mut theirs) = duplex(16);
        let mut stream = Moving::new(ours, PATIENCE);
        for _ in 0..3 {
            let write = async {
                stream.write_all(&[7; 32]).await?;
                stream.flush().await
            };
            let read = async {
                tokio::time::sleep(Duration::from_secs(20)).await;
                theirs.read_exact(&mut [0; 32]).await
            };
            let (wrote, read) = tokio::join!(write, read);
            wrote.expect("within its time");
            read.expect("it came");
            tokio::time::sleep(Duration::from_secs(600)).await;
        }
    }
}
