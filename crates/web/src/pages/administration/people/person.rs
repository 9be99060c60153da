//! One user: what they are, and how they log in.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Role;
use domain::ids::UserId;
use serde::Deserialize;
use usecases::Failure;
use usecases::people::{MailState, PersonDetails, PersonRefused, SavePerson, read_person, save_person};

use super::form::{self, Choice, Entered};
use super::{address, list};
use crate::components::field::Field;
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::{Fields, Visit, id_in_path};
use crate::words::{Moment, Words};

#[derive(Template)]
#[template(path = "pages/administration/people/person.html")]
struct PersonPage {
    shell: Shell,
    w: Words,
    title: String,
    notice: Option<Notice>,
    here: String,
    version: i64,
    email: String,
    state: &'static str,
    name: Field,
    roles: Vec<Choice>,
    teams: Vec<Choice>,
    teams_error: Option<&'static str>,
    is_disabled: bool,
    has_second_factor: bool,
    last: Option<Moment>,
    mail: Option<(&'static str, Moment)>,
    /// The words of the button that gives a new link.
    link: &'static str,
}

/// What the address says.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    gedaan: String,
}

/// `GET /beheer/gebruikers/{id}`
pub(crate) async fn show(
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let w = visit.words;
    let done = match asked.gedaan.as_str() {
        "uitnodiging" => Some(w.people_done_invited()),
        "bewaard" => Some(w.people_done_saved()),
        "blokkering" => Some(w.people_done_disabled()),
        "vrijgave" => Some(w.people_done_enabled()),
        "sessies" => Some(w.people_done_sessions()),
        "tweede-stap" => Some(w.people_done_factor()),
        "link" => Some(w.people_done_link()),
        _ => None,
    };
    let details = read_person(&visit.ctx, id_in_path(&id)?).await?;
    Ok(shown(&visit, &details, (StatusCode::OK, done.map(Notice::done)), None))
}

/// `POST /beheer/gebruikers/{id}`
pub(crate) async fn save(
    visit: Visit,
    Path(id): Path<String>,
    Fields(fields): Fields<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let id: UserId = id_in_path(&id)?;
    let entered = Entered::read(fields, &["naam", "rol", "versie"])?;
    let (Some(role), Some(version)) = (entered.role, entered.version) else {
        return Err(Trouble::BadRequest);
    };
    let save = SavePerson {
        id,
        version,
        name: entered.name.clone(),
        role,
        teams: entered.teams.clone(),
    };
    match save_person(&visit.ctx, save).await {
        Ok(()) => Ok(Redirect::to(&address(id, "?gedaan=bewaard")).into_response()),
        Err(failure) => refused(&visit, id, failure, Some(&entered)).await,
    }
}

/// The page again, with what is wrong; after a conflict it shows what holds now.
pub(super) async fn refused(
    visit: &Visit,
    id: UserId,
    failure: Failure<PersonRefused>,
    entered: Option<&Entered>,
) -> Result<Response, Trouble> {
    let w = visit.words;
    let (why, status, notice) = match failure {
        Failure::Conflict => {
            let notice = Notice::refused(w.people_conflict_title(), w.people_conflict_text());
            (None, StatusCode::CONFLICT, notice)
        }
        Failure::Refused(PersonRefused::LastAdministrator) => {
            let notice = Notice::refused(w.people_fault_title(), w.people_fault_last());
            (None, StatusCode::BAD_REQUEST, notice.at("#rol", w.person_role()))
        }
        Failure::Refused(why) => {
            let notice = Notice::refused(w.people_fault_title(), w.people_fault_text());
            let notice = if why == PersonRefused::Name {
                notice.at("#naam", w.person_name())
            } else {
                notice
            };
            (Some(why), StatusCode::BAD_REQUEST, notice)
        }
        failure => return Err(failure.into()),
    };
    let details = read_person(&visit.ctx, id).await?;
    let kept = entered.filter(|_| status != StatusCode::CONFLICT).zip(Some(why));
    Ok(shown(visit, &details, (status, Some(notice)), kept))
}

fn shown(
    visit: &Visit,
    details: &PersonDetails,
    (status, notice): (StatusCode, Option<Notice>),
    kept: Option<(&Entered, Option<PersonRefused>)>,
) -> Response {
    let (w, person) = (visit.words, &details.person);
    let name = kept.map_or(&person.name, |(entered, _)| &entered.name);
    let role = kept.map_or(Some(person.role), |(entered, _)| entered.role).unwrap_or(Role::Agent);
    let teams = kept.map_or(&details.teams, |(entered, _)| &entered.teams);
    let why = kept.and_then(|(_, why)| why);
    let name_error = (why == Some(PersonRefused::Name)).then(|| w.people_fault_name());
    let mailed = visit.ctx.installation.sends_mail();
    let title = w.person_title(&person.name);
    page(
        status,
        &PersonPage {
            shell: Shell::around(w, title.clone(), &visit.user, &address(person.id, "")),
            w,
            title,
            notice,
            here: address(person.id, ""),
            version: person.version,
            email: person.email.clone(),
            state: list::state(w, person),
            name: Field::text("naam", w.person_name())
                .help(w.person_name_help())
                .with(name)
                .wrong(name_error),
            roles: form::roles(w, role),
            teams: form::teams(&details.all_teams, teams),
            teams_error: (why == Some(PersonRefused::Teams)).then(|| w.people_fault_teams()),
            is_disabled: person.disabled_at.is_some(),
            has_second_factor: person.has_second_factor,
            last: person.last_log_in_at.map(|at| visit.moments_of_log_ins().moment(at)),
            mail: details.mail.map(|(state, at)| (mail(w, state), visit.moments_of_log_ins().moment(at))),
            link: match (person.has_password, mailed) {
                (true, true) => w.person_link_reset(),
                (true, false) => w.person_link_reset_show(),
                (false, true) => w.person_link_invite(),
                (false, false) => w.person_link_invite_show(),
            },
        },
    )
}

fn mail(w: Words, state: MailState) -> &'static str {
    match state {
        MailState::Queued => w.person_mail_queued(),
        MailState::Sent => w.person_mail_sent(),
        MailState::Failed => w.person_mail_failed(),
        MailState::Dropped => w.person_mail_dropped(),
    }
}
