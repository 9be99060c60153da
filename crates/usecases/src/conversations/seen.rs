//! Telling a resident that their message was read and that somebody is writing: when a person opened the conversation,
//! once per new message, and never at the cost of anything else.

use domain::access::{Actor, Permission};
use domain::conversations::WindowOfReply;
use domain::ids::{ConversationId, PartId};
use domain::outbox::Purpose;
use domain::time::plus_seconds;
use store::Tx;
use store::tables::outbox::{self, NewPart};
use store::tables::{account, conversation, message, seen};

use crate::{Ctx, Failure};

/// Seconds after which it is of no use any more to say that somebody is writing.
const USE_SECONDS: i64 = 20;

/// Tells the resident, if there is something new of theirs, that it was seen. Whether it was told is nobody's worry.
///
/// Only a person looks: for a token of the API or a part of Gehoor nothing happens.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn mark_seen(ctx: &Ctx, id: ConversationId) -> Result<(), Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    if !matches!(ctx.actor, Actor::User { .. }) || ctx.actor.may(Permission::Reply).is_err() {
        return Ok(());
    }
    let mut reader = ctx.store().read(&ctx.scope());
    conversation::find(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    let Some((newest, _)) = message::last_in(&mut reader, id).await? else { return Ok(()) };
    // Nearly always nothing is new, and then nothing is written.
    if seen::last(&mut reader, id).await? == Some(newest) {
        return Ok(());
    }
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store.write(&ctx.scope(), async move |tx: &mut Tx| queue(tx, &ctx, id).await).await
}

async fn queue(tx: &mut Tx, ctx: &Ctx, id: ConversationId) -> Result<(), Failure> {
    let conversation = conversation::find(tx, id).await?.ok_or(Failure::NotFound)?;
    let Some((newest, provider_id)) = message::last_in(tx, id).await? else { return Ok(()) };
    if !seen::put(tx, id, newest).await? || !conversation.state.is_active() {
        return Ok(());
    }
    let account = account::find(tx, &conversation.channel_account).await?.ok_or(Failure::NotFound)?;
    let Some(connector) = ctx.installation.connector(&account.account.channel) else {
        return Ok(());
    };
    let window = conversation.reply_window(&connector.capabilities(), ctx.now());
    let draft = connector.seen(&provider_id, &account.account.settings);
    let (false, Some(draft)) = (matches!(window, WindowOfReply::Closed(_)), draft) else {
        return Ok(());
    };
    let part = NewPart {
        id: PartId(ctx.installation.ids.next()),
        message: newest,
        conversation: id,
        channel_account: conversation.channel_account.clone(),
        ordinal: 0,
        steps: draft.steps,
        resends: None,
        purpose: Purpose::Seen,
        expires_at: Some(plus_seconds(ctx.now(), USE_SECONDS)),
        hold_seconds: 0,
    };
    outbox::queue(tx, &part).await?;
    Ok(())
}
