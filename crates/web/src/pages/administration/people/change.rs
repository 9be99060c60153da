//! What is done to a user with one button: blocked and released, logged out, given a link, freed of a lost second step.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use domain::ids::UserId;
use serde::Deserialize;
use usecases::access::{LinkGiven, LinkPurpose};
use usecases::people::{
    disable_person, enable_person, end_sessions_of, give_link, read_person, reset_second_factor,
};

use super::{address, link, person};
use crate::errors::Trouble;
use crate::requests::{Fields, Visit, id_in_path};

/// What the change was based on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Based {
    versie: i64,
}

/// The form has no fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

fn done(id: UserId, what: &str) -> Response {
    Redirect::to(&address(id, &format!("?gedaan={what}"))).into_response()
}

/// `POST /beheer/gebruikers/{id}/blokkering`
pub(crate) async fn disable(
    visit: Visit,
    Path(id): Path<String>,
    Fields(based): Fields<Based>,
) -> Result<Response, Trouble> {
    let id: UserId = id_in_path(&id)?;
    match disable_person(&visit.ctx, id, based.versie).await {
        Ok(()) => Ok(done(id, "blokkering")),
        Err(failure) => person::refused(&visit, id, failure, None).await,
    }
}

/// `POST /beheer/gebruikers/{id}/vrijgave`
pub(crate) async fn enable(
    visit: Visit,
    Path(id): Path<String>,
    Fields(based): Fields<Based>,
) -> Result<Response, Trouble> {
    let id: UserId = id_in_path(&id)?;
    match enable_person(&visit.ctx, id, based.versie).await {
        Ok(()) => Ok(done(id, "vrijgave")),
        Err(failure) => person::refused(&visit, id, failure, None).await,
    }
}

/// `POST /beheer/gebruikers/{id}/sessies/beeindiging`
pub(crate) async fn end_sessions(
    visit: Visit,
    Path(id): Path<String>,
    Fields(Nothing {}): Fields<Nothing>,
) -> Result<Response, Trouble> {
    let id: UserId = id_in_path(&id)?;
    end_sessions_of(&visit.ctx, id).await?;
    Ok(done(id, "sessies"))
}

/// `POST /beheer/gebruikers/{id}/tweede-stap/verwijdering`
pub(crate) async fn reset_factor(
    visit: Visit,
    Path(id): Path<String>,
    Fields(Nothing {}): Fields<Nothing>,
) -> Result<Response, Trouble> {
    let id: UserId = id_in_path(&id)?;
    reset_second_factor(&visit.ctx, id).await?;
    Ok(done(id, "tweede-stap"))
}

/// `POST /beheer/gebruikers/{id}/uitnodiging`
pub(crate) async fn send_link(
    visit: Visit,
    Path(id): Path<String>,
    Fields(Nothing {}): Fields<Nothing>,
) -> Result<Response, Trouble> {
    let id: UserId = id_in_path(&id)?;
    let known = read_person(&visit.ctx, id).await?.person;
    match give_link(&visit.ctx, id).await? {
        LinkGiven::Mailed => Ok(done(id, "link")),
        LinkGiven::Shown(token) => {
            let purpose = if known.has_password { LinkPurpose::Reset } else { LinkPurpose::Invitation };
            Ok(link::shown(&visit, (id, &known.name), purpose, &token))
        }
    }
}
