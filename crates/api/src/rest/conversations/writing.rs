//! Replies and notes. A call with the same `Idempotency-Key` gets the first one's message.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use domain::access::{Actor, TokenScope};
use domain::conversations::Counterpart;
use domain::ids::{ConversationId, MessageId};
use http::StatusCode;
use serde::Serialize;
use usecases::Ctx;
use usecases::conversations::{
    Reply, WriteNote, preview_reply, read_conversation, read_message, reply_to_conversation, write_note,
};
use utoipa::ToSchema;

use super::along::AlongRequest;
use crate::rest::errors::{Problem, ProblemDetails};
use crate::rest::fields::{Body, Fields, FromFields, Id};
use crate::rest::keys::{self, IdempotencyKey};
use crate::rest::wire;

/// A reply to the resident (antwoord).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct ReplyRequest {
    /// What to send; may be empty, or be left out, where something goes along.
    #[schema(required = false)]
    text: String,
    #[serde(flatten)]
    along: AlongRequest,
    /// Whether only to show what would be sent. Nothing is stored or sent; what is wrong is told as for the reply itself.
    preview: Option<bool>,
    /// Our id of the message of this conversation that is answered or quoted. Under a post, the comment that is answered.
    #[schema(format = "uuid", value_type = Option<String>)]
    reply_to: Option<MessageId>,
    /// Whether everybody will see it. The conversation decides; said here, it is a check: a reply that would be as public
    /// or as private as was not meant is refused.
    public: Option<bool>,
}

impl FromFields for ReplyRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        // Alone, a reply must say something; beside files, a place or a template it need not.
        let goes_along = ["attachments", "options", "place", "contacts", "template"];
        let text = if fields.has_any(&goes_along) {
            fields.maybe_text("text")
        } else {
            fields.text("text")
        };
        let along = AlongRequest::read(fields);
        let preview = fields.maybe_flag("preview");
        let reply_to = fields.maybe_word("replyTo", "the id of a message", |text| text.parse().ok());
        let public = fields.maybe_flag("public");
        Some(Self {
            text: text?,
            along: along?,
            preview: preview?,
            reply_to: reply_to?,
            public: public?,
        })
    }
}

/// A note (notitie).
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct NoteRequest {
    /// What to write.
    #[schema(min_length = 1, max_length = 20_000)]
    text: String,
}

impl FromFields for NoteRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { text: fields.text("text")? })
    }
}

/// Answers the resident (beantwoorden).
///
/// The reply is on disk and waits to be sent when this returns; what becomes of it stands in `deliveryStatus`.
#[utoipa::path(
    post,
    path = "/conversations/{id}/replies",
    operation_id = "replyToConversation",
    tag = "conversations",
    params(
        ("id" = String, Path, format = "uuid", description = "The conversation")
    ),
    request_body = ReplyRequest,
    responses(
        (status = 200, description = "What would be sent, where only a preview was asked for", body = wire::ReplyPreview),
        (status = 202, description = "The message; the outbox sends it", body = wire::Message),
        (
            status = 409,
            description = "The conversation is closed (`not-in-this-state`), or the platform takes no free answers any \
                           more (`reply-window-closed`), or does not let the template be sent \
                           (`template-not-usable`), or it was changed (`changed-meanwhile`)",
            body = ProblemDetails,
            content_type = "application/problem+json"
        )
    )
)]
pub(in crate::rest) async fn reply(
    Extension(ctx): Extension<Ctx>,
    Id(conversation): Id<ConversationId>,
    key: Option<IdempotencyKey>,
    Body(asked): Body<ReplyRequest>,
) -> Result<Response, Problem> {
    if let Some(public) = asked.public {
        check_place(&ctx, conversation, public).await?;
    }
    let key = keys::of(&ctx, key, ("replies", &conversation), &asked);
    let reply = Reply {
        hold_seconds: 0,
        conversation,
        text: asked.text,
        along: asked.along.into_along(),
        reply_to: asked.reply_to,
        written_after: None,
        key,
    };
    if asked.preview == Some(true) {
        let preview = preview_reply(&ctx, &reply).await?;
        let parts = u32::try_from(preview.parts).unwrap_or(u32::MAX);
        return Ok(Json(wire::ReplyPreview { texts: preview.texts, parts }).into_response());
    }
    let id = reply_to_conversation(&ctx, reply).await?;
    Ok((StatusCode::ACCEPTED, Json(written(&ctx, id).await?)).into_response())
}

/// Writes a note that only the municipality sees (notitie).
///
/// It stands among the messages, with direction `note`; nothing of it leaves.
#[utoipa::path(
    post,
    path = "/conversations/{id}/notes",
    operation_id = "writeNote",
    tag = "conversations",
    params(
        ("id" = String, Path, format = "uuid", description = "The conversation")
    ),
    request_body = NoteRequest,
    responses(
        (status = 201, description = "The note, as a message", body = wire::Message)
    )
)]
pub(in crate::rest) async fn note(
    Extension(ctx): Extension<Ctx>,
    Id(conversation): Id<ConversationId>,
    key: Option<IdempotencyKey>,
    Body(asked): Body<NoteRequest>,
) -> Result<(StatusCode, Json<wire::Message>), Problem> {
    let key = keys::of(&ctx, key, ("notes", &conversation), &asked);
    let id = write_note(&ctx, WriteNote { conversation, text: asked.text, key }).await?;
    Ok((StatusCode::CREATED, Json(written(&ctx, id).await?)))
}

/// A reply goes where its conversation is; who says otherwise is stopped before anything leaves.
async fn check_place(ctx: &Ctx, id: ConversationId, public: bool) -> Result<(), Problem> {
    let found = read_conversation(&own_words(ctx), id).await?;
    let is_public = matches!(found.listed.conversation.counterpart, Counterpart::Thread(_));
    match (is_public, public) {
        (true, false) => Err(Problem::invalid_param("public", "this conversation is public")),
        (false, true) => Err(Problem::invalid_param("public", "this conversation is private")),
        _ => Ok(()),
    }
}

/// The message that this call wrote, or that an earlier one with the same key did, wherever it stands by now: its
/// conversation may have been joined with another.
async fn written(ctx: &Ctx, id: MessageId) -> Result<wire::Message, Problem> {
    Ok(wire::Message::of(&read_message(&own_words(ctx), id).await?))
}

/// A token that may write but not read is shown what it wrote itself, and nothing else.
fn own_words(ctx: &Ctx) -> Ctx {
    let mut ctx = ctx.clone();
    if let Actor::Token { scopes, .. } = &mut ctx.actor
        && !scopes.contains(&TokenScope::Read)
    {
        scopes.push(TokenScope::Read);
    }
    ctx
}
