//! What somebody writes, kept at the server while they write: one answer and one note per person and conversation. It
//! outlives their browser, and colleagues see it, so that nothing is lost when a conversation changes hands (P18).

use domain::access::{Actor, Permission};
use domain::ids::{ConversationId, MessageId, UserId};
use domain::limits::REPLY_CHARACTERS;
use jiff::Timestamp;
pub use store::tables::written::Written;
use store::tables::{conversation, request, written};
use store::{StoreError, Tx};

use crate::{Ctx, Failure};

/// What a draft is to become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// An answer to the resident.
    Reply,
    /// A note for colleagues.
    Note,
}

impl Purpose {
    /// Its name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Note => "note",
        }
    }

    const fn needs(self) -> Permission {
        match self {
            Self::Reply => Permission::Reply,
            Self::Note => Permission::Note,
        }
    }
}

/// What somebody is writing.
#[derive(Debug, Clone)]
pub struct KeepDraft {
    /// In which conversation.
    pub conversation: ConversationId,
    /// What it is to become.
    pub purpose: Purpose,
    /// What they have so far; nothing forgets the draft. Beyond the longest answer it is cut.
    pub text: String,
    /// The message that it quotes.
    pub reply_to: Option<MessageId>,
    /// The key of the form in which it is written: once that was sent, nothing of it is a draft.
    pub form_key: String,
}

/// Keeps what the actor writes; returns when. What was sent meanwhile is no draft any more: a save that comes late does not
/// bring it back.
///
/// # Errors
/// `NotAllowed` also for whoever is no user, `NotFound`, `Store`.
pub async fn keep_draft(ctx: &Ctx, keep: KeepDraft) -> Result<Timestamp, Failure> {
    ctx.actor.may(keep.purpose.needs())?;
    let user = ctx.actor.user().ok_or(Failure::NotFound)?;
    let (ctx, now) = (ctx.clone(), ctx.now());
    let store = ctx.store().clone();
    store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            conversation::find(tx, keep.conversation).await?.ok_or(Failure::NotFound)?;
            // Whoever sends, or joins this conversation with another, comes before or after this, and not between.
            if !conversation::hold(tx, keep.conversation).await? {
                return Err(StoreError::changed_meanwhile("the conversation of a draft").into());
            }
            if request::is_known(tx, &ctx.actor.label(), &keep.form_key).await? {
                return Ok(now);
            }
            if keep.text.trim().is_empty() {
                written::remove(tx, keep.conversation, user, keep.purpose.as_str()).await?;
            } else {
                put(tx, (keep.conversation, keep.purpose, user), (&keep.text, keep.reply_to), now).await?;
            }
            Ok(now)
        })
        .await
}

async fn put(
    tx: &mut Tx,
    (conversation, purpose, user): (ConversationId, Purpose, UserId),
    (text, reply_to): (&str, Option<MessageId>),
    now: Timestamp,
) -> Result<(), StoreError> {
    let text = domain::limits::cut(text, REPLY_CHARACTERS).replace('\0', "\u{fffd}");
    let purpose = purpose.as_str().to_owned();
    let kept = Written {
        user,
        name: String::new(),
        purpose,
        text,
        reply_to,
        updated_at: now,
    };
    written::put(tx, conversation, &kept).await
}

/// What everybody has written in a conversation and not sent, the newest first.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn list_written(ctx: &Ctx, id: ConversationId) -> Result<Vec<Written>, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let mut reader = ctx.store().read(&ctx.scope());
    conversation::find(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    Ok(written::of_conversation(&mut reader, id).await?)
}

/// Takes over what a colleague has written: it is the actor's draft now, in place of what they had, and no longer the
/// colleague's.
///
/// # Errors
/// `NotAllowed`, `NotFound` also when the colleague has none any more, `Store`.
pub async fn take_over_draft(
    ctx: &Ctx,
    id: ConversationId,
    purpose: Purpose,
    from: UserId,
) -> Result<(), Failure> {
    ctx.actor.may(purpose.needs())?;
    let user = ctx.actor.user().ok_or(Failure::NotFound)?;
    let (ctx, now) = (ctx.clone(), ctx.now());
    let store = ctx.store().clone();
    store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            conversation::find(tx, id).await?.ok_or(Failure::NotFound)?;
            if !conversation::hold(tx, id).await? {
                return Err(StoreError::changed_meanwhile("the conversation of a draft").into());
            }
            let all = written::of_conversation(tx, id).await?;
            let is_it = |one: &&Written| one.user == from && one.purpose == purpose.as_str();
            let taken = all.iter().find(is_it).ok_or(Failure::NotFound)?;
            put(tx, (id, purpose, user), (&taken.text, taken.reply_to), now).await?;
            if from != user {
                written::remove(tx, id, from, purpose.as_str()).await?;
            }
            Ok(())
        })
        .await
}

/// What was written is sent: it is no draft any more.
pub(super) async fn forget(
    tx: &mut Tx,
    actor: &Actor,
    (id, purpose): (ConversationId, Purpose),
) -> Result<(), StoreError> {
    match actor.user() {
        Some(user) => written::remove(tx, id, user, purpose.as_str()).await,
        None => Ok(()),
    }
}

/// A text that was sent and taken back is the actor's draft again; what they wrote since then stays.
pub(super) async fn give_back(
    tx: &mut Tx,
    ctx: &Ctx,
    (id, purpose): (ConversationId, Purpose),
    (text, quoted): (String, Option<MessageId>),
) -> Result<(), StoreError> {
    let Some(user) = ctx.actor.user() else { return Ok(()) };
    let all = written::of_conversation(tx, id).await?;
    let has_one = all.iter().any(|one| one.user == user && one.purpose == purpose.as_str());
    if has_one {
        Ok(())
    } else {
        put(tx, (id, purpose, user), (&text, quoted), ctx.now()).await
    }
}
