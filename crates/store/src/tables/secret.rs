//! Secrets of channel accounts, sealed. A replaced one stays valid for a day, by the database's clock: a platform signs
//! with it until the new one is entered there, and what it repeats was signed with it.

use domain::channels::{SecretValue, Secrets};
use domain::ids::{ChannelAccountId, MunicipalityId};
use jiff::Timestamp;

use crate::door::dialect::{now_postgres, now_sqlite};
use crate::door::{Reads, Row, statements, vals};
use crate::sealed::{KeyRing, Sealed};
use crate::{StoreError, Tx};

/// How long a replaced secret is still valid, in microseconds.
const VALID_AFTER: i64 = 24 * 3600 * 1_000_000;
/// Secrets of one name that can be valid at once; the oldest make room.
const AT_ONCE: usize = 10;

/// Which is the newest is told by the database's clock. Ids are given by the nodes', one of which may be behind.
macro_rules! newest_first {
    () => {
        "ORDER BY name, CASE WHEN superseded_at IS NULL THEN 0 ELSE 1 END, superseded_at DESC, id DESC"
    };
}

statements! {
    ADD = "INSERT INTO secret (municipality_id, channel_account_id, name, id, key_id, sealed, created_at) \
           VALUES ($1, $2, $3, $4, $5, $6, $7)" => [];
    SUPERSEDE = {
        sqlite: concat!("UPDATE secret SET superseded_at = ", now_sqlite!(), " WHERE municipality_id = $1 \
                         AND channel_account_id = $2 AND name = $3 AND superseded_at IS NULL"),
        postgres: concat!("UPDATE secret SET superseded_at = ", now_postgres!(), " WHERE municipality_id = $1 \
                           AND channel_account_id = $2 AND name = $3 AND superseded_at IS NULL"),
    } => [];
    /// The valid ones, of each name the newest first.
    LIVE = {
        sqlite: concat!("SELECT name, id, key_id, sealed FROM secret WHERE municipality_id = $1 \
                         AND channel_account_id = $2 AND (superseded_at IS NULL OR superseded_at > ",
                        now_sqlite!(), " - $3) ", newest_first!(), " LIMIT 200"),
        postgres: concat!("SELECT name, id, key_id, sealed FROM secret WHERE municipality_id = $1 \
                           AND channel_account_id = $2 AND (superseded_at IS NULL OR superseded_at > ",
                          now_postgres!(), " - $3) ", newest_first!(), " LIMIT 200"),
    } => [name: Text, id: Text, key_id: Text, sealed: Blob];
    DROP = "DELETE FROM secret WHERE municipality_id = $1 AND channel_account_id = $2 AND name = $3 AND id = $4" => [];
    DROP_ALL = "DELETE FROM secret WHERE municipality_id = $1 AND channel_account_id = $2" => [];
    /// Over all municipalities, for housekeeping.
    PURGE = {
        sqlite: concat!("DELETE FROM secret WHERE superseded_at < ", now_sqlite!(), " - $1"),
        postgres: concat!("DELETE FROM secret WHERE superseded_at < ", now_postgres!(), " - $1"),
    } => [];
}

fn place(municipality: &MunicipalityId, account: &ChannelAccountId, name: &str) -> String {
    format!("{municipality}/secret/{account}/{name}")
}

/// Makes `value` the newest secret of this name; those before stay valid for a day from now. Nothing changes when it is
/// the newest.
///
/// # Errors
/// When the store does not answer, or a stored secret does not open.
pub async fn put(
    tx: &mut Tx,
    keys: &KeyRing,
    account: &ChannelAccountId,
    name: &str,
    value: &SecretValue,
    id: uuid::Uuid,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    let place = place(&municipality, account, name);
    let rows = tx.all(&LIVE, vals![&municipality, account, VALID_AFTER]).await?;
    let mut live = Vec::new();
    for row in &rows {
        if row.text(0)? == name {
            live.push((row.text(1)?, open(keys, &place, row)?));
        }
    }
    if live.first().is_some_and(|(_, newest)| newest == value) {
        return Ok(false);
    }
    for (id, _) in live.iter().skip(AT_ONCE - 1) {
        tx.exec(&DROP, vals![&municipality, account, name, id]).await?;
    }
    let sealed = keys
        .seal(&place, value.reveal().as_bytes())
        .map_err(|error| StoreError::wrong(error.to_string()))?;
    tx.exec(&SUPERSEDE, vals![&municipality, account, name]).await?;
    let values = vals![&municipality, account, name, id.to_string(), sealed.key_id, sealed.bytes, now];
    tx.exec(&ADD, values).await?;
    Ok(true)
}

fn open(keys: &KeyRing, place: &str, row: &Row) -> Result<SecretValue, StoreError> {
    let sealed = Sealed { key_id: row.text(2)?, bytes: row.blob(3)? };
    let plain = keys
        .open(place, &sealed)
        .map_err(|error| StoreError::wrong(error.to_string()).doing(place))?;
    let text = String::from_utf8(plain).map_err(|_| StoreError::wrong("a secret is no text").doing(place))?;
    Ok(SecretValue::new(text))
}

/// The valid secrets of an account, newest first.
///
/// # Errors
/// When the store does not answer, or a secret does not open.
pub async fn live(
    from: &mut impl Reads,
    keys: &KeyRing,
    account: &ChannelAccountId,
) -> Result<Secrets, StoreError> {
    let municipality = from.scope().municipality().clone();
    let mut secrets = Secrets::none();
    for row in from.all(&LIVE, vals![&municipality, account, VALID_AFTER]).await? {
        let name = row.text(0)?;
        secrets.add(&name, open(keys, &place(&municipality, account, &name), &row)?);
    }
    Ok(secrets)
}

/// Drops all secrets of an account, which is about to be removed.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn forget_all(tx: &mut Tx, account: &ChannelAccountId) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&DROP_ALL, vals![&municipality, account]).await.map(|_| ())
}

/// Drops what is not valid any more, over all municipalities; returns how many. For housekeeping only.
///
/// # Errors
/// When the store does not answer.
pub async fn purge(tx: &mut Tx) -> Result<u64, StoreError> {
    tx.exec(&PURGE, vals![VALID_AFTER]).await
}
