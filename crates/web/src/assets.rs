//! What a page loads besides its HTML, under names that change with the content, so that a browser may keep it for ever.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::errors::Trouble;

/// A file that is served.
struct File {
    name: &'static str,
    kind: &'static str,
    content: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// `GET /assets/{file}`
pub(crate) async fn show(Path(file): Path<String>) -> Result<Response, Trouble> {
    let found = FILES.iter().find(|one| one.name == file).ok_or(Trouble::NotFound)?;
    let headers = [(CONTENT_TYPE, found.kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, found.content).into_response())
}
