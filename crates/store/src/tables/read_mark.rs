//! Until where colleagues have read: up to which number of what came in, in the order of arrival. A message that comes late
//! with an old platform time is new for all who looked before it came.

use std::collections::HashMap;

use domain::ids::{ConversationId, UserId};
use jiff::Timestamp;

use crate::door::{Reads, statements, vals};
use crate::{StoreError, Tx};

statements! {
    /// Never back: two windows may come in either order.
    PUT = "INSERT INTO read_mark (municipality_id, user_id, conversation_id, read_until_at, arrivals) \
           VALUES ($1, $2, $3, $4, $5) \
           ON CONFLICT (municipality_id, user_id, conversation_id) DO UPDATE SET read_until_at = excluded.read_until_at, \
           arrivals = excluded.arrivals WHERE read_mark.arrivals < excluded.arrivals" => [];
    OF_THESE = {
        sqlite: "SELECT conversation_id, read_until_at, arrivals FROM read_mark WHERE municipality_id = $1 AND user_id = $2 \
                 AND conversation_id IN (SELECT value FROM json_each($3)) ORDER BY conversation_id LIMIT 1000",
        postgres: "SELECT conversation_id, read_until_at, arrivals FROM read_mark WHERE municipality_id = $1 \
                   AND user_id = $2 AND conversation_id IN (SELECT json_array_elements_text(CAST($3 AS json))) \
                   ORDER BY conversation_id LIMIT 1000",
    } => [conversation_id: Text, read_until_at: Int, arrivals: Int];
    /// Who had read all of the one that stays has read of the other what they had read there: it stands behind.
    GO_ON = "UPDATE read_mark SET arrivals = arrivals + (SELECT g.arrivals FROM read_mark g \
             WHERE g.municipality_id = read_mark.municipality_id AND g.user_id = read_mark.user_id \
             AND g.conversation_id = $2) WHERE municipality_id = $1 AND conversation_id = $3 AND arrivals >= $4 \
             AND EXISTS (SELECT 1 FROM read_mark g WHERE g.municipality_id = read_mark.municipality_id \
             AND g.user_id = read_mark.user_id AND g.conversation_id = $2)" => [];
    /// Where nothing had come in in the one that stays, everything of the other stands in its place.
    MOVE_SOME = "INSERT INTO read_mark (municipality_id, user_id, conversation_id, read_until_at, arrivals) \
                 SELECT municipality_id, user_id, $3, read_until_at, arrivals FROM read_mark \
                 WHERE municipality_id = $1 AND conversation_id = $2 AND $4 = 0 ON CONFLICT DO NOTHING" => [];
    REMOVE = "DELETE FROM read_mark WHERE municipality_id = $1 AND conversation_id = $2" => [];
}

/// Until where somebody has read a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadMark {
    /// The number of the last arrival that they had before them.
    pub arrivals: i64,
    /// The platform's time of the newest of those messages: what people are told.
    pub until: Timestamp,
}

/// Notes that somebody has read a conversation until there.
///
/// # Errors
/// When the store does not answer.
pub async fn put(
    tx: &mut Tx,
    user: UserId,
    conversation: ConversationId,
    mark: ReadMark,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let values = vals![&municipality, user, conversation, mark.until, mark.arrivals];
    tx.exec(&PUT, values).await.map(|_| ())
}

/// Until where somebody has read each of these; one that they never opened is not among them.
///
/// # Errors
/// When the store does not answer.
pub async fn of_these(
    from: &mut impl Reads,
    user: UserId,
    conversations: &[ConversationId],
) -> Result<HashMap<ConversationId, ReadMark>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let ids = super::json_of(conversations.iter());
    let rows = from.all(&OF_THESE, vals![&municipality, user, ids]).await?;
    let read =
        |row: &crate::door::Row| Ok((row.parse(0)?, ReadMark { until: row.at(1)?, arrivals: row.int(2)? }));
    rows.iter().map(read).collect()
}

/// What was read in `gone` is read in `kept`, in which so many had come in, as far as nothing unread stands before it:
/// better told twice than not at all.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn absorb(
    tx: &mut Tx,
    (kept, arrivals): (ConversationId, i64),
    gone: ConversationId,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&GO_ON, vals![&municipality, gone, kept, arrivals]).await?;
    tx.exec(&MOVE_SOME, vals![&municipality, gone, kept, arrivals]).await?;
    tx.exec(&REMOVE, vals![&municipality, gone]).await.map(|_| ())
}
