//! A reaction of ours to what a resident wrote. It is no message: it has a part of its own in the outbox, and leaves the
//! message's own state alone.

use domain::access::Permission;
use domain::channels::ProviderId;
use domain::conversations::ReplyRefused;
use domain::happenings::Happened;
use domain::ids::{ConversationId, EventId, MessageId, PartId, RawEventId};
use domain::messages::Direction;
use domain::outbox::Purpose;
use store::tables::message_event::{self, MessageEvent};
use store::tables::outbox::{self, NewPart};
use store::tables::request::{self, Seen};
use store::tables::{account, conversation, message};
use store::{StoreError, Tx};

use super::reply::recipient;
use crate::{Ctx, Failure, RequestKey};

/// A reaction.
#[derive(Debug, Clone)]
pub struct React {
    /// In which conversation.
    pub conversation: ConversationId,
    /// To which message of the resident.
    pub message: MessageId,
    /// With which emoji; `None` takes ours back.
    pub emoji: Option<String>,
    /// The request's key.
    pub key: RequestKey,
}

/// Queues a reaction; the newest one counts.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `KeyReused`, `Refused` with what is wrong with it or the moment, `Store`.
pub async fn react_to_message(ctx: &Ctx, react: React) -> Result<(), Failure<ReplyRefused>> {
    ctx.actor.may(Permission::Reply)?;
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store.write(&ctx.scope(), async move |tx: &mut Tx| queue(tx, &ctx, &react).await).await
}

async fn queue(tx: &mut Tx, ctx: &Ctx, react: &React) -> Result<(), Failure<ReplyRefused>> {
    let (now, actor) = (ctx.now(), ctx.actor.label());
    let conversation = conversation::find(tx, react.conversation).await?.ok_or(Failure::NotFound)?;
    match request::take(tx, &actor, (&react.key.key, &react.key.body_hash), now).await? {
        Seen::First => (),
        Seen::Before(_) => return Ok(()),
        Seen::OtherBody => return Err(Failure::KeyReused),
    }
    let target = message::by_id(tx, react.message).await?;
    let target =
        target.filter(|found| found.conversation == conversation.id && found.direction == Direction::In);
    let target = target.ok_or(Failure::NotFound)?;
    let provider_id = target.provider_id.clone().ok_or(Failure::NotFound)?;
    let account = account::find(tx, &conversation.channel_account).await?.ok_or(Failure::NotFound)?;
    let connector = ctx.installation.connector(&account.account.channel).ok_or(Failure::NotFound)?;
    conversation.check_open(&connector.capabilities(), now).map_err(Failure::Refused)?;
    let to = recipient(tx, &conversation, Some(&target)).await?;
    let draft = connector
        .react(&to, &provider_id, react.emoji.as_deref())
        .map_err(|_| Failure::Refused(ReplyRefused::Along { what: "reaction" }))?;
    let before = outbox::last_of_purpose(tx, target.id, Purpose::Reaction).await?;
    let part = NewPart {
        id: PartId(ctx.installation.ids.next()),
        message: target.id,
        conversation: conversation.id,
        channel_account: conversation.channel_account.clone(),
        ordinal: before.map_or(0, |before| before.ordinal.saturating_add(1)),
        steps: draft.steps,
        resends: None,
        purpose: Purpose::Reaction,
        expires_at: None,
        hold_seconds: 0,
    };
    outbox::queue(tx, &part).await?;
    note(tx, ctx, &part, &provider_id, react.emoji.clone()).await?;
    tx.record(
        &ctx.actor,
        now,
        Happened::MessageChanged { conversation: conversation.id, message: target.id },
    );
    Ok(())
}

/// What we reacted with stands among what happened to the message, under the id of the part that carries it.
async fn note(
    tx: &mut Tx,
    ctx: &Ctx,
    part: &NewPart,
    target: &ProviderId,
    emoji: Option<String>,
) -> Result<(), StoreError> {
    let id = ctx.installation.ids.next();
    let provider_id = ProviderId::new(&part.id.to_string())
        .map_err(|_| StoreError::changed_meanwhile("naming a reaction of ours"))?;
    let event = MessageEvent {
        id: EventId(id),
        provider_id,
        target: target.clone(),
        kind: "our_reaction".to_owned(),
        detail: emoji,
        at: ctx.now(),
        author: None,
        by_us: true,
    };
    // It comes from no delivery of a platform.
    message_event::add(tx, &part.channel_account, &event, RawEventId(id)).await.map(|_| ())
}
