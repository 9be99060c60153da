//! Closing with an outcome, and opening again.

use domain::access::Permission;
use domain::conversations::{Conversation, IllegalTransition, Outcome};
use domain::happenings::Happened;
use domain::ids::ConversationId;
use store::Tx;
use store::tables::conversation;

use crate::{Ctx, Failure};

/// Closing a conversation.
#[derive(Debug, Clone)]
pub struct Close {
    /// Which.
    pub conversation: ConversationId,
    /// What came of it.
    pub outcome: Outcome,
    /// The version that the actor looked at; `None` when the client does not say.
    pub version: Option<i64>,
}

/// Closes a conversation.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Conflict` when something happened to it since the actor looked (a new message of the
/// resident, too), `Refused` when it is closed already, `Store`.
pub async fn close_conversation(ctx: &Ctx, close: Close) -> Result<(), Failure<IllegalTransition>> {
    ctx.actor.may(Permission::Close)?;
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            if ctx.was_done(tx).await? {
                return Ok(());
            }
            let mut found = looked_at(tx, close.conversation, close.version).await?;
            let now = ctx.now();
            found.close(close.outcome, now).map_err(Failure::Refused)?;
            conversation::save(tx, &found).await?;
            let happened = Happened::ConversationClosed { conversation: found.id, outcome: close.outcome };
            tx.record(&ctx.actor, now, happened);
            Ok(())
        })
        .await
}

/// Opens a closed conversation again.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Conflict` when it changed since the actor looked or a newer conversation with the same
/// author is open, `Refused` when it is not closed, `Store`.
pub async fn reopen_conversation(
    ctx: &Ctx,
    id: ConversationId,
    version: Option<i64>,
) -> Result<(), Failure<IllegalTransition>> {
    ctx.actor.may(Permission::Close)?;
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            if ctx.was_done(tx).await? {
                return Ok(());
            }
            let mut found = looked_at(tx, id, version).await?;
            found.reopen().map_err(Failure::Refused)?;
            let latest = conversation::latest_with(tx, &found.channel_account, &found.counterpart).await?;
            if latest.is_some_and(|latest| latest.id != found.id && latest.state.is_active()) {
                return Err(Failure::Conflict);
            }
            conversation::save(tx, &found).await?;
            tx.record(&ctx.actor, ctx.now(), Happened::ConversationReopened { conversation: found.id });
            Ok(())
        })
        .await
}

async fn looked_at(
    tx: &mut Tx,
    id: ConversationId,
    version: Option<i64>,
) -> Result<Conversation, Failure<IllegalTransition>> {
    let found = conversation::find(tx, id).await?.ok_or(Failure::NotFound)?;
    if version.is_some_and(|version| version != found.version) {
        return Err(Failure::Conflict);
    }
    Ok(found)
}
