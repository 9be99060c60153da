//! What left lately, over all nodes and by the database's clock, and the waiting that follows from it.

use domain::channels::PaceOf;
use domain::time::from_micros;
use jiff::Timestamp;

use super::part::Part;
use crate::door::dialect::{now_postgres, now_sqlite};
use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

/// More than any pace needs to know of one resident: the longest burst, and one by one after it.
const TO_RESIDENT_MAX: u32 = 200;

statements! {
    NOW = {
        sqlite: concat!("SELECT ", now_sqlite!(), " AS now"),
        postgres: concat!("SELECT ", now_postgres!(), " AS now"),
    } => [now: Int];
    /// In all conversations with the resident of conversation `$2`, after `$3` and until `$4`; newest first.
    /// `CROSS JOIN` keeps SQLite to this order: it would begin with all that ever left.
    LEFT_TO = "SELECT p.left_at FROM conversation o CROSS JOIN conversation c CROSS JOIN outbox_part p \
               WHERE o.municipality_id = $1 AND o.id = $2 AND c.municipality_id = o.municipality_id \
               AND c.channel_account_id = o.channel_account_id AND c.counterpart = o.counterpart \
               AND p.municipality_id = c.municipality_id AND p.conversation_id = c.id AND p.left_at > $3 \
               AND p.left_at <= $4 ORDER BY p.left_at DESC, p.id DESC LIMIT $5" => [left_at: Int];
    /// Of an account, after `$3` and until `$4`; newest first.
    LEFT_OF = "SELECT p.left_at FROM outbox_part p WHERE p.municipality_id = $1 AND p.channel_account_id = $2 \
               AND p.left_at > $3 AND p.left_at <= $4 ORDER BY p.left_at DESC, p.id DESC LIMIT $5" => [left_at: Int];
    /// Nothing was tried, so the claim counts for no attempt. Without a moment of its own it keeps its place in the queue.
    PUT_OFF = "UPDATE outbox_part SET state = 'queued', due_at = COALESCE($4, due_at), attempts = attempts - 1, lease_until = NULL, \
               failure = COALESCE($5, failure) WHERE municipality_id = $1 AND id = $2 AND fence = $3 \
               AND state = 'claimed'" => [];
    /// What left more than `$1` microseconds ago. It reads only an index of what is not forgotten yet.
    FORGET_LEFT = {
        sqlite: concat!("UPDATE outbox_part SET left_at = NULL WHERE (municipality_id, id) IN (\
                         SELECT p.municipality_id, p.id FROM outbox_part p WHERE p.left_at < ", now_sqlite!(),
                        " - $1 LIMIT $2)"),
        postgres: concat!("UPDATE outbox_part SET left_at = NULL WHERE (municipality_id, id) IN (\
                           SELECT p.municipality_id, p.id FROM outbox_part p WHERE p.left_at < ", now_postgres!(),
                          " - $1 LIMIT $2)"),
    } => [];
    FULL = "INSERT INTO account_pace (municipality_id, channel_account_id, full_until_at) VALUES ($1, $2, $3) \
            ON CONFLICT (municipality_id, channel_account_id) DO UPDATE SET full_until_at = excluded.full_until_at"
        => [];
}

/// What time it is, by the database's clock.
///
/// # Errors
/// When the store does not answer.
pub async fn now(tx: &mut Tx) -> Result<Timestamp, StoreError> {
    let row = tx.opt(&NOW, vals![]).await?;
    let row = row.ok_or_else(|| StoreError::wrong("asking the database what time it is"))?;
    Ok(from_micros(row.int(0)?))
}

/// When something left to the resident that a part goes to, after `since` and until `now`; oldest first.
///
/// # Errors
/// When the store does not answer.
pub async fn left_to_resident(
    tx: &mut Tx,
    part: &Part,
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<Timestamp>, StoreError> {
    let values = vals![&part.municipality, part.conversation, since, now, TO_RESIDENT_MAX];
    oldest_first(&tx.all(&LEFT_TO, values).await?)
}

/// When something left of the account that a part goes through, after `since` and until `now`, the last `limit`; oldest
/// first.
///
/// # Errors
/// When the store does not answer.
pub async fn left_of_account(
    tx: &mut Tx,
    part: &Part,
    since: Timestamp,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Timestamp>, StoreError> {
    let values = vals![&part.municipality, &part.channel_account, since, now, limit];
    oldest_first(&tx.all(&LEFT_OF, values).await?)
}

fn oldest_first(rows: &[Row]) -> Result<Vec<Timestamp>, StoreError> {
    rows.iter().rev().map(|row| Ok(from_micros(row.int(0)?))).collect()
}

/// Puts a claimed part back until `at`, with the reason where somebody is to see one; where the whole account may send
/// nothing until then, nothing of it is claimed, and the part keeps its place before what was queued later. `false` when
/// the lease is gone.
///
/// # Errors
/// When the store does not answer.
pub async fn put_off(
    tx: &mut Tx,
    part: &Part,
    at: Timestamp,
    because: PaceOf,
    reason: Option<&str>,
) -> Result<bool, StoreError> {
    let due_at = (because != PaceOf::Account).then_some(at);
    let put_off =
        tx.exec(&PUT_OFF, vals![&part.municipality, part.id, part.fence, due_at, reason]).await? > 0;
    if put_off && because == PaceOf::Account {
        tx.exec(&FULL, vals![&part.municipality, &part.channel_account, at]).await?;
    }
    Ok(put_off)
}

/// Forgets when something left, where that is longer ago than `seconds`, of at most `limit` parts; returns of how many. Of
/// all municipalities.
///
/// # Errors
/// When the store does not answer.
pub async fn forget_left(tx: &mut Tx, seconds: u32, limit: u32) -> Result<u64, StoreError> {
    let age = i64::from(seconds) * 1_000_000;
    tx.exec(&FORGET_LEFT, vals![age, limit]).await
}
