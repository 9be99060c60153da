//! What we know of the visitor, their language, and their sessions.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::Actor;

use super::login::logged_out;
use crate::WebState;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::Visit;
use crate::words::Words;

#[derive(Template)]
#[template(path = "pages/profile.html")]
struct ProfilePage {
    shell: Shell,
    w: Words,
    name: String,
    email: String,
    role: Option<&'static str>,
    municipality: String,
    teams: Vec<String>,
}

/// `GET /profiel`
pub(crate) async fn show(visit: Visit) -> Result<Response, Trouble> {
    let (w, user) = (visit.words, &visit.user);
    let (role, teams) = match &user.actor {
        Actor::User { role, teams, .. } => (Some(w.role(*role)), teams.clone()),
        _ => (None, Vec::new()),
    };
    Ok(page(
        StatusCode::OK,
        &ProfilePage {
            shell: Shell::around(w, w.profile_title(), Some(user), "/profiel"),
            w,
            name: user.name.clone(),
            email: user.email.clone(),
            role,
            municipality: user.municipality.name.clone(),
            teams: teams.iter().map(ToString::to_string).collect(),
        },
    ))
}

/// `POST /profiel/sessies/beeindiging`
pub(crate) async fn log_out_everywhere(
    State(state): State<WebState>,
    visit: Visit,
) -> Result<Response, Trouble> {
    usecases::access::log_out_everywhere(&visit.ctx).await?;
    Ok(logged_out(&state, "/inloggen?gedaan=overal"))
}
