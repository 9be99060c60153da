//! A call of the Graph API: what came, who calls, and the headers of every answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use serde_json::json;

use super::super::super::Shared;
use super::super::super::meta::GraphError;
use super::super::codes::refusal;
use super::super::ids;
use super::super::number::{MANAGEMENT, MESSAGING, Number};

/// A request as it came.
#[derive(Debug)]
pub(super) struct Call {
    version: String,
    /// The object in the path; empty when there is none.
    pub(super) id: String,
    uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) query: BTreeMap<String, String>,
    pub(super) body: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Call {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let path = Path::<BTreeMap<String, String>>::from_request_parts(&mut parts, state).await;
        let path = path.map_err(IntoResponse::into_response)?;
        let word = |name: &str| path.get(name).cloned().unwrap_or_default();
        let (version, id) = (word("version"), word("id"));
        let Query(query) = Query::try_from_uri(&parts.uri).map_err(IntoResponse::into_response)?;
        let (uri, headers) = (parts.uri.clone(), parts.headers.clone());
        let body = Bytes::from_request(Request::from_parts(parts, body), state).await;
        let body = body.map_err(|refused| {
            let message = format!("The body cannot be read: {refused}");
            GraphError::whatsapp(100, "Invalid parameter", message).answer(&ids::trace([0, 0], 0))
        })?;
        Ok(Self { version, id, uri, headers, query, body })
    }
}

/// Who calls: the numbers and accounts that the token opens, and what it may do there.
#[derive(Debug)]
pub(in super::super) struct Caller {
    numbers: BTreeSet<String>,
    accounts: BTreeSet<String>,
    messaging: bool,
    management: bool,
}

impl Caller {
    /// Whom this token lets in; 190 when it opens nothing.
    pub(in super::super) fn with_token(shared: &Shared, token: Option<&str>) -> Result<Self, GraphError> {
        let token = token.filter(|token| !token.is_empty()).ok_or_else(GraphError::bad_token)?;
        shared.read(|state| {
            let opens = |number: &&Number| number.settings.access_token.as_deref() == Some(token);
            let opened: Vec<&Number> = state.whatsapp.numbers.values().filter(opens).collect();
            let first = opened.first().ok_or_else(GraphError::bad_token)?;
            let settings = || opened.iter().map(|number| &number.settings);
            Ok(Self {
                numbers: settings().map(|settings| settings.phone_number_id.clone()).collect(),
                accounts: settings().map(|settings| settings.waba_id.clone()).collect(),
                messaging: first.may(MESSAGING),
                management: first.may(MANAGEMENT),
            })
        })
    }

    pub(in super::super) fn knows_number(&self, id: &str) -> bool {
        self.numbers.contains(id)
    }

    pub(super) fn knows_account(&self, id: &str) -> bool {
        self.accounts.contains(id)
    }

    /// May it send and fetch for this number? Meta does not tell whether the number exists.
    pub(super) fn may_message(&self, method: &str, id: &str) -> Result<(), GraphError> {
        if !self.knows_number(id) {
            return Err(GraphError::no_such_object(method, id));
        }
        if self.messaging { Ok(()) } else { Err(refusal(10)) }
    }

    /// May it change this number or account?
    pub(super) fn may_manage(&self, method: &str, id: &str) -> Result<(), GraphError> {
        if !self.knows_number(id) && !self.knows_account(id) {
            return Err(GraphError::no_such_object(method, id));
        }
        if self.management { Ok(()) } else { Err(refusal(200)) }
    }
}

impl Call {
    /// Checks version and token.
    pub(super) fn caller(&self, shared: &Shared) -> Result<Caller, GraphError> {
        self.known_version()?;
        let token = self.query.get("access_token").map(String::as_str);
        Caller::with_token(shared, bearer(&self.headers).or(token))
    }

    /// Versions are written `v26.0`.
    fn known_version(&self) -> Result<(), GraphError> {
        let number = self.version.strip_prefix('v').and_then(|rest| rest.strip_suffix(".0"));
        let digits = number
            .is_some_and(|number| number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit()));
        if digits { Ok(()) } else { Err(GraphError::unknown_path(self.uri.path())) }
    }

    /// Puts Meta's headers on an answer: the version, the trace and how much of the allowance is used, in percent.
    pub(super) fn dressed(&self, shared: &Arc<Shared>, answer: Result<Response, GraphError>) -> Response {
        let trace = ids::trace(shared.run, shared.change(|state| state.whatsapp.next_id()));
        let mut response = answer.unwrap_or_else(|error| error.answer(&trace));
        let now = shared.clock.now();
        let account = shared.read(|state| {
            let settings = &state.whatsapp.numbers.get(&self.id)?.settings;
            Some((settings.waba_id.clone(), settings.messages_per_second))
        });
        let (waba_id, per_second) = account.unwrap_or_else(|| ("0".to_owned(), 80));
        let used = (shared.limits.last_second(&self.id, now) * 100 / per_second.max(1)).min(100);
        let regain_minutes = u8::from(used >= 100);
        let app = json!({"call_count": used, "total_cputime": 0, "total_time": 0});
        let business = json!({waba_id: [{"type": "whatsapp", "call_count": used, "total_cputime": 0,
            "total_time": 0, "estimated_time_to_regain_access": regain_minutes}]});
        let said = [
            ("facebook-api-version", self.version.clone()),
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
}

/// The token of the `Authorization` header.
pub(in super::super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
