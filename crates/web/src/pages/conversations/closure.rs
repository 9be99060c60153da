//! Closing a conversation with an outcome, and opening it again.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::conversations::{IllegalTransition, Outcome};
use domain::ids::ConversationId;
use serde::Deserialize;
use usecases::Failure;
use usecases::conversations::{Close, close_conversation, reopen_conversation};

use super::form::Draft;
use super::list::ShownList;
use super::show::conversation_page;
use super::{Done, back};
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::requests::{Fields, Visit, id_in_path};

/// The form of closing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Closing {
    uitkomst: String,
    versie: i64,
}

/// The form of opening again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reopening {
    versie: i64,
}

/// What is said when it does not work: somebody was first, or it is done already.
struct Sayings {
    conflict: &'static str,
    already: &'static str,
}

/// `POST /gesprekken/{id}/sluiting`
pub(crate) async fn close(
    visit: Visit,
    Path(id): Path<String>,
    Fields(form): Fields<Closing>,
) -> Result<Response, Trouble> {
    let id: ConversationId = id_in_path(&id)?;
    let outcome: Outcome = form.uitkomst.parse().map_err(|_| Trouble::BadRequest)?;
    let done =
        close_conversation(&visit.ctx, Close { conversation: id, outcome, version: Some(form.versie) }).await;
    let w = visit.words;
    let sayings = Sayings { conflict: w.conflict_text(), already: w.already_closed() };
    answer(&visit, id, done, (Done::Closure, sayings)).await
}

/// `POST /gesprekken/{id}/heropening`
pub(crate) async fn reopen(
    visit: Visit,
    Path(id): Path<String>,
    Fields(form): Fields<Reopening>,
) -> Result<Response, Trouble> {
    let id: ConversationId = id_in_path(&id)?;
    let done = reopen_conversation(&visit.ctx, id, Some(form.versie)).await;
    let w = visit.words;
    let sayings = Sayings { conflict: w.conflict_reopen(), already: w.already_open() };
    answer(&visit, id, done, (Done::Reopening, sayings)).await
}

/// After an answer that was to be the last one: the conversation is closed as answered. What came in meanwhile keeps it
/// open, and the page says so.
///
/// `version`: of the conversation as the page showed it; the answer itself has changed it once since then.
pub(super) async fn after_reply(
    visit: &Visit,
    id: ConversationId,
    version: Option<i64>,
) -> Result<Response, Trouble> {
    let version = Some(version.map_or(0, |version| version.saturating_add(1)));
    let close = Close { conversation: id, outcome: Outcome::Answered, version };
    match close_conversation(&visit.ctx, close).await {
        Err(Failure::Conflict) => Ok(back(visit, id, Done::RepliedNotClosed)),
        Ok(()) | Err(Failure::Refused(_)) => next(visit, id, Done::RepliedAndClosed).await,
        Err(failure) => Err(failure.into()),
    }
}

/// The next conversation of the list, which says what was done with this one; this one where it was the last.
async fn next(visit: &Visit, id: ConversationId, done: Done) -> Result<Response, Trouble> {
    match ShownList::next_after(visit, id).await? {
        Some(next) => {
            let address = format!("/gesprekken/{next}?gedaan={}&vorige={id}", done.as_str());
            Ok(Redirect::to(&visit.listing.address(&address)).into_response())
        }
        None => Ok(back(visit, id, done)),
    }
}

async fn answer(
    visit: &Visit,
    id: ConversationId,
    done: Result<(), Failure<IllegalTransition>>,
    (what, sayings): (Done, Sayings),
) -> Result<Response, Trouble> {
    let why = match done {
        Ok(()) if what == Done::Closure => return next(visit, id, what).await,
        Ok(()) => return Ok(back(visit, id, what)),
        Err(Failure::Conflict) => sayings.conflict,
        Err(Failure::Refused(_)) => sayings.already,
        Err(failure) => return Err(failure.into()),
    };
    let notice = Notice::refused(visit.words.conflict_title(), why);
    conversation_page(visit, id, Draft::refused(StatusCode::CONFLICT, notice)).await
}
