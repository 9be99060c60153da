//! What can go wrong in a call: one table of kinds with their status and title, written as `application/problem+json`
//! (RFC 9457). The client branches on `type`, a developer reads `detail`; neither holds anything of a message's text.

use std::borrow::Cow;
use std::convert::Infallible;

use axum::response::{IntoResponse, Response};
use domain::access::NotAllowed;
use domain::conversations::{IllegalTransition, ReplyRefused};
use domain::templates::{FillProblem, TemplateRefused};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use usecases::attachments::RetryRefused;
use usecases::conversations::NoteRefused;
use usecases::drafts::UploadRefused;
use usecases::outbox::ResolveRefused;
use usecases::{Failure, StoreError};
use utoipa::ToSchema;

/// Seconds after which a client may try again when the store did not answer.
const COME_BACK_SECONDS: &str = "5";

/// The kinds of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    InvalidRequest,
    NotAuthenticated,
    NotAllowed,
    ForeignOrigin,
    NotFound,
    MethodNotAllowed,
    TooSlow,
    ChangedMeanwhile,
    NotInThisState,
    ReplyWindowClosed,
    TemplateNotUsable,
    OutcomeKnown,
    EvidenceMayCome,
    TooSoon,
    TooLarge,
    NotJson,
    KeyReused,
    Internal,
    Unavailable,
}

impl Kind {
    /// The table: the last part of `type`, the title, the status.
    const fn row(self) -> (&'static str, &'static str, StatusCode) {
        match self {
            Self::InvalidRequest => ("invalid-request", "The request is not valid", StatusCode::BAD_REQUEST),
            Self::NotAuthenticated => {
                ("not-authenticated", "A valid token is needed", StatusCode::UNAUTHORIZED)
            }
            Self::NotAllowed => ("not-allowed", "This token may not do this", StatusCode::FORBIDDEN),
            Self::ForeignOrigin => {
                ("foreign-origin", "Sent by a page of another site", StatusCode::FORBIDDEN)
            }
            Self::NotFound => ("not-found", "There is nothing at this address", StatusCode::NOT_FOUND),
            Self::MethodNotAllowed => (
                "method-not-allowed",
                "This address does not know this method",
                StatusCode::METHOD_NOT_ALLOWED,
            ),
            Self::TooSlow => ("too-slow", "The request did not come in time", StatusCode::REQUEST_TIMEOUT),
            Self::ChangedMeanwhile => {
                ("changed-meanwhile", "Somebody else changed it meanwhile", StatusCode::CONFLICT)
            }
            Self::NotInThisState => (
                "not-in-this-state",
                "This cannot be done to it in its present state",
                StatusCode::CONFLICT,
            ),
            Self::ReplyWindowClosed => {
                ("reply-window-closed", "The platform's reply window is closed", StatusCode::CONFLICT)
            }
            Self::TemplateNotUsable => (
                "template-not-usable",
                "The platform does not let this template be sent",
                StatusCode::CONFLICT,
            ),
            Self::OutcomeKnown => ("outcome-known", "There is nothing left to decide", StatusCode::CONFLICT),
            Self::EvidenceMayCome => ("evidence-may-come", "Evidence may still come", StatusCode::CONFLICT),
            Self::TooSoon => ("too-soon", "It would be refused again", StatusCode::CONFLICT),
            Self::TooLarge => ("too-large", "The request is too large", StatusCode::PAYLOAD_TOO_LARGE),
            Self::NotJson => {
                ("not-json", "The body is not of the right type", StatusCode::UNSUPPORTED_MEDIA_TYPE)
            }
            Self::KeyReused => (
                "key-reused",
                "The idempotency key was used for another request",
                StatusCode::UNPROCESSABLE_ENTITY,
            ),
            Self::Internal => {
                ("internal", "Something is wrong on our side", StatusCode::INTERNAL_SERVER_ERROR)
            }
            Self::Unavailable => {
                ("unavailable", "The store does not answer", StatusCode::SERVICE_UNAVAILABLE)
            }
        }
    }
}

/// One field or parameter that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct InvalidParam {
    /// Its name.
    pub name: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Why a call did not do what was asked. Nothing was changed.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{detail}")]
pub(super) struct Problem {
    kind: Kind,
    detail: Cow<'static, str>,
    invalid: Vec<InvalidParam>,
}

impl Problem {
    pub(super) fn new(kind: Kind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, detail: detail.into(), invalid: Vec::new() }
    }

    /// A request that cannot be understood, with everything that is wrong with it.
    pub(super) fn invalid(invalid: Vec<InvalidParam>) -> Self {
        let detail = match invalid.as_slice() {
            [one] => Cow::Owned(format!("{}: {}.", one.name, one.reason)),
            _ => Cow::Borrowed("Several fields or parameters are not valid; invalidParams names them."),
        };
        Self { kind: Kind::InvalidRequest, detail, invalid }
    }

    /// A request with one field or parameter that cannot be.
    pub(super) fn invalid_param(name: &str, reason: impl Into<String>) -> Self {
        Self::invalid(vec![InvalidParam { name: name.to_owned(), reason: reason.into() }])
    }

    pub(super) fn not_found() -> Self {
        Self::new(Kind::NotFound, "There is none, or none that this token can see.")
    }

    /// The body of the answer to a request for `instance`.
    pub(super) fn written(&self, instance: &str) -> String {
        let (slug, title, status) = self.kind.row();
        let body = ProblemDetails {
            kind: format!("/problems/{slug}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: self.detail.clone().into_owned(),
            instance: instance.to_owned(),
            invalid_params: (self.kind == Kind::InvalidRequest).then(|| self.invalid.clone()),
        };
        serde_json::to_string(&body).unwrap_or_else(|_| "{}".to_owned())
    }
}

/// A problem as `application/problem+json` (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub(super) struct ProblemDetails {
    /// What kind of problem: a path that stays the same, for programs to branch on.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference")]
    kind: String,
    /// The kind in words.
    title: String,
    /// The status of the answer.
    status: u16,
    /// What is wrong here.
    detail: String,
    /// The address that was asked.
    #[schema(format = "uri-reference")]
    instance: String,
    /// The fields and parameters that are not valid; only with status 400.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    invalid_params: Option<Vec<InvalidParam>>,
}

/// Only the head of an answer: its body needs the request's address, and is written where that is known (`guard`).
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.row().2.into_response();
        let headers = response.headers_mut();
        match self.kind {
            Kind::NotAuthenticated => {
                let challenge = HeaderValue::from_static("Bearer realm=\"gehoor\"");
                headers.insert(header::WWW_AUTHENTICATE, challenge);
            }
            Kind::Unavailable => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static(COME_BACK_SECONDS));
            }
            Kind::TooLarge | Kind::TooSlow => crate::body::close_after(&mut response),
            _ => (),
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl<R: Into<Self>> From<Failure<R>> for Problem {
    fn from(failure: Failure<R>) -> Self {
        match failure {
            Failure::Refused(refused) => refused.into(),
            Failure::NotAllowed(error) => error.into(),
            Failure::NotFound => Self::not_found(),
            Failure::Conflict => {
                Self::new(Kind::ChangedMeanwhile, "Somebody else was first; read it again and decide anew.")
            }
            Failure::KeyReused => Self::new(
                Kind::KeyReused,
                "This Idempotency-Key came before, with another body or for another call.",
            ),
            Failure::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if error.is_temporary() {
            tracing::warn!(%error, "A call of the API was answered with 503");
            Self::new(Kind::Unavailable, "Nothing was changed; the same call may succeed in a moment.")
        } else {
            tracing::error!(%error, "A call of the API was answered with 500");
            Self::new(Kind::Internal, "Nothing was changed; the cause stands in the log.")
        }
    }
}

impl From<NotAllowed> for Problem {
    fn from(error: NotAllowed) -> Self {
        Self::new(Kind::NotAllowed, format!("It lacks the permission {}.", error.permission.as_str()))
    }
}

impl From<Infallible> for Problem {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl From<IllegalTransition> for Problem {
    fn from(refused: IllegalTransition) -> Self {
        Self::new(Kind::NotInThisState, format!("The conversation is {}.", refused.from))
    }
}

impl From<RetryRefused> for Problem {
    fn from(refused: RetryRefused) -> Self {
        Self::new(Kind::NotInThisState, format!("The file did not fail: it is {}.", refused.0))
    }
}

impl From<NoteRefused> for Problem {
    fn from(refused: NoteRefused) -> Self {
        Self::invalid_param("text", refused.to_string())
    }
}

impl From<ReplyRefused> for Problem {
    fn from(refused: ReplyRefused) -> Self {
        match refused {
            ReplyRefused::Empty | ReplyRefused::TooLong { .. } | ReplyRefused::Unsendable => {
                Self::invalid_param("text", refused.to_string())
            }
            ReplyRefused::WindowClosed { since: Some(since) } => {
                Self::new(Kind::ReplyWindowClosed, format!("It closed at {since}."))
            }
            ReplyRefused::WindowClosed { since: None } => {
                Self::new(Kind::ReplyWindowClosed, "The resident has not written on this channel.")
            }
            ReplyRefused::Closed => {
                Self::new(Kind::NotInThisState, "The conversation is closed; reopen it first.")
            }
            ReplyRefused::File { .. } => Self::invalid_param("attachments", refused.to_string()),
            ReplyRefused::Along { what } => Self::invalid_param(field_of(what), refused.to_string()),
            ReplyRefused::Template(refused) => refused.into(),
            ReplyRefused::NotAllowed(error) => error.into(),
        }
    }
}

/// The field of a reply that a refusal of what goes along is about.
fn field_of(what: &str) -> &'static str {
    match what {
        "place" | "place_without_point" => "place",
        "contacts" | "contact_without_name" | "too_many_contacts" | "line_too_long" => "contacts",
        "template" | "template_with_more" | "template_header" => "template",
        "reaction" => "emoji",
        _ => "options",
    }
}

impl From<UploadRefused> for Problem {
    fn from(refused: UploadRefused) -> Self {
        match refused {
            UploadRefused::TooLarge => Self::new(Kind::TooLarge, "A file has at most 100 MB."),
            UploadRefused::Forbidden(why) => {
                Self::invalid_param("body", format!("such a file is not kept: {}", why.as_str()))
            }
            UploadRefused::TooMany => Self::new(
                Kind::NotInThisState,
                "Too many or too large files were uploaded and not sent; send them, or wait a day.",
            ),
            UploadRefused::NoRoom => {
                Self::new(Kind::Unavailable, "There is no room on the disk; ask the operator.")
            }
            UploadRefused::NotJudged => Self::new(
                Kind::Unavailable,
                "The file could not be looked into now; send it again in a minute.",
            ),
            UploadRefused::PlaceUnsure => {
                Self::invalid_param("body", "it cannot be said whether the file tells where it was made")
            }
            UploadRefused::TooLargeToRewrite => Self::new(
                Kind::TooLarge,
                "The picture is too large to take its place out of it; make it smaller.",
            ),
            UploadRefused::BrokenOff => Self::new(Kind::InvalidRequest, "The file broke off."),
        }
    }
}

impl From<TemplateRefused> for Problem {
    fn from(refused: TemplateRefused) -> Self {
        match refused {
            TemplateRefused::None => Self::invalid_param("template", refused.to_string()),
            TemplateRefused::NotUsable(_) | TemplateRefused::Unsupported => {
                Self::new(Kind::TemplateNotUsable, format!("It cannot be sent: {refused}."))
            }
            TemplateRefused::Changed { missing, superfluous } => {
                let detail = format!(
                    "Read it again. It asks for {} more values, and not for {} of those that were given.",
                    missing.len(),
                    superfluous.len()
                );
                Self::new(Kind::ChangedMeanwhile, detail)
            }
            TemplateRefused::Filled(problems) => {
                let told = |problem: FillProblem| match problem {
                    FillProblem::Missing(key) => ("it is missing", key),
                    FillProblem::Superfluous(key) => ("the template has no such placeholder", key),
                    FillProblem::TooLong(key) => ("it has more than 1024 characters", key),
                    FillProblem::OddSpace(key) => {
                        ("it holds a line break, a tab or more than four spaces in a row", key)
                    }
                };
                let invalid = problems.into_iter().take(20).map(told).map(|(reason, key)| InvalidParam {
                    name: format!("template.values.{}", domain::limits::cut(&key, 100)),
                    reason: reason.to_owned(),
                });
                Self::invalid(invalid.collect())
            }
        }
    }
}

impl From<ResolveRefused> for Problem {
    fn from(refused: ResolveRefused) -> Self {
        match refused {
            ResolveRefused::Known => Self::new(
                Kind::OutcomeKnown,
                "It is known by now what became of this part, or it was decided.",
            ),
            ResolveRefused::EvidenceMayCome { until } => {
                let detail = format!(
                    "Until {until} the platform may still tell what became of it. To send it again all the same, and \
                     perhaps twice, repeat the call with despiteWarning."
                );
                Self::new(Kind::EvidenceMayCome, detail)
            }
            ResolveRefused::TooSoon { until } => {
                let detail = format!(
                    "Until {until} the platform limits what this resident gets, and would refuse it again. To send it all \
                     the same, repeat the call with despiteWarning."
                );
                Self::new(Kind::TooSoon, detail)
            }
            ResolveRefused::WindowClosed => {
                Self::new(Kind::ReplyWindowClosed, "Sending it again would be refused by the platform.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_does_not_answer_costs_a_repetition_and_nothing_else() {
        let failure: Failure = Failure::Store(StoreError::changed_meanwhile("conversation 1"));
        let problem = Problem::from(failure);
        assert_eq!(problem.kind, Kind::Unavailable);
        let response = problem.into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::RETRY_AFTER], COME_BACK_SECONDS);
    }

    #[test]
    fn a_problem_is_written_as_rfc_9457_says() {
        let problem = Problem::invalid_param("pageSize", "it must be a whole number from 1 to 100");
        let written: serde_json::Value =
            serde_json::from_str(&problem.written("/api/v1/outbox")).expect("JSON");
        assert_eq!(
            written,
            serde_json::json!({
                "type": "/problems/invalid-request",
                "title": "The request is not valid",
                "status": 400,
                "detail": "pageSize: it must be a whole number from 1 to 100.",
                "instance": "/api/v1/outbox",
                "invalidParams": [{ "name": "pageSize", "reason": "it must be a whole number from 1 to 100" }]
            })
        );
    }
}
