//! What is unread for whom: of each colleague it is remembered up to which arrival they have read each conversation.

use std::collections::HashMap;

use domain::access::{Actor, Permission};
use domain::ids::{ConversationId, MessageId};
use store::Tx;
pub use store::tables::read_mark::ReadMark;
use store::tables::{conversation, message, read_mark};

use crate::{Ctx, Failure};

/// The actor has a conversation before them as it is now. Returns until where they had read it before; `None` when they
/// never did.
///
/// Only a person reads: for a token of the API or a part of Gehoor nothing happens.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn mark_read(ctx: &Ctx, id: ConversationId) -> Result<Option<ReadMark>, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let (Actor::User { .. }, Some(user)) = (&ctx.actor, ctx.actor.user()) else {
        return Ok(None);
    };
    let mut reader = ctx.store().read(&ctx.scope());
    let found = conversation::find(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    let before = read_mark::of_these(&mut reader, user, &[id]).await?.remove(&id);
    let seen = before.map_or(0, |before| before.arrivals);
    // Nearly always nothing is new, and then nothing is written.
    if found.arrivals > seen {
        let until = found.last_inbound_at.unwrap_or(found.last_activity_at);
        let mark = ReadMark { arrivals: found.arrivals, until };
        let put = async move |tx: &mut Tx| read_mark::put(tx, user, id, mark).await;
        ctx.store().write(&ctx.scope(), put).await?;
    }
    Ok(before)
}

/// Until where the actor has read each of these conversations.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn read_marks(
    ctx: &Ctx,
    ids: &[ConversationId],
) -> Result<HashMap<ConversationId, ReadMark>, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let Some(user) = ctx.actor.user() else { return Ok(HashMap::new()) };
    let mut reader = ctx.store().read(&ctx.scope());
    Ok(read_mark::of_these(&mut reader, user, ids).await?)
}

/// The first message that came in after the actor had read so far, in resident order.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn first_unread(
    ctx: &Ctx,
    id: ConversationId,
    read: ReadMark,
) -> Result<Option<MessageId>, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let mut reader = ctx.store().read(&ctx.scope());
    conversation::find(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    Ok(message::first_arrived_after(&mut reader, id, read.arrivals).await?)
}
