//! The messages of a conversation, the oldest first.

use axum::{Extension, Json};
use domain::ids::ConversationId;
use domain::time::{from_micros, micros};
use usecases::Ctx;
use usecases::conversations::{Page, Place, read_messages as read_page};
use utoipa::IntoParams;

use crate::rest::cursor;
use crate::rest::errors::Problem;
use crate::rest::fields::{Fields, FromFields, Id, Params};
use crate::rest::wire;

const LIST: &str = "messages";

/// Which messages.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(in crate::rest) struct ReadMessages {
    /// The `nextCursor` of the page before.
    #[param(value_type = String, required = false)]
    cursor: Option<(ConversationId, Place)>,
    /// Items on a page.
    #[param(minimum = 1, maximum = 100, default = 25, required = false)]
    page_size: u32,
}

impl FromFields for ReadMessages {
    fn read(fields: &mut Fields) -> Option<Self> {
        let cursor = fields.cursor(place);
        let page_size = fields.page_size();
        Some(Self { cursor: cursor?, page_size: page_size? })
    }
}

fn place(text: &str) -> Option<(ConversationId, Place)> {
    let [conversation, at, tie] = cursor::read(LIST, text)?;
    Some((conversation.parse().ok()?, (from_micros(at.parse().ok()?), tie)))
}

/// A conversation's messages in resident order, notes included, the oldest first (berichten).
///
/// Resident order is the platform's clock: a message that comes late goes to its place, and is then behind a cursor that
/// has passed it. The look is logged.
#[utoipa::path(
    get,
    path = "/conversations/{id}/messages",
    operation_id = "listMessages",
    tag = "conversations",
    params(("id" = String, Path, format = "uuid", description = "The conversation"), ReadMessages),
    responses((status = 200, description = "A page of messages", body = wire::MessageList))
)]
pub(in crate::rest) async fn read_messages(
    Extension(ctx): Extension<Ctx>,
    Id(id): Id<ConversationId>,
    Params(asked): Params<ReadMessages>,
) -> Result<Json<wire::MessageList>, Problem> {
    let after = match asked.cursor {
        Some((of, _)) if of != id => {
            return Err(Problem::invalid_param("cursor", "it is of another conversation"));
        }
        cursor => cursor.map(|(_, place)| place),
    };
    let page = read_page(&ctx, id, Page::After(after), asked.page_size).await?;
    let next = |(at, tie): Place| cursor::write(LIST, [id.to_string(), micros(at).to_string(), tie]);
    Ok(Json(wire::MessageList {
        items: page.items.iter().map(wire::Message::of).collect(),
        next_cursor: page.later.map(next),
    }))
}
