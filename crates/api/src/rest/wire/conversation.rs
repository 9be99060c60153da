//! A conversation in a list and alone.

use domain::channels::ChannelName;
use domain::conversations::WindowOfReply;
use jiff::Timestamp;
use serde::Serialize;
use usecases::Ctx;
use usecases::conversations as cases;
use utoipa::ToSchema;

use super::words;

/// A conversation (gesprek): with one author in private, or the thread under one post.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct Conversation {
    /// Our id.
    #[schema(format = "uuid")]
    pub id: String,
    /// The channel: `whatsapp`, ….
    pub channel: String,
    /// The account of the municipality on that channel (kanaalaccount).
    pub channel_account: String,
    /// The name that the author (afzender) chose; never a key.
    pub author_name: Option<String>,
    #[schema(value_type = words::ConversationState)]
    pub state: &'static str,
    /// The team that it belongs to.
    pub team: String,
    /// The user who has it.
    #[schema(format = "uuid")]
    pub assignee: Option<String>,
    /// The topic's id (onderwerp).
    pub topic: Option<String>,
    /// Question, remark, report, … (soort).
    pub kind: Option<String>,
    /// Higher is more urgent; 0 is usual.
    pub urgency: i64,
    /// Since when the resident waits for us, by the platform's clock (wacht sinds).
    pub waiting_since: Option<Timestamp>,
    /// When the service standard asks for an answer (uiterlijk).
    pub due_at: Option<Timestamp>,
    /// When the platform stops taking free answers; `null` when it sets no limit.
    pub reply_window_closes_at: Option<Timestamp>,
    /// The newest message of either side, notes excepted.
    pub last_message: Option<LastMessage>,
    /// What came of it; only when closed.
    #[schema(value_type = Option<words::Outcome>)]
    pub outcome: Option<&'static str>,
    /// The closed conversation that this one follows.
    #[schema(format = "uuid")]
    pub previous_conversation: Option<String>,
    /// The newest message's moment; lists go by it.
    pub last_activity_at: Timestamp,
    /// When we first knew of it.
    pub created_at: Timestamp,
    /// Rises with every change. Sent along with a decision, it makes sure that nothing happened meanwhile.
    pub version: i64,
}

/// The newest message of a conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct LastMessage {
    #[schema(value_type = words::Direction)]
    pub direction: &'static str,
    #[schema(value_type = words::MessageKind)]
    pub kind: &'static str,
    /// Its text or caption as its author last changed it; `null` once they deleted it.
    pub text: Option<String>,
    /// When, by the platform's clock.
    pub sent_at: Timestamp,
    /// How far it came, if it is ours.
    #[schema(value_type = Option<words::DeliveryStatus>)]
    pub delivery_status: Option<&'static str>,
    /// When its author deleted it.
    pub deleted_at: Option<Timestamp>,
}

/// A page of conversations, newest activity first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct ConversationList {
    /// The conversations.
    pub items: Vec<Conversation>,
    /// Where the next page begins; `null` on the last.
    pub next_cursor: Option<String>,
}

impl Conversation {
    pub(in crate::rest) fn of(ctx: &Ctx, listed: &cases::Listed) -> Self {
        let conversation = &listed.conversation;
        Self {
            id: conversation.id.to_string(),
            channel: listed.channel.clone(),
            channel_account: conversation.channel_account.to_string(),
            author_name: listed.author_name.clone(),
            state: conversation.state.as_str(),
            team: conversation.team.to_string(),
            assignee: conversation.assignee.map(|user| user.to_string()),
            topic: listed.topic.clone(),
            kind: listed.kind.clone(),
            urgency: listed.urgency,
            waiting_since: conversation.waiting_since_at,
            due_at: listed.due_at,
            reply_window_closes_at: window_closes_at(ctx, listed),
            last_message: listed.last_message.as_ref().map(LastMessage::of),
            outcome: conversation.outcome.map(|outcome| outcome.as_str()),
            previous_conversation: conversation.previous.map(|id| id.to_string()),
            last_activity_at: conversation.last_activity_at,
            created_at: listed.created_at,
            version: conversation.version,
        }
    }
}

/// `None` also for a channel that this program has no connector for any more.
fn window_closes_at(ctx: &Ctx, listed: &cases::Listed) -> Option<Timestamp> {
    let channel = ChannelName::new(&listed.channel)?;
    let capabilities = ctx.installation.connector(&channel)?.capabilities();
    match listed.conversation.reply_window(&capabilities, ctx.now()) {
        WindowOfReply::Unlimited => None,
        WindowOfReply::OpenUntil(until) => Some(until),
        WindowOfReply::Closed(since) => since,
    }
}

impl LastMessage {
    fn of(message: &cases::LastMessage) -> Self {
        Self {
            direction: message.direction.as_str(),
            kind: message.kind.as_str(),
            text: message.text.clone(),
            sent_at: message.sent_at,
            delivery_status: message.delivery.map(|status| status.as_str()),
            deleted_at: message.deleted_at,
        }
    }
}
