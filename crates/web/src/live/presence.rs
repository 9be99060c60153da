//! `POST /gesprekken/{id}/aanwezigheid`: what somebody does who has the page of a conversation open.

use axum::extract::Path;
use axum::http::StatusCode;
use domain::ids::ConversationId;
use domain::presence::Doing;
use serde::Deserialize;
use usecases::live::show_presence;

use crate::errors::Trouble;
use crate::requests::{Fields, Visit, id_in_path};

/// What the page's script says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Presence {
    /// `kijkt`, `typt` or `weg`.
    doet: String,
}

/// Notes it, and answers with nothing: the page does not change.
pub(crate) async fn say(
    visit: Visit,
    Path(id): Path<String>,
    Fields(form): Fields<Presence>,
) -> Result<StatusCode, Trouble> {
    let id: ConversationId = id_in_path(&id)?;
    let doing = match form.doet.as_str() {
        "kijkt" => Some(Doing::Looks),
        "typt" => Some(Doing::Types),
        "weg" => None,
        _ => return Err(Trouble::BadRequest),
    };
    show_presence(&visit.ctx, id, doing).await?;
    Ok(StatusCode::NO_CONTENT)
}
