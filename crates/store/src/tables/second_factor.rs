//! The second step at logging in: the secret of a user's app, sealed, and the hashes of their recovery codes.

use domain::ids::{MunicipalityId, UserId};
use jiff::Timestamp;

use crate::door::{Reads, statements, vals};
use crate::sealed::{KeyRing, Sealed};
use crate::{StoreError, Tx};

statements! {
    /// Only while none was confirmed.
    PUT = "INSERT INTO second_factor (municipality_id, user_id, key_id, sealed, last_step, created_at) \
           VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT (municipality_id, user_id) DO UPDATE SET \
           key_id = excluded.key_id, sealed = excluded.sealed, created_at = excluded.created_at \
           WHERE second_factor.confirmed_at IS NULL" => [];
    OF_USER = "SELECT key_id, sealed, confirmed_at FROM second_factor WHERE municipality_id = $1 AND user_id = $2"
        => [key_id: Text, sealed: Blob, confirmed_at: Int];
    CONFIRM = "UPDATE second_factor SET confirmed_at = $4, last_step = $3 \
               WHERE municipality_id = $1 AND user_id = $2 AND confirmed_at IS NULL" => [];
    /// A step that was used, or one before it, is not used again.
    USE_STEP = "UPDATE second_factor SET last_step = $3 WHERE municipality_id = $1 AND user_id = $2 \
                AND confirmed_at IS NOT NULL AND last_step < $3" => [];
    REMOVE = "DELETE FROM second_factor WHERE municipality_id = $1 AND user_id = $2" => [];
    ADD_CODE = "INSERT INTO recovery_code (municipality_id, user_id, code_hash, created_at) VALUES ($1, $2, $3, $4)"
        => [];
    REMOVE_CODES = "DELETE FROM recovery_code WHERE municipality_id = $1 AND user_id = $2" => [];
    USE_CODE = "UPDATE recovery_code SET used_at = $4 WHERE municipality_id = $1 AND user_id = $2 \
                AND code_hash = $3 AND used_at IS NULL" => [];
    CODES_LEFT = "SELECT count(*) AS number FROM recovery_code \
                  WHERE municipality_id = $1 AND user_id = $2 AND used_at IS NULL" => [number: Int];
}

/// A user's second step.
#[derive(Clone)]
pub struct SecondFactorRow {
    /// What their app counts codes from.
    pub secret: Vec<u8>,
    /// Since when codes are asked for; `None` while it is being set up.
    pub confirmed_at: Option<Timestamp>,
}

fn place(municipality: &MunicipalityId, user: UserId) -> String {
    format!("{municipality}/second_factor/{user}")
}

/// Keeps the secret of a second step that is being set up; `false` when there is one already.
///
/// # Errors
/// When the store does not answer.
pub async fn put(
    tx: &mut Tx,
    keys: &KeyRing,
    user: UserId,
    secret: &[u8],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    let sealed = keys
        .seal(&place(&municipality, user), secret)
        .map_err(|error| StoreError::wrong(error.to_string()))?;
    let values = vals![&municipality, user, sealed.key_id, sealed.bytes, now];
    Ok(tx.exec(&PUT, values).await? > 0)
}

/// The second step of a user, confirmed or not.
///
/// # Errors
/// When the store does not answer, or the secret does not open.
pub async fn of_user(
    from: &mut impl Reads,
    keys: &KeyRing,
    user: UserId,
) -> Result<Option<SecondFactorRow>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let Some(row) = from.opt(&OF_USER, vals![&municipality, user]).await? else {
        return Ok(None);
    };
    let place = place(&municipality, user);
    let sealed = Sealed { key_id: row.text(0)?, bytes: row.blob(1)? };
    let secret = keys
        .open(&place, &sealed)
        .map_err(|error| StoreError::wrong(error.to_string()).doing(&place))?;
    Ok(Some(SecondFactorRow { secret, confirmed_at: row.maybe_at(2)? }))
}

/// Codes are asked for from now on; `step` was the first. `false` when that was so already.
///
/// # Errors
/// When the store does not answer.
pub async fn confirm(tx: &mut Tx, user: UserId, step: i64, now: Timestamp) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&CONFIRM, vals![&municipality, user, step, now]).await? > 0)
}

/// Uses the code of a step of time; `false` when that one or a later one was used.
///
/// # Errors
/// When the store does not answer.
pub async fn use_step(tx: &mut Tx, user: UserId, step: i64) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&USE_STEP, vals![&municipality, user, step]).await? > 0)
}

/// Takes the second step away, with its recovery codes; `false` when there was none.
///
/// # Errors
/// When the store does not answer.
pub async fn remove(tx: &mut Tx, user: UserId) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&REMOVE_CODES, vals![&municipality, user]).await?;
    Ok(tx.exec(&REMOVE, vals![&municipality, user]).await? > 0)
}

/// Gives a user these recovery codes, by their hashes; the earlier ones are void.
///
/// # Errors
/// When the store does not answer.
pub async fn put_codes(
    tx: &mut Tx,
    user: UserId,
    hashes: &[String],
    now: Timestamp,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&REMOVE_CODES, vals![&municipality, user]).await?;
    for hash in hashes {
        tx.exec(&ADD_CODE, vals![&municipality, user, hash, now]).await?;
    }
    Ok(())
}

/// Uses a recovery code; `false` when there is none, or it was used.
///
/// # Errors
/// When the store does not answer.
pub async fn use_code(tx: &mut Tx, user: UserId, hash: &str, now: Timestamp) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&USE_CODE, vals![&municipality, user, hash, now]).await? > 0)
}

/// How many recovery codes are left.
///
/// # Errors
/// When the store does not answer.
pub async fn codes_left(from: &mut impl Reads, user: UserId) -> Result<i64, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&CODES_LEFT, vals![&municipality, user]).await?.map_or(Ok(0), |row| row.int(0))
}
