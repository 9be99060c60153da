//! Log-ins, tokens of the API, and the brake on guessing passwords.

use domain::access::{Device, TokenScope};
use domain::ids::{SessionId, TokenId, UserId};
use jiff::Timestamp;

use crate::door::{Reads, statements, vals};
use crate::{StoreError, Tx};

statements! {
    BEGIN = "INSERT INTO session (municipality_id, id, user_id, token_hash, created_at, last_seen_at, expires_at, \
             device, must_enrol) VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)" => [];
    SEEN = "UPDATE session SET last_seen_at = $3 WHERE municipality_id = $1 AND id = $2 AND last_seen_at < $3" => [];
    END = "UPDATE session SET ended_at = $3 WHERE municipality_id = $1 AND id = $2 AND ended_at IS NULL" => [];
    END_ALL = "UPDATE session SET ended_at = $3 WHERE municipality_id = $1 AND user_id = $2 AND ended_at IS NULL" => [];
    END_OF = "UPDATE session SET ended_at = $4 \
              WHERE municipality_id = $1 AND user_id = $2 AND id = $3 AND ended_at IS NULL" => [];
    END_OTHERS = "UPDATE session SET ended_at = $4 \
                  WHERE municipality_id = $1 AND user_id = $2 AND id <> $3 AND ended_at IS NULL" => [];
    OF_USER = "SELECT id, device, created_at, last_seen_at FROM session WHERE municipality_id = $1 AND user_id = $2 \
               AND ended_at IS NULL AND expires_at > $3 AND last_seen_at > $4 ORDER BY last_seen_at DESC, id LIMIT 100"
        => [id: Text, device: Text, created_at: Int, last_seen_at: Int];
    PURGE = "DELETE FROM session WHERE expires_at < $1 OR ended_at < $1" => [];
    ADD_TOKEN = "INSERT INTO api_token (municipality_id, id, user_id, token_hash, scopes, created_at) \
                 VALUES ($1, $2, $3, $4, $5, $6)" => [];
    REVOKE_TOKEN = "UPDATE api_token SET revoked_at = $3 WHERE municipality_id = $1 AND id = $2 AND revoked_at IS NULL"
        => [];
    /// Whoever comes second waits here until the first has counted, also on another node.
    HOLD_ATTEMPTS = "INSERT INTO login_throttle (key_hash, failures, last_failure_at) VALUES ($1, 0, $2) \
                     ON CONFLICT (key_hash) DO UPDATE SET failures = login_throttle.failures \
                     RETURNING failures, last_failure_at" => [failures: Int, last_failure_at: Int];
    REVOKE_ALL_TOKENS = "UPDATE api_token SET revoked_at = $3 \
                         WHERE municipality_id = $1 AND user_id = $2 AND revoked_at IS NULL" => [];
    /// One more; they are forgotten after `$3` microseconds without one.
    COUNT_ATTEMPT = "INSERT INTO login_throttle (key_hash, failures, last_failure_at) VALUES ($1, 1, $2) \
              ON CONFLICT (key_hash) DO UPDATE SET \
              failures = CASE WHEN login_throttle.last_failure_at < $2 - $3 THEN 1 ELSE login_throttle.failures + 1 END, \
              last_failure_at = $2" => [];
    /// The moment goes back too, unless somebody counted since.
    TAKE_BACK = "UPDATE login_throttle SET failures = failures - 1, \
                 last_failure_at = CASE WHEN last_failure_at = $2 THEN $3 ELSE last_failure_at END \
                 WHERE key_hash = $1 AND failures > 0" => [];
    FORGET = "DELETE FROM login_throttle WHERE key_hash = $1" => [];
    /// A row that says nothing any more.
    DROP_EMPTY = "DELETE FROM login_throttle WHERE key_hash = $1 AND failures <= 0" => [];
    FORGET_OLD = "DELETE FROM login_throttle WHERE key_hash IN \
                  (SELECT key_hash FROM login_throttle WHERE last_failure_at < $1 LIMIT $2)" => [];
}

/// A session that begins.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// A hash of its cookie.
    pub token_hash: String,
    /// With what they logged in.
    pub device: Device,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// Whether the second step has to be set up before anything else.
    pub must_enrol: bool,
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSession {
    /// Which.
    pub id: SessionId,
    /// With what they logged in.
    pub device: Device,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was used last, to the minute.
    pub last_seen_at: Timestamp,
}

/// Begins a session.
///
/// # Errors
/// When the store does not answer.
pub async fn begin(tx: &mut Tx, new: &NewSession, now: Timestamp) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let values = vals![
        &municipality,
        new.id,
        new.user,
        &new.token_hash,
        now,
        new.expires_at,
        new.device,
        new.must_enrol
    ];
    tx.exec(&BEGIN, values).await.map(|_| ())
}

/// The sessions of a user that go on, used after `idle_since`; the last used first.
///
/// # Errors
/// When the store does not answer.
pub async fn of_user(
    from: &mut impl Reads,
    user: UserId,
    (now, idle_since): (Timestamp, Timestamp),
) -> Result<Vec<ListedSession>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let rows = from.all(&OF_USER, vals![&municipality, user, now, idle_since]).await?;
    rows.iter()
        .map(|row| {
            Ok(ListedSession {
                id: row.parse(0)?,
                device: row.maybe_parse(1)?.unwrap_or(Device::UNKNOWN),
                created_at: row.at(2)?,
                last_seen_at: row.at(3)?,
            })
        })
        .collect()
}

/// Ends one session of a user; `false` when it is none of theirs, or over.
///
/// # Errors
/// When the store does not answer.
pub async fn end_of(tx: &mut Tx, user: UserId, id: SessionId, now: Timestamp) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&END_OF, vals![&municipality, user, id, now]).await? > 0)
}

/// Ends all sessions of a user but one; returns how many.
///
/// # Errors
/// When the store does not answer.
pub async fn end_others(
    tx: &mut Tx,
    user: UserId,
    but: SessionId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let municipality = tx.scope().municipality().clone();
    super::half_log_in::end_all(tx, user).await?;
    tx.exec(&END_OTHERS, vals![&municipality, user, but, now]).await
}

/// The session was used.
///
/// # Errors
/// When the store does not answer.
pub async fn seen(tx: &mut Tx, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&SEEN, vals![&municipality, id, now]).await.map(|_| ())
}

/// Ends a session.
///
/// # Errors
/// When the store does not answer.
pub async fn end(tx: &mut Tx, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&END, vals![&municipality, id, now]).await.map(|_| ())
}

/// Ends all sessions of a user, and log-ins that are half way; returns how many sessions.
///
/// # Errors
/// When the store does not answer.
pub async fn end_all(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<u64, StoreError> {
    let municipality = tx.scope().municipality().clone();
    super::half_log_in::end_all(tx, user).await?;
    tx.exec(&END_ALL, vals![&municipality, user, now]).await
}

/// Drops sessions that ended before `before`, of all municipalities.
///
/// # Errors
/// When the store does not answer.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    tx.exec(&PURGE, vals![before]).await
}

/// Drops tries to log in of which the last was before `before`, at most `limit`; returns how many.
///
/// # Errors
/// When the store does not answer.
pub async fn purge_attempts(tx: &mut Tx, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
    tx.exec(&FORGET_OLD, vals![before, limit]).await
}

/// Adds a token of the API.
///
/// # Errors
/// When the store does not answer.
pub async fn add_token(
    tx: &mut Tx,
    (id, user): (TokenId, UserId),
    token_hash: &str,
    scopes: &[TokenScope],
    now: Timestamp,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let scopes = scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(",");
    tx.exec(&ADD_TOKEN, vals![&municipality, id, user, token_hash, scopes, now])
        .await
        .map(|_| ())
}

/// Ends a token; `false` when there is none that lives.
///
/// # Errors
/// When the store does not answer.
pub async fn revoke_token(tx: &mut Tx, id: TokenId, now: Timestamp) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&REVOKE_TOKEN, vals![&municipality, id, now]).await? > 0)
}

/// Ends all tokens of a user, so that they do not live again when the user does.
///
/// # Errors
/// When the store does not answer.
pub async fn revoke_all_tokens(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<u64, StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&REVOKE_ALL_TOKENS, vals![&municipality, user, now]).await
}

/// How often log-ins under this key failed or are being tried, and when last; the key is a hash of an address and a
/// name. Nobody else gets an answer for this key until the transaction ends, so that what is decided on it holds.
///
/// # Errors
/// When the store does not answer.
pub async fn hold_attempts(
    tx: &mut Tx,
    key_hash: &str,
    now: Timestamp,
) -> Result<(i64, Timestamp), StoreError> {
    let row = tx.opt(&HOLD_ATTEMPTS, vals![key_hash, now]).await?;
    row.map_or(Ok((0, now)), |row| Ok((row.int(0)?, row.at(1)?)))
}

/// One more log-in under this key is being tried.
///
/// # Errors
/// When the store does not answer.
pub async fn count_attempt(
    tx: &mut Tx,
    key_hash: &str,
    now: Timestamp,
    forget_after_seconds: i64,
) -> Result<(), StoreError> {
    let forget_after = forget_after_seconds * 1_000_000;
    tx.exec(&COUNT_ATTEMPT, vals![key_hash, now, forget_after]).await.map(|_| ())
}

/// The log-in that was counted at `counted_at` was none to hold against anybody; `before` is what the moment was. Nothing
/// stays of a key that has no other.
///
/// # Errors
/// When the store does not answer.
pub async fn take_attempt_back(
    tx: &mut Tx,
    key_hash: &str,
    counted_at: Timestamp,
    before: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(&TAKE_BACK, vals![key_hash, counted_at, before]).await?;
    tx.exec(&DROP_EMPTY, vals![key_hash]).await.map(|_| ())
}

/// A log-in under this key succeeded.
///
/// # Errors
/// When the store does not answer.
pub async fn forget_failures(tx: &mut Tx, key_hash: &str) -> Result<(), StoreError> {
    tx.exec(&FORGET, vals![key_hash]).await.map(|_| ())
}
