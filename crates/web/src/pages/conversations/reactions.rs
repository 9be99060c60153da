//! Reacting to a message of a resident with an emoji.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use domain::conversations::ReplyRefused;
use domain::ids::{ConversationId, MessageId};
use serde::Deserialize;
use usecases::conversations::{React, react_to_message, read_conversation};
use usecases::{Failure, RequestKey};

use super::form::Draft;
use super::show::conversation_page;
use super::{Done, along, back};
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::requests::{Fields, Visit, id_in_path};

/// The form of a reaction.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reaction {
    sleutel: String,
    /// Empty takes ours back.
    emoji: String,
}

/// `POST /gesprekken/{id}/berichten/{message}/reactie`
pub(crate) async fn react(
    visit: Visit,
    Path((id, message)): Path<(String, String)>,
    Fields(reaction): Fields<Reaction>,
) -> Result<Response, Trouble> {
    let id: ConversationId = id_in_path(&id)?;
    let message: MessageId = id_in_path(&message)?;
    if reaction.sleutel.is_empty() {
        return Err(Trouble::BadRequest);
    }
    let emoji = Some(reaction.emoji.clone()).filter(|emoji| !emoji.is_empty());
    // One page has one key for all its messages: each message and emoji on it is a request of its own.
    let what = format!("{message} {}", reaction.emoji);
    let key =
        RequestKey::new(&format!("{} {what}", reaction.sleutel), &format!("reaction {id}"), what.as_bytes());
    let refused = match react_to_message(&visit.ctx, React { conversation: id, message, emoji, key }).await {
        Ok(()) => return Ok(back(&visit, id, Done::Reaction)),
        Err(Failure::Refused(refused)) => refused,
        Err(failure) => return Err(failure.into()),
    };
    let w = visit.words;
    let view = read_conversation(&visit.ctx, id).await?;
    let channel = w.channel(&view.listed.channel);
    let (status, why) = match &refused {
        ReplyRefused::Closed => (StatusCode::CONFLICT, w.refused_reply_closed().to_owned()),
        ReplyRefused::WindowClosed { .. } => (StatusCode::CONFLICT, w.refused_reply_window_closed(channel)),
        _ => (StatusCode::BAD_REQUEST, along::along(w, channel, "reaction")),
    };
    let notice = Notice::refused(w.reaction_failed_title(), why);
    conversation_page(&visit, id, Draft::refused(status, notice)).await
}
