//! The teams of the municipality and who is in them.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::ids::{TeamId, UserId};
use serde::Deserialize;
use usecases::Failure;
use usecases::people::{
    ManagedTeam, SaveTeam, TeamRefused, add_team, list_managed_teams, read_team, save_team,
};

use crate::components::field::Field;
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::{Fields, Visit, id_in_path};
use crate::words::Words;

const HERE: &str = "/beheer/teams";
/// Fields of a form; a team's page shows no more people than this.
const FIELDS: usize = 2_010;

#[derive(Template)]
#[template(path = "pages/administration/teams.html")]
struct TeamsPage {
    shell: Shell,
    w: Words,
    notice: Option<Notice>,
    teams: Vec<(String, String, i64)>,
    name: Field,
}

#[derive(Template)]
#[template(path = "pages/administration/team.html")]
struct TeamPage {
    shell: Shell,
    w: Words,
    title: String,
    notice: Option<Notice>,
    action: String,
    version: i64,
    name: Field,
    /// Id, name, role, whether they are a member.
    people: Vec<(String, String, &'static str, bool)>,
}

/// What the address says.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    gedaan: String,
}

/// The form of a new team.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct New {
    naam: String,
}

/// `GET /beheer/teams`
pub(crate) async fn show(visit: Visit) -> Result<Response, Trouble> {
    list(&visit, (StatusCode::OK, None), "", None).await
}

/// `POST /beheer/teams`
pub(crate) async fn add(visit: Visit, Fields(new): Fields<New>) -> Result<Response, Trouble> {
    match add_team(&visit.ctx, &new.naam).await {
        Ok(id) => Ok(Redirect::to(&format!("{HERE}/{id}?gedaan=nieuw")).into_response()),
        Err(Failure::Refused(why)) => {
            let notice = fault(visit.words);
            let why = words(visit.words, &why);
            list(&visit, (StatusCode::BAD_REQUEST, Some(notice)), &new.naam, Some(why)).await
        }
        Err(failure) => Err(failure.into()),
    }
}

async fn list(
    visit: &Visit,
    (status, notice): (StatusCode, Option<Notice>),
    name: &str,
    error: Option<String>,
) -> Result<Response, Trouble> {
    let w = visit.words;
    let shown = |one: ManagedTeam| (format!("{HERE}/{}", one.team.id), one.team.name, one.members);
    let teams = list_managed_teams(&visit.ctx).await?.into_iter().map(shown).collect();
    let name = Field::text("naam", w.teams_new_name()).with(name).wrong(error);
    let shell = Shell::around(w, w.teams_title(), &visit.user, HERE);
    Ok(page(status, &TeamsPage { shell, w, notice, teams, name }))
}

/// `GET /beheer/teams/{id}`
pub(crate) async fn show_one(
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let w = visit.words;
    let done = match asked.gedaan.as_str() {
        "nieuw" => Some(Notice::done(w.teams_done_added())),
        "bewaard" => Some(Notice::done(w.teams_done_saved())),
        _ => None,
    };
    one(&visit, &id_in_path(&id)?, (StatusCode::OK, done), None).await
}

/// `POST /beheer/teams/{id}`
pub(crate) async fn save(
    visit: Visit,
    Path(id): Path<String>,
    Fields(fields): Fields<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let id: TeamId = id_in_path(&id)?;
    let save = entered(id.clone(), fields)?;
    let kept = save.clone();
    let w = visit.words;
    match save_team(&visit.ctx, save).await {
        Ok(()) => Ok(Redirect::to(&format!("{HERE}/{id}?gedaan=bewaard")).into_response()),
        Err(Failure::Conflict) => {
            let notice = Notice::refused(w.people_conflict_title(), w.people_conflict_text());
            one(&visit, &id, (StatusCode::CONFLICT, Some(notice)), None).await
        }
        Err(Failure::Refused(why)) => {
            let why = words(w, &why);
            one(&visit, &id, (StatusCode::BAD_REQUEST, Some(fault(w))), Some((kept, why))).await
        }
        Err(failure) => Err(failure.into()),
    }
}

fn entered(id: TeamId, fields: Vec<(String, String)>) -> Result<SaveTeam, Trouble> {
    let (mut name, mut version, mut members) = (None, None, Vec::new());
    if fields.len() > FIELDS {
        return Err(Trouble::BadRequest);
    }
    for (field, value) in fields {
        match field.as_str() {
            "naam" if name.is_none() => name = Some(value),
            "versie" if version.is_none() => version = value.parse().ok(),
            "lid" => members.push(value.parse::<UserId>().map_err(|_| Trouble::BadRequest)?),
            _ => return Err(Trouble::BadRequest),
        }
    }
    let (Some(name), Some(version)) = (name, version) else {
        return Err(Trouble::BadRequest);
    };
    Ok(SaveTeam { id, version, name, members })
}

async fn one(
    visit: &Visit,
    id: &TeamId,
    (status, notice): (StatusCode, Option<Notice>),
    kept: Option<(SaveTeam, String)>,
) -> Result<Response, Trouble> {
    let w = visit.words;
    let details = read_team(&visit.ctx, id).await?;
    let (name, error) = match &kept {
        Some((save, why)) => (save.name.clone(), Some(why.clone())),
        None => (details.team.team.name.clone(), None),
    };
    let is_chosen = |user: UserId, is_member: bool| {
        kept.as_ref().map_or(is_member, |(save, _)| save.members.contains(&user))
    };
    let people = details.people.into_iter().map(|(person, is_member)| {
        let chosen = is_chosen(person.id, is_member);
        (person.id.to_string(), person.name, w.role(person.role), chosen)
    });
    let title = w.team_title(&details.team.team.name);
    let action = format!("{HERE}/{id}");
    Ok(page(
        status,
        &TeamPage {
            shell: Shell::around(w, title.clone(), &visit.user, &action),
            w,
            title,
            notice,
            version: details.team.version,
            name: Field::text("naam", w.teams_new_name()).with(name).wrong(error),
            people: people.collect(),
            action,
        },
    ))
}

fn fault(w: Words) -> Notice {
    Notice::refused(w.people_fault_title(), w.people_fault_text()).at("#naam", w.teams_new_name())
}

fn words(w: Words, why: &TeamRefused) -> String {
    match why {
        TeamRefused::Name => w.people_fault_name().to_owned(),
        TeamRefused::NameTaken => w.people_fault_taken().to_owned(),
        TeamRefused::TooManyTeams(name) => w.people_fault_crowded(name),
    }
}
