//! Where the visitor is logged in: seen, and ended one by one, all but this one, or everywhere.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::ids::SessionId;
use serde::Deserialize;
use usecases::access::{OwnSession, end_other_sessions, end_own_session, list_own_sessions};

use crate::WebState;
use crate::errors::Trouble;
use crate::pages::login::logged_out;
use crate::requests::{Fields, Visit, id_in_path};
use crate::words::{Moment, Words};

/// A session as its owner knows it.
pub(super) struct Device {
    /// Where it is ended; `None` for this one, which has its own button.
    pub(super) end: Option<String>,
    pub(super) name: String,
    pub(super) begun: Moment,
    pub(super) seen: Moment,
}

/// The form has no fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// The visitor's sessions, this one first.
pub(super) async fn devices(visit: &Visit) -> Result<Vec<Device>, Trouble> {
    let mut found = list_own_sessions(&visit.ctx).await?;
    found.sort_by_key(|one| one.id != visit.user.session);
    // Log-ins go by the machine's clock, also where the municipality's is another.
    let moments = visit.moments_of_log_ins();
    let shown = |one: OwnSession| Device {
        end: (one.id != visit.user.session).then(|| format!("/profiel/sessies/{}/beeindiging", one.id)),
        name: named(visit.words, one.device),
        begun: moments.moment(one.begun_at),
        seen: moments.moment(one.last_seen_at),
    };
    Ok(found.into_iter().map(shown).collect())
}

fn named(w: Words, device: domain::access::Device) -> String {
    let browser = device.browser.name().unwrap_or(w.devices_unknown_browser());
    let system = device.system.name().unwrap_or(w.devices_unknown_system());
    w.devices_on(browser, system)
}

/// `POST /profiel/sessies/beeindiging`
pub(crate) async fn end_everywhere(State(state): State<WebState>, visit: Visit) -> Result<Response, Trouble> {
    usecases::access::log_out_everywhere(&visit.ctx).await?;
    Ok(logged_out(&state, "/inloggen?gedaan=overal"))
}

/// `POST /profiel/sessies/andere`
pub(crate) async fn end_others(
    visit: Visit,
    Fields(Nothing {}): Fields<Nothing>,
) -> Result<Response, Trouble> {
    end_other_sessions(&visit.ctx, visit.user.session).await?;
    Ok(Redirect::to("/profiel?gedaan=andere").into_response())
}

/// `POST /profiel/sessies/{id}/beeindiging`
pub(crate) async fn end_one(
    visit: Visit,
    Path(id): Path<String>,
    Fields(Nothing {}): Fields<Nothing>,
) -> Result<Response, Trouble> {
    let id: SessionId = id_in_path(&id)?;
    end_own_session(&visit.ctx, id).await?;
    Ok(Redirect::to("/profiel?gedaan=apparaat").into_response())
}
