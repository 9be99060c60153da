//! A note between colleagues. The resident never sees it.

use domain::access::Permission;
use domain::happenings::Happened;
use domain::ids::{ConversationId, MessageId};
use domain::limits::REPLY_CHARACTERS;
use domain::messages::{Direction, MessageKind};
use store::tables::message::Message;
use store::tables::request::{self, Seen};
use store::tables::{conversation, message};
use store::{StoreError, Tx};

use super::draft;
use crate::search::index_message;
use crate::{Ctx, Failure, RequestKey};

/// A note.
#[derive(Debug, Clone)]
pub struct WriteNote {
    /// To which conversation.
    pub conversation: ConversationId,
    /// What.
    pub text: String,
    /// The request's key.
    pub key: RequestKey,
}

/// A note that is refused; the text stays with the agent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteRefused {
    /// Nothing was written.
    #[error("the text is empty")]
    Empty,
    /// Too long.
    #[error("the text has {length} characters, a note takes {max}")]
    TooLong {
        /// What it has.
        length: usize,
        /// What a note takes.
        max: usize,
    },
}

/// Writes a note and returns it as a message.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `KeyReused`, `Refused`, `Store`.
pub async fn write_note(ctx: &Ctx, note: WriteNote) -> Result<MessageId, Failure<NoteRefused>> {
    ctx.actor.may(Permission::Note)?;
    let length = note.text.chars().count();
    if note.text.trim().is_empty() {
        return Err(Failure::Refused(NoteRefused::Empty));
    }
    if length > REPLY_CHARACTERS {
        return Err(Failure::Refused(NoteRefused::TooLong { length, max: REPLY_CHARACTERS }));
    }
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            let (now, actor) = (ctx.now(), ctx.actor.label());
            match request::take(tx, &actor, (&note.key.key, &note.key.body_hash), now).await? {
                Seen::First => (),
                Seen::Before(result) => return result.parse().map_err(|_| Failure::Conflict),
                Seen::OtherBody => return Err(Failure::KeyReused),
            }
            let conversation = conversation::find(tx, note.conversation).await?.ok_or(Failure::NotFound)?;
            let id = MessageId(ctx.installation.ids.next());
            let message = Message {
                id,
                conversation: conversation.id,
                channel_account: conversation.channel_account,
                direction: Direction::Note,
                kind: MessageKind::Text,
                platform_kind: None,
                text: Some(note.text.replace('\0', "\u{fffd}")),
                extras: Vec::new(),
                provider_id: None,
                author: None,
                user: ctx.actor.user(),
                sent_at: now,
                received_at: now,
                arrival: None,
                delivery: None,
                failure: None,
                reply_to: None,
                public: false,
                edited_text: None,
                edited_at: None,
                deleted_at: None,
                source: None,
                content_hash: None,
                tie: id.to_string(),
                writer_name: None,
            };
            // A note changes nothing of its conversation, which may be about to join another.
            if !conversation::hold(tx, message.conversation).await? {
                return Err(StoreError::changed_meanwhile("the conversation of a note").into());
            }
            message::insert(tx, &message).await?;
            draft::forget(tx, &ctx.actor, (note.conversation, draft::Purpose::Note)).await?;
            index_message(tx, id).await?;
            request::answer(tx, &actor, &note.key.key, &id.to_string()).await?;
            tx.record(
                &ctx.actor,
                now,
                Happened::NoteWritten { conversation: note.conversation, message: id },
            );
            Ok(id)
        })
        .await
}
