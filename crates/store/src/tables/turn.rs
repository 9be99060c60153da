//! Taking turns within a write: whatever concerns one thing happens one after the other.
//!
//! A transaction of PostgreSQL does not see what another has not committed yet. Where one writes what the other looks
//! for, and the other way round (the answer to a send, and the report on it), both would miss each other; so both take
//! the same turn first. On SQLite there is one writer, and nothing to wait for. A turn ends with its transaction.
//!
//! Who takes several: first the platform's id, then the names of an author, then the part, then what an account
//! sends, then the message, then the account.

use domain::channels::{Identifier, ProviderId};
use domain::ids::{ChannelAccountId, MessageId, PartId};

use crate::door::{Reads, statements, vals};
use crate::{StoreError, Tx};

statements! {
    TAKE = {
        sqlite: "SELECT count($1) AS held",
        postgres: "SELECT count(pg_advisory_xact_lock(hashtextextended(current_schema() || $1, 0))) AS held",
    } => [held: Int];
    /// Several in one question, in the order in which they are given.
    TAKE_ALL = {
        sqlite: "SELECT count($1) AS held",
        postgres: "SELECT count(pg_advisory_xact_lock(hashtextextended(current_schema() || t.what, 0))) AS held \
                   FROM (SELECT u.what FROM unnest(string_to_array($1, chr(31))) WITH ORDINALITY AS u (what, place) \
                   ORDER BY u.place) t",
    } => [held: Int];
}

/// The turn on everything that a platform tells under one of its ids, and on our own note of that id.
///
/// # Errors
/// When the store does not answer.
pub async fn of_provider_id(
    tx: &mut Tx,
    account: &ChannelAccountId,
    id: &ProviderId,
) -> Result<(), StoreError> {
    take(tx, &format!("provider:{account}:{id}")).await
}

/// The turn on who goes by each of these names, so that two claims with a name in common do not decide at once.
///
/// # Errors
/// When the store does not answer.
pub async fn of_names(
    tx: &mut Tx,
    account: &ChannelAccountId,
    names: &[&Identifier],
) -> Result<(), StoreError> {
    let mut turns: Vec<String> =
        names.iter().map(|name| format!("name:{account}:{}:{}", name.kind, name.value)).collect();
    // Everybody takes them in the same order, so that nobody waits in a circle.
    turns.sort_unstable();
    turns.dedup();
    tx.all(&TAKE_ALL, vals![turns.join("\u{1f}")]).await.map(|_| ())
}

/// The turn on what becomes of a part.
///
/// # Errors
/// When the store does not answer.
pub async fn of_part(tx: &mut Tx, part: PartId) -> Result<(), StoreError> {
    take(tx, &format!("part:{part}")).await
}

/// The turn on how much a channel account sends: whoever lets a part leave counts what left before it.
///
/// # Errors
/// When the store does not answer.
pub async fn of_pace(tx: &mut Tx, account: &ChannelAccountId) -> Result<(), StoreError> {
    take(tx, &format!("pace:{account}")).await
}

/// The turn on what is computed from all parts of a message.
///
/// # Errors
/// When the store does not answer.
pub async fn of_message(tx: &mut Tx, message: MessageId) -> Result<(), StoreError> {
    take(tx, &format!("message:{message}")).await
}

/// The turn on what is known of how a channel account is doing.
///
/// # Errors
/// When the store does not answer.
pub async fn of_account(tx: &mut Tx, account: &ChannelAccountId) -> Result<(), StoreError> {
    take(tx, &format!("account:{account}")).await
}

/// The turn on who may log in and as what, so that two do not each take away what the other counts on.
///
/// # Errors
/// When the store does not answer.
pub async fn of_users(tx: &mut Tx) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    take(tx, &format!("users:{municipality}")).await
}

async fn take(tx: &mut Tx, what: &str) -> Result<(), StoreError> {
    tx.all(&TAKE, vals![what]).await.map(|_| ())
}
