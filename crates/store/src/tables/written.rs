//! What colleagues have written in a conversation and not sent.

use domain::ids::{ConversationId, MessageId, UserId};
use jiff::Timestamp;

use crate::door::{Reads, statements, vals};
use crate::{StoreError, Tx};

statements! {
    PUT = "INSERT INTO draft (municipality_id, conversation_id, user_id, purpose, body, reply_to_id, updated_at) \
           VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (municipality_id, conversation_id, user_id, purpose) \
           DO UPDATE SET body = excluded.body, reply_to_id = excluded.reply_to_id, updated_at = excluded.updated_at" => [];
    REMOVE = "DELETE FROM draft WHERE municipality_id = $1 AND conversation_id = $2 AND user_id = $3 AND purpose = $4" => [];
    /// With whoever wrote it; a colleague who cannot log in any more has written it all the same.
    OF_CONVERSATION = "SELECT d.user_id, u.name, d.purpose, d.body, d.reply_to_id, d.updated_at FROM draft d \
                       JOIN gehoor_user u ON u.municipality_id = d.municipality_id AND u.id = d.user_id \
                       WHERE d.municipality_id = $1 AND d.conversation_id = $2 \
                       ORDER BY d.updated_at DESC, d.user_id, d.purpose LIMIT 40"
        => [user_id: Text, name: Text, purpose: Text, body: Text, reply_to_id: Text, updated_at: Int];
    /// Who has one in both keeps the newer conversation's.
    MOVE_SOME = "INSERT INTO draft (municipality_id, conversation_id, user_id, purpose, body, reply_to_id, updated_at) \
                 SELECT municipality_id, $3, user_id, purpose, body, reply_to_id, updated_at FROM draft \
                 WHERE municipality_id = $1 AND conversation_id = $2 ON CONFLICT DO NOTHING" => [];
    REMOVE_ALL = "DELETE FROM draft WHERE municipality_id = $1 AND conversation_id = $2" => [];
    /// Of all municipalities, for housekeeping.
    PURGE = "DELETE FROM draft WHERE (municipality_id, conversation_id, user_id, purpose) IN (\
             SELECT municipality_id, conversation_id, user_id, purpose FROM draft WHERE updated_at < $1 \
             ORDER BY updated_at LIMIT $2)" => [];
}

/// What somebody has written and not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// "reply" or "note".
    pub purpose: String,
    /// What.
    pub text: String,
    /// The message that it quotes.
    pub reply_to: Option<MessageId>,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Keeps what somebody wrote in place of what they had.
///
/// # Errors
/// When the store does not answer.
pub async fn put(tx: &mut Tx, conversation: ConversationId, written: &Written) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let d = written;
    let values = vals![&municipality, conversation, d.user, &d.purpose, &d.text, d.reply_to, d.updated_at];
    tx.exec(&PUT, values).await.map(|_| ())
}

/// Forgets what somebody wrote.
///
/// # Errors
/// When the store does not answer.
pub async fn remove(
    tx: &mut Tx,
    conversation: ConversationId,
    user: UserId,
    purpose: &str,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&REMOVE, vals![&municipality, conversation, user, purpose]).await.map(|_| ())
}

/// What everybody has written in a conversation, the newest first. Whether the asker sees the conversation is for them to
/// know.
///
/// # Errors
/// When the store does not answer.
pub async fn of_conversation(
    from: &mut impl Reads,
    conversation: ConversationId,
) -> Result<Vec<Written>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let rows = from.all(&OF_CONVERSATION, vals![&municipality, conversation]).await?;
    let read = |row: &crate::door::Row| {
        Ok(Written {
            user: row.parse(0)?,
            name: row.text(1)?,
            purpose: row.text(2)?,
            text: row.text(3)?,
            reply_to: row.maybe_parse(4)?,
            updated_at: row.at(5)?,
        })
    };
    rows.iter().map(read).collect()
}

/// What was written in `gone` stands in `kept` now.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn absorb(
    tx: &mut Tx,
    kept: ConversationId,
    gone: ConversationId,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&MOVE_SOME, vals![&municipality, gone, kept]).await?;
    tx.exec(&REMOVE_ALL, vals![&municipality, gone]).await.map(|_| ())
}

/// Drops at most `limit` of what was last changed before `before`; returns how many.
///
/// # Errors
/// When the store does not answer.
pub async fn purge(tx: &mut Tx, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
    tx.exec(&PURGE, vals![before, limit]).await
}
