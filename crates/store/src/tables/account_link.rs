//! Links with which a user chooses a password: an invitation, or for one who lost it. Whose a link is, is asked before the
//! municipality is known: see `installation`.

use domain::ids::UserId;
use jiff::Timestamp;

use crate::door::{Reads, statements, vals};
use crate::{StoreError, Tx};

statements! {
    /// One of each purpose lives: a new one takes the place of the one before.
    PUT = "INSERT INTO account_link (municipality_id, user_id, purpose, token_hash, created_at, expires_at) \
           VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (municipality_id, user_id, purpose) DO UPDATE SET \
           token_hash = excluded.token_hash, created_at = excluded.created_at, expires_at = excluded.expires_at" => [];
    /// Whoever uses a link first has it; who comes second finds none.
    USE = "DELETE FROM account_link WHERE municipality_id = $1 AND user_id = $2 AND token_hash = $3 \
           AND expires_at > $4" => [];
    DROP_ALL = "DELETE FROM account_link WHERE municipality_id = $1 AND user_id = $2" => [];
    EXPIRES = "SELECT expires_at FROM account_link WHERE municipality_id = $1 AND user_id = $2 AND token_hash = $3"
        => [expires_at: Int];
    IS_FRESH = "SELECT created_at FROM account_link WHERE municipality_id = $1 AND user_id = $2 AND purpose = $3 \
                AND created_at > $4 AND expires_at > $5" => [created_at: Int];
    PURGE = "DELETE FROM account_link WHERE expires_at < $1" => [];
}

/// Gives a user a link of this purpose.
///
/// # Errors
/// When the store does not answer.
pub async fn put(
    tx: &mut Tx,
    user: UserId,
    purpose: &str,
    token_hash: &str,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let values = vals![&municipality, user, purpose, token_hash, now, expires_at];
    tx.exec(&PUT, values).await.map(|_| ())
}

/// Uses a link; `false` when it was used, replaced, or is too old.
///
/// # Errors
/// When the store does not answer.
pub async fn use_up(tx: &mut Tx, user: UserId, token_hash: &str, now: Timestamp) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&USE, vals![&municipality, user, token_hash, now]).await? > 0)
}

/// No link of the user works any more.
///
/// # Errors
/// When the store does not answer.
pub async fn drop_all(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&DROP_ALL, vals![&municipality, user]).await.map(|_| ())
}

/// Until when a link of the user works; `None` when it was used or replaced.
///
/// # Errors
/// When the store does not answer.
pub async fn expires(
    from: &mut impl Reads,
    user: UserId,
    token_hash: &str,
) -> Result<Option<Timestamp>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let row = from.opt(&EXPIRES, vals![&municipality, user, token_hash]).await?;
    row.map(|row| row.at(0)).transpose()
}

/// Whether a link of the user that works was made after `since`.
///
/// # Errors
/// When the store does not answer.
pub async fn is_fresh(
    from: &mut impl Reads,
    (user, purpose): (UserId, &str),
    (since, now): (Timestamp, Timestamp),
) -> Result<bool, StoreError> {
    let municipality = from.scope().municipality().clone();
    let values = vals![&municipality, user, purpose, since, now];
    Ok(from.opt(&IS_FRESH, values).await?.is_some())
}

/// Drops links that were good until before `before`, of all municipalities. For housekeeping only.
///
/// # Errors
/// When the store does not answer.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    tx.exec(&PURGE, vals![before]).await
}
