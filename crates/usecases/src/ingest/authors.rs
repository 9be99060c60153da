//! Who somebody is whom a platform names, and what follows when two authors prove to be one: their conversations on the
//! account become one as well, in the same write. Why: `docs/decisions/2026-11-22-who-is-one-author.md`.

use domain::authors::{Named, named_by_change, named_by_message};
use domain::channels::{AuthorClaim, IdentityChange};
use domain::conversations::{Conversation, Counterpart, LastWorked};
use domain::happenings::Happened;
use domain::ids::{AuthorId, EventId};
use domain::time::clamp_to_receipt;
use jiff::Timestamp;
use store::tables::message_event::MessageEvent;
use store::tables::{author, conversation, joining, message, message_event};
use store::{StoreError, Tx};

use super::messages::apply_changes;
use super::read_event::Source;
use crate::Ctx;
use crate::search::{author_goes_by_another_name, index_message};

/// The author of a claim, made if need be, and held until the commit.
pub(super) async fn resolve(
    tx: &mut Tx,
    ctx: &Ctx,
    source: &Source<'_>,
    claim: &AuthorClaim,
    at: Timestamp,
) -> Result<AuthorId, StoreError> {
    let named = named_by_message(&claim.identifiers, at);
    resolve_named(tx, ctx, source, &named, (claim.display_name.as_deref(), at)).await
}

/// An author goes by other names: no new case, the names join. One who has not written yet is made, so that it does not
/// matter whether the notice or the first message comes first (A4).
pub(super) async fn take_identity(
    tx: &mut Tx,
    ctx: &Ctx,
    source: &Source<'_>,
    change: &IdentityChange,
) -> Result<(), StoreError> {
    let at = clamp_to_receipt(change.at, source.received_at);
    let notice = MessageEvent {
        id: EventId(source.installation.ids.next()),
        provider_id: change.provider_id.clone(),
        target: change.provider_id.clone(),
        kind: "identity".to_owned(),
        detail: None,
        at,
        author: None,
        by_us: false,
    };
    // Told again, or read again: by now the names in it may be somebody else's.
    if !message_event::add(tx, &source.account.id, &notice, source.raw).await? {
        return Ok(());
    }
    let author = resolve_named(tx, ctx, source, &named_by_change(change, at), (None, at)).await?;
    let counterpart = Counterpart::Author(author);
    if let Some(known) = conversation::latest_with(tx, &source.account.id, &counterpart).await? {
        let happened = Happened::IdentityChanged { conversation: known.id };
        tx.record(&ctx.actor, source.received_at, happened);
    }
    Ok(())
}

async fn resolve_named(
    tx: &mut Tx,
    ctx: &Ctx,
    source: &Source<'_>,
    named: &[Named],
    called: (Option<&str>, Timestamp),
) -> Result<AuthorId, StoreError> {
    let new = (source.received_at, AuthorId(source.installation.ids.next()));
    let resolved = author::resolve(tx, &source.account.id, named, called, new).await?;
    if resolved.renamed || !resolved.joined.is_empty() {
        author_goes_by_another_name(tx, source.installation, resolved.author).await?;
    }
    for other in resolved.joined {
        join(tx, ctx, source, resolved.author, other).await?;
    }
    Ok(resolved.author)
}

/// Makes `joined` one with `author`: conversations, messages, names, and changes that seemed to be somebody else's.
async fn join(
    tx: &mut Tx,
    ctx: &Ctx,
    source: &Source<'_>,
    author: AuthorId,
    joined: AuthorId,
) -> Result<(), StoreError> {
    let account = &source.account.id;
    let (ours, theirs) = (Counterpart::Author(author), Counterpart::Author(joined));
    let here = conversation::latest_with(tx, account, &ours).await?;
    let there = conversation::latest_with(tx, account, &theirs).await?;
    if let (Some(here), Some(there)) = (here, there) {
        join_latest(tx, ctx, source, here, there).await?;
    }
    joining::move_conversations(tx, account, &theirs, &ours).await?;
    joining::end_author(tx, author, joined).await?;
    tx.record(&ctx.actor, source.received_at, Happened::AuthorsJoined { author, joined });
    for changed in message_event::changed_by(tx, account, author).await? {
        if let Some(changed) = message::by_provider(tx, account, &changed).await? {
            apply_changes(tx, source, &changed).await?;
            index_message(tx, changed.id).await?;
        }
    }
    Ok(())
}

/// Two open conversations become one, and an open one that would have opened a closed one again goes into that. Others
/// stay as they are; an open one then follows the closed one.
async fn join_latest(
    tx: &mut Tx,
    ctx: &Ctx,
    source: &Source<'_>,
    here: Conversation,
    there: Conversation,
) -> Result<(), StoreError> {
    let (kept, gone) = match (here.state.is_active(), there.state.is_active()) {
        (false, false) => return Ok(()),
        // The closed one, or the older: ids are given in the order of time.
        (true, false) => (there, here),
        (true, true) if there.id < here.id => (there, here),
        (true | false, true) => (here, there),
    };
    if !kept.state.is_active() {
        let first_in = message::first_in(tx, gone.id).await?;
        if !first_in.is_some_and(|first_in| kept.reopens_for(first_in)) {
            return joining::set_previous(tx, gone.id, kept.id).await;
        }
    }
    join_conversations(tx, ctx, source, kept, &gone).await
}

async fn join_conversations(
    tx: &mut Tx,
    ctx: &Ctx,
    source: &Source<'_>,
    mut kept: Conversation,
    gone: &Conversation,
) -> Result<(), StoreError> {
    let worked = LastWorked {
        kept_at: message::last_worked(tx, kept.id).await?,
        gone_at: message::last_worked(tx, gone.id).await?,
    };
    let reopened = !kept.state.is_active();
    kept.join(gone, worked);
    if !joining::absorb_conversation(tx, &kept, gone).await? {
        return Err(StoreError::changed_meanwhile(format!("conversation {} or {}", kept.id, gone.id)));
    }
    if let Some(previous) = gone.previous.filter(|previous| *previous != kept.id) {
        joining::set_previous(tx, kept.id, previous).await?;
    }
    kept.version += 1;
    // Who answered in another program had everything in view that stood in either of the two.
    if let Some(since) = kept.waiting_since_at
        && message::answered_elsewhere(tx, kept.id, since).await?
    {
        kept.waits_since(message::unanswered_after(tx, kept.id, since).await?);
        conversation::save(tx, &kept).await?;
    }
    let (conversation, joined) = (kept.id, gone.id);
    if reopened {
        tx.record(&ctx.actor, source.received_at, Happened::ConversationReopened { conversation });
    }
    tx.record(&ctx.actor, source.received_at, Happened::ConversationsJoined { conversation, joined });
    Ok(())
}
