//! Log-ins of which the password was right and the code has still to come. None of them opens anything.

use domain::ids::{SessionId, UserId};
use jiff::Timestamp;

use crate::door::{Reads, statements, vals};
use crate::{StoreError, Tx};

statements! {
    BEGIN = "INSERT INTO half_log_in (municipality_id, id, user_id, token_hash, attempts, expires_at) \
             VALUES ($1, $2, $3, $4, 0, $5)" => [];
    /// One more try; whoever comes second waits for the first.
    TRY = "UPDATE half_log_in SET attempts = attempts + 1 WHERE municipality_id = $1 AND id = $2 RETURNING attempts"
        => [attempts: Int];
    END = "DELETE FROM half_log_in WHERE municipality_id = $1 AND id = $2" => [];
    END_ALL = "DELETE FROM half_log_in WHERE municipality_id = $1 AND user_id = $2" => [];
    PURGE = "DELETE FROM half_log_in WHERE expires_at < $1" => [];
}

/// Begins one.
///
/// # Errors
/// When the store does not answer.
pub async fn begin(
    tx: &mut Tx,
    (id, user): (SessionId, UserId),
    token_hash: &str,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&BEGIN, vals![&municipality, id, user, token_hash, expires_at]).await.map(|_| ())
}

/// Counts a code that is tried; returns how many there were with this one, or `None` when it is over.
///
/// # Errors
/// When the store does not answer.
pub async fn count_try(tx: &mut Tx, id: SessionId) -> Result<Option<i64>, StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.opt(&TRY, vals![&municipality, id]).await?.map(|row| row.int(0)).transpose()
}

/// Ends one; `false` when it was over.
///
/// # Errors
/// When the store does not answer.
pub async fn end(tx: &mut Tx, id: SessionId) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&END, vals![&municipality, id]).await? > 0)
}

/// Ends all of a user, with their sessions.
pub(super) async fn end_all(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&END_ALL, vals![&municipality, user]).await.map(|_| ())
}

/// Drops those that ended before `before`, of all municipalities. For housekeeping only.
///
/// # Errors
/// When the store does not answer.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    tx.exec(&PURGE, vals![before]).await
}
