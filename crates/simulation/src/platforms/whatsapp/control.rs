//! The control endpoints of the WhatsApp platform.

use std::collections::BTreeSet;
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
use super::{AcceptedPage, Event, Inbound, NumberSettings, Verification, WhatsApp};

/// Everything under `/control/whatsapp`.
pub(crate) fn routes(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/control/whatsapp/numbers", get(list).post(register))
        .route("/control/whatsapp/numbers/{id}", get(one).delete(remove))
        .route("/control/whatsapp/numbers/{id}/accepted", get(accepted))
        .route("/control/whatsapp/numbers/{id}/deliveries", get(deliveries))
        .route("/control/whatsapp/numbers/{id}/events", post(events))
        .route("/control/whatsapp/numbers/{id}/inbound", post(inbound))
        .route("/control/whatsapp/numbers/{id}/reading", post(reading))
        .route("/control/whatsapp/numbers/{id}/token", post(token))
        .route("/control/whatsapp/numbers/{id}/verification", post(verification))
        .route("/control/whatsapp/accounts/{id}/review", post(review))
        .route("/control/whatsapp/accounts/{id}/templates", post(add_template))
        .route("/control/whatsapp/accounts/{id}/templates/{template}", post(change_template))
        .route("/control/whatsapp/residents", post(residents))
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
    let number_id = settings.phone_number_id.clone();
    whatsapp.register(settings)?;
    let kept = whatsapp.look(&number_id, |number| number.settings.clone())?;
    Ok((StatusCode::CREATED, Json(json!(kept))))
}

async fn one(State(whatsapp): State<WhatsApp>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let shown = whatsapp.look(&id, |number| {
        let mut shown = json!(number.settings);
        shown["readReceipts"] = json!(number.read_receipts);
        shown["typingIndicators"] = json!(number.typing_indicators);
        shown["standing"] = json!(number.standing);
        shown
    })?;
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
    scopes: Option<BTreeSet<String>>,
}

async fn token(
    State(whatsapp): State<WhatsApp>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let token: Token = read(&body)?;
    whatsapp.replace_token(&id, token.access_token)?;
    whatsapp.limit_token(&id, token.scopes)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn verification(
    State(whatsapp): State<WhatsApp>,
    Path(id): Path<String>,
) -> Result<Json<Verification>, Problem> {
    whatsapp.verify_callback(&id).await.map(Json)
}

async fn events(
    State(whatsapp): State<WhatsApp>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let event: Event = read(&body)?;
    whatsapp.happen(&id, &event)?;
    Ok(StatusCode::ACCEPTED)
}

async fn review(
    State(whatsapp): State<WhatsApp>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    whatsapp.plan_review(&id, read(&body)?);
    Ok(StatusCode::NO_CONTENT)
}

async fn add_template(
    State(whatsapp): State<WhatsApp>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let template: Value = read(&body)?;
    Ok((StatusCode::CREATED, Json(whatsapp.add_template(&id, &template)?)))
}

async fn change_template(
    State(whatsapp): State<WhatsApp>,
    Path((id, template)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    whatsapp.change_template(&id, &template, read(&body)?).map(Json)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewResident {
    phone: String,
    #[serde(default)]
    name: String,
}

async fn residents(State(whatsapp): State<WhatsApp>, body: Bytes) -> Result<StatusCode, Problem> {
    let resident: NewResident = read(&body)?;
    whatsapp.register_resident(&resident.phone, &resident.name)?;
    Ok(StatusCode::CREATED)
}
