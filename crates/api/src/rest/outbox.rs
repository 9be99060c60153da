//! What is on its way out, and the decision where nobody can know what became of it.

use axum::{Extension, Json};
use domain::ids::PartId;
use domain::outbox::{PartState, Resolution};
use http::StatusCode;
use usecases::Ctx;
use usecases::outbox::{Resolve, list_outbox, resolve_unknown};
use utoipa::{IntoParams, ToSchema};

use super::cursor;
use super::errors::{Problem, ProblemDetails};
use super::fields::{Body, Fields, FromFields, Id, Params, one_of};
use super::keys::{self, IdempotencyKey};
use super::wire::{self, words};

const LIST: &str = "outbox";

/// Which parts.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(super) struct ListOutbox {
    /// In this state; `unknown` when nothing is said.
    #[param(value_type = words::PartState, required = false)]
    state: PartState,
    /// The `nextCursor` of the page before.
    #[param(value_type = String, required = false)]
    cursor: Option<PartId>,
    /// Items on a page.
    #[param(minimum = 1, maximum = 100, default = 25, required = false)]
    page_size: u32,
}

impl FromFields for ListOutbox {
    fn read(fields: &mut Fields) -> Option<Self> {
        let states = one_of(PartState::ALL.iter().map(|state| state.as_str()));
        let state = fields.maybe_word("state", &states, |text| text.parse().ok());
        let cursor = fields.cursor(|text| {
            let [id] = cursor::read(LIST, text)?;
            id.parse().ok()
        });
        let page_size = fields.page_size();
        Some(Self {
            state: state?.unwrap_or(PartState::Unknown),
            cursor: cursor?,
            page_size: page_size?,
        })
    }
}

/// Parts of messages in one state, oldest first (uitbak).
///
/// `unknown` lists the sends of which nobody can know whether they arrived.
#[utoipa::path(
    get,
    path = "/outbox",
    operation_id = "listOutbox",
    tag = "outbox",
    params(ListOutbox),
    responses((status = 200, description = "A page of parts", body = wire::OutboxList))
)]
pub(super) async fn list(
    Extension(ctx): Extension<Ctx>,
    Params(asked): Params<ListOutbox>,
) -> Result<Json<wire::OutboxList>, Problem> {
    let mut parts = list_outbox(&ctx, asked.state, asked.cursor, asked.page_size + 1).await?;
    let next_cursor =
        super::cut(&mut parts, asked.page_size).map(|last| cursor::write(LIST, [last.id.to_string()]));
    Ok(Json(wire::OutboxList {
        items: parts.iter().map(wire::OutboxPart::of).collect(),
        next_cursor,
    }))
}

/// A decision on a send whose outcome is unknown, or that failed (besluit).
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct ResolutionRequest {
    #[schema(value_type = words::Resolution)]
    outcome: Resolution,
    /// Send it again although evidence may still come and it may arrive twice, or although it is refused again so soon.
    despite_warning: Option<bool>,
}

impl FromFields for ResolutionRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let outcomes = one_of(Resolution::ALL.iter().map(|outcome| outcome.as_str()));
        let outcome = fields.word("outcome", &outcomes, |text| text.parse().ok());
        let despite_warning = fields.maybe_flag("despiteWarning");
        Some(Self { outcome: outcome?, despite_warning: despite_warning? })
    }
}

/// Decides on a part whose outcome is unknown, or that failed: send it again, or leave it (besluit).
///
/// The machine never repeats what was perhaps sent; this is a person's decision, and stands in the audit log.
#[utoipa::path(
    post,
    path = "/outbox/{id}/resolution",
    operation_id = "resolvePart",
    tag = "outbox",
    params(("id" = String, Path, format = "uuid", description = "The part")),
    request_body = ResolutionRequest,
    responses(
        (status = 204, description = "It is decided"),
        (
            status = 409,
            description = "It is known by now (`outcome-known`), evidence may still come (`evidence-may-come`), it \
                           would be refused again so soon (`too-soon`), or the \
                           platform takes no free answers any more (`reply-window-closed`)",
            body = ProblemDetails,
            content_type = "application/problem+json"
        )
    )
)]
pub(super) async fn resolve(
    Extension(ctx): Extension<Ctx>,
    Id(part): Id<PartId>,
    key: Option<IdempotencyKey>,
    Body(asked): Body<ResolutionRequest>,
) -> Result<StatusCode, Problem> {
    let said = (asked.outcome.as_str(), asked.despite_warning);
    let ctx = keys::once(ctx, key, ("resolution", &part), &said);
    let despite_warning = asked.despite_warning.unwrap_or(false);
    resolve_unknown(
        &ctx,
        Resolve {
            part,
            conversation: None,
            resolution: asked.outcome,
            despite_warning,
        },
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
