//! The download itself: an address that works for five minutes, for those who show their token.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;

use super::super::super::Shared;
use super::super::super::faults::Fault;
use super::super::super::meta::GraphError;
use super::super::graph::{Caller, bearer};
use super::super::ids;
use super::File;

/// `/whatsapp_business/attachments/`, which lies beside the Graph API.
pub(in super::super) fn routes(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/whatsapp_business/attachments/", get(download))
        .with_state(Arc::clone(shared))
}

#[derive(Deserialize)]
struct Address {
    mid: String,
    ext: i64,
    hash: String,
}

async fn download(
    State(shared): State<Arc<Shared>>,
    Query(address): Query<Address>,
    headers: HeaderMap,
) -> Response {
    let trace = ids::trace(shared.run, shared.change(|state| state.whatsapp.next_id()));
    let caller = match Caller::with_token(&shared, bearer(&headers)) {
        Ok(caller) => caller,
        Err(refused) => return refused.answer(&trace),
    };
    let now = shared.clock.now();
    let proven = address.hash == ids::address_proof(&address.mid, address.ext);
    let file = shared
        .read(|state| state.whatsapp.shelf.file(&address.mid, now).cloned())
        .filter(|file| proven && address.ext > now.as_second() && caller.knows_number(&file.number_id));
    let Some(file) = file else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (keeper, id) = (Arc::clone(&shared), file.id.clone());
    let found = tokio::task::spawn_blocking(move || keeper.vault.get(&id)).await;
    let Ok(Some(bytes)) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let fault = shared.faults().download_fate(&file.number_id);
    given(&file, bytes, fault.as_ref())
}

fn given(file: &File, bytes: Bytes, fault: Option<&Fault>) -> Response {
    let half = bytes.len() / 2;
    match fault {
        Some(Fault::DownloadGone) => StatusCode::NOT_FOUND.into_response(),
        Some(Fault::DownloadError500) => GraphError::graph(
            StatusCode::INTERNAL_SERVER_ERROR,
            "OAuthException",
            2,
            "An unexpected error has occurred. Please retry your request later.",
        )
        .answer("A"),
        Some(Fault::DownloadWrongType) => {
            let page = "<!DOCTYPE html><html><body>Sorry, something went wrong.</body></html>";
            ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
        }
        Some(Fault::DownloadShort) => whole(file, half, Body::from(bytes.slice(..half))),
        Some(Fault::DownloadCut) => {
            let broken =
                stream::iter([Ok(bytes.slice(..half)), Err(std::io::Error::other("cut, as ordered"))]);
            whole(file, bytes.len(), Body::from_stream(broken))
        }
        Some(Fault::DownloadSlow { hold }) => whole(file, bytes.len(), slowly(&bytes, half, *hold)),
        _ => whole(file, bytes.len(), Body::from(bytes)),
    }
}

fn slowly(bytes: &Bytes, half: usize, hold: Duration) -> Body {
    let (first, second) = (bytes.slice(..half), bytes.slice(half..));
    let rest = stream::once(async move {
        tokio::time::sleep(hold).await;
        Ok::<_, Infallible>(second)
    });
    Body::from_stream(stream::iter([Ok::<_, Infallible>(first)]).chain(rest))
}

fn whole(file: &File, length: usize, body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, file.mime_type.clone()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CONTENT_DISPOSITION, "attachment".to_owned()),
    ];
    (headers, body).into_response()
}
