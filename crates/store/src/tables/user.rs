//! Users and the teams that they are members of.

use std::collections::HashMap;

use domain::access::Role;
use domain::ids::{TeamId, UserId};
use jiff::Timestamp;

use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

statements! {
    PUT = "INSERT INTO gehoor_user (municipality_id, id, email, name, role, password_hash, version, created_at, \
           updated_at) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7) \
           ON CONFLICT (municipality_id, id) DO UPDATE SET name = excluded.name, role = excluded.role, \
           password_hash = COALESCE(excluded.password_hash, gehoor_user.password_hash), disabled_at = NULL, \
           version = gehoor_user.version + 1, updated_at = excluded.updated_at" => [];
    BY_EMAIL = "SELECT id, email, name, role, password_hash, disabled_at FROM gehoor_user \
                WHERE municipality_id = $1 AND email = $2"
        => [id: Text, email: Text, name: Text, role: Text, password_hash: Text, disabled_at: Int];
    BY_ID = "SELECT id, email, name, role, password_hash, disabled_at FROM gehoor_user \
             WHERE municipality_id = $1 AND id = $2"
        => [id: Text, email: Text, name: Text, role: Text, password_hash: Text, disabled_at: Int];
    ALL_USERS = "SELECT id, email, name, role, password_hash, disabled_at FROM gehoor_user \
                 WHERE municipality_id = $1 ORDER BY email LIMIT 10000"
        => [id: Text, email: Text, name: Text, role: Text, password_hash: Text, disabled_at: Int];
    TEAMS_OF = "SELECT team_id FROM user_team WHERE municipality_id = $1 AND user_id = $2 ORDER BY team_id LIMIT 100"
        => [team_id: Text];
    TEAMS_OF_THESE = {
        sqlite: "SELECT user_id, team_id FROM user_team WHERE municipality_id = $1 \
                 AND user_id IN (SELECT value FROM json_each($2)) ORDER BY user_id, team_id LIMIT 10000",
        postgres: "SELECT user_id, team_id FROM user_team WHERE municipality_id = $1 \
                   AND user_id IN (SELECT jsonb_array_elements_text(CAST($2 AS jsonb))) \
                   ORDER BY user_id, team_id LIMIT 10000",
    } => [user_id: Text, team_id: Text];
    MEMBERS = "SELECT u.id, u.email, u.name, u.role, u.password_hash, u.disabled_at FROM gehoor_user u \
               JOIN user_team t ON t.municipality_id = u.municipality_id AND t.user_id = u.id \
               WHERE u.municipality_id = $1 AND t.team_id = $2 AND u.disabled_at IS NULL ORDER BY u.name, u.id LIMIT 500"
        => [id: Text, email: Text, name: Text, role: Text, password_hash: Text, disabled_at: Int];
    JOIN = "INSERT INTO user_team (municipality_id, user_id, team_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING" => [];
    LEAVE = "DELETE FROM user_team WHERE municipality_id = $1 AND user_id = $2 AND team_id = $3" => [];
    LEAVE_ALL = "DELETE FROM user_team WHERE municipality_id = $1 AND team_id = $2" => [];
    DISABLE = "UPDATE gehoor_user SET disabled_at = $3, version = version + 1 \
               WHERE municipality_id = $1 AND id = $2 AND disabled_at IS NULL" => [];
}

/// A user.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// E-mail address, unique in the installation, in lower case.
    pub email: String,
    /// Name on screen.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The argon2 hash of a local password.
    pub password_hash: Option<String>,
    /// Since when they cannot log in.
    pub disabled_at: Option<Timestamp>,
}

fn user(row: &Row) -> Result<User, StoreError> {
    Ok(User {
        id: row.parse(0)?,
        email: row.text(1)?,
        name: row.text(2)?,
        role: row.parse(3)?,
        password_hash: row.maybe_text(4)?,
        disabled_at: row.maybe_at(5)?,
    })
}

/// Creates or changes a user; a missing password hash leaves the one there is.
///
/// # Errors
/// When the store does not answer, or another municipality has a user with this address.
pub async fn put(tx: &mut Tx, user: &User, now: Timestamp) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let values = vals![
        &municipality,
        user.id,
        &user.email,
        &user.name,
        user.role,
        user.password_hash.clone(),
        now
    ];
    tx.exec(&PUT, values).await.map(|_| ())
}

/// A user by e-mail address.
///
/// # Errors
/// When the store does not answer.
pub async fn by_email(from: &mut impl Reads, email: &str) -> Result<Option<User>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&BY_EMAIL, vals![&municipality, email]).await?.as_ref().map(user).transpose()
}

/// A user by id.
///
/// # Errors
/// When the store does not answer.
pub async fn by_id(from: &mut impl Reads, id: UserId) -> Result<Option<User>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&BY_ID, vals![&municipality, id]).await?.as_ref().map(user).transpose()
}

/// All users, by e-mail address.
///
/// # Errors
/// When the store does not answer.
pub async fn all(from: &mut impl Reads) -> Result<Vec<User>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.all(&ALL_USERS, vals![&municipality]).await?.iter().map(user).collect()
}

/// The members of a team who can log in, by name.
///
/// # Errors
/// When the store does not answer.
pub async fn members(from: &mut impl Reads, team: &TeamId) -> Result<Vec<User>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.all(&MEMBERS, vals![&municipality, team]).await?.iter().map(user).collect()
}

/// The teams that a user is a member of.
///
/// # Errors
/// When the store does not answer.
pub async fn teams_of(from: &mut impl Reads, user: UserId) -> Result<Vec<TeamId>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.all(&TEAMS_OF, vals![&municipality, user])
        .await?
        .iter()
        .map(|row| row.parse(0))
        .collect()
}

/// The teams of each of these users, of whom there may be at most a page; who is in none is not among them.
///
/// # Errors
/// When the store does not answer.
pub async fn teams_of_these(
    from: &mut impl Reads,
    users: impl Iterator<Item = UserId>,
) -> Result<HashMap<UserId, Vec<TeamId>>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let mut teams: HashMap<UserId, Vec<TeamId>> = HashMap::new();
    for row in from.all(&TEAMS_OF_THESE, vals![&municipality, super::json_of(users)]).await? {
        teams.entry(row.parse(0)?).or_default().push(row.parse(1)?);
    }
    Ok(teams)
}

/// Makes a user a member of exactly these teams.
///
/// # Errors
/// When the store does not answer.
pub async fn set_teams(tx: &mut Tx, user: UserId, teams: &[TeamId]) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    for gone in teams_of(tx, user).await?.iter().filter(|team| !teams.contains(team)) {
        tx.exec(&LEAVE, vals![&municipality, user, gone]).await?;
    }
    for team in teams {
        tx.exec(&JOIN, vals![&municipality, user, team]).await?;
    }
    Ok(())
}

/// Nobody is a member of this team any more.
pub(super) async fn leave_team(tx: &mut Tx, team: &TeamId) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&LEAVE_ALL, vals![&municipality, team]).await.map(|_| ())
}

/// The user cannot log in any more; `false` when that was so already.
///
/// # Errors
/// When the store does not answer.
pub async fn disable(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&DISABLE, vals![&municipality, user, now]).await? > 0)
}
