//! The calls of the Graph API about files: upload, look up, delete.

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::json;

use super::super::super::Shared;
use super::super::super::meta::GraphError;
use super::super::codes::{refusal, refusal_because};
use super::super::sends::missing;
use super::{File, Origin, checked, keep, multipart};

/// `POST /{phone_number_id}/media`, a form with `messaging_product`, `file` and perhaps `type`.
pub(in super::super) async fn upload(
    shared: &Arc<Shared>,
    number_id: &str,
    content_type: &str,
    body: Bytes,
) -> Result<Response, GraphError> {
    let (mime_type, bytes) = read_form(content_type, &body)?;
    if shared.faults().upload_fails(number_id) {
        return Err(refusal(131_000));
    }
    checked(&mime_type, &bytes)?;
    let (keeper, number_id) = (Arc::clone(shared), number_id.to_owned());
    let kept =
        tokio::task::spawn_blocking(move || keep(&keeper, &number_id, &mime_type, &bytes, Origin::Uploaded));
    match kept.await {
        Ok(Ok(file)) => Ok(Json(json!({"id": file.id})).into_response()),
        outcome => {
            tracing::error!(?outcome, "An uploaded file could not be kept");
            Err(refusal(131_000))
        }
    }
}

/// The type and the bytes of the file in the form.
fn read_form(content_type: &str, body: &Bytes) -> Result<(String, Bytes), GraphError> {
    let unreadable = || GraphError::whatsapp(100, "Invalid parameter", "The body is no multipart/form-data.");
    let fields = multipart::read(content_type, body).ok_or_else(unreadable)?;
    let field = |name: &str| fields.iter().find(|field| field.name == name);
    match field("messaging_product").map(|field| field.bytes) {
        Some(b"whatsapp") => {}
        Some(_) => return Err(refusal_because(131_009, "messaging_product must be whatsapp")),
        None => return Err(missing("messaging_product")),
    }
    let file = field("file").ok_or_else(|| missing("file"))?;
    // The type of the part counts; `type` is for clients that cannot set one.
    let said = field("type").and_then(|field| std::str::from_utf8(field.bytes).ok());
    let own = file.mime_type.as_deref().filter(|own| *own != "application/octet-stream");
    let mime_type = own.or(said).ok_or_else(|| missing("type"))?;
    Ok((mime_type.to_owned(), body.slice_ref(file.bytes)))
}

/// `GET /{media_id}`: what it is, and an address for five minutes.
pub(in super::super) fn show(shared: &Shared, file: &File) -> Response {
    let url = file.address(shared, "getMedia", shared.clock.now());
    let shown = json!({"messaging_product": "whatsapp", "url": url, "mime_type": file.mime_type,
        "sha256": file.sha256, "file_size": file.size, "id": file.id});
    Json(shown).into_response()
}

/// `DELETE /{media_id}`.
pub(in super::super) fn remove(shared: &Shared, file: &File) -> Response {
    shared.change(|state| state.whatsapp.shelf.remove(&file.id));
    shared.vault.remove(&file.id);
    Json(json!({"success": true})).into_response()
}
