//! The control endpoints of the WhatsApp platform.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::control::read;
use super::super::{DeliveryCounts, Problem, Shared};
use super::{AcceptedPage, Inbound, NumberSettings, Verification, WhatsApp};

/// Everything under `/control/whatsapp`.
pub(crate) fn routes(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/control/whatsapp/numbers", get(list).post(register))
        .route("/control/whatsapp/numbers/{id}", get(one).delete(remove))
        .route("/control/whatsapp/numbers/{id}/accepted", get(accepted))
        .route("/control/whatsapp/numbers/{id}/deliveries", get(deliveries))
        .route("/control/whatsapp/numbers/{id}/inbound", post(inbound))
        .route("/control/whatsapp/numbers/{id}/reading", post(reading))
        .route("/control/whatsapp/numbers/{id}/token", post(token))
        .route("/control/whatsapp/numbers/{id}/verification", post(verification))
        .with_state(WhatsApp::of(Arc::clone(shared)))
}

async fn list(State(whatsapp): State<WhatsApp>) -> Json<Value> {
    Json(json!({"items": whatsapp.numbers()}))
}

async fn register(
    State(whatsapp): State<WhatsApp>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let settings: NumberSettings = read(&body)?;
    whatsapp.register(settings.clone())?;
    Ok((StatusCode::CREATED, Json(json!(settings))))
}

async fn one(State(whatsapp): State<WhatsApp>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let (settings, read_receipts) =
        whatsapp.look(&id, |number| (number.settings.clone(), number.read_receipts))?;
    let mut shown = json!(settings);
    shown["readReceipts"] = json!(read_receipts);
    Ok(Json(shown))
}

async fn remove(State(whatsapp): State<WhatsApp>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    whatsapp.remove(&id)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
}

async fn accepted(
    State(whatsapp): State<WhatsApp>,
    Path(id): Path<String>,
    Query(page): Query<After>,
) -> Result<Json<AcceptedPage>, Problem> {
    whatsapp.accepted(&id, page.after).map(Json)
}

async fn deliveries(
    State(whatsapp): State<WhatsApp>,
    Path(id): Path<String>,
) -> Result<Json<DeliveryCounts>, Problem> {
    whatsapp.deliveries(&id).map(Json)
}

async fn inbound(
    State(whatsapp): State<WhatsApp>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let inbound: Inbound = read(&body)?;
    let wamids = whatsapp.inbound(&id, &inbound)?;
    Ok((StatusCode::ACCEPTED, Json(json!({"wamids": wamids}))))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Reading {
    position: u64,
}

async fn reading(
    State(whatsapp): State<WhatsApp>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let reading: Reading = read(&body)?;
    whatsapp.resident_reads(&id, reading.position)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Token {
    access_token: Option<String>,
}

async fn token(
    State(whatsapp): State<WhatsApp>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let token: Token = read(&body)?;
    whatsapp.replace_token(&id, token.access_token)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn verification(
    State(whatsapp): State<WhatsApp>,
    Path(id): Path<String>,
) -> Result<Json<Verification>, Problem> {
    whatsapp.verify_callback(&id).await.map(Json)
}
