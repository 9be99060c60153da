//! What could not be read: seen by a person, read again when the cause is mended.

use domain::access::{Permission, Scope};
use domain::happenings::Happened;
use domain::ids::RawEventId;
use jiff::Timestamp;
use store::Tx;
use store::inbox::{Listed, RawState};
use store::tables::unread;

use crate::{Ctx, Failure};

/// A raw event with what could not be read of it.
#[derive(Debug, Clone)]
pub struct QuarantinedEvent {
    /// The event.
    pub event: Listed,
    /// Its items that could not be read.
    pub items: Vec<unread::UnreadItem>,
}

/// Raw events in one state, oldest first, at most `limit`, after the event `after`.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn list_raw_events(
    ctx: &Ctx,
    state: RawState,
    after: Option<RawEventId>,
    limit: u32,
) -> Result<Vec<QuarantinedEvent>, Failure> {
    ctx.actor.may(Permission::ReadRawEvents)?;
    let scope = whole(ctx);
    let mut listed = Vec::new();
    for event in ctx.store().inbox().list(&scope, state, after, limit).await? {
        let items = unread::of_event(&mut ctx.store().read(&scope), event.id).await?;
        listed.push(QuarantinedEvent { event, items });
    }
    Ok(listed)
}

/// Has one raw event read again from the start.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn replay_raw_event(ctx: &Ctx, id: RawEventId) -> Result<(), Failure> {
    ctx.actor.may(Permission::ReplayRawEvents)?;
    let scope = whole(ctx);
    if ctx.store().inbox().find(&scope, id).await?.is_none() {
        return Err(Failure::NotFound);
    }
    let acting = ctx.clone();
    // First forgotten, then queued: the other way round, a reader could quarantine it again in between.
    let is_new = ctx
        .store()
        .write(&scope, async move |tx: &mut Tx| {
            if acting.was_done(tx).await? {
                return Ok(false);
            }
            unread::forget(tx, id).await?;
            tx.record(&acting.actor, acting.now(), Happened::ReplayAsked { raw_event: id });
            Ok::<_, Failure>(true)
        })
        .await?;
    if is_new {
        ctx.store().inbox().replay(&scope, id).await?;
    }
    Ok(())
}

/// Raw events that are queued with one write.
const REPLAYED_AT_ONCE: u32 = 500;

/// Has everything read again that came at or after `since` and is still kept; returns how many raw events. Platforms
/// wait no longer than one write of many; `progress` hears after each how many there are by now. What was queued stays
/// queued when a later write fails: to repeat it is safe.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn replay_all(ctx: &Ctx, since: Timestamp, mut progress: impl FnMut(u64)) -> Result<u64, Failure> {
    ctx.actor.may(Permission::ReplayRawEvents)?;
    let (inbox, scope) = (ctx.store().inbox(), whole(ctx));
    let (mut total, mut after) = (0, None);
    loop {
        let (count, last) = inbox.replay_some(&scope, since, after, REPLAYED_AT_ONCE).await?;
        // Fewer than were asked for is no end: of those that were chosen, some may be gone by then.
        let Some(last) = last else { return Ok(total) };
        after = Some(last);
        total += count;
        progress(total);
    }
}

/// What came in belongs to no team yet, so it is seen by permission, within the municipality.
fn whole(ctx: &Ctx) -> Scope {
    Scope::whole(ctx.actor.municipality().clone())
}
