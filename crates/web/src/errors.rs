//! What can go wrong on a page: the one table from kinds to status and wording, and the page that says it.
//!
//! A page returns a [`Trouble`]; [`dress`] turns it, and whatever the framework refused by itself, into a page in the
//! visitor's language. Causes are logged here, once, with the request id that the visitor sees.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::access::Permission;
use usecases::{Failure, StoreError};

use crate::WebState;
use crate::layout::{Outward, Shell, page};
use crate::requests::{Visitor, query_value};
use crate::words::{Language, Words};

/// Why there is no page.
#[derive(Debug, Clone)]
pub(crate) enum Trouble {
    /// A field is missing, unknown or cannot be.
    BadRequest,
    /// A permission is missing.
    Forbidden(Permission),
    /// The session ended while somebody was writing. They go on here after logging in.
    LoggedOut(String),
    /// The form did not come from a page of ours.
    WrongOrigin,
    /// There is none, or none that the visitor can see.
    NotFound,
    /// The address knows no such method.
    Method,
    /// The form is too large.
    TooLarge,
    /// Only plain forms are taken.
    FormOnly,
    /// Somebody else was first.
    Conflict,
    /// The visitor has more pages open than one can follow.
    TooManyPages,
    /// Our own mistake.
    Bug,
    /// The store did not answer.
    Store(Arc<StoreError>),
    /// Any of these, with a text that somebody wrote and must not lose.
    Keeping(Box<Trouble>, String),
}

impl Trouble {
    /// The same trouble, with a text that the page gives back.
    pub(crate) fn keeping(self, text: &str) -> Self {
        Self::Keeping(Box::new(self), text.to_owned())
    }

    /// Status, title and text.
    fn words(&self, w: Words) -> (StatusCode, &'static str, String) {
        let (status, title, text) = match self {
            Self::BadRequest => {
                (StatusCode::BAD_REQUEST, w.error_bad_request_title(), w.error_bad_request_text())
            }
            Self::Forbidden(missing) => {
                let text = w.error_forbidden_text(w.permission(*missing));
                return (StatusCode::FORBIDDEN, w.error_forbidden_title(), text);
            }
            Self::LoggedOut(_) => {
                (StatusCode::UNAUTHORIZED, w.error_logged_out_title(), w.error_logged_out_text())
            }
            Self::WrongOrigin => (StatusCode::FORBIDDEN, w.error_origin_title(), w.error_origin_text()),
            Self::NotFound => (StatusCode::NOT_FOUND, w.error_not_found_title(), w.error_not_found_text()),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, w.error_method_title(), w.error_method_text()),
            Self::TooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, w.error_too_large_title(), w.error_too_large_text())
            }
            Self::FormOnly => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, w.error_form_only_title(), w.error_form_only_text())
            }
            Self::Conflict => (StatusCode::CONFLICT, w.error_conflict_title(), w.error_conflict_text()),
            Self::TooManyPages => {
                (StatusCode::TOO_MANY_REQUESTS, w.error_too_many_title(), w.error_too_many_text())
            }
            Self::Store(error) if error.is_temporary() => {
                (StatusCode::SERVICE_UNAVAILABLE, w.error_unavailable_title(), w.error_unavailable_text())
            }
            Self::Bug | Self::Store(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, w.error_bug_title(), w.error_bug_text())
            }
            Self::Keeping(trouble, _) => {
                let (status, title, text) = trouble.words(w);
                let safe = if status.is_server_error() { w.kept_text_safe().to_owned() } else { text };
                return (status, title, safe);
            }
        };
        (status, title, text.to_owned())
    }

    /// What the framework refused by itself.
    fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::Method,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::FormOnly,
            status if status.is_client_error() => Self::BadRequest,
            _ => Self::Bug,
        }
    }

    /// Where to go on: an address of ours, and its words.
    fn way_out(&self, w: Words) -> (String, &'static str) {
        match self {
            Self::LoggedOut(after) => (format!("/inloggen?naar={}", query_value(after)), w.login_submit()),
            Self::Keeping(trouble, _) => trouble.way_out(w),
            _ => ("/".to_owned(), w.error_home()),
        }
    }

    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Keeping(trouble, _) => trouble.store_error(),
            _ => None,
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

impl<R> From<Failure<R>> for Trouble {
    fn from(failure: Failure<R>) -> Self {
        match failure {
            Failure::Refused(_) => Self::BadRequest,
            Failure::NotAllowed(error) => Self::Forbidden(error.permission),
            Failure::NotFound => Self::NotFound,
            Failure::Conflict | Failure::KeyReused => Self::Conflict,
            Failure::Store(error) => Self::from(error),
        }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let (status, ..) = self.words(Words::of(Language::Nl));
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "layout/error.html")]
struct ErrorPage<'a> {
    shell: Shell,
    w: Words,
    title: &'a str,
    text: &'a str,
    request_id: Option<&'a str>,
    kept: Option<&'a str>,
    way_out: (String, &'static str),
}

/// Turns every error into a page.
pub(crate) async fn dress(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let request_id = request_id(request.headers());
    let response = next.run(request).await;
    let told = response.extensions().get::<Trouble>().cloned();
    let trouble = match told {
        Some(trouble) => trouble,
        // A piece of a file that is not there is answered to a player, which reads the headers and no page.
        None if response.status() == StatusCode::RANGE_NOT_SATISFIABLE => return response,
        None if response.status().as_u16() < 400 || is_page(&response) => return response,
        None => Trouble::of_status(response.status()),
    };
    if let Some(error) = trouble.store_error() {
        let id = request_id.as_deref().unwrap_or("none");
        tracing::error!(request.id = id, error = %error, "A page could not be made for request {id}");
    }
    let w = Words::of(Language::of_headers(&headers));
    let (_, title, _) = trouble.words(w);
    let shell = match response.extensions().get::<Arc<Visitor>>() {
        Some(user) => Shell::around(w, title, user, "/"),
        None => Shell::outward(&Outward::of(&state, &headers).await, title, "/"),
    };
    let mut dressed = trouble_page(&trouble, w, shell, request_id.as_deref());
    if let Some(allowed) = response.headers().get(ALLOW) {
        dressed.headers_mut().insert(ALLOW, allowed.clone());
    }
    dressed
}

fn trouble_page(trouble: &Trouble, w: Words, shell: Shell, request_id: Option<&str>) -> Response {
    let (status, title, text) = trouble.words(w);
    let kept = if let Trouble::Keeping(_, kept) = trouble { Some(kept.as_str()) } else { None };
    let request_id = request_id.filter(|_| status.is_server_error());
    let mut response = page(
        status,
        &ErrorPage {
            shell,
            w,
            title,
            text: &text,
            request_id,
            kept,
            way_out: trouble.way_out(w),
        },
    );
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert("retry-after", HeaderValue::from_static("30"));
    }
    response
}

fn is_page(response: &Response) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// The id that the server gave the request, if it looks like one.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("x-request-id")?.to_str().ok()?;
    let plain = !id.is_empty() && id.len() <= 64 && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    plain.then(|| id.to_owned())
}
