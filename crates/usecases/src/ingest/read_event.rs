//! Reading a raw event: every item on its own, so that one that cannot be read holds up nothing (A9).

use std::sync::Arc;

use domain::access::Scope;
use domain::channels::{Inbound, Item};
use domain::happenings::Happened;
use domain::ids::RawEventId;
use domain::municipality::ChannelAccount;
use jiff::Timestamp;
use store::inbox::Claimed;
use store::tables::{account, installation, template, turn, unread};
use store::{StoreError, Tx};

use super::{authors, deliveries, messages};
use crate::accounts::notes;
use crate::{Ctx, Installation};

/// What came of reading a raw event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadOutcome {
    /// Items that are done.
    pub done: u32,
    /// Items that are to be tried again.
    pub again: u32,
    /// Items that wait for a person.
    pub quarantined: u32,
}

/// The number of the one item under which a raw event stands that cannot even be told apart into items.
const WHOLE_EVENT: u32 = u32::MAX;

/// An item as it is applied: where it came from, and when we had it.
pub(super) struct Source<'a> {
    pub installation: &'a Installation,
    pub account: &'a ChannelAccount,
    pub raw: RawEventId,
    pub item: u32,
    pub received_at: Timestamp,
}

/// Reads a raw event. Safe to repeat: what is known already changes nothing.
///
/// # Errors
/// When the store does not answer; the raw event is then read again later.
pub async fn read_event(
    installation: &Arc<Installation>,
    claimed: &Claimed,
) -> Result<ReadOutcome, StoreError> {
    let mut outcome = ReadOutcome::default();
    let found = installation::account_by_id(&installation.store, &claimed.event.channel_account).await?;
    // An id that another municipality took over meanwhile is not the account that this came to.
    let found = found.filter(|found| found.account.municipality == claimed.municipality);
    let connector = found.as_ref().and_then(|found| installation.connector(&found.account.channel));
    let (Some(found), Some(connector)) = (&found, connector) else {
        let reason = "its channel account, or the connector for it, is not there any more";
        note_failure(installation, claimed, WHOLE_EVENT, reason, &mut outcome).await?;
        return Ok(outcome);
    };
    let items = match connector.parse(&claimed.event) {
        Ok(items) => items,
        Err(unreadable) => {
            note_failure(installation, claimed, WHOLE_EVENT, &unreadable.reason, &mut outcome).await?;
            return Ok(outcome);
        }
    };
    let earlier = earlier_failures(installation, claimed).await?;
    for item in items {
        let failed_before = earlier.iter().find(|failed| failed.item == item.index);
        if failed_before.is_some_and(|failed| failed.quarantined) {
            outcome.quarantined += 1;
            continue;
        }
        let applied = apply(installation, claimed, &found.account, &item).await;
        match applied {
            Ok(()) => {
                outcome.done += 1;
                if failed_before.is_some() {
                    forget_failure(installation, claimed, item.index).await?;
                }
            }
            // The store is down or full: nothing is wrong with the item, so it costs it no attempt.
            Err(ApplyFailed::Store(error)) if error.is_temporary() => return Err(error),
            Err(failed) => {
                note_failure(installation, claimed, item.index, &failed.to_string(), &mut outcome).await?;
            }
        }
    }
    Ok(outcome)
}

/// Puts a whole raw event aside for a person, with the reason.
///
/// # Errors
/// When the store does not answer.
pub async fn put_aside(
    installation: &Arc<Installation>,
    claimed: &Claimed,
    reason: &str,
) -> Result<(), StoreError> {
    let mut outcome = ReadOutcome::default();
    for _ in 0..domain::limits::READ_ATTEMPTS {
        if outcome.quarantined == 0 {
            note_failure(installation, claimed, WHOLE_EVENT, reason, &mut outcome).await?;
        }
    }
    Ok(())
}

#[derive(Debug, thiserror::Error)]
enum ApplyFailed {
    #[error("{0}")]
    Unreadable(String),
    #[error(transparent)]
    Store(StoreError),
}

async fn apply(
    installation: &Arc<Installation>,
    claimed: &Claimed,
    account: &ChannelAccount,
    item: &Item,
) -> Result<(), ApplyFailed> {
    let inbound = match &item.what {
        Ok(inbound) => inbound.clone(),
        Err(reason) => return Err(ApplyFailed::Unreadable(reason.clone())),
    };
    if matches!(inbound, Inbound::Nothing { .. }) {
        return Ok(());
    }
    let ctx = installation.system(&claimed.municipality, "reader");
    let account = account.clone();
    let (raw, index, received_at) = (claimed.event.id, item.index, claimed.event.received_at);
    let store = installation.store.clone();
    let scope = ctx.scope();
    let done = store.write(&scope, async move |tx: &mut Tx| {
        let source = Source {
            installation: &ctx.installation,
            account: &account,
            raw,
            item: index,
            received_at,
        };
        take_in(tx, &ctx, &source, &inbound).await
    });
    done.await.map_err(ApplyFailed::Store)
}

async fn take_in(tx: &mut Tx, ctx: &Ctx, source: &Source<'_>, inbound: &Inbound) -> Result<(), StoreError> {
    // What is told under one id is taken in one after the other, so that neither misses the other (A4).
    let told_under = match inbound {
        Inbound::Message(message) => Some(&message.provider_id),
        Inbound::Echo(echo) => Some(&echo.provider_id),
        Inbound::Change(change) => Some(&change.target),
        Inbound::Delivery(report) => Some(&report.provider_id),
        Inbound::Identity(change) => Some(&change.provider_id),
        Inbound::Account(_) | Inbound::Nothing { .. } => None,
    };
    if let Some(id) = told_under {
        turn::of_provider_id(tx, &source.account.id, id).await?;
    }
    // It may have been removed since it was looked up: what is written now would be in no list. Read again, the event is
    // put aside with that reason.
    if !account::stays(tx, &source.account.id).await? {
        return Err(StoreError::changed_meanwhile(format!("channel account {}", source.account.id)));
    }
    take_in_what(tx, ctx, source, inbound).await?;
    // Last: the turn on the account is the widest.
    notes::heard(tx, &source.account.id, source.received_at).await
}

async fn take_in_what(
    tx: &mut Tx,
    ctx: &Ctx,
    source: &Source<'_>,
    inbound: &Inbound,
) -> Result<(), StoreError> {
    match inbound {
        Inbound::Message(message) => messages::take_message(tx, ctx, source, message).await,
        Inbound::Echo(echo) => messages::take_echo(tx, ctx, source, echo).await,
        Inbound::Change(change) => messages::take_change(tx, ctx, source, change).await,
        Inbound::Identity(change) => authors::take_identity(tx, ctx, source, change).await,
        Inbound::Delivery(report) => deliveries::take_report(tx, ctx, source, report).await,
        Inbound::Account(notice) => {
            let connector = source.installation.connector(&source.account.channel);
            if connector.is_some_and(|connector| connector.changes_templates(&notice.kind)) {
                template::make_due(tx, &source.account.id).await?;
            }
            notes::told(tx, &source.account.id, notice, source.received_at).await
        }
        Inbound::Nothing { .. } => Ok(()),
    }
}

async fn earlier_failures(
    installation: &Installation,
    claimed: &Claimed,
) -> Result<Vec<unread::UnreadItem>, StoreError> {
    if claimed.attempts <= 1 {
        if claimed.fence > 1 {
            // It is read again from the start: what failed before counts no more.
            let (scope, raw) = (Scope::whole(claimed.municipality.clone()), claimed.event.id);
            installation
                .store
                .write(&scope, async move |tx: &mut Tx| unread::forget(tx, raw).await)
                .await?;
        }
        return Ok(Vec::new());
    }
    let scope = Scope::whole(claimed.municipality.clone());
    unread::of_event(&mut installation.store.read(&scope), claimed.event.id).await
}

async fn forget_failure(installation: &Installation, claimed: &Claimed, item: u32) -> Result<(), StoreError> {
    let (scope, raw) = (Scope::whole(claimed.municipality.clone()), claimed.event.id);
    installation
        .store
        .write(&scope, async move |tx: &mut Tx| unread::done(tx, raw, item).await)
        .await
}

async fn note_failure(
    installation: &Arc<Installation>,
    claimed: &Claimed,
    item: u32,
    reason: &str,
    outcome: &mut ReadOutcome,
) -> Result<(), StoreError> {
    let ctx = installation.system(&claimed.municipality, "reader");
    let (raw, account) = (claimed.event.id, claimed.event.channel_account.clone());
    let (now, reason) = (ctx.now(), domain::limits::cut(reason, 500).to_owned());
    let store = installation.store.clone();
    let scope = ctx.scope();
    let write = store.write(&scope, async move |tx: &mut Tx| {
        let quarantined = unread::failed(tx, &account, (raw, item), &reason, now).await?;
        if quarantined {
            tx.record(&ctx.actor, now, Happened::ItemQuarantined { raw_event: raw, item });
        }
        Ok::<_, StoreError>(quarantined)
    });
    if write.await? {
        tracing::error!(raw_event.id = %raw, item, "An item of raw event {raw} waits for a person");
        outcome.quarantined += 1;
    } else {
        outcome.again += 1;
    }
    Ok(())
}

impl From<StoreError> for ApplyFailed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
