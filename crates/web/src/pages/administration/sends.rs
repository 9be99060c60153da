//! Sends of which nobody knows whether they arrived, and those that failed: each links to its conversation, where one
//! chooses.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use domain::ids::PartId;
use serde::Deserialize;
use usecases::outbox::{Part, list_undecided};

use crate::components::message::{outcome, why};
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::Visit;
use crate::words::{Moment, Words};

const PAGE_SIZE: u32 = 50;

#[derive(Template)]
#[template(path = "pages/administration/sends.html")]
struct SendsPage {
    shell: Shell,
    w: Words,
    sends: Vec<Send>,
    next: Option<String>,
}

struct Send {
    address: String,
    account: String,
    /// What became of it.
    fate: &'static str,
    sent: Option<Moment>,
    why: Option<&'static str>,
    technical: Option<String>,
}

/// What the address asks for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    na: String,
}

/// `GET /beheer/verzendingen`
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let w = visit.words;
    let after: Option<PartId> = asked.na.parse().ok();
    let mut found = list_undecided(&visit.ctx, after, PAGE_SIZE + 1).await?;
    let size = usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    let more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| more).map(|last| format!("/beheer/verzendingen?na={}", last.id));
    let sends = found.iter().map(|part| shown(&visit, part)).collect();
    let shell = Shell::around(w, w.sends_title(), &visit.user, "/beheer/verzendingen");
    Ok(page(StatusCode::OK, &SendsPage { shell, w, sends, next }))
}

fn shown(visit: &Visit, part: &Part) -> Send {
    let (why, technical) = why(visit.words, part.delivery, part.failure.as_deref());
    Send {
        address: format!("/gesprekken/{}?bij={}#b-{}", part.conversation, part.message, part.message),
        fate: outcome(visit.words, Some(part.state), part.delivery),
        account: part.channel_account.to_string(),
        sent: part.in_flight_at.map(|at| visit.moments().moment(at)),
        why,
        technical,
    }
}
