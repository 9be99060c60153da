//! The journal: append-only, per municipality, with positions handed out last, inside the writing transaction. A
//! reader that has seen position n has seen everything up to n (DESIGN 1.3, E1).

use domain::happenings::{About, Happened};
use domain::ids::UserId;
use jiff::Timestamp;

use crate::StoreError;
use crate::door::{Reads, statements, vals};

/// One thing that happened, with who did it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The actor's label; the parts of Gehoor itself stand in the journal but not in the audit log.
    pub actor: String,
    /// The user behind it, if there is one.
    pub user: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// What.
    pub happened: Happened,
}

/// An entry of the journal as a reader gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Its place; the next is one higher.
    pub position: i64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub happened: Happened,
}

statements! {
    /// Takes the next positions. From here to the commit, other writers of the municipality wait: so it comes last.
    TAKE = "INSERT INTO journal_head (municipality_id, position) VALUES ($1, $2) \
            ON CONFLICT (municipality_id) DO UPDATE SET position = journal_head.position + excluded.position \
            RETURNING position" => [position: Int];
    INSERT = "INSERT INTO journal (municipality_id, position, at, conversation_id, happened) \
              VALUES ($1, $2, $3, $4, $5)" => [];
    AUDIT = "INSERT INTO audit (municipality_id, position, at, actor, happened, user_id, about) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)" => [];
    /// What happened after a position.
    AFTER = "SELECT position, at, happened FROM journal WHERE municipality_id = $1 AND position > $2 \
             ORDER BY position LIMIT $3" => [position: Int, at: Int, happened: Text];
    /// The last position.
    HEAD = "SELECT position FROM journal_head WHERE municipality_id = $1" => [position: Int];
    /// Who did what, newest first.
    AUDIT_BEFORE = "SELECT position, at, actor, happened FROM audit WHERE municipality_id = $1 AND position < $2 \
                    ORDER BY position DESC LIMIT $3" => [position: Int, at: Int, actor: Text, happened: Text];
    AUDIT_BY_USER = "SELECT position, at, actor, happened FROM audit WHERE municipality_id = $1 AND user_id = $4 \
                     AND position < $2 ORDER BY position DESC LIMIT $3"
        => [position: Int, at: Int, actor: Text, happened: Text];
    AUDIT_ABOUT = "SELECT position, at, actor, happened FROM audit WHERE municipality_id = $1 AND about = $4 \
                   AND position < $2 ORDER BY position DESC LIMIT $3"
        => [position: Int, at: Int, actor: Text, happened: Text];
    AUDIT_BY_USER_ABOUT = "SELECT position, at, actor, happened FROM audit WHERE municipality_id = $1 AND user_id = $4 \
                           AND about = $5 AND position < $2 ORDER BY position DESC LIMIT $3"
        => [position: Int, at: Int, actor: Text, happened: Text];
}

/// Writes what a transaction recorded; called last, before the commit. `true` when there was anything.
pub(crate) async fn write_recorded(tx: &mut crate::door::tx::Tx) -> Result<bool, StoreError> {
    let entries = tx.take_recorded();
    let Ok(count) = i64::try_from(entries.len()) else {
        return Err(StoreError::wrong("too many journal entries"));
    };
    if count == 0 {
        return Ok(false);
    }
    let municipality = tx.scope().municipality().clone();
    let taken = tx.opt(&TAKE, vals![&municipality, count]).await?;
    let last = taken.ok_or_else(|| StoreError::wrong("the journal gave no position"))?.int(0)?;
    for (entry, position) in entries.into_iter().zip(last - count + 1..) {
        let conversation = entry.happened.conversation();
        let happened =
            serde_json::to_string(&entry.happened).map_err(|_| StoreError::wrong("writing the journal"))?;
        if !entry.actor.starts_with("system:") {
            let about = entry.happened.about().as_str();
            let values = vals![&municipality, position, entry.at, &entry.actor, &happened, entry.user, about];
            tx.exec(&AUDIT, values).await?;
        }
        super::log_line::add(tx, position, &entry, &happened).await?;
        tx.exec(&INSERT, vals![&municipality, position, entry.at, conversation, happened]).await?;
    }
    Ok(true)
}

/// What happened after `position`, oldest first, at most `limit` entries.
///
/// # Errors
/// When the store does not answer.
pub async fn after(from: &mut impl Reads, position: i64, limit: u32) -> Result<Vec<Position>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let rows = from.all(&AFTER, vals![&municipality, position, limit]).await?;
    rows.iter()
        .map(|row| {
            Ok(Position {
                position: row.int(0)?,
                at: row.at(1)?,
                happened: row.json(2)?,
            })
        })
        .collect()
}

/// The last position; 0 when nothing happened yet.
///
/// # Errors
/// When the store does not answer.
pub async fn head(from: &mut impl Reads) -> Result<i64, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&HEAD, vals![&municipality]).await?.map_or(Ok(0), |row| row.int(0))
}

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// Its place.
    pub position: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What.
    pub happened: Happened,
}

/// Lines of the audit log before `position`, newest first, at most `limit`.
///
/// # Errors
/// When the store does not answer.
pub async fn audit_before(
    from: &mut impl Reads,
    position: i64,
    limit: u32,
) -> Result<Vec<AuditLine>, StoreError> {
    audit_of(from, (None, None), position, limit).await
}

/// The same by one user, about one thing, or both.
///
/// # Errors
/// When the store does not answer.
pub async fn audit_of(
    from: &mut impl Reads,
    (user, about): (Option<UserId>, Option<About>),
    position: i64,
    limit: u32,
) -> Result<Vec<AuditLine>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let about = about.map(About::as_str);
    let rows = match (user, about) {
        (None, None) => from.all(&AUDIT_BEFORE, vals![&municipality, position, limit]).await?,
        (Some(user), None) => from.all(&AUDIT_BY_USER, vals![&municipality, position, limit, user]).await?,
        (None, Some(about)) => from.all(&AUDIT_ABOUT, vals![&municipality, position, limit, about]).await?,
        (Some(user), Some(about)) => {
            from.all(&AUDIT_BY_USER_ABOUT, vals![&municipality, position, limit, user, about]).await?
        }
    };
    rows.iter()
        .map(|row| {
            Ok(AuditLine {
                position: row.int(0)?,
                at: row.at(1)?,
                actor: row.text(2)?,
                happened: row.json(3)?,
            })
        })
        .collect()
}
