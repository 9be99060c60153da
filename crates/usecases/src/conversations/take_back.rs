//! Taking an answer back before it leaves: nothing of it reaches the resident, and its text becomes a draft again.

use domain::access::Permission;
use domain::channels::StepKind;
use domain::happenings::Happened;
use domain::ids::{ConversationId, MessageId};
use domain::messages::{Direction, TAKEN_BACK};
use store::Tx;
use store::tables::{conversation, message, outbox, turn};

use super::draft;
use crate::ingest::raise_message;
use crate::{Ctx, Failure};

/// It is too late: something of it is on its way, or went already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer has left by now")]
pub struct HasLeft;

/// Takes an answer of ours back. Its text is the actor's draft again, unless they have written another by now. A
/// conversation that was closed meanwhile is opened again: the resident has no answer.
///
/// # Errors
/// `NotAllowed`, `NotFound` also for a message of another conversation, `Refused` when it has left, `Store`.
pub async fn take_back_reply(
    ctx: &Ctx,
    id: ConversationId,
    message: MessageId,
) -> Result<(), Failure<HasLeft>> {
    ctx.actor.may(Permission::Reply)?;
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            if ctx.was_done(tx).await? {
                return Ok(());
            }
            turn::of_message(tx, message).await?;
            let mut found = conversation::find(tx, id).await?.ok_or(Failure::NotFound)?;
            let taken = message::by_id(tx, message).await?.filter(|one| one.conversation == id);
            let taken = taken.filter(|one| one.direction == Direction::Out).ok_or(Failure::NotFound)?;
            let parts = outbox::of_message(tx, message).await?;
            let is_back = |part: &outbox::Part| part.failure.as_deref() == Some(TAKEN_BACK);
            if !parts.is_empty() && parts.iter().all(is_back) {
                return Ok(());
            }
            let has_left = |part: &outbox::Part| {
                part.steps.iter().take(part.step).any(|step| step.kind == StepKind::Effect)
            };
            if parts.is_empty() || parts.iter().any(has_left) {
                return Err(Failure::Refused(HasLeft));
            }
            for part in &parts {
                if !outbox::take_back(tx, part).await? {
                    return Err(Failure::Refused(HasLeft));
                }
            }
            let now = ctx.now();
            if let [first, ..] = parts.as_slice() {
                raise_message(tx, &ctx, first, now).await?;
            }
            if !found.state.is_active() {
                let latest =
                    conversation::latest_with(tx, &found.channel_account, &found.counterpart).await?;
                found = conversation::find(tx, id).await?.ok_or(Failure::NotFound)?;
                // Where a newer one is open, the answer is written there.
                if latest.is_some_and(|latest| latest.id == found.id) && found.reopen().is_ok() {
                    found.answer_changed(message::unanswered(tx, id).await?);
                    conversation::save(tx, &found).await?;
                    tx.record(&ctx.actor, now, Happened::ConversationReopened { conversation: id });
                }
            }
            if let Some(text) = taken.text.filter(|text| !text.is_empty()) {
                let quoted = match &taken.reply_to {
                    Some(quoted) => message::by_provider(tx, &taken.channel_account, quoted).await?,
                    None => None,
                };
                let quoted = quoted.map(|quoted| quoted.id);
                draft::give_back(tx, &ctx, (id, draft::Purpose::Reply), (text, quoted)).await?;
            }
            tx.record(&ctx.actor, now, Happened::ReplyTakenBack { conversation: id, message });
            Ok(())
        })
        .await
}
