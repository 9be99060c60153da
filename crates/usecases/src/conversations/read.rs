//! One conversation as an agent sees it. Each look is on disk before the answer leaves: no log, no answer
//! (RELIABILITY P1).

use std::collections::{BTreeMap, HashMap};

use domain::access::Permission;
use domain::channels::{Capabilities, Identifier};
use domain::conversations::{Counterpart, WindowOfReply};
use domain::ids::{ConversationId, MessageId, PartId};
use domain::messages::{Charge, Price};
use jiff::Timestamp;
use store::tables::attachment::{self, Attachment};
use store::tables::conversation::{self, Listed};
use store::tables::message::{self, Message};
use store::tables::message_event::{self, MessageEvent, Reactions};
use store::tables::outbox::{self, Part};
use store::tables::{author, delivery, installation, view_log};
use store::{StoreError, Tx};

use crate::{Ctx, Failure};

/// A place in a conversation, from which another page of messages is read.
pub type Place = (Timestamp, String);

/// Other conversations that are shown beside one.
const SHOWN_HISTORY: u32 = 6;
/// Views that are remembered as logged before the memory is emptied.
const REMEMBERED_VIEWS: usize = 20_000;

/// A conversation with what stands beside it.
#[derive(Debug, Clone)]
pub struct ConversationView {
    /// The conversation as a list shows it.
    pub listed: Listed,
    /// The author's names on the platform, the newest first; empty for a public thread.
    pub identifiers: Vec<Identifier>,
    /// Other conversations with the same counterpart, newest first: the last few.
    pub history: Vec<Listed>,
    /// What the channel can do; `None` when this program has no connector for it any more.
    pub capabilities: Option<Capabilities>,
    /// What a free answer is charged as; `None` where it costs nothing.
    pub charge: Option<Charge>,
    /// How long the platform lets us answer freely.
    pub reply_window: WindowOfReply,
    /// The last message of ours: a reply says which one it was written after.
    pub last_out: Option<MessageId>,
}

/// A message with what became of it.
#[derive(Debug, Clone)]
pub struct MessageView {
    /// The message.
    pub message: Message,
    /// Its parts, if it is ours; those that were sent again stand behind the ones that they repeat.
    pub parts: Vec<Part>,
    /// Edits, deletions, and of each person the newest reaction.
    pub events: Vec<MessageEvent>,
    /// Its files, in their order.
    pub attachments: Vec<Attachment>,
    /// What each part cost, as the platform told it.
    pub prices: BTreeMap<PartId, Price>,
    /// What we reacted with, if we did.
    pub our_reaction: Option<OurReaction>,
}

/// A reaction of ours.
#[derive(Debug, Clone)]
pub struct OurReaction {
    /// The emoji; `None` when it was taken back.
    pub emoji: Option<String>,
    /// The part that carries it, with its state.
    pub part: Part,
}

/// A page of messages in resident order.
#[derive(Debug, Clone)]
pub struct MessagesPage {
    /// The messages.
    pub items: Vec<MessageView>,
    /// What messages of the page answer, by the message that quotes: as far as it is in this conversation.
    pub quoted: HashMap<MessageId, Message>,
    /// Where the page before this one ends; `None` when this is the first.
    pub earlier: Option<Place>,
    /// Where the page after this one begins; `None` when this is the last.
    pub later: Option<Place>,
    /// Of what time it is, from and until before: what happened then stands on this page, and on no other as one goes on
    /// from page to page. `None` is without end.
    pub stretch: (Option<Timestamp>, Option<Timestamp>),
}

/// Which page of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// The newest messages.
    Newest,
    /// Those before a place.
    Before(Place),
    /// Those after a place; `None` is from the start.
    After(Option<Place>),
    /// The message at a place, with a few before it and the rest after it.
    Around(Place),
}

/// One conversation.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn read_conversation(ctx: &Ctx, id: ConversationId) -> Result<ConversationView, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let mut reader = ctx.store().read(&ctx.scope());
    let listed = conversation::find_listed(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    let identifiers = match &listed.conversation.counterpart {
        Counterpart::Author(author) => author::present_identifiers(&mut reader, *author).await?,
        Counterpart::Thread(_) => Vec::new(),
    };
    let history = conversation::others_with(&mut reader, &listed.conversation, SHOWN_HISTORY).await?;
    let account = installation::account_by_id(ctx.store(), &listed.conversation.channel_account).await?;
    let connector = account.as_ref().and_then(|found| ctx.installation.connector(&found.account.channel));
    let capabilities = connector.map(|connector| connector.capabilities());
    let charge = connector
        .zip(account.as_ref())
        .and_then(|(connector, found)| connector.charge(None, &found.account.settings));
    let reply_window = match &capabilities {
        Some(capabilities) => listed.conversation.reply_window(capabilities, ctx.now()),
        None => WindowOfReply::Closed(None),
    };
    let last_out = message::last_out(&mut reader, id).await?;
    log_view(ctx, &format!("conversation:{id}")).await?;
    Ok(ConversationView {
        listed,
        identifiers,
        history,
        capabilities,
        charge,
        reply_window,
        last_out,
    })
}

/// A page of a conversation's messages in resident order; `page_size` is held to 1 to 100.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn read_messages(
    ctx: &Ctx,
    id: ConversationId,
    page: Page,
    page_size: u32,
) -> Result<MessagesPage, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let mut reader = ctx.store().read(&ctx.scope());
    conversation::find(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    let size = page_size.clamp(1, 100);
    let place = |message: &Message| (message.sent_at, message.tie.clone());
    let wanted = usize::try_from(size).unwrap_or(usize::MAX);
    // Each page ends where the next one begins.
    let (messages, earlier, later, until) = match page {
        Page::Newest | Page::Before(_) => {
            let before = if let Page::Before(place) = page { Some(place) } else { None };
            let later_follows = before.is_some();
            let until = before.as_ref().map(|(at, _)| *at);
            let mut messages = message::before(&mut reader, id, before, size + 1).await?;
            let more = messages.len() > wanted;
            if more {
                messages.remove(0);
            }
            let earlier = messages.first().filter(|_| more).map(place);
            let later = messages.last().filter(|_| later_follows).map(place);
            (messages, earlier, later, until)
        }
        Page::Around((at, _)) => {
            // What was sent at the same moment stands together, whatever comes first.
            let moment = (at, String::new());
            let few = size / 4;
            let mut messages = message::before(&mut reader, id, Some(moment.clone()), few + 1).await?;
            let more_before = messages.len() > usize::try_from(few).unwrap_or(usize::MAX);
            if more_before {
                messages.remove(0);
            }
            messages.extend(message::after(&mut reader, id, Some(moment), size - few + 1).await?);
            let more_after = messages.len() > wanted;
            let until = messages.get(wanted).map(|next| next.sent_at);
            messages.truncate(wanted);
            let earlier = messages.first().filter(|_| more_before).map(place);
            let later = messages.last().filter(|_| more_after).map(place);
            (messages, earlier, later, until)
        }
        Page::After(after) => {
            let began_later = after.is_some();
            let mut messages = message::after(&mut reader, id, after, size + 1).await?;
            let more = messages.len() > wanted;
            let until = messages.get(wanted).map(|next| next.sent_at);
            messages.truncate(wanted);
            let earlier = messages.first().filter(|_| began_later).map(place);
            let later = messages.last().filter(|_| more).map(place);
            (messages, earlier, later, until)
        }
    };
    let mut files = attachments_of(&mut reader, id, &messages).await?;
    let quoted = quoted_by(&mut reader, &messages).await?;
    let mut items = Vec::with_capacity(messages.len());
    for message in messages {
        let attachments = files.remove(&message.id).unwrap_or_default();
        items.push(with_what_became_of_it(&mut reader, message, attachments).await?);
    }
    log_view(ctx, &format!("conversation:{id}")).await?;
    let from = earlier.as_ref().map(|(at, _)| *at);
    Ok(MessagesPage { items, quoted, earlier, later, stretch: (from, until) })
}

/// Messages of one conversation by their ids, in resident order: those that are in it, at most a page.
///
/// # Errors
/// `NotAllowed`, `NotFound` for a conversation that the actor cannot see, `Store`.
pub async fn read_these(
    ctx: &Ctx,
    id: ConversationId,
    messages: &[MessageId],
) -> Result<MessagesPage, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let mut reader = ctx.store().read(&ctx.scope());
    conversation::find(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    let mut found = Vec::new();
    for message in &messages[..messages.len().min(domain::limits::PAGE_SIZE)] {
        let known = message::by_id(&mut reader, *message).await?;
        found.extend(known.filter(|known| known.conversation == id));
    }
    found.sort_by(|one, other| (one.sent_at, &one.tie).cmp(&(other.sent_at, &other.tie)));
    found.dedup_by_key(|one| one.id);
    let quoted = quoted_by(&mut reader, &found).await?;
    let mut items = Vec::with_capacity(found.len());
    for message in found {
        // One by one: between them may stand a hundred thousand others.
        let mut files = attachments_of(&mut reader, id, std::slice::from_ref(&message)).await?;
        let attachments = files.remove(&message.id).unwrap_or_default();
        items.push(with_what_became_of_it(&mut reader, message, attachments).await?);
    }
    log_view(ctx, &format!("conversation:{id}")).await?;
    Ok(MessagesPage {
        items,
        quoted,
        earlier: None,
        later: None,
        stretch: (None, None),
    })
}

/// What each of these messages of one conversation answers. A quote of a part of ours is a quote of its message.
async fn quoted_by(
    reader: &mut store::Reader<'_>,
    messages: &[Message],
) -> Result<HashMap<MessageId, Message>, StoreError> {
    let mut quoted = HashMap::new();
    for message in messages {
        let Some(id) = &message.reply_to else { continue };
        let known = match messages.iter().find(|one| one.provider_id.as_ref() == Some(id)) {
            Some(known) => Some(known.clone()),
            None => message::by_provider(reader, &message.channel_account, id).await?,
        };
        let known = match known {
            None => match outbox::by_provider(reader, &message.channel_account, id.as_str()).await? {
                Some(part) => message::by_id(reader, part.message).await?,
                None => None,
            },
            known => known,
        };
        if let Some(known) = known.filter(|known| known.conversation == message.conversation) {
            quoted.insert(message.id, known);
        }
    }
    Ok(quoted)
}

/// One message, wherever it stands.
///
/// # Errors
/// `NotAllowed`, `NotFound` also for a message of another team's conversation, `Store`.
pub async fn read_message(ctx: &Ctx, id: MessageId) -> Result<MessageView, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let mut reader = ctx.store().read(&ctx.scope());
    let message = message::by_id(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    let conversation = message.conversation;
    conversation::find(&mut reader, conversation).await?.ok_or(Failure::NotFound)?;
    let mut files = attachments_of(&mut reader, conversation, std::slice::from_ref(&message)).await?;
    let attachments = files.remove(&message.id).unwrap_or_default();
    let view = with_what_became_of_it(&mut reader, message, attachments).await?;
    log_view(ctx, &format!("conversation:{conversation}")).await?;
    Ok(view)
}

async fn with_what_became_of_it(
    reader: &mut store::Reader<'_>,
    message: Message,
    attachments: Vec<Attachment>,
) -> Result<MessageView, StoreError> {
    let parts = match message.delivery {
        Some(_) => outbox::of_message(reader, message.id).await?,
        None => Vec::new(),
    };
    let events = message_event::of_message(reader, &message, Reactions::Newest).await?;
    let (prices, our_reaction) = beside(reader, &message, &events).await?;
    Ok(MessageView { message, parts, events, attachments, prices, our_reaction })
}

/// What a message of ours cost, and what we reacted with to one of the resident.
pub(super) async fn beside(
    reader: &mut store::Reader<'_>,
    message: &Message,
    events: &[MessageEvent],
) -> Result<(BTreeMap<PartId, Price>, Option<OurReaction>), StoreError> {
    let prices = match message.delivery {
        Some(_) => delivery::prices(reader, message.id).await?,
        None => BTreeMap::new(),
    };
    Ok((prices, our_reaction(reader, events).await?))
}

/// The newest reaction of ours among what happened to a message.
async fn our_reaction(
    reader: &mut store::Reader<'_>,
    events: &[MessageEvent],
) -> Result<Option<OurReaction>, StoreError> {
    let Some(newest) = events.iter().rfind(|event| event.kind == "our_reaction") else {
        return Ok(None);
    };
    let Ok(part) = newest.provider_id.as_str().parse() else { return Ok(None) };
    let found = outbox::by_id(reader, part).await?;
    Ok(found.map(|part| OurReaction { emoji: newest.detail.clone(), part }))
}

/// The files of messages that follow on one another in a conversation, by message.
pub(super) async fn attachments_of(
    reader: &mut store::Reader<'_>,
    conversation: ConversationId,
    messages: &[Message],
) -> Result<HashMap<MessageId, Vec<Attachment>>, StoreError> {
    let mut files: HashMap<MessageId, Vec<Attachment>> = HashMap::new();
    if let (Some(first), Some(last)) = (messages.first(), messages.last()) {
        let (first, last) = ((first.sent_at, first.tie.as_str()), (last.sent_at, last.tie.as_str()));
        for found in attachment::of_stretch(reader, conversation, first, last).await? {
            files.entry(found.message).or_default().push(found);
        }
    }
    Ok(files)
}

/// Where a message stands in its conversation, by our own id: the platform's id, which orders messages of one moment, can
/// hold a phone number and stays out of addresses. `None` when there is no such message in this conversation.
///
/// # Errors
/// `NotAllowed`, `NotFound` for a conversation that the actor cannot see, `Store`.
pub async fn place_of_message(
    ctx: &Ctx,
    id: ConversationId,
    message: MessageId,
) -> Result<Option<Place>, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let mut reader = ctx.store().read(&ctx.scope());
    conversation::find(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    let found = message::by_id(&mut reader, message).await?.filter(|found| found.conversation == id);
    Ok(found.map(|found| (found.sent_at, found.tie)))
}

/// Logs a look, once per actor, subject and quarter of an hour; on disk when this returns.
pub(crate) async fn log_view(ctx: &Ctx, subject: &str) -> Result<(), Failure> {
    let now = ctx.now();
    let key = (ctx.actor.label(), subject.to_owned(), view_log::quarter(now));
    let known = |views: &std::sync::Mutex<std::collections::HashSet<_>>| {
        views.lock().is_ok_and(|views| views.contains(&key))
    };
    if known(&ctx.installation.logged_views) {
        return Ok(());
    }
    let (actor, logged) = (key.0.clone(), subject.to_owned());
    ctx.store()
        .write(&ctx.scope(), async move |tx: &mut Tx| view_log::viewed(tx, &actor, &logged, now).await)
        .await?;
    if let Ok(mut views) = ctx.installation.logged_views.lock() {
        if views.len() >= REMEMBERED_VIEWS {
            views.clear();
        }
        views.insert(key);
    }
    Ok(())
}
