//! The two calls of the Graph API that a business uses for text.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::Shared;
use super::super::meta::GraphError;
use super::number::NumberSettings;
use super::{ids, sending};

/// `/{version}/{phone_number_id}` and `/{version}/{phone_number_id}/messages`.
pub(crate) fn routes(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/{version}/{id}", get(number))
        .route("/{version}/{id}/messages", post(messages))
        .with_state(Arc::clone(shared))
}

/// The Graph API's answer to a path it does not have.
pub(crate) async fn unknown_path(uri: Uri) -> Response {
    GraphError::unknown_path(uri.path()).answer(&ids::trace([0, 0], 0))
}

#[derive(Deserialize)]
struct Fields {
    fields: Option<String>,
}

async fn number(
    State(shared): State<Arc<Shared>>,
    Path((version, id)): Path<(String, String)>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let found = known_version(&version, &uri).and_then(|()| authorise(&shared, "get", &id, &headers));
    let answer = found.map(|settings| axum::Json(shown(&settings, query.fields.as_deref())).into_response());
    dressed(&shared, &version, &id, answer)
}

async fn messages(
    State(shared): State<Arc<Shared>>,
    Path((version, id)): Path<(String, String)>,
    headers: HeaderMap,
    uri: Uri,
    body: Bytes,
) -> Response {
    let allowed = known_version(&version, &uri).and_then(|()| authorise(&shared, "post", &id, &headers));
    let answer = match allowed {
        Ok(_) => sending::handle(&shared, &id, &body).await,
        Err(error) => Err(error),
    };
    dressed(&shared, &version, &id, answer)
}

/// Versions are written `v26.0`.
fn known_version(version: &str, uri: &Uri) -> Result<(), GraphError> {
    let number = version.strip_prefix('v').and_then(|rest| rest.strip_suffix(".0"));
    let digits =
        number.is_some_and(|number| number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit()));
    if digits { Ok(()) } else { Err(GraphError::unknown_path(uri.path())) }
}

/// A token that nobody has is 190; a good token for another number sees nothing here, and Meta says only that.
fn authorise(
    shared: &Shared,
    method: &str,
    id: &str,
    headers: &HeaderMap,
) -> Result<NumberSettings, GraphError> {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
    let token = token.filter(|token| !token.is_empty()).ok_or_else(GraphError::bad_token)?;
    shared.read(|state| {
        let opens = |settings: &NumberSettings| settings.access_token.as_deref() == Some(token);
        let numbers = &state.whatsapp.numbers;
        match numbers.get(id) {
            Some(number) if opens(&number.settings) => Ok(number.settings.clone()),
            _ if numbers.values().any(|number| opens(&number.settings)) => {
                Err(GraphError::no_such_object(method, id))
            }
            _ => Err(GraphError::bad_token()),
        }
    })
}

fn shown(settings: &NumberSettings, fields: Option<&str>) -> Value {
    let all = json!({
        "verified_name": settings.verified_name,
        "code_verification_status": "VERIFIED",
        "display_phone_number": settings.display_phone_number,
        "quality_rating": "GREEN",
        "platform_type": "CLOUD_API",
    });
    let wanted = |name: &str| fields.is_none_or(|fields| fields.split(',').any(|field| field.trim() == name));
    let Value::Object(all) = all else {
        return Value::Null;
    };
    let mut shown: Map<String, Value> = all.into_iter().filter(|(name, _)| wanted(name)).collect();
    shown.insert("id".to_owned(), json!(settings.phone_number_id));
    Value::Object(shown)
}

/// Puts Meta's headers on an answer: the version, the trace and how much of the allowance is used, in percent.
fn dressed(shared: &Shared, version: &str, id: &str, answer: Result<Response, GraphError>) -> Response {
    let trace = ids::trace(shared.run, shared.change(|state| state.whatsapp.next_id()));
    let mut response = answer.unwrap_or_else(|error| error.answer(&trace));
    let now = shared.clock.now();
    let account = shared.read(|state| {
        let settings = &state.whatsapp.numbers.get(id)?.settings;
        Some((settings.waba_id.clone(), settings.messages_per_second))
    });
    let (waba_id, per_second) = account.unwrap_or_else(|| ("0".to_owned(), 80));
    let used = (shared.limits.last_second(id, now) * 100 / per_second.max(1)).min(100);
    let regain_minutes = u8::from(used >= 100);
    let app = json!({"call_count": used, "total_cputime": 0, "total_time": 0});
    let business = json!({waba_id: [{"type": "whatsapp", "call_count": used, "total_cputime": 0, "total_time": 0,
        "estimated_time_to_regain_access": regain_minutes}]});
    let said = [
        ("facebook-api-version", version.to_owned()),
        ("x-fb-trace-id", trace),
        ("x-app-usage", app.to_string()),
        ("x-business-use-case-usage", business.to_string()),
    ];
    for (name, value) in said {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}
