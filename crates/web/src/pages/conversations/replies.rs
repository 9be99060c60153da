//! Answering a resident.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use domain::conversations::ReplyRefused;
use domain::ids::{ConversationId, MessageId};
use serde::Deserialize;
use usecases::conversations::{ConversationView, Reply, read_conversation, reply_to_conversation};
use usecases::{Failure, RequestKey};

use super::form::{Draft, Written, plain_lines};
use super::show::conversation_page;
use super::{Done, back};
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::requests::{Fields, Visit, id_in_path};

/// The form of an answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    sleutel: String,
    /// The last message of ours that stood on the page; empty when there was none.
    gezien: String,
    tekst: String,
}

/// `POST /gesprekken/{id}/antwoorden`
pub(crate) async fn write(
    visit: Visit,
    Path(id): Path<String>,
    Fields(answer): Fields<Answer>,
) -> Result<Response, Trouble> {
    let id: ConversationId = id_in_path(&id)?;
    let text = plain_lines(&answer.tekst);
    if answer.sleutel.is_empty() {
        return Err(Trouble::BadRequest.keeping(&text));
    }
    let seen: Option<MessageId> = match answer.gezien.as_str() {
        "" => None,
        seen => Some(seen.parse().map_err(|_| Trouble::BadRequest.keeping(&text))?),
    };
    let key = RequestKey::new(&answer.sleutel, &format!("reply {id}"), text.as_bytes());
    let reply = Reply {
        conversation: id,
        text: text.clone(),
        reply_to: None,
        written_after: Some(seen),
        key,
    };
    let refused = match reply_to_conversation(&visit.ctx, reply).await {
        Ok(_) => return Ok(back(id, Done::Reply)),
        Err(Failure::Refused(why)) => Refused::Text(why),
        Err(Failure::Conflict) => Refused::Conflict,
        Err(Failure::KeyReused) => Refused::KeyReused,
        Err(failure) => return Err(Trouble::from(failure).keeping(&text)),
    };
    again(&visit, id, &text, refused).await.map_err(|trouble| trouble.keeping(&text))
}

enum Refused {
    Text(ReplyRefused),
    Conflict,
    KeyReused,
}

/// The page again, as the conversation is now, with the text in its field.
async fn again(visit: &Visit, id: ConversationId, text: &str, refused: Refused) -> Result<Response, Trouble> {
    let w = visit.words;
    let view = read_conversation(&visit.ctx, id).await?;
    let (status, why) = match refused {
        Refused::Text(ReplyRefused::NotAllowed(error)) => return Err(Trouble::Forbidden(error.permission)),
        Refused::Text(why) => (StatusCode::BAD_REQUEST, said(visit, &view, &why)),
        Refused::Conflict => (StatusCode::CONFLICT, w.conflict_reply().to_owned()),
        Refused::KeyReused => (StatusCode::CONFLICT, w.key_reused().to_owned()),
    };
    let notice = Notice::refused(w.reply_failed_title(), why.clone()).at("#antwoord-tekst", w.reply_label());
    let reply = Written { text: text.to_owned(), error: Some(why) };
    conversation_page(visit, id, Draft { reply, ..Draft::refused(status, notice) }).await
}

fn said(visit: &Visit, view: &ConversationView, why: &ReplyRefused) -> String {
    let w = visit.words;
    let channel = w.channel(&view.listed.channel);
    match why {
        ReplyRefused::Empty => w.refused_reply_empty().to_owned(),
        ReplyRefused::TooLong { length, max, .. } => {
            let unit = view.capabilities.map_or(w.unit_characters(), |can| w.unit(can.text_unit));
            w.refused_reply_too_long(channel, &w.number(*length), &w.number(*max), unit)
        }
        ReplyRefused::WindowClosed { .. } => w.refused_reply_window_closed(channel),
        ReplyRefused::Closed => w.refused_reply_closed().to_owned(),
        ReplyRefused::Unsendable => w.refused_reply_unsendable(channel),
        ReplyRefused::NotAllowed(error) => w.error_forbidden_text(w.permission(error.permission)),
    }
}
