//! Closing and opening again.

use axum::Extension;
use domain::conversations::Outcome;
use domain::ids::ConversationId;
use http::StatusCode;
use usecases::Ctx;
use usecases::conversations::{Close, close_conversation, reopen_conversation};
use utoipa::ToSchema;

use crate::rest::errors::{Problem, ProblemDetails};
use crate::rest::fields::{Body, Fields, FromFields, Id, one_of};
use crate::rest::keys::{self, IdempotencyKey};
use crate::rest::wire::words;

/// Closing a conversation (afsluiten).
#[derive(ToSchema)]
pub(in crate::rest) struct ClosureRequest {
    #[schema(value_type = words::Outcome)]
    outcome: Outcome,
    /// The conversation's version that this decision is based on: a message that came since then stops it.
    version: Option<i64>,
}

impl FromFields for ClosureRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let outcomes = one_of(Outcome::ALL.iter().map(|outcome| outcome.as_str()));
        let outcome = fields.word("outcome", &outcomes, |text| text.parse().ok());
        let version = fields.maybe_version();
        Some(Self { outcome: outcome?, version: version? })
    }
}

/// Closes a conversation (afsluiten).
///
/// A message that comes within 72 hours opens it again; a later one begins a new conversation.
#[utoipa::path(
    post,
    path = "/conversations/{id}/closure",
    operation_id = "closeConversation",
    tag = "conversations",
    params(("id" = String, Path, format = "uuid", description = "The conversation")),
    request_body = ClosureRequest,
    responses(
        (status = 204, description = "It is closed"),
        (
            status = 409,
            description = "It is closed already (`not-in-this-state`), or changed since `version` (`changed-meanwhile`)",
            body = ProblemDetails,
            content_type = "application/problem+json"
        )
    )
)]
pub(in crate::rest) async fn close(
    Extension(ctx): Extension<Ctx>,
    Id(conversation): Id<ConversationId>,
    key: Option<IdempotencyKey>,
    Body(asked): Body<ClosureRequest>,
) -> Result<StatusCode, Problem> {
    let ctx = keys::once(ctx, key, ("closure", &conversation), &(asked.outcome.as_str(), asked.version));
    close_conversation(&ctx, Close { conversation, outcome: asked.outcome, version: asked.version }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Opening a conversation again (heropenen).
#[derive(ToSchema)]
pub(in crate::rest) struct ReopeningRequest {
    /// The conversation's version that this decision is based on.
    version: Option<i64>,
}

impl FromFields for ReopeningRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { version: fields.maybe_version()? })
    }
}

/// Opens a closed conversation again (heropenen).
///
/// For when a colleague sees that it is not done. A resident who writes opens it without this.
#[utoipa::path(
    post,
    path = "/conversations/{id}/reopening",
    operation_id = "reopenConversation",
    tag = "conversations",
    params(("id" = String, Path, format = "uuid", description = "The conversation")),
    request_body = Option<ReopeningRequest>,
    responses(
        (status = 204, description = "It is open"),
        (
            status = 409,
            description = "It is not closed (`not-in-this-state`), changed since `version`, or a newer conversation with \
                           the same author is open (`changed-meanwhile`)",
            body = ProblemDetails,
            content_type = "application/problem+json"
        )
    )
)]
pub(in crate::rest) async fn reopen(
    Extension(ctx): Extension<Ctx>,
    Id(conversation): Id<ConversationId>,
    key: Option<IdempotencyKey>,
    Body(asked): Body<ReopeningRequest>,
) -> Result<StatusCode, Problem> {
    let ctx = keys::once(ctx, key, ("reopening", &conversation), &asked.version);
    reopen_conversation(&ctx, conversation, asked.version).await?;
    Ok(StatusCode::NO_CONTENT)
}
