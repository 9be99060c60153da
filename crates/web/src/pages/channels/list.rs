//! All channel accounts that somebody may see, the worst first.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::Permission;
use domain::channels::Severity as HowBad;
use serde::Deserialize;
use usecases::accounts::{AccountHealth, list_account_health};

use super::{address, name};
use crate::components::notice::Notice;
use crate::components::severity::Severity;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::Visit;
use crate::words::{Moment, Words};

#[derive(Template)]
#[template(path = "pages/channels/list.html")]
struct ListPage {
    shell: Shell,
    w: Words,
    notice: Option<Notice>,
    accounts: Vec<Card>,
    may_add: bool,
}

struct Card {
    name: String,
    address: String,
    severity: Severity,
    team: String,
    /// What is the matter, the worst first.
    matters: Vec<&'static str>,
    heard: Option<Moment>,
    sent: Option<Moment>,
}

/// What the address asks for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    gedaan: String,
}

/// `GET /beheer/kanalen`
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let w = visit.words;
    let accounts = list_account_health(&visit.ctx).await?;
    Ok(page(
        StatusCode::OK,
        &ListPage {
            shell: Shell::around(w, w.channels_title(), &visit.user, "/beheer/kanalen"),
            w,
            notice: (asked.gedaan == "verwijdering").then(|| Notice::done(w.done_removed())),
            accounts: accounts.iter().map(|health| card(&visit, health)).collect(),
            may_add: visit.may(Permission::ManageSettings),
        },
    ))
}

fn card(visit: &Visit, health: &AccountHealth) -> Card {
    let (w, moments) = (visit.words, visit.moments());
    let bad = health.states.iter().filter(|state| state.severity >= HowBad::Warning);
    Card {
        name: name(w, &health.account),
        address: address(&health.account.id, ""),
        severity: Severity::of(w, health.severity),
        team: health.team_name.clone(),
        matters: bad
            .take(3)
            .map(|state| w.health(health.account.channel.as_str(), &state.event.word))
            .collect(),
        heard: health.signs.pulse.heard_at.map(|at| moments.moment(at)),
        sent: health.signs.sent_at.map(|at| moments.moment(at)),
    }
}
