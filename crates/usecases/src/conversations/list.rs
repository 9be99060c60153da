//! Lists of conversations. Each look at one is logged, like a look at a conversation.

use domain::access::Permission;
use domain::ids::ConversationId;
use jiff::Timestamp;
use store::tables::conversation;
pub use store::tables::conversation::{Filter as ConversationFilter, Listed, OpenCounts, Whose};

use super::read::log_view;
use crate::{Ctx, Failure};

/// A page of a list, newest activity first.
#[derive(Debug, Clone)]
pub struct ConversationPage {
    /// The conversations.
    pub items: Vec<Listed>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<(Timestamp, ConversationId)>,
}

/// A page of the working list, longest waiting first.
#[derive(Debug, Clone)]
pub struct WaitingPage {
    /// The conversations.
    pub items: Vec<Listed>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<(Option<Timestamp>, ConversationId)>,
}

/// Conversations of the actor's teams, newest activity first; `page_size` is held to 1 to 100.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn list_conversations(
    ctx: &Ctx,
    filter: &ConversationFilter,
    before: Option<(Timestamp, ConversationId)>,
    page_size: u32,
) -> Result<ConversationPage, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let size = held(page_size);
    let mut reader = ctx.store().read(&ctx.scope());
    let mut items = conversation::newest(&mut reader, filter, before, size + 1).await?;
    let more = cut_to(&mut items, size);
    let next = items
        .last()
        .filter(|_| more)
        .map(|last| (last.conversation.last_activity_at, last.conversation.id));
    log_view(ctx, "list").await?;
    Ok(ConversationPage { items, next })
}

/// Open conversations of the actor's teams, longest waiting first; `page_size` is held to 1 to 100.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn list_waiting(
    ctx: &Ctx,
    whose: Whose,
    after: Option<(Option<Timestamp>, ConversationId)>,
    page_size: u32,
) -> Result<WaitingPage, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let size = held(page_size);
    let mut reader = ctx.store().read(&ctx.scope());
    let mut items = conversation::waiting(&mut reader, whose, after, size + 1).await?;
    let more = cut_to(&mut items, size);
    let next = items
        .last()
        .filter(|_| more)
        .map(|last| (last.conversation.waiting_since_at, last.conversation.id));
    log_view(ctx, "list").await?;
    Ok(WaitingPage { items, next })
}

/// Those of `ids` that the actor can see, at most a page of them. What was shown in a list is looked at
/// again, so it is logged like the list.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn list_these(ctx: &Ctx, ids: &[ConversationId]) -> Result<Vec<Listed>, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let mut reader = ctx.store().read(&ctx.scope());
    let ids = &ids[..ids.len().min(domain::limits::PAGE_SIZE)];
    let found = conversation::find_all_listed(&mut reader, ids).await?;
    log_view(ctx, "list").await?;
    Ok(found)
}

/// How many conversations of the actor's teams are open, for the menu.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn count_open(ctx: &Ctx) -> Result<OpenCounts, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let mut reader = ctx.store().read(&ctx.scope());
    Ok(conversation::open_counts(&mut reader, ctx.actor.user()).await?)
}

fn held(page_size: u32) -> u32 {
    page_size.clamp(1, u32::try_from(domain::limits::PAGE_SIZE).unwrap_or(100))
}

/// Drops the one that was read beyond the page; `true` when there was one.
fn cut_to<T>(items: &mut Vec<T>, size: u32) -> bool {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = items.len() > size;
    items.truncate(size);
    more
}
