//! One channel account: how it is doing, since when, what to do, and what happened before.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::Permission;
use domain::channels::{HealthEvent, HealthState, Severity as HowBad};
use domain::ids::ChannelAccountId;
use serde::Deserialize;
use usecases::accounts::{AccountHealth, SeeAlarm, WAITING_MOST, read_account_health, see_alarm};
use usecases::outbox::release_account;

use super::check::Nothing;
use super::{address, done, name};
use crate::components::notice::Notice;
use crate::components::severity::Severity;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::{Fields, Visit, id_in_path};
use crate::words::{Moment, Words};

/// Events that are shown; the API has no more either.
const HISTORY: usize = 50;

#[derive(Template)]
#[template(path = "pages/channels/account.html")]
struct AccountPage {
    shell: Shell,
    w: Words,
    notice: Option<Notice>,
    name: String,
    address: String,
    severity: Severity,
    team: String,
    heard: Option<Moment>,
    sent: Option<Moment>,
    waiting: String,
    unknown: i64,
    unread: i64,
    lost: i64,
    failed: i64,
    late: i64,
    /// Until when nothing is sent, and the platform's own word for why.
    held: Option<(String, String)>,
    /// Where somebody says that messages may leave again.
    release: Option<String>,
    states: Vec<Shown>,
    history: Vec<Shown>,
    may_manage: bool,
}

/// Something that is so, or was.
struct Shown {
    severity: Severity,
    topic: &'static str,
    what: &'static str,
    subject: String,
    detail: String,
    cure: Option<&'static str>,
    since: Moment,
    until: Option<Moment>,
    /// Who has seen it, and when.
    seen: Vec<(String, String)>,
    /// The form by which it is marked as seen: its topic and word.
    see: Option<(&'static str, String)>,
}

/// What the address asks for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    gedaan: String,
}

/// The form by which somebody says that they have seen an alarm.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeenForm {
    onderwerp: String,
    wat: String,
}

/// `GET /beheer/kanalen/{id}`
pub(crate) async fn show(
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let id: ChannelAccountId = id_in_path(&id)?;
    let health = read_account_health(&visit.ctx, &id).await?;
    let w = visit.words;
    let notice = match asked.gedaan.as_str() {
        "gezien" => Some(Notice::done(w.done_seen())),
        "vrijgave" => Some(Notice::done(w.done_released())),
        "instellingen" => Some(Notice::done(w.done_saved())),
        _ => None,
    };
    Ok(page(StatusCode::OK, &account_page(&visit, &health, notice)))
}

fn account_page(visit: &Visit, health: &AccountHealth, notice: Option<Notice>) -> AccountPage {
    let (w, moments, account) = (visit.words, visit.moments(), &health.account);
    let name = name(w, account);
    let figures = &health.figures;
    let waiting = match figures.waiting {
        many if many >= i64::from(WAITING_MOST) => w.channels_waiting_many().to_owned(),
        count => w.channels_waiting_count(count),
    };
    // The reason of a hold is the platform's; what it means stands among the states.
    let held = health.hold.as_ref().map(|hold| {
        let until = if hold.until_person {
            w.channels_stopped().to_owned()
        } else {
            w.channels_held(&moments.moment(hold.until_at).words)
        };
        (until, hold.reason.clone())
    });
    let may_manage = visit.may(Permission::ManageSettings);
    let release = (held.is_some() && may_manage).then(|| address(&account.id, "/vrijgave"));
    AccountPage {
        shell: Shell::around(w, name.clone(), &visit.user, &address(&account.id, "")),
        w,
        notice,
        address: address(&account.id, ""),
        severity: Severity::of(w, health.severity),
        team: health.team_name.clone(),
        heard: health.signs.pulse.heard_at.map(|at| moments.moment(at)),
        sent: health.signs.sent_at.map(|at| moments.moment(at)),
        waiting,
        unknown: figures.unknown,
        unread: figures.unread,
        lost: figures.lost_files,
        failed: figures.failed_files,
        late: figures.late_files,
        held,
        states: health.states.iter().map(|state| state_shown(visit, health, state)).collect(),
        history: health
            .history
            .iter()
            .take(HISTORY)
            .map(|event| event_shown(visit, health, event))
            .collect(),
        may_manage,
        release,
        name,
    }
}

fn event_shown(visit: &Visit, health: &AccountHealth, event: &HealthEvent) -> Shown {
    let (w, moments) = (visit.words, visit.moments());
    let channel = health.account.channel.as_str();
    // Whoever is told that all is well is not told what to do about it.
    let cure = if event.severity == HowBad::Good {
        None
    } else {
        w.health_do(channel, &event.word)
    };
    let subject = match event.subject.as_str() {
        own if w.check_help(channel, own).is_some() => w.check_name(channel, own).to_owned(),
        other => other.to_owned(),
    };
    Shown {
        severity: Severity::of(w, event.severity),
        topic: w.topic(event.topic),
        what: w.health(channel, &event.word),
        subject,
        detail: event.detail.clone(),
        cure,
        since: moments.moment(event.at),
        until: event.until.map(|until| moments.moment(until)),
        seen: Vec::new(),
        see: None,
    }
}

fn state_shown(visit: &Visit, health: &AccountHealth, state: &HealthState) -> Shown {
    let (w, moments) = (visit.words, visit.moments());
    let event = &state.event;
    let is_this = |topic, subject: &str, word: &str, since| {
        topic == event.topic && subject == event.subject && word == event.word && since == state.since
    };
    let by: Vec<_> = health
        .seen
        .iter()
        .filter(|seen| is_this(seen.topic, &seen.subject, &seen.word, seen.since))
        .collect();
    let own = visit.ctx.actor.user();
    let unseen = state.severity == HowBad::Alarm && !by.iter().any(|seen| Some(seen.user) == own);
    Shown {
        severity: Severity::of(w, state.severity),
        since: moments.moment(state.since),
        seen: by.iter().map(|seen| (seen.name.clone(), moments.moment(seen.seen_at).words)).collect(),
        see: unseen.then(|| (event.topic.as_str(), event.word.clone())),
        ..event_shown(visit, health, event)
    }
}

/// `POST /beheer/kanalen/{id}/gezien`
pub(crate) async fn see(
    visit: Visit,
    Path(id): Path<String>,
    Fields(form): Fields<SeenForm>,
) -> Result<Response, Trouble> {
    let id: ChannelAccountId = id_in_path(&id)?;
    let topic = form.onderwerp.parse().map_err(|_| Trouble::BadRequest)?;
    see_alarm(&visit.ctx, SeeAlarm { channel_account: id.clone(), topic, word: form.wat }).await?;
    Ok(done(&id, "", "gezien"))
}

/// `POST /beheer/kanalen/{id}/vrijgave`
pub(crate) async fn release(
    visit: Visit,
    Path(id): Path<String>,
    Fields(Nothing {}): Fields<Nothing>,
) -> Result<Response, Trouble> {
    let id: ChannelAccountId = id_in_path(&id)?;
    release_account(&visit.ctx, &id).await?;
    Ok(done(&id, "", "vrijgave"))
}
