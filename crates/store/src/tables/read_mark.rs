//! Until where colleagues have read.

use std::collections::HashMap;

use domain::ids::{ConversationId, UserId};
use jiff::Timestamp;

use crate::door::{Reads, statements, vals};
use crate::{StoreError, Tx};

statements! {
    /// Never back: two windows may come in either order.
    PUT = "INSERT INTO read_mark (municipality_id, user_id, conversation_id, read_until_at) VALUES ($1, $2, $3, $4) \
           ON CONFLICT (municipality_id, user_id, conversation_id) DO UPDATE SET read_until_at = excluded.read_until_at \
           WHERE read_mark.read_until_at < excluded.read_until_at" => [];
    OF_THESE = {
        sqlite: "SELECT conversation_id, read_until_at FROM read_mark WHERE municipality_id = $1 AND user_id = $2 \
                 AND conversation_id IN (SELECT value FROM json_each($3)) ORDER BY conversation_id LIMIT 1000",
        postgres: "SELECT conversation_id, read_until_at FROM read_mark WHERE municipality_id = $1 AND user_id = $2 \
                   AND conversation_id IN (SELECT json_array_elements_text(CAST($3 AS json))) \
                   ORDER BY conversation_id LIMIT 1000",
    } => [conversation_id: Text, read_until_at: Int];
    MOVE_SOME = "INSERT INTO read_mark (municipality_id, user_id, conversation_id, read_until_at) \
                 SELECT municipality_id, user_id, $3, read_until_at FROM read_mark \
                 WHERE municipality_id = $1 AND conversation_id = $2 ON CONFLICT DO NOTHING" => [];
    REMOVE = "DELETE FROM read_mark WHERE municipality_id = $1 AND conversation_id = $2" => [];
}

/// Notes that somebody has read a conversation until `until`.
///
/// # Errors
/// When the store does not answer.
pub async fn put(
    tx: &mut Tx,
    user: UserId,
    conversation: ConversationId,
    until: Timestamp,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&PUT, vals![&municipality, user, conversation, until]).await.map(|_| ())
}

/// Until where somebody has read each of these; one that they never opened is not among them.
///
/// # Errors
/// When the store does not answer.
pub async fn of_these(
    from: &mut impl Reads,
    user: UserId,
    conversations: &[ConversationId],
) -> Result<HashMap<ConversationId, Timestamp>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let ids = super::json_of(conversations.iter());
    let rows = from.all(&OF_THESE, vals![&municipality, user, ids]).await?;
    rows.iter().map(|row| Ok((row.parse(0)?, row.at(1)?))).collect()
}

/// Who had read in `gone` and not in `kept` has read in `kept` until there.
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
    tx.exec(&REMOVE, vals![&municipality, gone]).await.map(|_| ())
}
