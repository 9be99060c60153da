//! What platforms delivered, and what of it could not be read.

use axum::{Extension, Json};
use domain::ids::RawEventId;
use http::StatusCode;
use usecases::Ctx;
use usecases::ingest::{RawState, list_raw_events, replay_raw_event};
use utoipa::IntoParams;

use super::cursor;
use super::errors::Problem;
use super::fields::{Body, Fields, FromFields, Id, Nothing, Params, one_of};
use super::keys::{self, IdempotencyKey};
use super::wire::{self, words};

const LIST: &str = "raw-events";

/// Which deliveries.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(super) struct ListRawEvents {
    /// In this state; `quarantined` when nothing is said.
    #[param(value_type = words::RawEventState, required = false)]
    state: RawState,
    /// The `nextCursor` of the page before.
    #[param(value_type = String, required = false)]
    cursor: Option<RawEventId>,
    /// Items on a page.
    #[param(minimum = 1, maximum = 100, default = 25, required = false)]
    page_size: u32,
}

impl FromFields for ListRawEvents {
    fn read(fields: &mut Fields) -> Option<Self> {
        let states = one_of(wire::RAW_EVENT_STATES.iter().map(|state| state.as_str()));
        let state = fields.maybe_word("state", &states, |text| text.parse().ok());
        let cursor = fields.cursor(|text| {
            let [id] = cursor::read(LIST, text)?;
            id.parse().ok()
        });
        let page_size = fields.page_size();
        Some(Self {
            state: state?.unwrap_or(RawState::Quarantined),
            cursor: cursor?,
            page_size: page_size?,
        })
    }
}

/// Deliveries of platforms in one state, oldest first, without their content (ruwe gebeurtenissen).
///
/// `quarantined` lists those of which something could not be read and waits for a person.
#[utoipa::path(
    get,
    path = "/raw-events",
    operation_id = "listRawEvents",
    tag = "raw-events",
    params(ListRawEvents),
    responses((status = 200, description = "A page of deliveries", body = wire::RawEventList))
)]
pub(super) async fn list(
    Extension(ctx): Extension<Ctx>,
    Params(asked): Params<ListRawEvents>,
) -> Result<Json<wire::RawEventList>, Problem> {
    let mut events = list_raw_events(&ctx, asked.state, asked.cursor, asked.page_size + 1).await?;
    let next_cursor =
        super::cut(&mut events, asked.page_size).map(|last| cursor::write(LIST, [last.event.id.to_string()]));
    Ok(Json(wire::RawEventList {
        items: events.iter().map(wire::RawEvent::of).collect(),
        next_cursor,
    }))
}

/// Has a delivery read again from the start (opnieuw inlezen).
///
/// What is known already changes nothing.
#[utoipa::path(
    post,
    path = "/raw-events/{id}/replay",
    operation_id = "replayRawEvent",
    tag = "raw-events",
    params(("id" = String, Path, format = "uuid", description = "The delivery")),
    responses((status = 202, description = "It will be read again"))
)]
pub(super) async fn replay(
    Extension(ctx): Extension<Ctx>,
    Id(id): Id<RawEventId>,
    key: Option<IdempotencyKey>,
    Body(Nothing): Body<Nothing>,
) -> Result<StatusCode, Problem> {
    let ctx = keys::once(ctx, key, ("replay", &id), &());
    replay_raw_event(&ctx, id).await?;
    Ok(StatusCode::ACCEPTED)
}
