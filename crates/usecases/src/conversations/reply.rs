//! Answering a resident. What cannot be sent is refused here, before anything leaves, and the text stays with the
//! agent.

use domain::access::{Actor, Permission};
use domain::channels::{Connector, Outbound, PartDraft, Place, ProviderId, Recipient, Unsendable};
use domain::conversations::{Conversation, Counterpart, ReplyRefused, Said};
use domain::happenings::Happened;
use domain::ids::{ConversationId, MessageId, PartId};
use domain::messages::{DeliveryStatus, Direction, MessageKind};
use domain::outbox::Purpose;
use store::tables::message::Message;
use store::tables::outbox::NewPart;
use store::tables::request::{self, Seen};
use store::tables::{account, author, conversation, message, outbox};
use store::{Reads, StoreError, Tx};

use super::along::{Along, Held, texts};
use super::draft;
use crate::search::index_message;
use crate::{Ctx, Failure, RequestKey};

/// A reply to a conversation.
#[derive(Debug, Clone)]
pub struct Reply {
    /// To which conversation.
    pub conversation: ConversationId,
    /// What.
    pub text: String,
    /// What goes along with it.
    pub along: Along,
    /// The message that it quotes.
    pub reply_to: Option<MessageId>,
    /// The last message of ours that the agent saw when writing: `Some(None)` when there was none. `None` when the
    /// client does not say, and then nothing is checked.
    pub written_after: Option<Option<MessageId>>,
    /// Seconds for which it stays here before it leaves, so that the agent can take it back.
    pub hold_seconds: u32,
    /// The request's key: a second one with the same key gets the first one's result.
    pub key: RequestKey,
}

/// Queues a reply and returns the message; the outbox sends it.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Conflict` when a colleague answered since the agent looked, `KeyReused`, `Refused` with
/// what is wrong with the text or the moment, `Store`.
pub async fn reply_to_conversation(ctx: &Ctx, reply: Reply) -> Result<MessageId, Failure<ReplyRefused>> {
    ctx.actor.may(Permission::Reply)?;
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store
        .write(&ctx.scope(), async move |tx: &mut Tx| queue_reply(tx, &ctx, &reply).await)
        .await
}

pub(crate) async fn queue_reply(
    tx: &mut Tx,
    ctx: &Ctx,
    reply: &Reply,
) -> Result<MessageId, Failure<ReplyRefused>> {
    let now = ctx.now();
    let actor = ctx.actor.label();
    match request::take(tx, &actor, (&reply.key.key, &reply.key.body_hash), now).await? {
        Seen::First => (),
        Seen::Before(result) => return result.parse().map_err(|_| Failure::Conflict),
        Seen::OtherBody => return Err(Failure::KeyReused),
    }
    let mut conversation = conversation::find(tx, reply.conversation).await?.ok_or(Failure::NotFound)?;
    if let Some(seen) = reply.written_after
        && message::last_out(tx, reply.conversation).await? != seen
    {
        return Err(Failure::Conflict);
    }
    let id = MessageId(ctx.installation.ids.next());
    let Planned { held, outbound, texts: _, drafts } = plan(tx, ctx, reply, &conversation, id).await?;
    conversation.reply(now).map_err(|_| Failure::Refused(ReplyRefused::Closed))?;
    if !conversation::update(tx, &conversation).await? {
        return Err(StoreError::changed_meanwhile(format!("conversation {}", conversation.id)).into());
    }
    let text = held.filled.as_ref().map_or(&reply.text, |filled| &filled.text);
    let message = Message {
        kind: held.kind(&reply.along),
        extras: outbound.extras.clone(),
        public: matches!(outbound.to.place, Place::Public { .. }),
        ..outgoing(ctx, &conversation, (id, text), outbound.reply_to)
    };
    message::insert(tx, &message).await?;
    index_message(tx, id).await?;
    held.hand_over(tx, &message).await?;
    queue_parts(tx, ctx, &message, (drafts, reply.hold_seconds)).await?;
    // What somebody writes beside a template, or while a program answers in their name, is still to be sent.
    if matches!(ctx.actor, Actor::User { .. }) && reply.along.template.is_none() {
        draft::forget(tx, &ctx.actor, (conversation.id, draft::Purpose::Reply)).await?;
    }
    request::answer(tx, &actor, &reply.key.key, &id.to_string()).await?;
    tx.record(&ctx.actor, now, Happened::ReplyQueued { conversation: conversation.id, message: id });
    Ok(id)
}

/// A reply that could be sent at this moment.
struct Planned {
    held: Held,
    outbound: Outbound,
    texts: Vec<String>,
    drafts: Vec<PartDraft>,
}

/// Everything that can be wrong with a reply is found here, and nothing is changed.
async fn plan(
    from: &mut impl Reads,
    ctx: &Ctx,
    reply: &Reply,
    conversation: &Conversation,
    id: MessageId,
) -> Result<Planned, Failure<ReplyRefused>> {
    let account = account::find(from, &conversation.channel_account).await?.ok_or(Failure::NotFound)?;
    let connector = ctx.installation.connector(&account.account.channel).ok_or(Failure::NotFound)?;
    let capabilities = connector.capabilities();
    let said = Said {
        text: &reply.text,
        along: reply.along.weight(),
        in_pieces: reply.along.in_pieces,
    };
    // A template is the whole message: a text beside it would leave as one of its own, or not at all.
    if reply.along.template.is_some() && !reply.text.trim().is_empty() {
        return Err(Failure::Refused(ReplyRefused::Along { what: "template_with_more" }));
    }
    conversation.check_reply(&said, &capabilities, ctx.now()).map_err(Failure::Refused)?;
    let quoted = quoted_message(from, reply).await?;
    let held = reply.along.look_up(from, ctx, &conversation.channel_account).await?;
    let outbound = Outbound {
        message: id,
        to: recipient(from, conversation, quoted.as_ref()).await?,
        text: String::new(),
        files: held.files(),
        extras: held.extras(&reply.along),
        reply_to: quoted.as_ref().and_then(|message| message.provider_id.clone()),
    };
    let texts = texts(&reply.text, reply.along.in_pieces, &capabilities).map_err(Failure::Refused)?;
    let drafts = compose(reply, &outbound, &texts, connector).map_err(Failure::Refused)?;
    Ok(Planned { held, outbound, texts, drafts })
}

/// What a reply would be for the resident, without sending it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyPreview {
    /// The texts, one per message: several where the channel takes less, the template's where it is one.
    pub texts: Vec<String>,
    /// How many messages the resident gets.
    pub parts: usize,
}

/// What a reply would be, or what is wrong with it; nothing is stored or sent.
///
/// # Errors
/// As [`reply_to_conversation`], but for the request's key.
pub async fn preview_reply(ctx: &Ctx, reply: &Reply) -> Result<ReplyPreview, Failure<ReplyRefused>> {
    ctx.actor.may(Permission::Reply)?;
    let mut reader = ctx.store().read(&ctx.scope());
    let conversation = conversation::find(&mut reader, reply.conversation).await?.ok_or(Failure::NotFound)?;
    let id = MessageId(ctx.installation.ids.next());
    let planned = plan(&mut reader, ctx, reply, &conversation, id).await?;
    let texts = planned.held.filled.map_or(planned.texts, |filled| vec![filled.text]);
    Ok(ReplyPreview { texts, parts: planned.drafts.len() })
}

/// The reply as parts. A text in several pieces is so many messages, and what goes along goes with the last.
fn compose(
    reply: &Reply,
    outbound: &Outbound,
    texts: &[String],
    connector: &dyn Connector,
) -> Result<Vec<PartDraft>, ReplyRefused> {
    let mut drafts = Vec::new();
    for (place, text) in texts.iter().enumerate() {
        let mut one = Outbound { text: text.clone(), ..outbound.clone() };
        if place > 0 {
            one.reply_to = None;
        }
        if place + 1 < texts.len() {
            (one.files, one.extras) = (Vec::new(), Vec::new());
        }
        drafts.extend(connector.compose(&one).map_err(|why| refused(&why, reply, connector))?);
    }
    Ok(drafts)
}

/// The message that is quoted, if it stands in this conversation.
async fn quoted_message(
    from: &mut impl Reads,
    reply: &Reply,
) -> Result<Option<Message>, Failure<ReplyRefused>> {
    let Some(id) = reply.reply_to else { return Ok(None) };
    let found = message::by_id(from, id)
        .await?
        .filter(|message| message.conversation == reply.conversation);
    found.map(Some).ok_or(Failure::NotFound)
}

/// To whom something goes: the author in private, or whoever wrote what is answered in a thread.
pub(super) async fn recipient(
    from: &mut impl Reads,
    conversation: &Conversation,
    quoted: Option<&Message>,
) -> Result<Recipient, Failure<ReplyRefused>> {
    let (author, place) = match &conversation.counterpart {
        Counterpart::Author(author) => (Some(*author), Place::Private),
        Counterpart::Thread(thread) => {
            let parent: Option<ProviderId> = quoted.and_then(|message| message.provider_id.clone());
            let author = quoted.and_then(|message| message.author);
            (author, Place::Public { thread: thread.clone(), parent })
        }
    };
    let identifiers = match author {
        Some(author) => author::present_identifiers(from, author).await?,
        None => Vec::new(),
    };
    Ok(Recipient { identifiers, place })
}

fn refused(why: &Unsendable, reply: &Reply, connector: &dyn Connector) -> ReplyRefused {
    let capabilities = connector.capabilities();
    match *why {
        Unsendable::TooLong => ReplyRefused::TooLong {
            length: capabilities.text_unit.length(&reply.text),
            max: capabilities.text_max,
            unit: capabilities.text_unit.as_str(),
        },
        Unsendable::File { ordinal, reason } => ReplyRefused::File { ordinal, reason },
        Unsendable::Extra { what } => ReplyRefused::Along { what },
        Unsendable::NoAddress | Unsendable::WrongPlace => ReplyRefused::Unsendable,
    }
}

/// A message of ours with only a text.
fn outgoing(
    ctx: &Ctx,
    conversation: &Conversation,
    (id, text): (MessageId, &str),
    reply_to: Option<ProviderId>,
) -> Message {
    let now = ctx.now();
    Message {
        id,
        conversation: conversation.id,
        channel_account: conversation.channel_account.clone(),
        direction: Direction::Out,
        kind: MessageKind::Text,
        platform_kind: None,
        text: Some(text.to_owned()),
        extras: Vec::new(),
        provider_id: None,
        author: None,
        user: ctx.actor.user(),
        sent_at: now,
        received_at: now,
        arrival: None,
        delivery: Some(DeliveryStatus::Queued),
        failure: None,
        reply_to,
        public: false,
        edited_text: None,
        edited_at: None,
        deleted_at: None,
        source: None,
        content_hash: None,
        tie: id.to_string(),
        writer_name: None,
    }
}

async fn queue_parts(
    tx: &mut Tx,
    ctx: &Ctx,
    message: &Message,
    (drafts, hold_seconds): (Vec<PartDraft>, u32),
) -> Result<(), StoreError> {
    for (ordinal, draft) in (0_u32..).zip(drafts) {
        let part = NewPart {
            id: PartId(ctx.installation.ids.next()),
            message: message.id,
            conversation: message.conversation,
            channel_account: message.channel_account.clone(),
            ordinal,
            steps: draft.steps,
            resends: None,
            purpose: Purpose::Message,
            expires_at: None,
            hold_seconds,
        };
        outbox::queue(tx, &part).await?;
    }
    Ok(())
}
