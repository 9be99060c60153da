//! Writing a note for colleagues.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use domain::ids::ConversationId;
use serde::Deserialize;
use usecases::conversations::{NoteRefused, WriteNote, write_note};
use usecases::{Failure, RequestKey};

use super::form::{Draft, Written, plain_lines};
use super::show::conversation_page;
use super::{Done, back};
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::requests::{Fields, Visit, id_in_path};

/// The form of a note.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewNote {
    sleutel: String,
    tekst: String,
}

/// `POST /gesprekken/{id}/notities`
pub(crate) async fn write(
    visit: Visit,
    Path(id): Path<String>,
    Fields(form): Fields<NewNote>,
) -> Result<Response, Trouble> {
    let id: ConversationId = id_in_path(&id)?;
    let (w, text) = (visit.words, plain_lines(&form.tekst));
    if form.sleutel.is_empty() {
        return Err(Trouble::BadRequest.keeping(&text));
    }
    let key = RequestKey::new(&form.sleutel, &format!("note {id}"), text.as_bytes());
    let note = WriteNote { conversation: id, text: text.clone(), key };
    let (status, why) = match write_note(&visit.ctx, note).await {
        Ok(_) => return Ok(back(&visit, id, Done::Note)),
        Err(Failure::Refused(NoteRefused::Empty)) => {
            (StatusCode::BAD_REQUEST, w.refused_note_empty().to_owned())
        }
        Err(Failure::Refused(NoteRefused::TooLong { length, max })) => {
            (StatusCode::BAD_REQUEST, w.refused_note_too_long(&w.number(length), &w.number(max)))
        }
        Err(Failure::KeyReused) => (StatusCode::CONFLICT, w.key_reused().to_owned()),
        Err(failure) => return Err(Trouble::from(failure).keeping(&text)),
    };
    let notice = Notice::refused(w.note_failed_title(), why.clone()).at("#notitie-tekst", w.note_label());
    let note = Written { text: text.clone(), error: Some(why), ..Written::default() };
    let draft = Draft {
        note,
        opened: Some("notitie"),
        ..Draft::refused(status, notice)
    };
    conversation_page(&visit, id, draft).await.map_err(|trouble| trouble.keeping(&text))
}
