//! What the sender does with a part: claim it, mark it in flight on disk before the first byte leaves, record the
//! answer. Every step carries the fence: a sender whose lease is gone changes nothing.

use std::sync::Arc;
use std::time::Duration;

use domain::access::{Permission, Scope};
use domain::channels::{After, Answer, Hold, StepKind};
use domain::conversations::WindowOfReply;
use domain::happenings::Happened;
use domain::ids::ChannelAccountId;
use domain::messages::{DeliveryStatus, MessageKind};
use domain::outbox::{PartState, Purpose};
use store::tables::outbox::{self, Part};
use store::tables::{account, conversation, fetching, message, turn};
use store::{StoreError, Tx};

use super::pace;
use crate::accounts::{holds, notes};
use crate::ingest::{apply_known_reports, name_message, raise_message};
use crate::{Ctx, Failure, Installation};

/// Seconds for which a claimed part is the sender's.
const CLAIM_LEASE_SECONDS: u32 = 30;
/// Seconds for which a part in flight is the sender's; longer than the longest request. When they have passed, what
/// became of it is unknown, and an agent sees that within half a minute of the send (C1).
pub const IN_FLIGHT_LEASE_SECONDS: u32 = 25;

/// Parts that were claimed; their lease began when they were asked for.
pub type Claimed = Vec<Part>;

/// Whether a part may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnterFlight {
    /// It is marked on disk: send it now.
    Go,
    /// The lease is gone, so somebody else has it or had it; or its account has to wait by now. Nothing may be sent.
    LeaseLost,
    /// A report shows that it was sent: an earlier try got through although the platform said otherwise.
    Known,
    /// It is of no use any more, and was dropped.
    OutOfDate,
    /// The platform's window closed while it waited: it failed, and the agent sees why (C9).
    WindowClosed,
    /// It would be faster than the channel lets us send. It is queued again, and no attempt is counted.
    NotYet {
        /// How long it has to wait.
        after: Duration,
    },
}

/// Claims up to `limit` parts that are due, over all municipalities.
///
/// # Errors
/// When the store does not answer.
pub async fn claim_parts(installation: &Arc<Installation>, limit: u32) -> Result<Claimed, StoreError> {
    let scope = Scope::installation();
    installation
        .store
        .write(&scope, async move |tx: &mut Tx| outbox::claim(tx, limit, CLAIM_LEASE_SECONDS).await)
        .await
}

/// Marks a part as in flight; on disk when this returns `Go`.
///
/// # Errors
/// When the store does not answer: then nothing may be sent.
pub async fn enter_flight(installation: &Arc<Installation>, part: &Part) -> Result<EnterFlight, StoreError> {
    enter_flight_for(installation, part, IN_FLIGHT_LEASE_SECONDS).await
}

/// The same for a request that takes longer than usual: one that carries a file.
///
/// # Errors
/// When the store does not answer: then nothing may be sent.
pub async fn enter_flight_for(
    installation: &Arc<Installation>,
    part: &Part,
    lease_seconds: u32,
) -> Result<EnterFlight, StoreError> {
    let ctx = installation.system(&part.municipality, "sender");
    let (part, store) = (part.clone(), installation.store.clone());
    store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            // The sweeper and the reports on this part wait here until it is on disk where the part stands.
            turn::of_part(tx, part.id).await?;
            if is_known_to_be_sent(tx, &part).await? {
                accept(tx, &part, None).await?;
                raise_message(tx, &ctx, &part, ctx.now()).await?;
                return Ok::<_, StoreError>(EnterFlight::Known);
            }
            if part.expires_at.is_some_and(|at| at <= ctx.now()) {
                // It would say what is not true any more: that somebody is writing.
                drop_silently(tx, &part, PartState::Cancelled).await?;
                return Ok(EnterFlight::OutOfDate);
            }
            if window_closed(tx, &ctx, &part).await? {
                let failed = (PartState::Failed, DeliveryStatus::Failed);
                outbox::end(tx, &part, failed, None, Some("window_closed")).await?;
                raise_message(tx, &ctx, &part, ctx.now()).await?;
                return Ok::<_, StoreError>(EnterFlight::WindowClosed);
            }
            if let Some(waits) = pace::keep(tx, &ctx, &part).await? {
                raise_message(tx, &ctx, &part, ctx.now()).await?;
                return Ok(waits);
            }
            if !outbox::enter_flight(tx, &part, lease_seconds).await? {
                // Nothing of it has left. If it is still this sender's, it waits for its turn again.
                outbox::again(tx, &part, PartState::Claimed, 0, None).await?;
                return Ok(EnterFlight::LeaseLost);
            }
            raise_message(tx, &ctx, &part, ctx.now()).await?;
            Ok(EnterFlight::Go)
        })
        .await
}

/// Whether the platform reported on this part already, and not that it failed.
async fn is_known_to_be_sent(tx: &mut Tx, part: &Part) -> Result<bool, StoreError> {
    let told = apply_known_reports(tx, part, None).await?;
    Ok(told.is_some_and(|(status, ..)| status != DeliveryStatus::Failed))
}

/// Gives a part back that was claimed and not sent: this node is about to end.
///
/// # Errors
/// When the store does not answer: its lease then ends by itself.
pub async fn give_back(installation: &Arc<Installation>, part: &Part) -> Result<(), StoreError> {
    let scope = Scope::whole(part.municipality.clone());
    let part = part.clone();
    installation
        .store
        .write(&scope, async move |tx: &mut Tx| {
            turn::of_part(tx, part.id).await?;
            outbox::again(tx, &part, PartState::Claimed, 0, None).await.map(|_| ())
        })
        .await
}

/// Whether a part can only be sent while the platform lets us answer freely: all but a template, and what is no message.
pub(super) async fn needs_window(tx: &mut Tx, part: &Part) -> Result<bool, StoreError> {
    Ok(match part.purpose {
        Purpose::Message => message::by_id(tx, part.message)
            .await?
            .is_none_or(|message| message.kind != MessageKind::Template),
        Purpose::Reaction => true,
        Purpose::Seen => false,
    })
}

/// Ends a part whose outcome interests nobody.
async fn drop_silently(tx: &mut Tx, part: &Part, state: PartState) -> Result<bool, StoreError> {
    outbox::end(tx, part, (state, state.delivery()), None, None).await
}

async fn window_closed(tx: &mut Tx, ctx: &Ctx, part: &Part) -> Result<bool, StoreError> {
    if !needs_window(tx, part).await? {
        return Ok(false);
    }
    let Some(conversation) = conversation::find(tx, part.conversation).await? else {
        return Ok(false);
    };
    let found = account::find(tx, &part.channel_account).await?;
    let connector = found.as_ref().and_then(|found| ctx.installation.connector(&found.account.channel));
    let Some(connector) = connector else { return Ok(false) };
    let window = conversation.reply_window(&connector.capabilities(), ctx.now());
    Ok(matches!(window, WindowOfReply::Closed(_)))
}

/// Records what a platform answered to a part, and applies reports that were told before.
///
/// `random`: between 0 and 1, spreads the waiting. Returns `false` when the lease was gone and nothing was recorded.
///
/// # Errors
/// When the store does not answer: the lease then ends, and the part becomes unknown.
pub async fn record_after(
    installation: &Arc<Installation>,
    part: &Part,
    after: After,
    random: f64,
) -> Result<bool, StoreError> {
    let ctx = installation.system(&part.municipality, "sender");
    let (part, store) = (part.clone(), installation.store.clone());
    store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            if let After::Ended(Answer::Delivered { provider_id: Some(provider_id) }) = &after {
                turn::of_provider_id(tx, &part.channel_account, provider_id).await?;
            }
            turn::of_part(tx, part.id).await?;
            let recorded = match &after {
                After::NextStep { memory } => outbox::next_step(tx, &part, memory).await?,
                After::Restart { memory, reason } => outbox::restart(tx, &part, memory, reason).await?,
                After::Ended(answer) if part.purpose == Purpose::Seen => {
                    let taken = matches!(answer, Answer::Delivered { .. });
                    let state = if taken { PartState::Accepted } else { PartState::Cancelled };
                    drop_silently(tx, &part, state).await?
                }
                After::Ended(answer) => record_answer(tx, &part, answer, random).await?,
            };
            if recorded {
                raise_message(tx, &ctx, &part, ctx.now()).await?;
            }
            // Last: the turn on the account is the widest, and others take it last as well.
            if let After::Ended(answer) = &after
                && part.purpose != Purpose::Seen
            {
                tell_account(tx, &ctx, &part, answer, random).await?;
            }
            Ok::<_, StoreError>(recorded)
        })
        .await
}

/// What an answer says about the account.
async fn tell_account(
    tx: &mut Tx,
    ctx: &Ctx,
    part: &Part,
    answer: &Answer,
    random: f64,
) -> Result<(), StoreError> {
    match answer {
        Answer::Delivered { .. } => notes::sent(tx, ctx, &part.channel_account).await,
        Answer::Retry { after, hold, reason } => {
            let seconds = holds::wait_seconds(*after, part.attempts, random);
            holds::hold(tx, &part.channel_account, *hold, (seconds, reason), ctx.now()).await
        }
        Answer::Refused { .. } | Answer::Unknown { .. } => Ok(()),
    }
}

async fn record_answer(tx: &mut Tx, part: &Part, answer: &Answer, random: f64) -> Result<bool, StoreError> {
    match answer {
        Answer::Delivered { provider_id } => {
            let provider_id = provider_id.as_ref().map(|id| id.as_str());
            accept(tx, part, provider_id).await
        }
        Answer::Retry { after, hold, reason } => {
            let seconds = holds::wait_seconds(*after, part.attempts, random);
            // Where the account waits, the part waits with it, and goes when the account is released (C9).
            let own = if *hold == Hold::Part { seconds } else { 0 };
            outbox::again(tx, part, PartState::InFlight, own, Some(reason)).await
        }
        Answer::Refused { reason, detail } => {
            let failed = (PartState::Failed, DeliveryStatus::Failed);
            let why = match detail {
                Some(detail) => format!("{}: {detail}", reason.as_str()),
                None => reason.as_str().to_owned(),
            };
            outbox::end(tx, part, failed, None, Some(&why)).await
        }
        Answer::Unknown { reason } => unknown(tx, part, reason).await,
    }
}

/// The platform took it. A report that came before this answer counts now.
async fn accept(tx: &mut Tx, part: &Part, provider_id: Option<&str>) -> Result<bool, StoreError> {
    let told = apply_known_reports(tx, part, provider_id).await?;
    let (status, failure) = match &told {
        Some((status, _, failure)) => (DeliveryStatus::Accepted.join(*status), failure.as_deref()),
        None => (DeliveryStatus::Accepted, None),
    };
    let provider_id = provider_id.or(told.as_ref().map(|(_, id, _)| id.as_str()));
    let recorded = outbox::end(tx, part, (PartState::Accepted, status), provider_id, failure).await?;
    if let (true, Some(provider_id)) = (recorded, provider_id) {
        name_message(tx, part, provider_id).await?;
    }
    Ok(recorded)
}

/// Nobody can know; unless a report told already that it was sent.
async fn unknown(tx: &mut Tx, part: &Part, reason: &str) -> Result<bool, StoreError> {
    if apply_known_reports(tx, part, None).await?.is_some() {
        return accept(tx, part, None).await;
    }
    let unknown = (PartState::Unknown, DeliveryStatus::Unknown);
    outbox::end(tx, part, unknown, None, Some(reason)).await
}

/// Decides what becomes of parts whose sender is gone: queued again if nothing can have left, unknown otherwise.
/// `within_seconds` looks ahead: on an engine for one node, everything that is leased at the start has lost its sender.
///
/// # Errors
/// When the store does not answer.
pub async fn sweep_lost_leases(
    installation: &Arc<Installation>,
    within_seconds: u32,
) -> Result<usize, StoreError> {
    let scope = Scope::installation();
    let expired = installation
        .store
        .write(&scope, async move |tx: &mut Tx| outbox::expired(tx, within_seconds).await)
        .await?;
    let count = expired.len();
    for part in expired {
        let ctx = installation.system(&part.municipality, "sender");
        let store = installation.store.clone();
        store
            .write(&ctx.scope(), async move |tx: &mut Tx| {
                turn::of_part(tx, part.id).await?;
                // Read again: the sender may have ended it meanwhile.
                let Some(now) = outbox::by_id(tx, part.id).await? else { return Ok(()) };
                if now.fence != part.fence || now.state != part.state {
                    return Ok(());
                }
                let step = part.next_step().map_or(StepKind::Effect, |step| step.kind);
                let recorded = match part.state.after_lost_lease(step) {
                    PartState::Queued => outbox::again(tx, &part, part.state, 0, None).await?,
                    PartState::Unknown => unknown(tx, &part, "lost").await?,
                    _ => false,
                };
                if recorded {
                    raise_message(tx, &ctx, &part, ctx.now()).await?;
                }
                Ok::<_, StoreError>(())
            })
            .await?;
    }
    Ok(count)
}

/// An account may send again, at once: a person says so.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn release_account(ctx: &Ctx, channel_account: &ChannelAccountId) -> Result<(), Failure> {
    ctx.actor.may(Permission::ManageSettings)?;
    let (id, actor, now) = (channel_account.clone(), ctx.actor.clone(), ctx.now());
    let scope = Scope::whole(ctx.actor.municipality().clone());
    ctx.store()
        .write(&scope, async move |tx: &mut Tx| {
            account::find(tx, &id).await?.ok_or(Failure::NotFound)?;
            fetching::try_of_account(tx, &id).await?;
            if account::release(tx, &id).await? {
                holds::released(tx, &id, now).await?;
                let what = "channel_account_released".to_owned();
                tx.record(&actor, now, Happened::ConfigurationChanged { what, id: id.to_string() });
            }
            Ok(())
        })
        .await
}
