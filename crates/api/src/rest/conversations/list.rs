//! The list of conversations, and one.

use axum::{Extension, Json};
use domain::conversations::ConversationState;
use domain::ids::{ChannelAccountId, ConversationId, TeamId};
use domain::time::{from_micros, micros};
use jiff::Timestamp;
use usecases::Ctx;
use usecases::conversations::{ConversationFilter, list_conversations, read_conversation};
use utoipa::IntoParams;

use crate::rest::cursor;
use crate::rest::errors::Problem;
use crate::rest::fields::{Fields, FromFields, Id, Nothing, Params, one_of};
use crate::rest::wire::{self, words};

const LIST: &str = "conversations";
/// Characters of a topic's id.
const TOPIC_CHARACTERS: usize = 200;

/// Which conversations.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(in crate::rest) struct ListConversations {
    /// In this state.
    #[param(value_type = words::ConversationState, required = false)]
    state: Option<ConversationState>,
    /// Of this team.
    #[param(value_type = String, required = false)]
    team: Option<TeamId>,
    /// On this account of the municipality (kanaalaccount).
    #[param(value_type = String, required = false)]
    channel_account: Option<ChannelAccountId>,
    /// On this topic.
    #[param(value_type = String, required = false)]
    topic: Option<String>,
    /// The `nextCursor` of the page before.
    #[param(value_type = String, required = false)]
    cursor: Option<(Timestamp, ConversationId)>,
    /// Items on a page.
    #[param(minimum = 1, maximum = 100, default = 25, required = false)]
    page_size: u32,
}

impl FromFields for ListConversations {
    fn read(fields: &mut Fields) -> Option<Self> {
        let states = one_of(ConversationState::ALL.iter().map(|state| state.as_str()));
        let state = fields.maybe_word("state", &states, |text| text.parse().ok());
        let team = fields.maybe_word("team", "a team's id", |text| text.parse().ok());
        let channel_account =
            fields.maybe_word("channelAccount", "a channel account's id", |text| text.parse().ok());
        let topic = fields.maybe_word("topic", "a topic's id", topic_id);
        let cursor = fields.cursor(place);
        let page_size = fields.page_size();
        Some(Self {
            state: state?,
            team: team?,
            channel_account: channel_account?,
            topic: topic?,
            cursor: cursor?,
            page_size: page_size?,
        })
    }
}

fn topic_id(text: &str) -> Option<String> {
    let fits =
        !text.is_empty() && text.chars().count() <= TOPIC_CHARACTERS && !text.contains(char::is_control);
    fits.then(|| text.to_owned())
}

fn place(text: &str) -> Option<(Timestamp, ConversationId)> {
    let [at, id] = cursor::read(LIST, text)?;
    Some((from_micros(at.parse().ok()?), id.parse().ok()?))
}

/// Conversations of your teams, newest activity first (gesprekken).
///
/// A conversation that gets a message while you go through the pages moves to the front: start again to see it. No
/// conversation is given twice. The look is logged.
#[utoipa::path(
    get,
    path = "/conversations",
    operation_id = "listConversations",
    tag = "conversations",
    params(ListConversations),
    responses((status = 200, description = "A page of conversations", body = wire::ConversationList))
)]
pub(in crate::rest) async fn list(
    Extension(ctx): Extension<Ctx>,
    Params(asked): Params<ListConversations>,
) -> Result<Json<wire::ConversationList>, Problem> {
    let filter = ConversationFilter {
        state: asked.state,
        team: asked.team,
        channel_account: asked.channel_account,
        topic: asked.topic,
    };
    let page = list_conversations(&ctx, &filter, asked.cursor, asked.page_size).await?;
    Ok(Json(wire::ConversationList {
        items: page.items.iter().map(|listed| wire::Conversation::of(&ctx, listed)).collect(),
        next_cursor: page.next.map(|(at, id)| cursor::write(LIST, [micros(at).to_string(), id.to_string()])),
    }))
}

/// One conversation (gesprek).
///
/// The look is logged.
#[utoipa::path(
    get,
    path = "/conversations/{id}",
    operation_id = "readConversation",
    tag = "conversations",
    params(("id" = String, Path, format = "uuid", description = "The conversation")),
    responses((status = 200, description = "The conversation", body = wire::Conversation))
)]
pub(in crate::rest) async fn read(
    Extension(ctx): Extension<Ctx>,
    Id(id): Id<ConversationId>,
    Params(Nothing): Params<Nothing>,
) -> Result<Json<wire::Conversation>, Problem> {
    let view = read_conversation(&ctx, id).await?;
    Ok(Json(wire::Conversation::of(&ctx, &view.listed)))
}
