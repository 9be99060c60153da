//! Adding, changing and removing a canned text.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::canned_texts::CannedTextFault;
use domain::ids::CannedTextId;
use serde::Deserialize;
use usecases::Failure;
use usecases::canned_texts::{add_canned_text, read_canned_text, remove_canned_text, save_canned_text};

use super::HERE;
use super::form::{Entered, Showing, form};
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::requests::{Fields, Visit, id_in_path};
use crate::words::Words;

/// The form of a removal.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Removing {
    versie: i64,
}

/// `GET /beheer/standaardteksten/nieuw`
pub(crate) async fn begin(visit: Visit) -> Result<Response, Trouble> {
    form(&visit, Entered::default(), plainly(HERE.to_owned())).await
}

/// `POST /beheer/standaardteksten`
pub(crate) async fn add(visit: Visit, Fields(entered): Fields<Entered>) -> Result<Response, Trouble> {
    match add_canned_text(&visit.ctx, entered.save()?).await {
        Ok(_) => Ok(done("nieuw")),
        Err(Failure::Refused(fault)) => {
            form(&visit, entered, refused(visit.words, HERE.to_owned(), fault)).await
        }
        Err(Failure::Conflict) => form(&visit, entered, conflict(visit.words, HERE.to_owned())).await,
        Err(failure) => Err(Trouble::from(failure).keeping(&entered.tekst)),
    }
}

/// `GET /beheer/standaardteksten/{id}`
pub(crate) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let kept = read_canned_text(&visit.ctx, id_in_path(&id)?).await?;
    form(&visit, Entered::of(kept.text, kept.version), plainly(format!("{HERE}/{id}"))).await
}

/// `POST /beheer/standaardteksten/{id}`. After a conflict the page shows what somebody wrote, with the version that is now:
/// sent again, it goes over the colleague's.
pub(crate) async fn save(
    visit: Visit,
    Path(id): Path<String>,
    Fields(mut entered): Fields<Entered>,
) -> Result<Response, Trouble> {
    let (text, action): (CannedTextId, _) = (id_in_path(&id)?, format!("{HERE}/{id}"));
    let version = entered.versie.ok_or(Trouble::BadRequest)?;
    match save_canned_text(&visit.ctx, (text, version), entered.save()?).await {
        Ok(()) => Ok(done("bewaard")),
        Err(Failure::Refused(fault)) => form(&visit, entered, refused(visit.words, action, fault)).await,
        Err(Failure::Conflict) => {
            entered.versie = Some(read_canned_text(&visit.ctx, text).await?.version);
            form(&visit, entered, conflict(visit.words, action)).await
        }
        Err(failure) => Err(Trouble::from(failure).keeping(&entered.tekst)),
    }
}

/// `POST /beheer/standaardteksten/{id}/verwijdering`
pub(crate) async fn remove(
    visit: Visit,
    Path(id): Path<String>,
    Fields(removing): Fields<Removing>,
) -> Result<Response, Trouble> {
    let (text, action): (CannedTextId, _) = (id_in_path(&id)?, format!("{HERE}/{id}"));
    match remove_canned_text(&visit.ctx, text, removing.versie).await {
        Ok(()) => Ok(done("weg")),
        Err(Failure::Conflict) => {
            let kept = read_canned_text(&visit.ctx, text).await?;
            let notice =
                Notice::refused(visit.words.people_conflict_title(), visit.words.people_conflict_text());
            let showing = Showing {
                notice: Some(notice),
                status: StatusCode::CONFLICT,
                ..plainly(action)
            };
            form(&visit, Entered::of(kept.text, kept.version), showing).await
        }
        Err(failure) => Err(failure.into()),
    }
}

fn plainly(action: String) -> Showing {
    Showing { action, status: StatusCode::OK, notice: None, fault: None }
}

fn refused(w: Words, action: String, fault: CannedTextFault) -> Showing {
    let place = match fault {
        CannedTextFault::Name => ("#naam", w.text_name()),
        CannedTextFault::Shortcut | CannedTextFault::ShortcutTaken(_) => ("#afkorting", w.text_shortcut()),
        CannedTextFault::Team | CannedTextFault::Channel => ("#team", w.text_team()),
        _ => ("#tekst", w.text_text()),
    };
    let notice = Notice::refused(w.people_fault_title(), w.people_fault_text()).at(place.0, place.1);
    Showing {
        action,
        status: StatusCode::BAD_REQUEST,
        notice: Some(notice),
        fault: Some(fault),
    }
}

fn conflict(w: Words, action: String) -> Showing {
    let notice = Notice::refused(w.people_conflict_title(), w.text_conflict());
    Showing {
        action,
        status: StatusCode::CONFLICT,
        notice: Some(notice),
        fault: None,
    }
}

fn done(what: &str) -> Response {
    Redirect::to(&format!("{HERE}?gedaan={what}")).into_response()
}
