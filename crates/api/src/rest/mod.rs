//! The REST API, `/api/v1/…`, by the API Design Rules of the Dutch government.
//!
//! A call passes `guard` (who, and whether they may), is read by `fields` (strictly), does one thing through one use
//! case, and answers in the words of `wire`; what goes wrong is in the table of `errors`. It refuses to know SQL, pages
//! and platforms, and it decides nothing that the use case does not decide as well.
//!
//! To add a call: a handler with its `#[utoipa::path]` in the file of its noun, its line in [`ROUTES`] and in `calls`,
//! and a test file that mirrors its address. The description follows by itself; a test compares the three lists.

mod attachments;
mod channel_accounts;
mod conversations;
mod cursor;
mod description;
mod drafts;
mod errors;
mod export;
mod fields;
mod guard;
mod keys;
mod outbox;
mod raw_events;
mod wire;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use domain::access::{Needs, Permission, Route};
use http::header;
use usecases::Installation;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use description::{Publisher, openapi};

use errors::{Kind, Problem};

/// Where the API stands. The description gives addresses relative to it, as its `servers` entry.
const PREFIX: &str = "/api/v1";

/// The addresses of this room: the published rights table. One line each, in the order of their paths.
pub const ROUTES: &[Route] = &[
    post("/api/v1/attachments", Permission::Reply),
    get("/api/v1/attachments/{id}/content", Permission::ReadConversations),
    post("/api/v1/attachments/{id}/retrieval", Permission::Reply),
    get("/api/v1/channel-accounts", Permission::ReadChannelHealth),
    get("/api/v1/channel-accounts/{id}/templates", Permission::ReadConversations),
    get("/api/v1/conversations", Permission::ReadConversations),
    get("/api/v1/conversations/{id}", Permission::ReadConversations),
    post("/api/v1/conversations/{id}/assignment", Permission::Claim),
    post("/api/v1/conversations/{id}/closure", Permission::Close),
    get("/api/v1/conversations/{id}/messages", Permission::ReadConversations),
    post("/api/v1/conversations/{id}/notes", Permission::Note),
    post("/api/v1/conversations/{id}/reopening", Permission::Close),
    post("/api/v1/conversations/{id}/replies", Permission::Reply),
    get("/api/v1/export", Permission::Export),
    Route {
        method: "GET",
        path: "/api/v1/openapi.json",
        needs: Needs::Nothing,
    },
    get("/api/v1/outbox", Permission::ReadConversations),
    post("/api/v1/outbox/{id}/resolution", Permission::ResolveUnknown),
    get("/api/v1/raw-events", Permission::ReadRawEvents),
    post("/api/v1/raw-events/{id}/replay", Permission::ReplayRawEvents),
];

const fn get(path: &'static str, permission: Permission) -> Route {
    Route { method: "GET", path, needs: Needs::Permission(permission) }
}

const fn post(path: &'static str, permission: Permission) -> Route {
    Route { method: "POST", path, needs: Needs::Permission(permission) }
}

/// What the calls need.
#[derive(Clone)]
pub struct ApiState {
    installation: Arc<Installation>,
    document: Arc<str>,
    host: Arc<str>,
}

impl ApiState {
    /// An API on this installation, described as `publisher` says.
    #[must_use]
    pub fn new(installation: Arc<Installation>, publisher: &Publisher) -> Self {
        Self {
            installation,
            document: description::written(publisher).into(),
            host: publisher.host.as_str().into(),
        }
    }
}

/// The API with its description.
pub fn router(state: ApiState) -> Router {
    let (calls, _) = calls().split_for_parts();
    let api = calls
        .route_layer(middleware::from_fn_with_state(state.clone(), guard::admit))
        .method_not_allowed_fallback(no_such_method)
        .fallback(no_such_address)
        .layer(middleware::from_fn(guard::complete))
        .with_state(state);
    Router::new().nest(PREFIX, api)
}

/// Every call, with its part of the description. Paths are relative to [`PREFIX`], which the description names as its
/// server; that is why this router is nested by axum and not by utoipa, which would write the prefix into each path.
fn calls() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(attachments::read_content))
        .routes(routes!(attachments::retrieve))
        .routes(routes!(channel_accounts::list))
        .routes(routes!(channel_accounts::templates))
        .routes(routes!(drafts::upload))
        .routes(routes!(conversations::assign))
        .routes(routes!(conversations::close))
        .routes(routes!(conversations::list))
        .routes(routes!(conversations::note))
        .routes(routes!(conversations::read))
        .routes(routes!(conversations::read_messages))
        .routes(routes!(conversations::reopen))
        .routes(routes!(conversations::reply))
        .routes(routes!(describe))
        .routes(routes!(export::export))
        .routes(routes!(outbox::list))
        .routes(routes!(outbox::resolve))
        .routes(routes!(raw_events::list))
        .routes(routes!(raw_events::replay))
}

/// This description.
///
/// The only call without a token, for every origin.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "readDescription",
    tag = "description",
    responses((
        status = 200,
        description = "This document",
        body = Object,
        headers(("access-control-allow-origin" = String, description = "Always `*`"))
    ))
)]
async fn describe(State(state): State<ApiState>) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    (headers, state.document.to_string()).into_response()
}

async fn no_such_method() -> Problem {
    Problem::new(Kind::MethodNotAllowed, "The header Allow names the methods of this address.")
}

async fn no_such_address() -> Problem {
    Problem::new(
        Kind::NotFound,
        "The API has no such address; /api/v1/openapi.json lists those that it has.",
    )
}

/// Cuts what was read to a page; the last item of the page when there was one beyond it.
fn cut<T>(items: &mut Vec<T>, page_size: u32) -> Option<&T> {
    let size = usize::try_from(page_size).unwrap_or(usize::MAX);
    let more = items.len() > size;
    items.truncate(size);
    items.last().filter(|_| more)
}
