//! Who looks at a conversation and who writes in it, by the database's clock. Passing: it is swept by housekeeping.

use domain::ids::{ConversationId, MunicipalityId, TeamId, UserId};
use domain::presence::Doing;

use crate::door::dialect::{now_postgres, now_sqlite};
use crate::door::{Reads, statements, vals};
use crate::{StoreError, Tx};

/// So many who are there at once are told of; more than an installation has colleagues at work.
const AT_MOST: u32 = 10_000;

statements! {
    PUT = {
        sqlite: concat!("INSERT INTO presence (municipality_id, conversation_id, user_id, doing, until_at) \
                         VALUES ($1, $2, $3, $4, ", now_sqlite!(), " + $5) \
                         ON CONFLICT (municipality_id, conversation_id, user_id) \
                         DO UPDATE SET doing = excluded.doing, until_at = excluded.until_at"),
        postgres: concat!("INSERT INTO presence (municipality_id, conversation_id, user_id, doing, until_at) \
                           VALUES ($1, $2, $3, $4, ", now_postgres!(), " + $5) \
                           ON CONFLICT (municipality_id, conversation_id, user_id) \
                           DO UPDATE SET doing = excluded.doing, until_at = excluded.until_at"),
    } => [];
    REMOVE = "DELETE FROM presence WHERE municipality_id = $1 AND conversation_id = $2 AND user_id = $3" => [];
    /// Who is there now, in the whole installation.
    NOW = {
        sqlite: concat!("SELECT p.municipality_id, p.conversation_id, c.team_id, p.user_id, u.name, p.doing FROM presence p \
                         JOIN conversation c ON c.municipality_id = p.municipality_id AND c.id = p.conversation_id \
                         JOIN gehoor_user u ON u.municipality_id = p.municipality_id AND u.id = p.user_id \
                         WHERE p.until_at > ", now_sqlite!(), " AND u.disabled_at IS NULL \
                         ORDER BY p.municipality_id, p.conversation_id, p.user_id LIMIT $1"),
        postgres: concat!("SELECT p.municipality_id, p.conversation_id, c.team_id, p.user_id, u.name, p.doing FROM presence p \
                           JOIN conversation c ON c.municipality_id = p.municipality_id AND c.id = p.conversation_id \
                           JOIN gehoor_user u ON u.municipality_id = p.municipality_id AND u.id = p.user_id \
                           WHERE p.until_at > ", now_postgres!(), " AND u.disabled_at IS NULL \
                           ORDER BY p.municipality_id, p.conversation_id, p.user_id LIMIT $1"),
    } => [municipality_id: Text, conversation_id: Text, team_id: Text, user_id: Text, name: Text, doing: Text];
    PURGE = {
        sqlite: concat!("DELETE FROM presence WHERE until_at <= ", now_sqlite!()),
        postgres: concat!("DELETE FROM presence WHERE until_at <= ", now_postgres!()),
    } => [];
}

/// Somebody who is in a conversation now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Of which municipality.
    pub municipality: MunicipalityId,
    /// In which conversation.
    pub conversation: ConversationId,
    /// The team that it is with.
    pub team: TeamId,
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// What they do.
    pub doing: Doing,
}

/// Somebody is in a conversation, for as long as that is believed.
///
/// # Errors
/// When the store does not answer.
pub async fn put(
    tx: &mut Tx,
    conversation: ConversationId,
    user: UserId,
    doing: Doing,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let lasts = i64::from(doing.lasts_seconds()) * 1_000_000;
    tx.exec(&PUT, vals![&municipality, conversation, user, doing, lasts]).await.map(|_| ())
}

/// Somebody left a conversation.
///
/// # Errors
/// When the store does not answer.
pub async fn remove(tx: &mut Tx, conversation: ConversationId, user: UserId) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&REMOVE, vals![&municipality, conversation, user]).await.map(|_| ())
}

/// Who is there now, in all municipalities, by conversation. For the live pages of a node.
///
/// # Errors
/// When the store does not answer.
pub async fn now(from: &mut impl Reads) -> Result<Vec<Present>, StoreError> {
    let rows = from.all(&NOW, vals![AT_MOST]).await?;
    rows.iter()
        .map(|row| {
            Ok(Present {
                municipality: row.parse(0)?,
                conversation: row.parse(1)?,
                team: row.parse(2)?,
                user: row.parse(3)?,
                name: row.text(4)?,
                doing: row.parse(5)?,
            })
        })
        .collect()
}

/// Drops who is not there any more, in all municipalities.
///
/// # Errors
/// When the store does not answer.
pub async fn purge(tx: &mut Tx) -> Result<u64, StoreError> {
    tx.exec(&PURGE, vals![]).await
}
