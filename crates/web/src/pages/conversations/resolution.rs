//! Deciding about a send of which nobody knows whether it arrived, or that failed.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use domain::ids::{ConversationId, PartId};
use domain::outbox::Resolution;
use serde::Deserialize;
use usecases::Failure;
use usecases::conversations::read_conversation;
use usecases::outbox::{Resolve, ResolveRefused, resolve_unknown};

use super::form::Draft;
use super::show::conversation_page;
use super::{Done, back};
use crate::components::message::Confirmation;
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::requests::{Fields, Visit, id_in_path};

/// The form of the decision.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    /// `laat` or `opnieuw`.
    uitkomst: String,
    /// `ja` when the person was told that it may arrive twice, or is refused again so soon.
    #[serde(default)]
    gewaarschuwd: String,
}

/// `POST /gesprekken/{id}/onderdelen/{part}/uitkomst`
pub(crate) async fn decide(
    visit: Visit,
    Path((id, part)): Path<(String, String)>,
    Fields(decision): Fields<Decision>,
) -> Result<Response, Trouble> {
    let id: ConversationId = id_in_path(&id)?;
    let part: PartId = id_in_path(&part)?;
    let (resolution, done) = match decision.uitkomst.as_str() {
        "laat" => (Resolution::Leave, Done::Left),
        "opnieuw" => (Resolution::Resend, Done::Resent),
        _ => return Err(Trouble::BadRequest),
    };
    let despite_warning = match decision.gewaarschuwd.as_str() {
        "" => false,
        "ja" => true,
        _ => return Err(Trouble::BadRequest),
    };
    // A conversation that the visitor cannot see is not there, whatever part is named.
    let view = read_conversation(&visit.ctx, id).await?;
    let (w, place) = (visit.words, format!("#d-{part}"));
    let refused = match resolve_unknown(
        &visit.ctx,
        Resolve { part, conversation: Some(id), resolution, despite_warning },
    )
    .await
    {
        Ok(()) => return Ok(back(&visit, id, done)),
        Err(Failure::Refused(refused)) => refused,
        Err(failure) => return Err(failure.into()),
    };
    let mut confirmation = None;
    let notice = match refused {
        ResolveRefused::Known => Notice::refused(w.resolve_refused_title(), w.resolve_known()),
        ResolveRefused::WindowClosed => {
            let why = w.refused_reply_window_closed(w.channel(&view.listed.channel));
            Notice::refused(w.resolve_refused_title(), why)
        }
        ResolveRefused::EvidenceMayCome { until } => {
            let question = w.resolve_evidence(&visit.moments().until(until));
            confirmation = Some(Confirmation { part, question: question.clone() });
            Notice::refused(w.resolve_evidence_title(), question).at(place, w.resolve_resend_anyway())
        }
        ResolveRefused::TooSoon { until } => {
            let question = w.resolve_too_soon(&visit.moments().until(until));
            confirmation = Some(Confirmation { part, question: question.clone() });
            Notice::refused(w.resolve_evidence_title(), question).at(place, w.resolve_resend_anyway())
        }
    };
    let draft = Draft { confirmation, ..Draft::refused(StatusCode::CONFLICT, notice) };
    conversation_page(&visit, id, draft).await
}
