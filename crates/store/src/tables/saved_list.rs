//! Lists of conversations that somebody saved under a name, for themselves or for a team.

use domain::ids::{SavedListId, TeamId, UserId};
use domain::lists::ListQuery;
use jiff::Timestamp;

use super::conversation::{in_scope, scope_values};
use crate::door::statement::{Columns, columns};
use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

const COLUMNS: Columns =
    columns!([id: Text, user_id: Text, team_id: Text, name: Text, query: Text, place: Int, version: Int]);

/// Those that a user sees: their own, and those of the teams of the scope. The user is `$11`.
macro_rules! seen {
    () => {
        concat!(
            "SELECT c.id, c.user_id, c.team_id, c.name, c.query, c.place, c.version FROM saved_list c \
             WHERE c.municipality_id = $1 AND (c.user_id = $11 OR (c.user_id IS NULL AND ",
            in_scope!(),
            "))"
        )
    };
}

statements! {
    /// One's own first, then by team, each in its order.
    SEEN = (concat!(seen!(), " ORDER BY CASE WHEN c.user_id IS NULL THEN 1 ELSE 0 END, c.team_id, c.place, c.id \
            LIMIT 1000")) => COLUMNS;
    FIND = (concat!(seen!(), " AND c.id = $12")) => COLUMNS;
    ADD = "INSERT INTO saved_list (municipality_id, id, user_id, team_id, name, query, place, version, created_at, \
           updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8)" => [];
    SAVE = "UPDATE saved_list SET name = $4, place = $5, version = version + 1, updated_at = $6 \
            WHERE municipality_id = $1 AND id = $2 AND version = $3" => [];
    REMOVE = "DELETE FROM saved_list WHERE municipality_id = $1 AND id = $2 AND version = $3" => [];
}

/// A saved list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedList {
    /// Its id.
    pub id: SavedListId,
    /// Whose it is; `None` for a team's.
    pub user: Option<UserId>,
    /// The team's that sees it; `None` for one's own.
    pub team: Option<TeamId>,
    /// What it is called.
    pub name: String,
    /// What it shows.
    pub query: ListQuery,
    /// Its place among those of the same user or team.
    pub place: i64,
    /// Counts changes.
    pub version: i64,
}

fn saved(row: &Row) -> Result<SavedList, StoreError> {
    Ok(SavedList {
        id: row.parse(0)?,
        user: row.maybe_parse(1)?,
        team: row.maybe_parse(2)?,
        name: row.text(3)?,
        query: row.json(4)?,
        place: row.int(5)?,
        version: row.int(6)?,
    })
}

/// The lists that a user sees: their own, then those of the teams of the scope, each in its order.
///
/// # Errors
/// When the store does not answer.
pub async fn seen_by(from: &mut impl Reads, user: UserId) -> Result<Vec<SavedList>, StoreError> {
    let mut values = scope_values(from.scope());
    values.extend(vals![user]);
    from.all(&SEEN, values).await?.iter().map(saved).collect()
}

/// One of the lists that a user sees.
///
/// # Errors
/// When the store does not answer.
pub async fn find(
    from: &mut impl Reads,
    user: UserId,
    id: SavedListId,
) -> Result<Option<SavedList>, StoreError> {
    let mut values = scope_values(from.scope());
    values.extend(vals![user, id]);
    from.opt(&FIND, values).await?.as_ref().map(saved).transpose()
}

/// Adds a list.
///
/// # Errors
/// When the store does not answer.
pub async fn add(tx: &mut Tx, list: &SavedList, now: Timestamp) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let query = serde_json::to_string(&list.query).map_err(|_| StoreError::wrong("writing a list"))?;
    let values =
        vals![&municipality, list.id, list.user, list.team.clone(), &list.name, query, list.place, now];
    tx.exec(&ADD, values).await.map(|_| ())
}

/// Writes a list's name and place; `false` when somebody changed it since it was read.
///
/// # Errors
/// When the store does not answer.
pub async fn save(tx: &mut Tx, list: &SavedList, now: Timestamp) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    let values = vals![&municipality, list.id, list.version, &list.name, list.place, now];
    Ok(tx.exec(&SAVE, values).await? > 0)
}

/// Removes a list; `false` when somebody changed it since it was read.
///
/// # Errors
/// When the store does not answer.
pub async fn remove(tx: &mut Tx, list: &SavedList) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&REMOVE, vals![&municipality, list.id, list.version]).await? > 0)
}
