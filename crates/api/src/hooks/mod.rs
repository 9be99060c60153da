//! The platforms' webhooks: `GET|POST /hooks/{channel_account}`.
//!
//! This room knows addresses, limits and status codes. It does not know what a signature is, what a body means or where
//! it is kept: it hands the bytes on as they came, through a [`HookDoor`], and answers what the door says. Nothing of a
//! body is ever given back (A1).

mod door;
mod request;

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::access::{Needs, Route};
use domain::ids::ChannelAccountId;
use domain::limits::WEBHOOK_BODY_BYTES;
use http::{HeaderValue, StatusCode, header};

pub use door::{Answering, HookAnswer, HookDoor};

use crate::body::{self, NotRead};

/// Seconds after which a platform whose delivery could not be stored is asked to come back.
const COME_BACK_SECONDS: &str = "5";

/// The addresses of this room.
pub const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/hooks/{channel_account}",
        needs: Needs::Signature,
    },
    Route {
        method: "POST",
        path: "/hooks/{channel_account}",
        needs: Needs::Signature,
    },
];

/// The webhooks' addresses; what comes in goes through `door`.
pub fn router(door: Arc<dyn HookDoor>) -> Router {
    let methods = get(ask).head(no_such_method).post(deliver).fallback(no_such_method);
    Router::new()
        .route("/hooks/{channel_account}", methods)
        .layer(axum::middleware::map_response(plain_headers))
        .with_state(door)
}

/// The last part of the address; an error when it is not even text.
type Asked = Result<Path<String>, PathRejection>;

/// A platform asks whether this address is ours.
async fn ask(State(door): State<Arc<dyn HookDoor>>, account: Asked, request: Request) -> Response {
    let Some(account) = channel_account(account) else {
        return answer("handshake", &HookAnswer::NotFound);
    };
    let (parts, _) = request.into_parts();
    if !request::has_sane_headers(&parts.headers) {
        return refused("handshake", "headers_too_large", StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    }
    let request = request::raw(&parts, Vec::new());
    answer("handshake", &door.handshake(&account, request).await)
}

/// A platform delivers.
async fn deliver(State(door): State<Arc<dyn HookDoor>>, account: Asked, request: Request) -> Response {
    let Some(account) = channel_account(account) else {
        return answer("delivery", &HookAnswer::NotFound);
    };
    let (parts, body) = request.into_parts();
    if !request::has_sane_headers(&parts.headers) {
        return refused("delivery", "headers_too_large", StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    }
    let bytes = match body::read(&parts.headers, body, WEBHOOK_BODY_BYTES).await {
        Ok(bytes) => bytes,
        Err(NotRead::TooLarge) => return refused("delivery", "too_large", StatusCode::PAYLOAD_TOO_LARGE),
        Err(NotRead::TooSlow) => return refused("delivery", "too_slow", StatusCode::REQUEST_TIMEOUT),
        Err(NotRead::BrokenOff) => return refused("delivery", "broken_off", StatusCode::BAD_REQUEST),
    };
    answer("delivery", &door.deliver(&account, request::raw(&parts, bytes)).await)
}

/// The account of an address; `None` when the address can be nobody's.
fn channel_account(asked: Asked) -> Option<ChannelAccountId> {
    asked.ok().and_then(|Path(text)| text.parse().ok())
}

fn answer(what: &'static str, given: &HookAnswer) -> Response {
    count(what, given.as_str());
    match given {
        HookAnswer::Stored => StatusCode::OK.into_response(),
        // As plain text, so that no challenge can become somebody's page.
        HookAnswer::Challenge(text) => {
            ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text.clone()).into_response()
        }
        HookAnswer::Forbidden => StatusCode::FORBIDDEN.into_response(),
        HookAnswer::NotFound => StatusCode::NOT_FOUND.into_response(),
        HookAnswer::Malformed => StatusCode::BAD_REQUEST.into_response(),
        HookAnswer::NotStored => {
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, COME_BACK_SECONDS)]).into_response()
        }
    }
}

/// Turned away before the door; the connection may still carry the rest of the request.
fn refused(what: &'static str, outcome: &'static str, status: StatusCode) -> Response {
    count(what, outcome);
    let mut response = status.into_response();
    body::close_after(&mut response);
    response
}

async fn no_such_method() -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET,POST")]).into_response()
}

/// One counter for all accounts: an account's name in a label could be made up by anybody.
fn count(what: &'static str, outcome: &'static str) {
    metrics::counter!("webhooks_total", "what" => what, "outcome" => outcome).increment(1);
}

async fn plain_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
