//! Everything a municipality owns, in a stable order, page by page, so that an export of any size streams.

use domain::access::{Permission, Scope};
use domain::happenings::Happened;
use domain::ids::ConversationId;
use store::tables::conversation::{self, Listed};
use store::tables::message_event::{self, Reactions};
use store::tables::{message, outbox};
use store::{StoreError, Tx};

use super::read::MessageView;
use crate::{Ctx, Failure};

/// A conversation with all its messages.
#[derive(Debug, Clone)]
pub struct ExportedConversation {
    /// The conversation.
    pub listed: Listed,
    /// Its messages, notes included, in resident order.
    pub messages: Vec<MessageView>,
}

/// Conversations read for one page of an export.
const PAGE: u32 = 50;

/// The next page of the export, after the conversation `after`; empty at the end. The first page is written to the
/// audit log.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn export_conversations(
    ctx: &Ctx,
    after: Option<ConversationId>,
) -> Result<Vec<ExportedConversation>, Failure> {
    ctx.actor.may(Permission::Export)?;
    let scope = Scope::whole(ctx.actor.municipality().clone());
    if after.is_none() {
        let (actor, now) = (ctx.actor.clone(), ctx.now());
        ctx.store()
            .write(&scope, async move |tx: &mut Tx| {
                tx.record(&actor, now, Happened::Exported);
                Ok::<_, StoreError>(())
            })
            .await?;
    }
    let mut reader = ctx.store().read(&scope);
    let mut page = Vec::new();
    for listed in conversation::after_id(&mut reader, after, PAGE).await? {
        let mut messages = Vec::new();
        let mut place = None;
        loop {
            let batch = message::after(&mut reader, listed.conversation.id, place, 500).await?;
            let Some(last) = batch.last() else { break };
            place = Some((last.sent_at, last.tie.clone()));
            let mut files = super::read::attachments_of(&mut reader, listed.conversation.id, &batch).await?;
            for message in batch {
                let parts = outbox::of_message(&mut reader, message.id).await?;
                let events = message_event::of_message(&mut reader, &message, Reactions::Every).await?;
                let attachments = files.remove(&message.id).unwrap_or_default();
                let (prices, our_reaction) = super::read::beside(&mut reader, &message, &events).await?;
                messages.push(MessageView { message, parts, events, attachments, prices, our_reaction });
            }
        }
        page.push(ExportedConversation { listed, messages });
    }
    Ok(page)
}
