//! What we know of the visitor, their language, where they are logged in, and their second step.

pub(crate) mod appearance;
pub(crate) mod password;
pub(crate) mod second_factor;
pub(crate) mod sessions;

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::Actor;
use serde::Deserialize;
use usecases::access::{Stage, read_second_factor};
use usecases::people::list_own_teams;

use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::Visit;
use crate::words::Words;

#[derive(Template)]
#[template(path = "pages/profile/profile.html")]
struct ProfilePage {
    shell: Shell,
    w: Words,
    notice: Option<Notice>,
    name: String,
    email: String,
    role: Option<&'static str>,
    municipality: String,
    teams: Vec<String>,
    schemes: Vec<(&'static str, &'static str, bool)>,
    more_contrast: bool,
    has_second_factor: bool,
    devices: Vec<sessions::Device>,
    has_others: bool,
}

/// What the address says.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    gedaan: String,
}

/// `GET /profiel`
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let (w, user) = (visit.words, &visit.user);
    let role = match &user.actor {
        Actor::User { role, .. } => Some(w.role(*role)),
        _ => None,
    };
    let second = read_second_factor(&visit.ctx).await?;
    let devices = sessions::devices(&visit).await?;
    let notice = match asked.gedaan.as_str() {
        "apparaat" => Some(w.devices_done_one()),
        "weergave" => Some(w.appearance_done()),
        "wachtwoord" => Some(w.change_done()),
        "andere" => Some(w.devices_done_others()),
        _ => None,
    };
    Ok(page(
        StatusCode::OK,
        &ProfilePage {
            shell: Shell::around(w, w.profile_title(), user, "/profiel"),
            w,
            notice: notice.map(Notice::done),
            name: user.name.clone(),
            email: user.email.clone(),
            role,
            municipality: user.municipality.name.clone(),
            teams: list_own_teams(&visit.ctx).await?,
            schemes: appearance::schemes(w, user.guise.appearance),
            more_contrast: user.guise.appearance.more_contrast,
            has_second_factor: matches!(second.stage, Stage::On { .. }),
            has_others: devices.len() > 1,
            devices,
        },
    ))
}
