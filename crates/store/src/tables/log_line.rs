//! What happened in conversations besides their messages: lines between them. Written with the journal, and moved when two
//! conversations become one.

use domain::happenings::Happened;
use domain::ids::{ConversationId, UserId};
use jiff::Timestamp;

use super::journal::Entry;
use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

statements! {
    ADD = "INSERT INTO log_line (municipality_id, position, conversation_id, at, user_id, whom_id, happened) \
           VALUES ($1, $2, $3, $4, $5, $6, $7)" => [];
    /// Of a stretch of time, the newest first.
    OF_STRETCH = "SELECT l.position, l.at, l.user_id, u.name AS user_name, w.name AS whom_name, l.happened \
                  FROM log_line l \
                  LEFT JOIN gehoor_user u ON u.municipality_id = l.municipality_id AND u.id = l.user_id \
                  LEFT JOIN gehoor_user w ON w.municipality_id = l.municipality_id AND w.id = l.whom_id \
                  WHERE l.municipality_id = $1 AND l.conversation_id = $2 AND l.at >= $3 AND l.at < $4 \
                  ORDER BY l.at DESC, l.position DESC LIMIT $5"
        => [position: Int, at: Int, user_id: Text, user_name: Text, whom_name: Text, happened: Text];
    MOVE = "UPDATE log_line SET conversation_id = $3 WHERE municipality_id = $1 AND conversation_id = $2" => [];
}

/// A line of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Its place in the journal.
    pub position: i64,
    /// When.
    pub at: Timestamp,
    /// Who did it; `None` for Gehoor itself.
    pub user: Option<UserId>,
    /// Their name.
    pub user_name: Option<String>,
    /// The name of whom the conversation was given to.
    pub whom_name: Option<String>,
    /// What.
    pub happened: Happened,
}

/// Adds the line of a journal entry, if it is one.
pub(super) async fn add(tx: &mut Tx, position: i64, entry: &Entry, happened: &str) -> Result<(), StoreError> {
    let Some(conversation) = entry.happened.conversation().filter(|_| entry.happened.is_log_line()) else {
        return Ok(());
    };
    let whom = match &entry.happened {
        Happened::Assigned { assignee, .. } => *assignee,
        _ => None,
    };
    let municipality = tx.scope().municipality().clone();
    let values = vals![&municipality, position, conversation, entry.at, entry.user, whom, happened];
    tx.exec(&ADD, values).await.map(|_| ())
}

/// The newest lines of a conversation from `from` until before `until`, in their order, at most `limit`. The caller has
/// checked the scope.
///
/// # Errors
/// When the store does not answer.
pub async fn of_stretch(
    reader: &mut impl Reads,
    conversation: ConversationId,
    (from, until): (Option<Timestamp>, Option<Timestamp>),
    limit: u32,
) -> Result<Vec<LogLine>, StoreError> {
    let municipality = reader.scope().municipality().clone();
    let from = from.map_or(i64::MIN, domain::time::micros);
    let until = until.map_or(i64::MAX, domain::time::micros);
    let rows = reader.all(&OF_STRETCH, vals![&municipality, conversation, from, until, limit]).await?;
    rows.iter().rev().map(line).collect()
}

fn line(row: &Row) -> Result<LogLine, StoreError> {
    Ok(LogLine {
        position: row.int(0)?,
        at: row.at(1)?,
        user: row.maybe_parse(2)?,
        user_name: row.maybe_text(3)?,
        whom_name: row.maybe_text(4)?,
        happened: row.json(5)?,
    })
}

/// Everything of `gone` happened in `kept`.
pub(super) async fn absorb(
    tx: &mut Tx,
    kept: ConversationId,
    gone: ConversationId,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&MOVE, vals![&municipality, gone, kept]).await.map(|_| ())
}
