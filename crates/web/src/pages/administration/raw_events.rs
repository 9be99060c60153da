//! What came in and could not be read, with the reason, to be read again when the cause is mended.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::ids::RawEventId;
use serde::Deserialize;
use usecases::ingest::{QuarantinedEvent, RawState, UnreadItem, list_raw_events, replay_raw_event};

use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::{Fields, Visit, id_in_path};
use crate::words::{Moment, Words};

const PAGE_SIZE: u32 = 50;
/// Reasons that are shown of one raw event, which can have thousands.
const REASONS: usize = 20;
/// The number under which a raw event stands of which not even the items can be told apart.
const WHOLE_EVENT: u32 = u32::MAX;

#[derive(Template)]
#[template(path = "pages/administration/raw_events.html")]
struct RawEventsPage {
    shell: Shell,
    w: Words,
    notice: Option<Notice>,
    events: Vec<ShownEvent>,
    next: Option<String>,
}

struct ShownEvent {
    id: String,
    account: String,
    received: Moment,
    size: String,
    /// Which item, and why it could not be read, in the words of whoever tried.
    reasons: Vec<(String, String)>,
}

/// What the address asks for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    na: String,
    #[serde(default)]
    gedaan: String,
}

/// The form of reading again has no fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Replay {}

/// `GET /beheer/ontvangst`
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let w = visit.words;
    let after: Option<RawEventId> = asked.na.parse().ok();
    let mut found = list_raw_events(&visit.ctx, RawState::Quarantined, after, PAGE_SIZE + 1).await?;
    let size = usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    let more = found.len() > size;
    found.truncate(size);
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| format!("/beheer/ontvangst?na={}", last.event.id));
    Ok(page(
        StatusCode::OK,
        &RawEventsPage {
            shell: Shell::around(w, w.raw_title(), &visit.user, "/beheer/ontvangst"),
            w,
            notice: (asked.gedaan == "herhaling").then(|| Notice::done(w.done_replay())),
            events: found.iter().map(|event| shown(&visit, event)).collect(),
            next,
        },
    ))
}

fn shown(visit: &Visit, found: &QuarantinedEvent) -> ShownEvent {
    let w = visit.words;
    let bytes = usize::try_from(found.event.bytes).unwrap_or_default();
    let reason = |item: &UnreadItem| {
        let which = match item.item {
            WHOLE_EVENT => w.raw_whole().to_owned(),
            number => w.raw_item(&(u64::from(number) + 1).to_string()),
        };
        (which, item.reason.clone())
    };
    ShownEvent {
        id: found.event.id.to_string(),
        account: found.event.channel_account.to_string(),
        received: visit.moments().moment(found.event.received_at),
        size: w.raw_bytes(&w.number(bytes)),
        reasons: found.items.iter().take(REASONS).map(reason).collect(),
    }
}

/// `POST /beheer/ontvangst/{id}/herhaling`
pub(crate) async fn replay(
    visit: Visit,
    Path(id): Path<String>,
    Fields(Replay {}): Fields<Replay>,
) -> Result<Response, Trouble> {
    replay_raw_event(&visit.ctx, id_in_path(&id)?).await?;
    Ok(Redirect::to("/beheer/ontvangst?gedaan=herhaling").into_response())
}
