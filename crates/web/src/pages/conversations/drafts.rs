//! What somebody writes, kept while they write; taking over what a colleague wrote; taking back what was just sent.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::ids::{ConversationId, MessageId, UserId};
use serde::Deserialize;
use usecases::conversations::{KeepDraft, Purpose, keep_draft, take_back_reply, take_over_draft};
use usecases::{Failure, RequestKey};

use super::form::{Draft, plain_lines};
use super::show::conversation_page;
use super::{Done, back};
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::requests::{Fields, Visit, id_in_path};

/// What a page keeps of what is written in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keeping {
    soort: String,
    tekst: String,
    #[serde(default)]
    antwoord_op: String,
    #[serde(default)]
    sleutel: String,
}

/// Whose text is taken over.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TakingOver {
    soort: String,
    van: String,
}

fn purpose(text: &str) -> Result<Purpose, Trouble> {
    match text {
        "antwoord" => Ok(Purpose::Reply),
        "notitie" => Ok(Purpose::Note),
        _ => Err(Trouble::BadRequest),
    }
}

/// `POST /gesprekken/{id}/concept`. Our script gets the words for when it was kept; a form gets its page again.
pub(crate) async fn keep(
    visit: Visit,
    Path(id): Path<String>,
    headers: HeaderMap,
    Fields(form): Fields<Keeping>,
) -> Result<Response, Trouble> {
    let id: ConversationId = id_in_path(&id)?;
    let reply_to = match form.antwoord_op.as_str() {
        "" => None,
        quoted => Some(quoted.parse::<MessageId>().map_err(|_| Trouble::BadRequest)?),
    };
    let text = plain_lines(&form.tekst);
    let purpose = purpose(&form.soort)?;
    // As the form itself is known by, once it is sent.
    let what = match purpose {
        Purpose::Reply => format!("reply {id}"),
        Purpose::Note => format!("note {id}"),
    };
    let key = RequestKey::new(&form.sleutel, &what, &[]).key;
    let kept = KeepDraft {
        conversation: id,
        purpose,
        text: text.clone(),
        reply_to,
        form_key: key,
    };
    let at = keep_draft(&visit.ctx, kept)
        .await
        .map_err(|failure| Trouble::from(failure).keeping(&text))?;
    if !by_script(&headers) {
        return Ok(back(&visit, id, Done::Draft));
    }
    let said = match text.trim() {
        "" => String::new(),
        _ => visit.words.draft_kept(&visit.moments().clock(at).words),
    };
    Ok(said.into_response())
}

/// Whether our own script asks.
pub(super) fn by_script(headers: &HeaderMap) -> bool {
    headers.get("x-gehoor-script").is_some()
}

/// `POST /gesprekken/{id}/concept/overname`
pub(crate) async fn take_over(
    visit: Visit,
    Path(id): Path<String>,
    Fields(form): Fields<TakingOver>,
) -> Result<Response, Trouble> {
    let id: ConversationId = id_in_path(&id)?;
    let from: UserId = form.van.parse().map_err(|_| Trouble::BadRequest)?;
    let w = visit.words;
    match take_over_draft(&visit.ctx, id, purpose(&form.soort)?, from).await {
        Ok(()) => Ok(back(&visit, id, Done::TakenOver)),
        // The conversation is there: what they wrote is not any more.
        Err(Failure::NotFound) => {
            let notice = Notice::refused(w.conflict_title(), w.draft_gone());
            conversation_page(&visit, id, Draft::refused(StatusCode::CONFLICT, notice)).await
        }
        Err(failure) => Err(failure.into()),
    }
}

/// `POST /gesprekken/{id}/berichten/{message}/terugname`
pub(crate) async fn take_back(
    visit: Visit,
    Path((id, message)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let id: ConversationId = id_in_path(&id)?;
    let w = visit.words;
    match take_back_reply(&visit.ctx, id, id_in_path(&message)?).await {
        Ok(()) => Ok(back(&visit, id, Done::TakenBack)),
        Err(Failure::Refused(_)) => {
            let notice = Notice::refused(w.take_back_failed(), w.take_back_late());
            conversation_page(&visit, id, Draft::refused(StatusCode::CONFLICT, notice)).await
        }
        Err(failure) => Err(failure.into()),
    }
}
