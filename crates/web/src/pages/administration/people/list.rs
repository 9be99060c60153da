//! Who there is.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use domain::ids::{TeamId, UserId};
use serde::Deserialize;
use usecases::people::{PeoplePage, Person, list_people};

use super::address;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::Visit;
use crate::words::{Moment, Words};

#[derive(Template)]
#[template(path = "pages/administration/people/list.html")]
struct ListPage {
    shell: Shell,
    w: Words,
    people: Vec<ShownPerson>,
    next: Option<String>,
}

struct ShownPerson {
    address: String,
    name: String,
    email: String,
    role: &'static str,
    teams: String,
    state: &'static str,
    last: Option<Moment>,
    second: &'static str,
}

/// What the address asks for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    na: String,
}

/// `GET /beheer/gebruikers`
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let w = visit.words;
    let after: Option<UserId> = asked.na.parse().ok();
    let found = list_people(&visit.ctx, after).await?;
    Ok(page(
        StatusCode::OK,
        &ListPage {
            shell: Shell::around(w, w.people_title(), &visit.user, "/beheer/gebruikers"),
            w,
            people: found.people.iter().map(|one| shown(&visit, &found, one)).collect(),
            next: found.next.map(|last| format!("/beheer/gebruikers?na={last}")),
        },
    ))
}

fn shown(visit: &Visit, all: &PeoplePage, (person, teams): &(Person, Vec<TeamId>)) -> ShownPerson {
    let w = visit.words;
    let named = |id: &TeamId| all.teams.iter().find(|team| team.id == *id).map(|team| team.name.as_str());
    let teams: Vec<&str> = teams.iter().filter_map(named).collect();
    ShownPerson {
        address: address(person.id, ""),
        name: person.name.clone(),
        email: person.email.clone(),
        role: w.role(person.role),
        teams: if teams.is_empty() { w.people_no_teams().to_owned() } else { teams.join(", ") },
        state: state(w, person),
        last: person.last_log_in_at.map(|at| visit.moments_of_log_ins().moment(at)),
        second: if person.has_second_factor { w.people_yes() } else { w.people_no() },
    }
}

/// Whether somebody can log in, or why not.
pub(super) fn state(w: Words, person: &Person) -> &'static str {
    match (person.disabled_at, person.has_password) {
        (Some(_), _) => w.people_state_disabled(),
        (None, true) => w.people_state_active(),
        (None, false) => w.people_state_invited(),
    }
}
