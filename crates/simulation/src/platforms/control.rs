//! The control endpoints: how a test or a demo steers the platforms. Only for callers on the same machine.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::faults::FaultOrder;
use super::serve::Peer;
use super::{Problem, Shared, whatsapp};

/// Everything under `/control`.
pub(crate) fn routes(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/control/clock", get(what_time).post(jump))
        .route("/control/faults", get(faults).post(order_fault).delete(clear_faults))
        .route("/control/reset", post(reset))
        .with_state(Arc::clone(shared))
        .merge(whatsapp::control_routes(shared))
        .route_layer(middleware::from_fn(only_from_here))
}

/// Reads a JSON body; what is wrong with it is said in the answer.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body)
        .map_err(|error| Problem::invalid(format!("The body cannot be used: {error}.")))
}

/// Whoever reaches these endpoints can read every simulated token, so they answer the same machine only.
async fn only_from_here(request: Request, next: Next) -> Result<Response, Problem> {
    match request.extensions().get::<Peer>() {
        Some(Peer(address)) if address.ip().to_canonical().is_loopback() => Ok(next.run(request).await),
        _ => Err(Problem::forbidden("the control endpoints answer callers on the same machine only")),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Jump {
    advance_seconds: u64,
}

async fn what_time(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(json!({"now": shared.clock.now()}))
}

async fn jump(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<Json<Value>, Problem> {
    let jump: Jump = read(&body)?;
    shared.clock.jump(Duration::from_secs(jump.advance_seconds));
    Ok(Json(json!({"now": shared.clock.now()})))
}

async fn faults(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let items = shared.faults().list();
    Json(json!({"items": items}))
}

/// Orders one fault, or several in a list.
async fn order_fault(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<StatusCode, Problem> {
    let several = body.trim_ascii_start().starts_with(b"[");
    let orders: Vec<FaultOrder> = if several { read(&body)? } else { vec![read(&body)?] };
    for order in orders {
        shared.faults().order(order)?;
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn clear_faults(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.faults().clear();
    StatusCode::NO_CONTENT
}

async fn reset(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.reset();
    StatusCode::NO_CONTENT
}
