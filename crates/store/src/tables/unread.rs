//! Items of raw events that could not be read: tried again, then put aside for a person (A9).

use domain::ids::{ChannelAccountId, RawEventId};
use jiff::Timestamp;

use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

statements! {
    FAILED = "INSERT INTO unread_item (municipality_id, raw_event_id, item, channel_account_id, attempts, reason, last_at, \
              quarantined) VALUES ($1, $2, $3, $4, 1, $5, $6, $7 <= 1) \
              ON CONFLICT (municipality_id, raw_event_id, item) DO UPDATE SET attempts = unread_item.attempts + 1, \
              reason = excluded.reason, last_at = excluded.last_at, quarantined = unread_item.attempts + 1 >= $7 \
              RETURNING quarantined" => [quarantined: Bool];
    DONE = "DELETE FROM unread_item WHERE municipality_id = $1 AND raw_event_id = $2 AND item = $3" => [];
    OF_EVENT = "SELECT item, attempts, reason, last_at, quarantined FROM unread_item \
                WHERE municipality_id = $1 AND raw_event_id = $2 ORDER BY item LIMIT 5000"
        => [item: Int, attempts: Int, reason: Text, last_at: Int, quarantined: Bool];
    FORGET = "DELETE FROM unread_item WHERE municipality_id = $1 AND raw_event_id = $2" => [];
}

/// An item that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadItem {
    /// Its place in the raw event.
    pub item: u32,
    /// How often it was tried.
    pub attempts: i64,
    /// Why it could not be read, without anything of what it says.
    pub reason: String,
    /// When it was tried last.
    pub last_at: Timestamp,
    /// Whether it waits for a person.
    pub quarantined: bool,
}

/// Counts a failure; `true` when the item now waits for a person.
///
/// # Errors
/// When the store does not answer.
pub async fn failed(
    tx: &mut Tx,
    account: &ChannelAccountId,
    (raw, item): (RawEventId, u32),
    reason: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    let limit = domain::limits::READ_ATTEMPTS;
    let row = tx.opt(&FAILED, vals![&municipality, raw, item, account, reason, now, limit]).await?;
    row.map_or(Ok(false), |row| row.bool(0))
}

/// An item was read after all.
///
/// # Errors
/// When the store does not answer.
pub async fn done(tx: &mut Tx, raw: RawEventId, item: u32) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&DONE, vals![&municipality, raw, item]).await.map(|_| ())
}

/// What could not be read of a raw event.
///
/// # Errors
/// When the store does not answer.
pub async fn of_event(from: &mut impl Reads, raw: RawEventId) -> Result<Vec<UnreadItem>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let rows = from.all(&OF_EVENT, vals![&municipality, raw]).await?;
    let read = |row: &Row| {
        Ok(UnreadItem {
            item: u32::try_from(row.int(0)?).unwrap_or_default(),
            attempts: row.int(1)?,
            reason: row.text(2)?,
            last_at: row.at(3)?,
            quarantined: row.bool(4)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Forgets the failures of a raw event, which is about to be read again.
///
/// # Errors
/// When the store does not answer.
pub async fn forget(tx: &mut Tx, raw: RawEventId) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&FORGET, vals![&municipality, raw]).await.map(|_| ())
}
