//! The messages of a conversation, the oldest first.

use axum::{Extension, Json};
use domain::ids::{ConversationId, MessageId};
use usecases::Ctx;
use usecases::conversations::{Page, place_of_message, read_messages as read_page};
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
    cursor: Option<(ConversationId, MessageId)>,
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

/// The last message of a page, by our own id: the platform's can hold a phone number, and addresses are logged.
fn place(text: &str) -> Option<(ConversationId, MessageId)> {
    let [conversation, message] = cursor::read(LIST, text)?;
    Some((conversation.parse().ok()?, message.parse().ok()?))
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
        Some((_, last)) => {
            let place = place_of_message(&ctx, id, last).await?;
            Some(place.ok_or_else(|| {
                Problem::invalid_param("cursor", "it names no message of this conversation")
            })?)
        }
        None => None,
    };
    let page = read_page(&ctx, id, Page::After(after), asked.page_size).await?;
    let last = page.items.last().filter(|_| page.later.is_some()).map(|seen| seen.message.id);
    let next = |last: MessageId| cursor::write(LIST, [id.to_string(), last.to_string()]);
    Ok(Json(wire::MessageList {
        items: page.items.iter().map(wire::Message::of).collect(),
        next_cursor: last.map(next),
    }))
}
