//! Inviting somebody.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Role;
use usecases::Failure;
use usecases::access::{LinkGiven, LinkPurpose};
use usecases::people::{InvitePerson, InviteRefused, invite_person, list_managed_teams};

use super::form::{self, Choice, Entered};
use super::{address, link};
use crate::components::field::Field;
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::{Fields, Visit};
use crate::words::Words;

#[derive(Template)]
#[template(path = "pages/administration/people/new.html")]
struct NewPage {
    shell: Shell,
    w: Words,
    notice: Option<Notice>,
    by_mail: bool,
    email: Field,
    name: Field,
    roles: Vec<Choice>,
    teams: Vec<Choice>,
    teams_error: Option<&'static str>,
}

/// `GET /beheer/gebruikers/nieuw`
pub(crate) async fn begin(visit: Visit) -> Result<Response, Trouble> {
    shown(&visit, &Entered::default(), None).await
}

/// `POST /beheer/gebruikers`
pub(crate) async fn invite(
    visit: Visit,
    Fields(fields): Fields<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let entered = Entered::read(fields, &["email", "naam", "rol"])?;
    let new = InvitePerson {
        email: entered.email.clone(),
        name: entered.name.clone(),
        role: entered.role.ok_or(Trouble::BadRequest)?,
        teams: entered.teams.clone(),
    };
    match invite_person(&visit.ctx, new).await {
        Ok((id, LinkGiven::Mailed)) => Ok(Redirect::to(&address(id, "?gedaan=uitnodiging")).into_response()),
        Ok((id, LinkGiven::Shown(token))) => {
            Ok(link::shown(&visit, (id, &entered.name), LinkPurpose::Invitation, &token))
        }
        Err(Failure::Refused(refused)) => shown(&visit, &entered, Some(refused)).await,
        Err(failure) => Err(failure.into()),
    }
}

async fn shown(
    visit: &Visit,
    entered: &Entered,
    refused: Option<InviteRefused>,
) -> Result<Response, Trouble> {
    let w = visit.words;
    let all: Vec<_> = list_managed_teams(&visit.ctx).await?.into_iter().map(|one| one.team).collect();
    let (mut email_error, mut name_error, mut teams_error) = (None, None, None);
    let mut notice = refused.map(|_| Notice::refused(w.people_fault_title(), w.people_fault_text()));
    match refused {
        None => (),
        Some(InviteRefused::Name) => name_error = Some(w.people_fault_name()),
        Some(InviteRefused::Email) => email_error = Some(w.people_fault_email()),
        Some(InviteRefused::Unusable) => email_error = Some(w.people_fault_unusable()),
        Some(InviteRefused::Teams) => teams_error = Some(w.people_fault_teams()),
        Some(InviteRefused::Known(id)) => {
            email_error = Some(w.people_fault_known());
            notice = notice.map(|notice| notice.at(address(id, ""), w.people_fault_known_link()));
        }
    }
    notice = notice.map(|notice| match (email_error, name_error) {
        (Some(_), _) if !matches!(refused, Some(InviteRefused::Known(_))) => {
            notice.at("#email", w.person_email())
        }
        (_, Some(_)) => notice.at("#naam", w.person_name()),
        _ => notice,
    });
    let status = if refused.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    Ok(page(
        status,
        &NewPage {
            shell: Shell::around(w, w.person_new_title(), &visit.user, "/beheer/gebruikers/nieuw"),
            w,
            notice,
            by_mail: visit.ctx.installation.sends_mail(),
            email: Field::email("email", w.person_email()).with(&entered.email).wrong(email_error),
            name: Field::text("naam", w.person_name())
                .help(w.person_name_help())
                .with(&entered.name)
                .wrong(name_error),
            roles: form::roles(w, entered.role.unwrap_or(Role::Agent)),
            teams: form::teams(&all, &entered.teams),
            teams_error,
        },
    ))
}
