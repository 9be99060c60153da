//! Taking in what somebody wrote, what we wrote elsewhere, and what was changed afterwards.
//!
//! Nothing here depends on the order in which items come: the end is the same (A4).

use domain::channels::{
    ChangedBy, Echo, InboundMessage, MessageChange, MessageChangeKind, Place, ProviderId,
};
use domain::conversations::{Conversation, ConversationState, Counterpart, Received};
use domain::happenings::Happened;
use domain::ids::{ConversationId, EventId, MessageId};
use domain::messages::Direction;
use domain::outbox::Purpose;
use domain::time::clamp_to_receipt;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use store::tables::message::Message;
use store::tables::message_event::{self, MessageEvent};
use store::tables::{conversation, message, outbox};
use store::{StoreError, Tx};

use super::read_event::Source;
use super::{authors, deliveries, files};
use crate::Ctx;
use crate::search::index_message;

/// A message to us: deduplicated by the platform's id, put into its conversation.
pub(super) async fn take_message(
    tx: &mut Tx,
    ctx: &Ctx,
    source: &Source<'_>,
    inbound: &InboundMessage,
) -> Result<(), StoreError> {
    let sent_at = clamp_to_receipt(inbound.sent_at, source.received_at);
    let (account, ids) = (&source.account.id, &source.installation.ids);
    let hash = content_hash(&inbound.platform_kind, inbound.text.as_deref());
    // Before anything is concluded of its writer: what is read again after a number went to somebody else says nothing new.
    if let Some(known) = message::by_provider(tx, account, &inbound.provider_id).await? {
        return keep_second_content(tx, source, &known, inbound, &hash).await;
    }
    // The author is held until the commit: what the same author sends at the same time waits here (A3).
    let author = authors::resolve(tx, ctx, source, &inbound.from, sent_at).await?;
    let counterpart = match &inbound.place {
        Place::Private | Place::Group { .. } => Counterpart::Author(author),
        Place::Public { thread, .. } => Counterpart::Thread(thread.clone()),
    };
    let conversation = match &inbound.place {
        Place::Group { .. } => receive_aside(tx, ctx, source, counterpart, sent_at).await?,
        Place::Private | Place::Public { .. } => receive_into(tx, ctx, source, counterpart, sent_at).await?,
    };
    let id = MessageId(ids.next());
    let message = Message {
        id,
        conversation,
        channel_account: account.clone(),
        direction: Direction::In,
        kind: inbound.kind,
        platform_kind: Some(inbound.platform_kind.clone()),
        text: inbound.text.as_deref().map(storable),
        extras: inbound.extras.clone(),
        provider_id: Some(inbound.provider_id.clone()),
        author: Some(author),
        user: None,
        sent_at,
        received_at: source.received_at,
        arrival: None,
        delivery: None,
        failure: None,
        reply_to: inbound.reply_to.clone(),
        public: matches!(inbound.place, Place::Public { .. }),
        edited_text: None,
        edited_at: None,
        deleted_at: None,
        source: Some((source.raw, source.item)),
        content_hash: Some(hash),
        tie: inbound.provider_id.to_string(),
        writer_name: None,
    };
    if !message::insert(tx, &message).await? {
        return Err(StoreError::changed_meanwhile(format!("message {id}")));
    }
    files::expect(tx, source, &message, &inbound.files).await?;
    apply_changes(tx, source, &message).await?;
    index_message(tx, id).await?;
    tx.record(&ctx.actor, source.received_at, Happened::MessageReceived { conversation, message: id });
    Ok(())
}

/// Finds or begins the conversation that a message at `sent_at` belongs to, and applies it.
async fn receive_into(
    tx: &mut Tx,
    ctx: &Ctx,
    source: &Source<'_>,
    counterpart: Counterpart,
    sent_at: Timestamp,
) -> Result<ConversationId, StoreError> {
    let mut previous = None;
    if let Some(mut known) = conversation::latest_with(tx, &source.account.id, &counterpart).await? {
        if message::answered_elsewhere(tx, known.id, sent_at).await? {
            known.receive_answered(sent_at);
            conversation::save(tx, &known).await?;
            return Ok(known.id);
        }
        match known.receive(sent_at) {
            Received::BeginsNew => previous = Some(known.id),
            received => {
                conversation::save(tx, &known).await?;
                if received == Received::Reopened {
                    let happened = Happened::ConversationReopened { conversation: known.id };
                    tx.record(&ctx.actor, source.received_at, happened);
                }
                return Ok(known.id);
            }
        }
    }
    let mut new = begin(source, counterpart, sent_at);
    new.previous = previous;
    new.receive(sent_at);
    insert(tx, ctx, source, &new).await?;
    Ok(new.id)
}

/// The same for what was said in a group: it stands with its author, opens nothing, and lets nobody wait.
async fn receive_aside(
    tx: &mut Tx,
    ctx: &Ctx,
    source: &Source<'_>,
    counterpart: Counterpart,
    sent_at: Timestamp,
) -> Result<ConversationId, StoreError> {
    if let Some(mut known) = conversation::latest_with(tx, &source.account.id, &counterpart).await? {
        known.receive_aside(sent_at);
        conversation::save(tx, &known).await?;
        return Ok(known.id);
    }
    let mut new = begin(source, counterpart, sent_at);
    new.receive_aside(sent_at);
    insert(tx, ctx, source, &new).await?;
    Ok(new.id)
}

fn begin(source: &Source<'_>, counterpart: Counterpart, at: Timestamp) -> Conversation {
    Conversation {
        municipality: source.account.municipality.clone(),
        id: ConversationId(source.installation.ids.next()),
        channel_account: source.account.id.clone(),
        counterpart,
        state: ConversationState::New,
        outcome: None,
        team: source.account.team.clone(),
        assignee: None,
        waiting_since_at: None,
        last_inbound_at: None,
        last_activity_at: at,
        arrivals: 0,
        closed_at: None,
        previous: None,
        version: 1,
    }
}

async fn insert(tx: &mut Tx, ctx: &Ctx, source: &Source<'_>, new: &Conversation) -> Result<(), StoreError> {
    if !conversation::insert(tx, new, source.received_at).await? {
        return Err(StoreError::changed_meanwhile(format!("the conversation on {}", source.account.id)));
    }
    let happened = Happened::ConversationStarted { conversation: new.id, team: new.team.clone() };
    tx.record(&ctx.actor, source.received_at, happened);
    Ok(())
}

/// A message of ours that was written elsewhere. If it is one of our own parts, it is evidence that the part was sent.
pub(super) async fn take_echo(
    tx: &mut Tx,
    ctx: &Ctx,
    source: &Source<'_>,
    echo: &Echo,
) -> Result<(), StoreError> {
    if deliveries::echo_is_ours(tx, ctx, source, echo).await? {
        return Ok(());
    }
    let (account, ids) = (&source.account.id, &source.installation.ids);
    let sent_at = clamp_to_receipt(echo.sent_at, source.received_at);
    let known_part = outbox::by_provider(tx, account, echo.provider_id.as_str()).await?.is_some();
    if known_part || message::by_provider(tx, account, &echo.provider_id).await?.is_some() {
        return Ok(());
    }
    let author = authors::resolve(tx, ctx, source, &echo.to, sent_at).await?;
    let counterpart = match &echo.place {
        Place::Private | Place::Group { .. } => Counterpart::Author(author),
        Place::Public { thread, .. } => Counterpart::Thread(thread.clone()),
    };
    let conversation = match conversation::latest_with(tx, account, &counterpart).await? {
        Some(mut known) => {
            let unanswered_since = message::unanswered_after(tx, known.id, sent_at).await?;
            if known.answered_elsewhere(sent_at, unanswered_since).is_ok() {
                conversation::save(tx, &known).await?;
            }
            known.id
        }
        None => {
            let mut new = begin(source, counterpart, sent_at);
            let _ = new.reply(sent_at);
            insert(tx, ctx, source, &new).await?;
            new.id
        }
    };
    let id = MessageId(ids.next());
    let (delivery, failure) = deliveries::told_of_echo(tx, source, echo).await?;
    let message = Message {
        id,
        conversation,
        channel_account: account.clone(),
        direction: Direction::Out,
        kind: echo.kind,
        platform_kind: Some(echo.platform_kind.clone()),
        text: echo.text.as_deref().map(storable),
        extras: echo.extras.clone(),
        provider_id: Some(echo.provider_id.clone()),
        author: None,
        user: None,
        sent_at,
        received_at: source.received_at,
        arrival: None,
        delivery: Some(delivery),
        failure,
        reply_to: None,
        public: matches!(echo.place, Place::Public { .. }),
        edited_text: None,
        edited_at: None,
        deleted_at: None,
        source: Some((source.raw, source.item)),
        content_hash: Some(content_hash(&echo.platform_kind, echo.text.as_deref())),
        tie: echo.provider_id.to_string(),
        writer_name: None,
    };
    if !message::insert(tx, &message).await? {
        return Err(StoreError::changed_meanwhile(format!("message {id}")));
    }
    files::expect(tx, source, &message, &echo.files).await?;
    apply_changes(tx, source, &message).await?;
    index_message(tx, id).await?;
    tx.record(&ctx.actor, source.received_at, Happened::EchoReceived { conversation, message: id });
    Ok(())
}

/// A reaction, an edit, a deletion: kept as an event, also when the message that it changes is not here yet.
pub(super) async fn take_change(
    tx: &mut Tx,
    ctx: &Ctx,
    source: &Source<'_>,
    change: &MessageChange,
) -> Result<(), StoreError> {
    let account = &source.account.id;
    let at = clamp_to_receipt(change.at, source.received_at);
    let (kind, detail) = match &change.change {
        MessageChangeKind::Reacted(emoji) => ("reaction", emoji.as_deref().map(storable)),
        MessageChangeKind::Edited(text) => ("edit", text.as_deref().map(storable)),
        MessageChangeKind::Deleted => ("deletion", None),
    };
    // Before anything is concluded of who it was, as with a message.
    if message_event::is_known(tx, account, &change.provider_id, kind).await? {
        return Ok(());
    }
    // Whoever reacts before they write is made, so that both are one person's in whatever order they come (A4).
    let author = match &change.by {
        ChangedBy::Us => None,
        ChangedBy::Author(claim) => Some(authors::resolve(tx, ctx, source, claim, at).await?),
    };
    let event = MessageEvent {
        id: EventId(source.installation.ids.next()),
        provider_id: change.provider_id.clone(),
        target: change.target.clone(),
        kind: kind.to_owned(),
        detail,
        at,
        author,
        by_us: change.by == ChangedBy::Us,
    };
    if !message_event::add(tx, account, &event, source.raw).await? {
        return Err(StoreError::changed_meanwhile(format!("event {}", event.id)));
    }
    if let Some(target) = called(tx, source, &change.target).await? {
        apply_changes(tx, source, &target).await?;
        index_message(tx, target.id).await?;
        let happened = Happened::MessageChanged { conversation: target.conversation, message: target.id };
        tx.record(&ctx.actor, source.received_at, happened);
    }
    Ok(())
}

/// The message that goes by an id of the platform: its own, or that of a part that carries it.
async fn called(tx: &mut Tx, source: &Source<'_>, id: &ProviderId) -> Result<Option<Message>, StoreError> {
    let account = &source.account.id;
    if let Some(found) = message::by_provider(tx, account, id).await? {
        return Ok(Some(found));
    }
    match outbox::by_provider(tx, account, id.as_str()).await? {
        Some(part) if part.purpose == Purpose::Message => message::by_id(tx, part.message).await,
        _ => Ok(None),
    }
}

/// Only who wrote a message changes or deletes it; anybody else's claim stays an event, and so does nobody's.
async fn apply_change(tx: &mut Tx, target: &Message, event: &MessageEvent) -> Result<(), StoreError> {
    let by_its_writer = match target.direction {
        Direction::Out => event.by_us,
        Direction::In | Direction::Note => event.author.is_some() && event.author == target.author,
    };
    if !by_its_writer {
        return Ok(());
    }
    match event.kind.as_str() {
        "edit" => message::set_edited(tx, target.id, event.detail.as_deref(), event.at).await,
        "deletion" => message::set_deleted(tx, target.id, event.at).await,
        _ => Ok(()),
    }
}

/// Changes that came before the message that they change.
pub(super) async fn apply_changes(
    tx: &mut Tx,
    source: &Source<'_>,
    message: &Message,
) -> Result<(), StoreError> {
    for id in whole_ids(tx, message).await? {
        for event in message_event::changes_of(tx, &source.account.id, &id).await? {
            apply_change(tx, message, &event).await?;
        }
    }
    Ok(())
}

/// The ids under which a platform means the whole message: its own, and those under which it was sent again. A further
/// piece of it is not the whole.
async fn whole_ids(tx: &mut Tx, message: &Message) -> Result<Vec<ProviderId>, StoreError> {
    let mut ids: Vec<ProviderId> = message.provider_id.iter().cloned().collect();
    if message.direction == Direction::Out {
        let parts = outbox::of_message(tx, message.id).await?;
        if parts.iter().all(|part| part.ordinal == 0) {
            let named = parts.iter().filter_map(|part| ProviderId::new(part.provider_id.as_deref()?).ok());
            ids.extend(named.filter(|id| message.provider_id.as_ref() != Some(id)));
        }
    }
    Ok(ids)
}

/// The same id again: a redelivery changes nothing; other content is kept as evidence beside the first (2.3).
async fn keep_second_content(
    tx: &mut Tx,
    source: &Source<'_>,
    known: &Message,
    inbound: &InboundMessage,
    hash: &str,
) -> Result<(), StoreError> {
    if known.content_hash.as_deref() == Some(hash) || known.direction != Direction::In {
        return Ok(());
    }
    let event = MessageEvent {
        id: EventId(source.installation.ids.next()),
        provider_id: inbound.provider_id.clone(),
        target: inbound.provider_id.clone(),
        kind: "second_content".to_owned(),
        detail: inbound.text.as_deref().map(storable),
        at: clamp_to_receipt(inbound.sent_at, source.received_at),
        author: known.author,
        by_us: false,
    };
    message_event::add(tx, &source.account.id, &event, source.raw).await.map(|_| ())
}

/// Text as both engines can hold it: PostgreSQL knows no U+0000.
fn storable(text: &str) -> String {
    domain::limits::cut(text, domain::limits::INBOUND_CHARACTERS).replace('\0', "\u{fffd}")
}

fn content_hash(kind: &str, text: Option<&str>) -> String {
    let mut hash = Sha256::new();
    hash.update(kind.as_bytes());
    hash.update([0]);
    hash.update(text.unwrap_or_default().as_bytes());
    hex::encode(&hash.finalize()[..16])
}
