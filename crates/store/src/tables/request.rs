//! The first result of a request that may come twice (C8).

use jiff::Timestamp;

use crate::door::{Reads, statements, vals};
use crate::{StoreError, Tx};

statements! {
    PUT = "INSERT INTO answered_request (municipality_id, actor, request_key, body_hash, result, created_at) \
           VALUES ($1, $2, $3, $4, '', $5) ON CONFLICT DO NOTHING" => [];
    FIND = "SELECT body_hash, result FROM answered_request \
            WHERE municipality_id = $1 AND actor = $2 AND request_key = $3" => [body_hash: Text, result: Text];
    ANSWER = "UPDATE answered_request SET result = $4 WHERE municipality_id = $1 AND actor = $2 AND request_key = $3"
        => [];
    PURGE = "DELETE FROM answered_request WHERE created_at < $1" => [];
}

/// What a request's key says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// The first of its kind: do it, then [`answer`].
    First,
    /// It was done; this was the result.
    Before(String),
    /// The key was used for something else.
    OtherBody,
}

/// Takes the key of a request. A second request with the same key waits for the first and gets its result.
///
/// # Errors
/// When the store does not answer.
pub async fn take(
    tx: &mut Tx,
    actor: &str,
    (key, body_hash): (&str, &str),
    now: Timestamp,
) -> Result<Seen, StoreError> {
    let municipality = tx.scope().municipality().clone();
    if tx.exec(&PUT, vals![&municipality, actor, key, body_hash, now]).await? > 0 {
        return Ok(Seen::First);
    }
    let row = tx.opt(&FIND, vals![&municipality, actor, key]).await?;
    let row = row.ok_or_else(|| StoreError::wrong("a request's key appeared and vanished"))?;
    if row.text(0)? == body_hash {
        Ok(Seen::Before(row.text(1)?))
    } else {
        Ok(Seen::OtherBody)
    }
}

/// Whether a request with this key was made.
///
/// # Errors
/// When the store does not answer.
pub async fn is_known(from: &mut impl Reads, actor: &str, key: &str) -> Result<bool, StoreError> {
    let municipality = from.scope().municipality().clone();
    Ok(from.opt(&FIND, vals![&municipality, actor, key]).await?.is_some())
}

/// Keeps the result for whoever asks the same again.
///
/// # Errors
/// When the store does not answer.
pub async fn answer(tx: &mut Tx, actor: &str, key: &str, result: &str) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&ANSWER, vals![&municipality, actor, key, result]).await.map(|_| ())
}

/// Forgets the keys of requests before `before`, of all municipalities.
///
/// # Errors
/// When the store does not answer.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    tx.exec(&PURGE, vals![before]).await
}
