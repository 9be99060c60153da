//! An answer that is a file: poured to disk while it comes, never in memory as a whole. Its size, its time and its least
//! speed are limited, and it is hashed on the way.

use std::time::Duration;

use domain::channels::{Headers, HttpRequest, HttpResponse};
use reqwest::Body;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};

use super::{Egress, SendFailed, headers_of, plain, read};

/// How patient we are with an answer that is a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PourLimits {
    /// The most bytes.
    pub bytes_max: u64,
    /// The longest time, from the first byte out to the last byte in.
    pub total: Duration,
    /// What must come in each `window`, or it is given up: whoever drips holds a turn that others wait for.
    pub bytes_per_window: u64,
    /// The length of a window.
    pub window: Duration,
}

/// Why an answer was not poured out whole.
#[derive(Debug, thiserror::Error)]
pub enum PourFailed {
    /// It is larger than was allowed; announced, or seen while it came.
    #[error("larger than {0} bytes")]
    TooLarge(u64),
    /// It came too slowly, or not at all any more.
    #[error("too slow")]
    TooSlow,
    /// It ended before its end.
    #[error("it broke off: {0}")]
    BrokeOff(String),
    /// What it was poured into did not take it.
    #[error("it could not be written: {0}")]
    NotWritten(std::io::Error),
}

/// What was poured out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poured {
    /// Bytes.
    pub bytes: u64,
    /// SHA-256 as 64 hexadecimal digits.
    pub sha256: String,
}

/// An answer whose body has not been read.
pub struct Coming {
    answer: reqwest::Response,
    deadline: Instant,
    limits: PourLimits,
}

impl Egress {
    /// Sends a request and hands over the answer before its body is read.
    ///
    /// # Errors
    /// [`SendFailed`], as with [`Egress::send`].
    pub async fn open(&self, request: &HttpRequest, limits: PourLimits) -> Result<Coming, SendFailed> {
        let deadline = Instant::now() + limits.total;
        let mut outgoing = self.build(request, Body::from(request.body.clone()))?;
        *outgoing.timeout_mut() = Some(limits.total);
        let patience = deadline.min(Instant::now() + self.patience);
        match timeout_at(patience, self.execute(outgoing)).await {
            Ok(answer) => Ok(Coming { answer: answer?, deadline, limits }),
            Err(_) => Err(SendFailed::PerhapsSent("no answer in time".to_owned())),
        }
    }
}

impl Coming {
    /// Its status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.answer.status().as_u16()
    }

    /// Its header lines.
    #[must_use]
    pub fn headers(&self) -> Headers {
        headers_of(&self.answer)
    }

    /// How long it says that it is.
    #[must_use]
    pub fn announced(&self) -> Option<u64> {
        self.answer.content_length()
    }

    /// Reads it as a short answer.
    ///
    /// # Errors
    /// [`SendFailed`].
    pub async fn short(self) -> Result<HttpResponse, SendFailed> {
        read(self.answer).await
    }

    /// Pours its body into `sink`, which is flushed at the end. `room` is asked now and then whether to go on.
    ///
    /// # Errors
    /// [`PourFailed`]; what was written by then is in the sink.
    pub async fn pour(
        mut self,
        sink: &mut (impl AsyncWrite + Unpin),
        room: impl Fn() -> std::io::Result<()>,
    ) -> Result<Poured, PourFailed> {
        let limits = self.limits;
        if self.announced().is_some_and(|announced| announced > limits.bytes_max) {
            return Err(PourFailed::TooLarge(limits.bytes_max));
        }
        let (mut hash, mut bytes) = (Sha256::new(), 0_u64);
        let (mut window_ends, mut in_window) = (Instant::now() + limits.window, 0_u64);
        loop {
            let coming = timeout_at(window_ends.min(self.deadline), self.answer.chunk()).await;
            let Ok(chunk) = coming else {
                // The window or the whole time is over, with less than was asked for.
                if Instant::now() >= self.deadline || in_window < limits.bytes_per_window {
                    return Err(PourFailed::TooSlow);
                }
                room().map_err(PourFailed::NotWritten)?;
                (window_ends, in_window) = (Instant::now() + limits.window, 0);
                continue;
            };
            let Some(chunk) = chunk.map_err(|error| PourFailed::BrokeOff(plain(&error)))? else {
                break;
            };
            let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            bytes = bytes.saturating_add(length);
            if bytes > limits.bytes_max {
                return Err(PourFailed::TooLarge(limits.bytes_max));
            }
            let before = bytes.saturating_sub(length);
            if before == 0 || before / ROOM_EVERY != bytes / ROOM_EVERY {
                room().map_err(PourFailed::NotWritten)?;
            }
            hash.update(&chunk);
            sink.write_all(&chunk).await.map_err(PourFailed::NotWritten)?;
            in_window = in_window.saturating_add(length);
            if Instant::now() >= window_ends {
                if in_window < limits.bytes_per_window {
                    return Err(PourFailed::TooSlow);
                }
                (window_ends, in_window) = (Instant::now() + limits.window, 0);
            }
        }
        sink.flush().await.map_err(PourFailed::NotWritten)?;
        Ok(Poured { bytes, sha256: hex::encode(hash.finalize()) })
    }
}

/// Bytes between two looks at the room that is left.
const ROOM_EVERY: u64 = 4 * 1024 * 1024;
