//! Reading a request's body, counted while it comes: nobody can make us hold more than the limit, or wait for ever.

use std::time::Duration;

use axum::body::Body;
use futures_util::StreamExt;
use http::{HeaderMap, HeaderValue, Response, header};

/// How long a body may take to come in.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most that is set aside on the word of a `Content-Length` alone.
const TRUSTED_CAPACITY: usize = 64 * 1024;

/// A body that was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotRead {
    /// It is, or says that it is, larger than the limit.
    TooLarge,
    /// It did not come in time.
    TooSlow,
    /// The sender broke off.
    BrokenOff,
}

/// Reads a body of at most `max` bytes. One that announces more is refused before its first byte is read.
///
/// # Errors
/// [`NotRead`]; the rest of the body is still on the connection, which must then be closed.
pub(crate) async fn read(headers: &HeaderMap, body: Body, max: usize) -> Result<Vec<u8>, NotRead> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > u64::try_from(max).unwrap_or(u64::MAX)) {
        return Err(NotRead::TooLarge);
    }
    let capacity = announced
        .and_then(|length| usize::try_from(length).ok())
        .unwrap_or(0)
        .min(TRUSTED_CAPACITY);
    tokio::time::timeout(PATIENCE, collect(body, max, capacity))
        .await
        .unwrap_or(Err(NotRead::TooSlow))
}

async fn collect(body: Body, max: usize, capacity: usize) -> Result<Vec<u8>, NotRead> {
    let mut pieces = body.into_data_stream();
    let mut read = Vec::with_capacity(capacity);
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| NotRead::BrokenOff)?;
        if read.len() + piece.len() > max {
            return Err(NotRead::TooLarge);
        }
        read.extend_from_slice(&piece);
    }
    Ok(read)
}

/// Has the connection closed after this answer, since what follows on it is the rest of a body.
pub(crate) fn close_after<B>(response: &mut Response<B>) {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
}
