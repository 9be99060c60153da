//! The canonical form: what two runs over the same events have in common, and nothing else.
//!
//! Our ids become the platforms' ids: a conversation is named by its account and the platform's id of its first message.
//! Left out is what our own clock or counting put there: when something was received, created or closed, versions, and
//! the moments of what we wrote. Lines are sorted by their bytes.

use std::collections::HashMap;

use bytes::Bytes;
use domain::ids::ConversationId;
use futures_util::{Stream, stream};
use jiff::Timestamp;
use serde::Serialize;
use usecases::Ctx;
use usecases::conversations::{Attachment, ExportedConversation, MessageView, export_conversations};

use crate::rest::errors::{Kind, Problem};
use crate::rest::wire;

/// Bytes that are put together in memory at most.
const MEMORY_BYTES: usize = 128 * 1024 * 1024;
/// Lines in a piece of the body.
const LINES_PER_PIECE: usize = 500;

/// A conversation. Fields stand in the order by which lines are sorted.
#[derive(Serialize)]
#[serde(tag = "type", rename = "conversation", rename_all = "camelCase")]
struct CanonicalConversation<'a> {
    conversation: &'a str,
    channel: &'a str,
    channel_account: &'a str,
    author_name: Option<&'a str>,
    state: &'static str,
    team: &'a str,
    assignee_name: Option<&'a str>,
    topic: Option<&'a str>,
    kind: Option<&'a str>,
    urgency: i64,
    waiting_since: Option<Timestamp>,
    last_inbound_at: Option<Timestamp>,
    outcome: Option<&'static str>,
    previous_conversation: Option<&'a str>,
}

/// A message.
#[derive(Serialize)]
#[serde(tag = "type", rename = "message", rename_all = "camelCase")]
struct CanonicalMessage<'a> {
    conversation: &'a str,
    sent_at: Option<Timestamp>,
    provider_id: Option<&'a str>,
    direction: &'static str,
    kind: &'static str,
    text: Option<&'a str>,
    attachments: Vec<CanonicalAttachment<'a>>,
    extras: Vec<wire::Extra>,
    delivery_status: Option<&'static str>,
    failure: Option<&'a str>,
    parts: Vec<CanonicalPart<'a>>,
    reply_to: Option<&'a str>,
    author_name: Option<&'a str>,
    events: Vec<wire::MessageEvent>,
    edited_text: Option<&'a str>,
    deleted_at: Option<Timestamp>,
    public: bool,
}

/// A file, as the platform announced it; when it was fetched is left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CanonicalAttachment<'a> {
    file_name: Option<&'a str>,
    stated_type: Option<&'a str>,
    sha256: Option<&'a str>,
}

/// A part of a message.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CanonicalPart<'a> {
    state: &'static str,
    delivery_status: &'static str,
    provider_id: Option<&'a str>,
    failure: Option<&'a str>,
}

/// All lines in order, in pieces.
pub(super) async fn lines(
    ctx: &Ctx,
) -> Result<impl Stream<Item = Result<Bytes, Problem>> + Send + use<>, Problem> {
    let mut gathered = Gathered::default();
    let mut after = None;
    loop {
        let page = export_conversations(ctx, after).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.listed.conversation.id);
        for exported in &page {
            gathered.add(exported)?;
        }
    }
    gathered.lines.sort_unstable();
    let pieces: Vec<_> = gathered
        .lines
        .chunks(LINES_PER_PIECE)
        .map(|lines| Ok(Bytes::from(lines.concat())))
        .collect();
    Ok(stream::iter(pieces))
}

#[derive(Default)]
struct Gathered {
    lines: Vec<String>,
    bytes: usize,
    /// A conversation follows one with an earlier id, whose name is known by then.
    names: HashMap<ConversationId, String>,
}

impl Gathered {
    fn add(&mut self, exported: &ExportedConversation) -> Result<(), Problem> {
        let name = name(exported);
        let conversation = &exported.listed.conversation;
        let previous = conversation.previous.and_then(|id| self.names.get(&id).cloned());
        self.add_line(&CanonicalConversation {
            conversation: &name,
            channel: &exported.listed.channel,
            channel_account: conversation.channel_account.as_str(),
            author_name: exported.listed.author_name.as_deref(),
            state: conversation.state.as_str(),
            team: conversation.team.as_str(),
            assignee_name: exported.listed.assignee_name.as_deref(),
            topic: exported.listed.topic.as_deref(),
            kind: exported.listed.kind.as_deref(),
            urgency: exported.listed.urgency,
            waiting_since: conversation.waiting_since_at,
            last_inbound_at: conversation.last_inbound_at,
            outcome: conversation.outcome.map(|outcome| outcome.as_str()),
            previous_conversation: previous.as_deref(),
        })?;
        for view in &exported.messages {
            self.add_line(&message(&name, view))?;
        }
        self.names.insert(conversation.id, name);
        Ok(())
    }

    fn add_line(&mut self, line: &impl Serialize) -> Result<(), Problem> {
        let mut line = serde_json::to_string(line).unwrap_or_default();
        line.push('\n');
        self.bytes += line.len();
        if self.bytes > MEMORY_BYTES {
            let detail = "The municipality owns too much for the canonical form; take the plain one.";
            return Err(Problem::new(Kind::NotInThisState, detail));
        }
        self.lines.push(line);
        Ok(())
    }
}

fn message<'a>(conversation: &'a str, view: &'a MessageView) -> CanonicalMessage<'a> {
    let message = &view.message;
    let part = |part: &'a usecases::outbox::Part| CanonicalPart {
        state: part.state.as_str(),
        delivery_status: part.delivery.as_str(),
        provider_id: part.provider_id.as_deref(),
        failure: part.failure.as_deref(),
    };
    CanonicalMessage {
        conversation,
        sent_at: platforms_moment(view),
        provider_id: message.provider_id.as_ref().map(|id| id.as_str()),
        direction: message.direction.as_str(),
        kind: message.kind.as_str(),
        text: message.text.as_deref(),
        attachments: view.attachments.iter().map(attachment).collect(),
        extras: message.extras.iter().map(wire::Extra::of).collect(),
        delivery_status: message.delivery.map(|status| status.as_str()),
        failure: message.failure.as_deref(),
        parts: view.parts.iter().map(part).collect(),
        reply_to: message.reply_to.as_ref().map(|id| id.as_str()),
        author_name: message.writer_name.as_deref(),
        events: view.events.iter().map(wire::MessageEvent::of).collect(),
        edited_text: message.edited_text.as_deref(),
        deleted_at: message.deleted_at,
        public: message.public,
    }
}

fn attachment(attachment: &Attachment) -> CanonicalAttachment<'_> {
    CanonicalAttachment {
        file_name: attachment.file_name.as_deref(),
        stated_type: attachment.stated_type.as_deref(),
        sha256: attachment.stated_sha256.as_deref(),
    }
}

/// When it was sent by the platform's clock; `None` for what somebody wrote here, which has our own.
fn platforms_moment(view: &MessageView) -> Option<Timestamp> {
    view.message.user.is_none().then_some(view.message.sent_at)
}

/// The platform's name of a conversation: its account and its first message that the platform dated.
fn name(exported: &ExportedConversation) -> String {
    let dated = exported.messages.iter().filter_map(|view| {
        let id = view.message.provider_id.as_ref()?;
        Some((platforms_moment(view)?, id.as_str()))
    });
    let first = dated.min().map_or("", |(_, id)| id);
    format!("{} {first}", exported.listed.conversation.channel_account)
}
