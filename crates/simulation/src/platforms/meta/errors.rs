//! The Graph API's way of saying no.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// An error object of the Graph API with the HTTP status it travels with.
///
/// Source: developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes (15 May 2026).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GraphError {
    status: StatusCode,
    kind: &'static str,
    code: u32,
    subcode: Option<u32>,
    message: String,
    /// Only the WhatsApp errors carry `error_data`.
    details: Option<String>,
    /// Title and text for whoever filled in a form, `error_user_title` and `error_user_msg`.
    for_user: Option<Box<(&'static str, String)>>,
    retry_after: Option<String>,
}

impl GraphError {
    /// An error of the Graph API itself, without `error_data`.
    pub(crate) fn graph(
        status: StatusCode,
        kind: &'static str,
        code: u32,
        message: impl Into<String>,
    ) -> Self {
        let message = message.into();
        Self {
            status,
            kind,
            code,
            subcode: None,
            message,
            details: None,
            for_user: None,
            retry_after: None,
        }
    }

    /// A WhatsApp error, HTTP 400, its message as Meta builds it: `(#code) title`.
    pub(crate) fn whatsapp(code: u32, title: &str, details: impl Into<String>) -> Self {
        let message = format!("(#{code}) {title}");
        let plain = Self::graph(StatusCode::BAD_REQUEST, "OAuthException", code, message);
        Self { details: Some(details.into()), ..plain }
    }

    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    pub(crate) fn with_subcode(self, subcode: u32) -> Self {
        Self { subcode: Some(subcode), ..self }
    }

    pub(crate) fn with_words_for_user(self, title: &'static str, text: impl Into<String>) -> Self {
        Self { for_user: Some(Box::new((title, text.into()))), ..self }
    }

    pub(crate) fn with_retry_after(self, raw: Option<String>) -> Self {
        Self { retry_after: raw, ..self }
    }

    /// The token is missing, unknown or revoked.
    pub(crate) fn bad_token() -> Self {
        let message = "Invalid OAuth access token - Cannot parse access token";
        Self::graph(StatusCode::UNAUTHORIZED, "OAuthException", 190, message)
    }

    /// The object does not exist, or this token may not see it: Meta does not tell which.
    pub(crate) fn no_such_object(method: &str, id: &str) -> Self {
        let message = format!(
            "Unsupported {method} request. Object with ID '{id}' does not exist, cannot be loaded due to missing \
             permissions, or does not support this operation. Please read the Graph API documentation at \
             https://developers.facebook.com/docs/graph-api"
        );
        Self::graph(StatusCode::BAD_REQUEST, "GraphMethodException", 100, message).with_subcode(33)
    }

    /// A path that is none of the Graph API's.
    pub(crate) fn unknown_path(path: &str) -> Self {
        Self::graph(StatusCode::NOT_FOUND, "OAuthException", 2500, format!("Unknown path components: {path}"))
    }

    /// The answer, with `trace` as its `fbtrace_id`.
    pub(crate) fn answer(&self, trace: &str) -> Response {
        let data = self.details.as_deref();
        let error = Wire {
            message: &self.message,
            r#type: self.kind,
            code: self.code,
            error_subcode: self.subcode,
            is_transient: self.for_user.is_some().then_some(false),
            error_user_title: self.for_user.as_ref().map(|said| said.0),
            error_user_msg: self.for_user.as_ref().map(|said| said.1.as_str()),
            error_data: data.map(|details| WireData { messaging_product: "whatsapp", details }),
            fbtrace_id: trace,
        };
        let mut response = (self.status, axum::Json(WireEnvelope { error })).into_response();
        let headers = response.headers_mut();
        if self.code == 190 || self.code == 100 {
            let word = if self.code == 190 { "invalid_token" } else { "invalid_request" };
            let challenge = format!("OAuth \"Facebook Platform\" \"{word}\" \"{}\"", self.message);
            if let Ok(value) = HeaderValue::from_str(&challenge) {
                headers.insert(header::WWW_AUTHENTICATE, value);
            }
        }
        if let Some(value) = self.retry_after.as_deref().and_then(|raw| HeaderValue::from_str(raw).ok()) {
            headers.insert(header::RETRY_AFTER, value);
        }
        response
    }
}

#[derive(Serialize)]
struct WireEnvelope<'a> {
    error: Wire<'a>,
}

#[derive(Serialize)]
struct Wire<'a> {
    message: &'a str,
    r#type: &'static str,
    code: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_subcode: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_transient: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_user_title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_user_msg: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_data: Option<WireData<'a>>,
    fbtrace_id: &'a str,
}

#[derive(Serialize)]
struct WireData<'a> {
    messaging_product: &'static str,
    details: &'a str,
}
