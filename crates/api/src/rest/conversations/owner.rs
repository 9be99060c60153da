//! Who has a conversation.

use axum::Extension;
use domain::ids::{ConversationId, UserId};
use http::StatusCode;
use usecases::Ctx;
use usecases::conversations::{Assign, assign_conversation};
use utoipa::ToSchema;

use crate::rest::errors::{Problem, ProblemDetails};
use crate::rest::fields::{Body, Fields, FromFields, Id};
use crate::rest::keys::{self, IdempotencyKey};

/// A change of owner (toewijzing).
#[derive(Debug, ToSchema)]
pub(in crate::rest) struct AssignmentRequest {
    /// The id of a member of the conversation's team, `me`, or `null` to give it back to the team.
    #[schema(value_type = Option<String>, required = true)]
    assignee: Option<Assignee>,
    /// The conversation's version that this decision is based on.
    version: Option<i64>,
}

#[derive(Debug, Clone, Copy)]
enum Assignee {
    Me,
    User(UserId),
}

impl FromFields for AssignmentRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let assignee = |text: &str| match text {
            "me" => Some(Assignee::Me),
            id => id.parse().ok().map(Assignee::User),
        };
        let assignee = fields.word_or_null("assignee", "the id of a user, \"me\" or null", assignee);
        let version = fields.maybe_version();
        Some(Self { assignee: assignee?, version: version? })
    }
}

/// Gives a conversation to somebody, or back to the team (toewijzen).
///
/// To take it oneself or give back one's own needs `claim`; anything else needs `assign`. The assignee must be a member of
/// the conversation's team.
#[utoipa::path(
    post,
    path = "/conversations/{id}/assignment",
    operation_id = "assignConversation",
    tag = "conversations",
    params(("id" = String, Path, format = "uuid", description = "The conversation")),
    request_body = AssignmentRequest,
    responses(
        (status = 204, description = "It is theirs"),
        (
            status = 409,
            description = "It is closed (`not-in-this-state`), or changed since `version` (`changed-meanwhile`)",
            body = ProblemDetails,
            content_type = "application/problem+json"
        )
    )
)]
pub(in crate::rest) async fn assign(
    Extension(ctx): Extension<Ctx>,
    Id(conversation): Id<ConversationId>,
    key: Option<IdempotencyKey>,
    Body(asked): Body<AssignmentRequest>,
) -> Result<StatusCode, Problem> {
    let said = (format!("{:?}", asked.assignee), asked.version);
    let ctx = keys::once(ctx, key, ("assignment", &conversation), &said);
    let assignee = match asked.assignee {
        None => None,
        Some(Assignee::User(id)) => Some(id),
        Some(Assignee::Me) => Some(ctx.actor.user().ok_or_else(Problem::not_found)?),
    };
    assign_conversation(&ctx, Assign { conversation, assignee, version: asked.version }).await?;
    Ok(StatusCode::NO_CONTENT)
}
