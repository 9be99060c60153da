//! Taking a conversation, giving it to a colleague or back to the team.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use domain::ids::{ConversationId, UserId};
use serde::Deserialize;
use usecases::Failure;
use usecases::conversations::{Assign, assign_conversation, read_conversation};

use super::form::Draft;
use super::show::conversation_page;
use super::{Done, back};
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::requests::{Fields, Visit, id_in_path};

/// The form of a change of owner.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assignment {
    /// A user's id; empty gives it back to the team.
    wie: String,
    versie: i64,
}

/// `POST /gesprekken/{id}/toewijzing`
pub(crate) async fn assign(
    visit: Visit,
    Path(id): Path<String>,
    Fields(form): Fields<Assignment>,
) -> Result<Response, Trouble> {
    let id: ConversationId = id_in_path(&id)?;
    let assignee: Option<UserId> = match form.wie.as_str() {
        "" => None,
        user => Some(user.parse().map_err(|_| Trouble::BadRequest)?),
    };
    let (w, assign) = (visit.words, Assign { conversation: id, assignee, version: Some(form.versie) });
    let (status, why) = match assign_conversation(&visit.ctx, assign).await {
        Ok(()) => return Ok(back(&visit, id, Done::Assignment)),
        Err(Failure::Refused(_)) => (StatusCode::CONFLICT, w.closed_reopen_first()),
        Err(Failure::Conflict) => (StatusCode::CONFLICT, w.conflict_text()),
        Err(Failure::NotFound) => {
            // Either the conversation is not there for this visitor, or the colleague is not in its team.
            read_conversation(&visit.ctx, id).await?;
            (StatusCode::BAD_REQUEST, w.no_such_colleague())
        }
        Err(failure) => return Err(failure.into()),
    };
    let notice = Notice::refused(w.conflict_title(), why).at("#toewijzen", w.assign_heading());
    conversation_page(&visit, id, Draft::refused(status, notice)).await
}
