//! What stands around the rooms' routes: health, request ids, and a panic that ends one request and nothing else.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::access::{Needs, Route};
use drivers::Questions;
use drivers::egress::{Allowed, Egress};
use futures_util::FutureExt;
use usecases::Installation;

use crate::config::{Config, Publisher};
use crate::wiring::Door;

/// All routes of the main listener.
///
/// # Errors
/// When the list of what may be reached cannot be read, or TLS cannot be set up.
pub fn router(installation: &Arc<Installation>, door: Arc<Door>, config: &Config) -> Result<Router, String> {
    let secure_cookies = config.public_url.as_deref().is_some_and(|url| url.starts_with("https://"));
    let mut pages = web::WebState::new(Arc::clone(installation), secure_cookies);
    if let Some(url) = config.public_url.as_deref() {
        pages = pages.known_as(url);
    }
    let questions = Questions::new(Egress::new(Allowed::parse(&config.egress_allow))?);
    let pages = web::router(pages.asking(Arc::new(questions)));
    let health = Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready).with_state(Arc::clone(installation)));
    let router = pages
        .merge(api::rest::router(api::rest::ApiState::new(Arc::clone(installation), &publisher(config))))
        .merge(api::hooks::router(door))
        .merge(health)
        .layer(from_fn_with_state(Arc::clone(installation), around));
    Ok(router)
}

/// Whom integrators ask, and where the API is: what the configuration says of it.
fn publisher(config: &Config) -> api::rest::Publisher {
    let mut publisher = api::rest::Publisher::default();
    if let Some(Publisher { name, url, email }) = config.publisher.clone() {
        publisher = api::rest::Publisher { name, url, email, ..publisher };
    }
    let host = config.public_url.as_deref().and_then(|url| url.split_once("://"));
    if let Some((_, host)) = host {
        publisher.host = host.trim_end_matches('/').to_owned();
    }
    publisher
}

/// The register of routes, by path.
#[must_use]
pub fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route { method: "GET", path: "/healthz", needs: Needs::Nothing },
        Route { method: "GET", path: "/readyz", needs: Needs::Nothing },
    ];
    routes.extend(web::routes());
    routes.extend(api::routes());
    routes.sort_by_key(|route| (route.path, route.method));
    routes
}

/// Whether this node can serve: its store answers and takes writes. A dead platform does not make it unready.
async fn ready(State(installation): State<Arc<Installation>>) -> Response {
    if installation.store.writing_has_stopped() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the disk failed; writing has stopped\n").into_response();
    }
    match installation.store.answers().await {
        Ok(()) => "ready\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n").into_response(),
    }
}

/// Gives each request an id that the user sees on an error page and the operator finds in the log.
async fn around(State(installation): State<Arc<Installation>>, mut request: Request, next: Next) -> Response {
    let id = installation.ids.next().to_string();
    // Ours replaces whatever the client sent: nobody chooses what stands in our log.
    if let Ok(value) = HeaderValue::from_str(&id) {
        request.headers_mut().insert("x-request-id", value);
    }
    let (method, path) = (request.method().clone(), matched(&request));
    let answered = std::panic::AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = answered.unwrap_or_else(|_| {
        tracing::error!(request.id = %id, method = %method, path, "A request panicked");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    });
    let status = response.status();
    // What the door could not store, it has said; at hundreds a second a line for each would fill the disk.
    let is_said = status == StatusCode::SERVICE_UNAVAILABLE && path.starts_with("/hooks/");
    if status.is_server_error() && !is_said {
        tracing::error!(request.id = %id, method = %method, path, status = status.as_u16(), "A request failed");
    } else {
        tracing::debug!(request.id = %id, method = %method, path, status = status.as_u16(), "Request {id} answered");
    }
    metrics::counter!("http_requests_total", "status" => status.as_u16().to_string()).increment(1);
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert("x-request-id", value);
    }
    headers
        .entry(header::X_CONTENT_TYPE_OPTIONS)
        .or_insert(HeaderValue::from_static("nosniff"));
    response
}

/// The route's pattern, not the path itself: a path can hold an id.
fn matched(request: &Request) -> String {
    let pattern = request.extensions().get::<axum::extract::MatchedPath>();
    pattern.map_or_else(|| "(no route)".to_owned(), |pattern| pattern.as_str().to_owned())
}
