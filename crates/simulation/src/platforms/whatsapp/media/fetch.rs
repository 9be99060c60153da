//! Files that a business names by their address: the platform fetches them before it sends the message.

use super::super::super::Shared;
use super::super::sends::{Kind, MediaRef};
use super::kinds::{fits, limits};

/// The largest thing any kind may be.
const BYTES_MAX: usize = 100 * 1024 * 1024;

/// Fetches what has to be fetched.
///
/// # Errors
/// 131053 when a file cannot be had, is too large, or is of another kind.
pub(in super::super) async fn fetch_links(shared: &Shared, media: &[(Kind, MediaRef)]) -> Result<(), u32> {
    for (kind, file) in media {
        if let MediaRef::Link(url) = file {
            fetch(shared, *kind, url).await.ok_or(131_053_u32)?;
        }
    }
    Ok(())
}

/// Nothing when it cannot be used.
async fn fetch(shared: &Shared, kind: Kind, url: &str) -> Option<()> {
    let mut answer = shared.client.get(url).send().await.ok()?.error_for_status().ok()?;
    let mime_type = answer.headers().get(http::header::CONTENT_TYPE)?.to_str().ok()?.to_owned();
    let most = limits(&mime_type).map_or(BYTES_MAX, |(_, most)| most);
    let mut length = 0;
    while let Some(chunk) = answer.chunk().await.ok()? {
        length += chunk.len();
        if length > most {
            return None;
        }
    }
    (length > 0 && fits(&mime_type, kind)).then_some(())
}
