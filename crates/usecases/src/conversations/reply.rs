//! Answering a resident. What cannot be sent is refused here, before anything leaves, and the text stays with the
//! agent.

use domain::access::Permission;
use domain::channels::{Outbound, PartDraft, Place, ProviderId, Recipient, Unsendable};
use domain::conversations::{Conversation, Counterpart, ReplyRefused};
use domain::happenings::Happened;
use domain::ids::{ConversationId, MessageId, PartId};
use domain::messages::{DeliveryStatus, Direction, MessageKind};
use store::tables::message::Message;
use store::tables::outbox::NewPart;
use store::tables::request::{self, Seen};
use store::tables::{account, author, conversation, message, outbox};
use store::{StoreError, Tx};

use crate::{Ctx, Failure, RequestKey};

/// A reply to a conversation.
#[derive(Debug, Clone)]
pub struct Reply {
    /// To which conversation.
    pub conversation: ConversationId,
    /// What.
    pub text: String,
    /// The message that it quotes.
    pub reply_to: Option<MessageId>,
    /// The last message of ours that the agent saw when writing: `Some(None)` when there was none. `None` when the
    /// client does not say, and then nothing is checked.
    pub written_after: Option<Option<MessageId>>,
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

async fn queue_reply(tx: &mut Tx, ctx: &Ctx, reply: &Reply) -> Result<MessageId, Failure<ReplyRefused>> {
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
    let account = account::find(tx, &conversation.channel_account).await?.ok_or(Failure::NotFound)?;
    let connector = ctx.installation.connector(&account.account.channel).ok_or(Failure::NotFound)?;
    conversation
        .check_reply(&reply.text, &connector.capabilities(), now)
        .map_err(Failure::Refused)?;
    let quoted = quoted_message(tx, reply).await?;
    let id = MessageId(ctx.installation.ids.next());
    let outbound = Outbound {
        message: id,
        to: recipient(tx, &conversation, quoted.as_ref()).await?,
        text: reply.text.clone(),
        files: Vec::new(),
        extras: Vec::new(),
        reply_to: quoted.as_ref().and_then(|message| message.provider_id.clone()),
    };
    let public = matches!(outbound.to.place, Place::Public { .. });
    let drafts = connector
        .compose(&outbound)
        .map_err(|why| Failure::Refused(refused(&why, reply, connector)))?;
    conversation.reply(now).map_err(|_| Failure::Refused(ReplyRefused::Closed))?;
    conversation::save(tx, &conversation).await?;
    let message = outgoing(ctx, &conversation, (id, &reply.text), outbound.reply_to.clone(), public);
    message::insert(tx, &message).await?;
    queue_parts(tx, ctx, &message, drafts).await?;
    request::answer(tx, &actor, &reply.key.key, &id.to_string()).await?;
    tx.record(&ctx.actor, now, Happened::ReplyQueued { conversation: conversation.id, message: id });
    Ok(id)
}

/// The message that is quoted, if it stands in this conversation.
async fn quoted_message(tx: &mut Tx, reply: &Reply) -> Result<Option<Message>, Failure<ReplyRefused>> {
    let Some(id) = reply.reply_to else { return Ok(None) };
    let found = message::by_id(tx, id).await?.filter(|message| message.conversation == reply.conversation);
    found.map(Some).ok_or(Failure::NotFound)
}

async fn recipient(
    tx: &mut Tx,
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
        Some(author) => author::present_identifiers(tx, author).await?,
        None => Vec::new(),
    };
    Ok(Recipient { identifiers, place })
}

fn refused(why: &Unsendable, reply: &Reply, connector: &dyn domain::channels::Connector) -> ReplyRefused {
    let capabilities = connector.capabilities();
    match why {
        Unsendable::TooLong => ReplyRefused::TooLong {
            length: capabilities.text_unit.length(&reply.text),
            max: capabilities.text_max,
            unit: capabilities.text_unit.as_str(),
        },
        Unsendable::NoAddress
        | Unsendable::WrongPlace
        | Unsendable::File { .. }
        | Unsendable::Extra { .. } => ReplyRefused::Unsendable,
    }
}

fn outgoing(
    ctx: &Ctx,
    conversation: &Conversation,
    (id, text): (MessageId, &str),
    reply_to: Option<ProviderId>,
    public: bool,
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
        delivery: Some(DeliveryStatus::Queued),
        failure: None,
        reply_to,
        public,
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
    drafts: Vec<PartDraft>,
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
        };
        outbox::queue(tx, &part).await?;
    }
    Ok(())
}
