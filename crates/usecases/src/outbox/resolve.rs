//! A send whose outcome nobody knows, or that failed: a person decides. The machine never repeats it.

use domain::access::Permission;
use domain::channels::RefusalReason;
use domain::conversations::{Conversation, WindowOfReply};
use domain::happenings::Happened;
use domain::ids::{ConversationId, PartId};
use domain::messages::{DeliveryStatus, LEFT_BY_PERSON};
use domain::outbox::{PartState, Resolution};
use domain::time::plus_seconds;
use jiff::Timestamp;
use store::tables::outbox::{self, NewPart, Part};
use store::tables::{account, conversation, turn};
use store::{StoreError, Tx};

use crate::ingest::raise_message;
use crate::{Ctx, Failure};

/// A decision on a part.
#[derive(Debug, Clone)]
pub struct Resolve {
    /// Which part.
    pub part: PartId,
    /// The conversation in which the person decides; a part of another one is not found. `None` where the part alone
    /// is named.
    pub conversation: Option<ConversationId>,
    /// What is decided.
    pub resolution: Resolution,
    /// The person was told that evidence may still come and that it may arrive twice, or that it is refused again so soon.
    pub despite_warning: bool,
}

/// A decision that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveRefused {
    /// It is known by now what became of it.
    #[error("it is known by now what became of this send")]
    Known,
    /// Evidence may still come; the person has not been warned.
    #[error("evidence may still come until {until}")]
    EvidenceMayCome {
        /// Until when.
        until: Timestamp,
    },
    /// The platform limits what this resident gets until then; the person has not been warned.
    #[error("the platform would refuse it again until {until}")]
    TooSoon {
        /// Until when.
        until: Timestamp,
    },
    /// The platform's window for free answers is closed: sending it again would fail.
    #[error("the platform's reply window is closed")]
    WindowClosed,
}

/// Leaves a part as it is, or has it sent again by a new part that names it.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Refused`, `Store`.
pub async fn resolve_unknown(ctx: &Ctx, resolve: Resolve) -> Result<(), Failure<ResolveRefused>> {
    ctx.actor.may(Permission::ResolveUnknown)?;
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store.write(&ctx.scope(), async move |tx: &mut Tx| decide(tx, &ctx, &resolve).await).await
}

async fn decide(tx: &mut Tx, ctx: &Ctx, resolve: &Resolve) -> Result<(), Failure<ResolveRefused>> {
    if ctx.was_done(tx).await? {
        return Ok(());
    }
    // Whatever is told about it at this moment waits, or is known here.
    turn::of_part(tx, resolve.part).await?;
    let part = outbox::by_id(tx, resolve.part).await?.ok_or(Failure::NotFound)?;
    turn::of_message(tx, part.message).await?;
    if resolve.conversation.is_some_and(|conversation| conversation != part.conversation) {
        return Err(Failure::NotFound);
    }
    let conversation = conversation::find(tx, part.conversation).await?.ok_or(Failure::NotFound)?;
    if !part.state.awaits_decision(part.delivery) {
        return Err(Failure::Refused(ResolveRefused::Known));
    }
    let now = ctx.now();
    let resent = resolve.resolution == Resolution::Resend;
    if resent {
        check_resend(tx, ctx, resolve, &part, &conversation).await?;
        // Whoever joins this conversation with another at this moment waits for this, or this runs again after it: a part
        // that is added meanwhile would stay behind in the one that is gone.
        conversation::save(tx, &conversation).await?;
        outbox::queue(tx, &repetition(ctx, &part)).await?;
    }
    let decision = if resent { "resent_by_person" } else { LEFT_BY_PERSON };
    if !outbox::decide(tx, &part, decision).await? {
        return Err(StoreError::changed_meanwhile(format!("part {}", part.id)).into());
    }
    raise_message(tx, ctx, &part, now).await?;
    let happened = Happened::UnknownResolved {
        conversation: part.conversation,
        message: part.message,
        part: part.id,
        resent,
    };
    tx.record(&ctx.actor, now, happened);
    Ok(())
}

/// Whether a part may be sent again at this moment, or the person has to be warned first.
async fn check_resend(
    tx: &mut Tx,
    ctx: &Ctx,
    resolve: &Resolve,
    part: &Part,
    conversation: &Conversation,
) -> Result<(), Failure<ResolveRefused>> {
    let found = account::find(tx, &part.channel_account).await?;
    let connector = found.as_ref().and_then(|found| ctx.installation.connector(&found.account.channel));
    let capabilities = connector.ok_or(Failure::NotFound)?.capabilities();
    // What is in flight is so by the database's clock, so it is judged by the real one and not by the town's.
    let real_now = ctx.installation.wall_clock.now();
    let evidence_seconds = i64::from(capabilities.evidence.window_seconds());
    if let Some(warning) = too_early(part, evidence_seconds, real_now)
        && !resolve.despite_warning
    {
        return Err(Failure::Refused(warning));
    }
    let needs_window = super::needs_window(tx, part).await?;
    let window = conversation.reply_window(&capabilities, ctx.now());
    if needs_window && matches!(window, WindowOfReply::Closed(_)) {
        return Err(Failure::Refused(ResolveRefused::WindowClosed));
    }
    Ok(())
}

/// What a person has to be warned of before a part is sent again at `now`, by the moment at which it left.
fn too_early(part: &Part, evidence_seconds: i64, now: Timestamp) -> Option<ResolveRefused> {
    let until = |seconds| {
        let until = part.in_flight_at.map(|at| plus_seconds(at, seconds));
        until.filter(|until| now < *until)
    };
    if part.delivery == DeliveryStatus::Unknown {
        return until(evidence_seconds).map(|until| ResolveRefused::EvidenceMayCome { until });
    }
    let rest_seconds = part.failure.as_deref().and_then(RefusalReason::rest_seconds)?;
    until(rest_seconds).map(|until| ResolveRefused::TooSoon { until })
}

fn repetition(ctx: &Ctx, part: &Part) -> NewPart {
    NewPart {
        id: PartId(ctx.installation.ids.next()),
        message: part.message,
        conversation: part.conversation,
        channel_account: part.channel_account.clone(),
        ordinal: part.ordinal,
        steps: part.steps.clone(),
        resends: Some(part.id),
        purpose: part.purpose,
        expires_at: None,
        hold_seconds: 0,
    }
}

/// Parts in one state that the actor can see, oldest first, at most `limit`, after the part `after`.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn list_outbox(
    ctx: &Ctx,
    state: PartState,
    after: Option<PartId>,
    limit: u32,
) -> Result<Vec<Part>, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    Ok(outbox::of_state(&mut ctx.store().read(&ctx.scope()), state, after, limit.clamp(1, 101)).await?)
}

/// Parts that wait for a decision and that the actor can see, oldest first, at most `limit`, after the part `after`: sends
/// of which nobody knows whether they arrived, and failed ones until somebody decides or a later answer went out.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn list_undecided(ctx: &Ctx, after: Option<PartId>, limit: u32) -> Result<Vec<Part>, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    Ok(outbox::undecided(&mut ctx.store().read(&ctx.scope()), after, limit.clamp(1, 101)).await?)
}
