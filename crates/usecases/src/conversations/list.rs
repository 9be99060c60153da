//! Lists of conversations. Each look at one is logged, like a look at a conversation.

use std::collections::HashSet;

use domain::access::Permission;
use domain::ids::ConversationId;
use domain::lists::{Among, ListQuery};
use jiff::Timestamp;
pub use store::tables::choice::Choices as ListChoices;
pub use store::tables::conversation::{Filter as ConversationFilter, Listed, OpenCounts};
use store::tables::list::Place;
use store::tables::{choice, conversation, list};

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

/// Conversations that are looked at for a page, window by window: where few fit, nobody waits for all of them.
const WINDOWS: [u32; 5] = [200, 1_000, 5_000, 5_000, 5_000];
/// Open conversations that are looked at to count a list.
const COUNTED: u32 = 2_000;

/// A page of a list.
#[derive(Debug, Clone)]
pub struct ListPage {
    /// The conversations; there can be none although the list goes on.
    pub items: Vec<Listed>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<Place>,
    /// Whether everything before `next` that fits is on the page because it is full, or because there is no more; else so
    /// few fit that looking was stopped at `next`.
    pub looked_at_all: bool,
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

/// A list as the actor asks for it, from a place on; `page_size` is held to 1 to 100.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn list_by(
    ctx: &Ctx,
    query: &ListQuery,
    from: Option<Place>,
    page_size: u32,
) -> Result<ListPage, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let wanted = query.wanted(ctx.actor.user(), ctx.now());
    let mut page = ListPage { items: Vec::new(), next: None, looked_at_all: true };
    let (size, mut from) = (held(page_size), from);
    let mut reader = ctx.store().read(&ctx.scope());
    for window in WINDOWS {
        let left = size + 1 - u32::try_from(page.items.len()).unwrap_or(size);
        let found = list::window(&mut reader, &wanted, from, (window, left)).await?;
        page.items.extend(found.items);
        (from, page.looked_at_all) = (found.end, found.end.is_none());
        if from.is_none() {
            break;
        }
    }
    page.next = from;
    if cut_to(&mut page.items, size) {
        page.looked_at_all = true;
        page.next = page.items.last().map(|last| list::place_of(wanted.order, last));
    }
    log_view(ctx, "list").await?;
    Ok(page)
}

/// Which of these conversations are in a list, for the actor.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn list_holds(
    ctx: &Ctx,
    query: &ListQuery,
    ids: &[ConversationId],
) -> Result<HashSet<ConversationId>, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let wanted = query.wanted(ctx.actor.user(), ctx.now());
    let ids = &ids[..ids.len().min(domain::limits::PAGE_SIZE)];
    Ok(list::fitting(&mut ctx.store().read(&ctx.scope()), &wanted, ids).await?)
}

/// What the actor can narrow a list by.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn list_choices(ctx: &Ctx) -> Result<ListChoices, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    Ok(choice::of_scope(&mut ctx.store().read(&ctx.scope())).await?)
}

/// How many open conversations are in a list, and whether there may be more than were looked at. What is closed nobody
/// counts.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn count_list(ctx: &Ctx, query: &ListQuery) -> Result<Option<(u64, bool)>, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let wanted = query.wanted(ctx.actor.user(), ctx.now());
    if wanted.among != Among::Open {
        return Ok(None);
    }
    let mut reader = ctx.store().read(&ctx.scope());
    Ok(Some(list::count(&mut reader, &wanted, COUNTED).await?))
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
