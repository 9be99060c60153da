//! Taking in what became of our messages. Reports come in any order, twice, before the answer to the send, and for
//! messages that we never sent; the highest status wins (RELIABILITY 2.5).

use domain::channels::{DeliveryReport, Echo, ProviderId};
use domain::happenings::Happened;
use domain::ids::{ConversationId, PartId};
use domain::messages::{DeliveryStatus, is_an_answer};
use domain::outbox::{PartState, Purpose};
use jiff::Timestamp;
use store::tables::outbox::Part;
use store::tables::{conversation, delivery, message, outbox, turn};
use store::{StoreError, Tx};

use super::read_event::Source;
use crate::Ctx;
use crate::accounts::holds;

/// A report: kept as evidence, applied to the part that it concerns, if we know it. What it says about the account has the
/// same consequence as in the answer to a send; the message itself is never sent again by the machine.
pub(super) async fn take_report(
    tx: &mut Tx,
    ctx: &Ctx,
    source: &Source<'_>,
    report: &DeliveryReport,
) -> Result<(), StoreError> {
    // Kept in the words of an answer to a send, so that whoever finds it later reads the same.
    let report = &DeliveryReport { failure: report.why(), ..report.clone() };
    if !delivery::keep(tx, &source.account.id, report, source.raw).await? {
        return Ok(());
    }
    raise(tx, ctx, source, report).await?;
    holds::hold_as_told(tx, &source.account.id, report, ctx.now()).await
}

/// Raises what the report is about, if we know it.
async fn raise(
    tx: &mut Tx,
    ctx: &Ctx,
    source: &Source<'_>,
    report: &DeliveryReport,
) -> Result<(), StoreError> {
    let account = &source.account.id;
    let mut part = match report.tracker.as_deref().and_then(|tracker| tracker.parse::<PartId>().ok()) {
        Some(id) => {
            turn::of_part(tx, id).await?;
            outbox::by_id(tx, id).await?.filter(|part| part.channel_account == *account)
        }
        None => None,
    };
    if part.is_none() {
        part = outbox::by_provider(tx, account, report.provider_id.as_str()).await?;
    }
    let Some(part) = part else {
        // A message written on a phone has no part; one that is not here yet finds the report when it comes.
        return raise_echo(tx, ctx, source, report).await;
    };
    let told = (report.status, report.failure.as_deref());
    apply(tx, ctx, &part, report.provider_id.as_str(), told, source.received_at).await
}

async fn raise_echo(
    tx: &mut Tx,
    ctx: &Ctx,
    source: &Source<'_>,
    report: &DeliveryReport,
) -> Result<(), StoreError> {
    let found = message::by_provider(tx, &source.account.id, &report.provider_id).await?;
    if let Some((found, known)) = found.and_then(|found| found.delivery.map(|known| (found, known)))
        && known.join(report.status) != known
    {
        message::set_delivery(tx, found.id, report.status, report.failure.as_deref()).await?;
        let (conversation, message, status) = (found.conversation, found.id, report.status);
        let happened = Happened::DeliveryChanged { conversation, message, status };
        tx.record(&ctx.actor, source.received_at, happened);
    }
    Ok(())
}

/// How far a message that was written elsewhere came, by the reports that came before it.
pub(super) async fn told_of_echo(
    tx: &mut Tx,
    source: &Source<'_>,
    echo: &Echo,
) -> Result<(DeliveryStatus, Option<String>), StoreError> {
    let reports = delivery::of_message(tx, &source.account.id, echo.provider_id.as_str()).await?;
    let highest = reports.into_iter().reduce(higher).filter(|report| report.status > DeliveryStatus::Sent);
    Ok(highest.map_or((DeliveryStatus::Sent, None), |report| (report.status, report.failure)))
}

/// The one of two reports that tells more.
fn higher(a: delivery::Report, b: delivery::Report) -> delivery::Report {
    if a.status.join(b.status) == a.status { a } else { b }
}

/// An echo that carries our part's id proves that the part was sent.
pub(super) async fn echo_is_ours(
    tx: &mut Tx,
    ctx: &Ctx,
    source: &Source<'_>,
    echo: &Echo,
) -> Result<bool, StoreError> {
    let Some(id) = echo.tracker.as_deref().and_then(|tracker| tracker.parse::<PartId>().ok()) else {
        return Ok(false);
    };
    turn::of_part(tx, id).await?;
    let part = outbox::by_id(tx, id).await?.filter(|part| part.channel_account == source.account.id);
    let Some(part) = part else { return Ok(false) };
    let told = (DeliveryStatus::Sent, None);
    apply(tx, ctx, &part, echo.provider_id.as_str(), told, source.received_at).await?;
    Ok(true)
}

/// Raises a part to what was told, and its message with it. A part whose outcome was unknown is known now.
async fn apply(
    tx: &mut Tx,
    ctx: &Ctx,
    part: &Part,
    provider_id: &str,
    (status, failure): (DeliveryStatus, Option<&str>),
    now: Timestamp,
) -> Result<(), StoreError> {
    match part.state {
        // The sender still has it and looks for reports when it is done; they are kept.
        PartState::Queued | PartState::Claimed | PartState::InFlight => Ok(()),
        PartState::Unknown => prove(tx, ctx, part, provider_id, (status, failure), now).await,
        // The platform said no, and delivered it all the same. What stood behind it in its message may go.
        PartState::Failed if part.delivery.join(status) != part.delivery => {
            prove(tx, ctx, part, provider_id, (status, failure), now).await
        }
        PartState::Accepted | PartState::Failed | PartState::Cancelled => {
            let known = part.delivery.join(status);
            if known != part.delivery {
                // A reason belongs to the status that it was told with: what was delivered after all failed for none.
                let decided = part.failure.as_deref().filter(|_| part.state == PartState::Cancelled);
                outbox::set_delivery(tx, part.id, known, failure.or(decided)).await?;
                raise_message(tx, ctx, part, now).await?;
            }
            Ok(())
        }
    }
}

/// A part is known to have reached the platform after all.
async fn prove(
    tx: &mut Tx,
    ctx: &Ctx,
    part: &Part,
    provider_id: &str,
    (status, failure): (DeliveryStatus, Option<&str>),
    now: Timestamp,
) -> Result<(), StoreError> {
    let known = DeliveryStatus::Accepted.join(status);
    outbox::end(tx, part, (PartState::Accepted, known), Some(provider_id), failure).await?;
    name_message(tx, part, provider_id).await?;
    raise_message(tx, ctx, part, now).await
}

/// The platform's id of a part becomes that of its message, so that residents' quotes and reactions find it.
pub(crate) async fn name_message(tx: &mut Tx, part: &Part, provider_id: &str) -> Result<(), StoreError> {
    match ProviderId::new(provider_id) {
        Ok(provider_id) if part.ordinal == 0 && part.purpose == Purpose::Message => {
            message::set_provider(tx, part.message, &provider_id).await
        }
        _ => Ok(()),
    }
}

/// Reports that came before the part was known to be sent. Returns the highest status told, and the platform's id.
pub(crate) async fn apply_known_reports(
    tx: &mut Tx,
    part: &Part,
    provider_id: Option<&str>,
) -> Result<Option<(DeliveryStatus, String, Option<String>)>, StoreError> {
    let mut reports = delivery::of_tracker(tx, &part.id.to_string()).await?;
    if let Some(provider_id) = provider_id {
        reports.extend(delivery::of_message(tx, &part.channel_account, provider_id).await?);
    }
    let highest = reports.into_iter().reduce(higher);
    Ok(highest.map(|report| (report.status, report.provider_id, report.failure)))
}

/// Recomputes how far a message came from its parts. A reaction of ours has a state of its own.
pub(crate) async fn raise_message(
    tx: &mut Tx,
    ctx: &Ctx,
    part: &Part,
    now: Timestamp,
) -> Result<(), StoreError> {
    if part.purpose != Purpose::Message {
        if part.purpose == Purpose::Reaction {
            let (conversation, message) = (part.conversation, part.message);
            tx.record(&ctx.actor, now, Happened::MessageChanged { conversation, message });
        }
        return Ok(());
    }
    turn::of_message(tx, part.message).await?;
    let parts = outbox::of_message(tx, part.message).await?;
    let repeated: Vec<PartId> = parts.iter().filter_map(|part| part.resends).collect();
    let counting: Vec<&Part> = parts.iter().filter(|part| !repeated.contains(&part.id)).collect();
    let statuses: Vec<DeliveryStatus> = counting.iter().map(|part| part.delivery).collect();
    let status = DeliveryStatus::of_parts(&statuses);
    let failure = counting
        .iter()
        .find(|part| part.delivery == status)
        .and_then(|part| part.failure.as_deref());
    let Some(message) = message::by_id(tx, part.message).await? else { return Ok(()) };
    if message.delivery == Some(status) && message.failure.as_deref() == failure {
        return Ok(());
    }
    message::set_delivery(tx, part.message, status, failure).await?;
    let counted = message.delivery.is_some_and(|before| is_an_answer(before, message.failure.as_deref()));
    if counted != is_an_answer(status, failure) {
        count_the_wait_again(tx, message.conversation).await?;
    }
    let happened = Happened::DeliveryChanged {
        // The message's own: the part may have been claimed before its conversation joined another.
        conversation: message.conversation,
        message: part.message,
        status,
    };
    tx.record(&ctx.actor, now, happened);
    Ok(())
}

/// The resident waits for us again where our answer did not come through, and does not any more where it did after all.
async fn count_the_wait_again(tx: &mut Tx, id: ConversationId) -> Result<(), StoreError> {
    let Some(mut conversation) = conversation::find(tx, id).await? else { return Ok(()) };
    let before = conversation.clone();
    conversation.answer_changed(message::unanswered(tx, id).await?);
    if conversation == before {
        Ok(())
    } else {
        conversation::save(tx, &conversation).await
    }
}
