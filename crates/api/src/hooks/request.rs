//! A request as a value: what came, untouched.

use domain::channels::{Headers, RawRequest};
use http::HeaderMap;
use http::request::Parts;

/// Header lines that a platform's request can have; real ones have about fifteen.
const HEADER_LINES: usize = 100;
/// Bytes that all of them can have together.
const HEADER_BYTES: usize = 32 * 1024;

/// Whether the header lines are as many and as long as a platform's can be.
pub(super) fn has_sane_headers(headers: &HeaderMap) -> bool {
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    headers.len() <= HEADER_LINES && bytes <= HEADER_BYTES
}

/// The request with its body. Lines that are no text are left out; of a name that came several times, every line is
/// handed on, so that whoever checks signatures sees that there were two.
pub(super) fn raw(parts: &Parts, body: Vec<u8>) -> RawRequest {
    let lines = parts.headers.iter().filter_map(|(name, value)| {
        let text = std::str::from_utf8(value.as_bytes()).ok()?;
        Some((name.as_str().to_owned(), text.to_owned()))
    });
    RawRequest {
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: Headers::new(lines),
        body,
    }
}
