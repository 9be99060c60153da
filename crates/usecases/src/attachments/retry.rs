//! A person has a file fetched at once: one that failed, or one that would wait for its next turn.

use domain::access::Permission;
use domain::attachments::AttachmentState;
use domain::happenings::Happened;
use domain::ids::{AttachmentId, ConversationId, MessageId};
use store::Tx;
use store::tables::{attachment, conversation, fetching};

use crate::{Ctx, Failure};

/// Where the file stands that is fetched again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retried {
    /// Its conversation.
    pub conversation: ConversationId,
    /// Its message.
    pub message: MessageId,
}

/// A file that is not fetched again: it is here, being fetched, refused or lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file does not wait and did not fail: it is {0}")]
pub struct RetryRefused(pub AttachmentState);

/// Has a file fetched again, with as many tries as at first.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Refused`, `Store`.
pub async fn retry_attachment(ctx: &Ctx, id: AttachmentId) -> Result<Retried, Failure<RetryRefused>> {
    ctx.actor.may(Permission::Reply)?;
    let (ctx, store) = (ctx.clone(), ctx.store().clone());
    store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            let file = attachment::find(tx, id).await?.ok_or(Failure::NotFound)?;
            conversation::find(tx, file.conversation).await?.ok_or(Failure::NotFound)?;
            let retried = Retried { conversation: file.conversation, message: file.message };
            if ctx.was_done(tx).await? {
                return Ok(retried);
            }
            if !file.state.may_be_tried_again() || !fetching::try_again(tx, id).await? {
                return Err(Failure::Refused(RetryRefused(file.state)));
            }
            let happened = Happened::AttachmentChanged {
                conversation: file.conversation,
                message: file.message,
                attachment: id,
                state: AttachmentState::Waiting,
            };
            tx.record(&ctx.actor, ctx.now(), happened);
            Ok(retried)
        })
        .await
}
