//! What happened in a conversation besides its messages: who took it, who closed it.

use domain::access::Permission;
use domain::ids::ConversationId;
use jiff::Timestamp;
pub use store::tables::log_line::LogLine;
use store::tables::{conversation, log_line};

use super::read::log_view;
use crate::{Ctx, Failure};

/// Lines that are shown of one page of messages.
const LINES: u32 = 50;

/// What happened in a stretch of a conversation, in its order: the newest fifty, and whether there was more before them.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn read_lines(
    ctx: &Ctx,
    id: ConversationId,
    stretch: (Option<Timestamp>, Option<Timestamp>),
) -> Result<(Vec<LogLine>, bool), Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let mut reader = ctx.store().read(&ctx.scope());
    conversation::find(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    let mut lines = log_line::of_stretch(&mut reader, id, stretch, LINES + 1).await?;
    let more = lines.len() > usize::try_from(LINES).unwrap_or(usize::MAX);
    if more {
        lines.remove(0);
    }
    log_view(ctx, &format!("conversation:{id}")).await?;
    Ok((lines, more))
}
