//! Users and teams as whoever manages them sees and changes them: with their versions, so that of two changes at once the
//! second is told.

use domain::access::Role;
use domain::ids::{TeamId, UserId};
use domain::municipality::Team;
use jiff::Timestamp;

use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

statements! {
    PEOPLE = "SELECT u.id, u.email, u.name, u.role, u.password_hash, u.disabled_at, u.last_log_in_at, u.version, \
              (SELECT count(*) FROM second_factor f WHERE f.municipality_id = u.municipality_id AND f.user_id = u.id \
              AND f.confirmed_at IS NOT NULL) AS factors FROM gehoor_user u WHERE u.municipality_id = $1 \
              AND u.email > COALESCE((SELECT p.email FROM gehoor_user p WHERE p.municipality_id = $1 AND p.id = $2), '') \
              ORDER BY u.email LIMIT $3"
        => [id: Text, email: Text, name: Text, role: Text, password_hash: Text, disabled_at: Int, last_log_in_at: Int,
            version: Int, factors: Int];
    PERSON = "SELECT u.id, u.email, u.name, u.role, u.password_hash, u.disabled_at, u.last_log_in_at, u.version, \
              (SELECT count(*) FROM second_factor f WHERE f.municipality_id = u.municipality_id AND f.user_id = u.id \
              AND f.confirmed_at IS NOT NULL) AS factors FROM gehoor_user u WHERE u.municipality_id = $1 AND u.id = $2"
        => [id: Text, email: Text, name: Text, role: Text, password_hash: Text, disabled_at: Int, last_log_in_at: Int,
            version: Int, factors: Int];
    /// Nothing when the address is taken, here or in another municipality.
    INVITE = "INSERT INTO gehoor_user (municipality_id, id, email, name, role, version, created_at, updated_at) \
              VALUES ($1, $2, $3, $4, $5, 1, $6, $6) ON CONFLICT DO NOTHING" => [];
    SAVE = "UPDATE gehoor_user SET name = $4, role = $5, version = version + 1, updated_at = $6 \
            WHERE municipality_id = $1 AND id = $2 AND version = $3" => [];
    DISABLE = "UPDATE gehoor_user SET disabled_at = $4, version = version + 1, updated_at = $4 \
               WHERE municipality_id = $1 AND id = $2 AND version = $3 AND disabled_at IS NULL" => [];
    ENABLE = "UPDATE gehoor_user SET disabled_at = NULL, version = version + 1, updated_at = $4 \
              WHERE municipality_id = $1 AND id = $2 AND version = $3 AND disabled_at IS NOT NULL" => [];
    SET_PASSWORD = "UPDATE gehoor_user SET password_hash = $3, version = version + 1, updated_at = $4 \
                    WHERE municipality_id = $1 AND id = $2 AND disabled_at IS NULL" => [];
    REPLACE_PASSWORD = "UPDATE gehoor_user SET password_hash = $4, version = version + 1, updated_at = $5 \
                        WHERE municipality_id = $1 AND id = $2 AND password_hash = $3 AND disabled_at IS NULL" => [];
    LOGGED_IN = "UPDATE gehoor_user SET last_log_in_at = $3 WHERE municipality_id = $1 AND id = $2" => [];
    OTHER_ADMINISTRATORS = "SELECT count(*) AS number FROM gehoor_user WHERE municipality_id = $1 AND id <> $2 \
                            AND role = 'administrator' AND disabled_at IS NULL AND password_hash IS NOT NULL"
        => [number: Int];
    NAMES = "SELECT id, name FROM gehoor_user WHERE municipality_id = $1 ORDER BY name, id LIMIT 10000"
        => [id: Text, name: Text];
    TEAMS = "SELECT t.id, t.name, t.version, (SELECT count(*) FROM user_team m JOIN gehoor_user u \
             ON u.municipality_id = m.municipality_id AND u.id = m.user_id WHERE m.municipality_id = t.municipality_id \
             AND m.team_id = t.id AND u.disabled_at IS NULL) AS members FROM team t \
             WHERE t.municipality_id = $1 ORDER BY t.name, t.id LIMIT 1000"
        => [id: Text, name: Text, version: Int, members: Int];
    ADD_TEAM = "INSERT INTO team (municipality_id, id, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING" => [];
    SAVE_TEAM = "UPDATE team SET name = $4, version = version + 1 \
                 WHERE municipality_id = $1 AND id = $2 AND version = $3" => [];
    TOUCH_TEAM = "UPDATE team SET version = version + 1 WHERE municipality_id = $1 AND id = $2" => [];
    TOUCH_USER = "UPDATE gehoor_user SET version = version + 1 WHERE municipality_id = $1 AND id = $2" => [];
    MEMBERS = "SELECT user_id FROM user_team WHERE municipality_id = $1 AND team_id = $2 ORDER BY user_id LIMIT 10000"
        => [user_id: Text];
}

/// A user as whoever manages them sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// E-mail address.
    pub email: String,
    /// Name on screen.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Whether they have a password; who has none was invited and did not come yet.
    pub has_password: bool,
    /// Since when they cannot log in.
    pub disabled_at: Option<Timestamp>,
    /// When they logged in last.
    pub last_log_in_at: Option<Timestamp>,
    /// Counts changes.
    pub version: i64,
    /// Whether they have a second step at logging in.
    pub has_second_factor: bool,
}

/// A team as whoever manages it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedTeam {
    /// The team.
    pub team: Team,
    /// Counts changes.
    pub version: i64,
    /// How many members can log in.
    pub members: i64,
}

fn person(row: &Row) -> Result<Person, StoreError> {
    Ok(Person {
        id: row.parse(0)?,
        email: row.text(1)?,
        name: row.text(2)?,
        role: row.parse(3)?,
        has_password: row.maybe_text(4)?.is_some(),
        disabled_at: row.maybe_at(5)?,
        last_log_in_at: row.maybe_at(6)?,
        version: row.int(7)?,
        has_second_factor: row.int(8)? > 0,
    })
}

/// Users by e-mail address, after the user `after`.
///
/// # Errors
/// When the store does not answer.
pub async fn people(
    from: &mut impl Reads,
    after: Option<UserId>,
    limit: u32,
) -> Result<Vec<Person>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let rows = from.all(&PEOPLE, vals![&municipality, after, limit]).await?;
    rows.iter().map(person).collect()
}

/// One user.
///
/// # Errors
/// When the store does not answer.
pub async fn find(from: &mut impl Reads, id: UserId) -> Result<Option<Person>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&PERSON, vals![&municipality, id]).await?.as_ref().map(person).transpose()
}

/// Adds a user who has no password yet; `false` when the address is taken.
///
/// # Errors
/// When the store does not answer.
pub async fn invite(
    tx: &mut Tx,
    (id, email): (UserId, &str),
    (name, role): (&str, Role),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&INVITE, vals![&municipality, id, email, name, role, now]).await? > 0)
}

/// Gives a user this name and role; `false` when somebody changed the user since `version`.
///
/// # Errors
/// When the store does not answer.
pub async fn save(
    tx: &mut Tx,
    (id, version): (UserId, i64),
    (name, role): (&str, Role),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&SAVE, vals![&municipality, id, version, name, role, now]).await? > 0)
}

/// The user cannot log in any more; `false` when somebody changed the user since `version`.
///
/// # Errors
/// When the store does not answer.
pub async fn disable(tx: &mut Tx, (id, version): (UserId, i64), now: Timestamp) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&DISABLE, vals![&municipality, id, version, now]).await? > 0)
}

/// The user can log in again; `false` when somebody changed the user since `version`.
///
/// # Errors
/// When the store does not answer.
pub async fn enable(tx: &mut Tx, (id, version): (UserId, i64), now: Timestamp) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&ENABLE, vals![&municipality, id, version, now]).await? > 0)
}

/// Gives a user a password; `false` when they cannot log in.
///
/// # Errors
/// When the store does not answer.
pub async fn set_password(tx: &mut Tx, id: UserId, hash: &str, now: Timestamp) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&SET_PASSWORD, vals![&municipality, id, hash, now]).await? > 0)
}

/// Gives a user another password in place of this one; `false` when they have another by now, or are blocked.
///
/// # Errors
/// When the store does not answer.
pub async fn replace_password(
    tx: &mut Tx,
    id: UserId,
    (before, after): (&str, &str),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&REPLACE_PASSWORD, vals![&municipality, id, before, after, now]).await? > 0)
}

/// A user logged in.
///
/// # Errors
/// When the store does not answer.
pub async fn logged_in(tx: &mut Tx, id: UserId, now: Timestamp) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&LOGGED_IN, vals![&municipality, id, now]).await.map(|_| ())
}

/// How many administrators there are besides this user who can log in.
///
/// # Errors
/// When the store does not answer.
pub async fn other_administrators(from: &mut impl Reads, id: UserId) -> Result<i64, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&OTHER_ADMINISTRATORS, vals![&municipality, id])
        .await?
        .map_or(Ok(0), |row| row.int(0))
}

/// The names of all users, also of those who cannot log in any more.
///
/// # Errors
/// When the store does not answer.
pub async fn names(from: &mut impl Reads) -> Result<Vec<(UserId, String)>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let rows = from.all(&NAMES, vals![&municipality]).await?;
    rows.iter().map(|row| Ok((row.parse(0)?, row.text(1)?))).collect()
}

/// All teams, by name.
///
/// # Errors
/// When the store does not answer.
pub async fn teams(from: &mut impl Reads) -> Result<Vec<ManagedTeam>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let read = |row: &Row| {
        Ok(ManagedTeam {
            team: Team { id: row.parse(0)?, name: row.text(1)? },
            version: row.int(2)?,
            members: row.int(3)?,
        })
    };
    from.all(&TEAMS, vals![&municipality]).await?.iter().map(read).collect()
}

/// Adds a team; `false` when there is one with this id.
///
/// # Errors
/// When the store does not answer.
pub async fn add_team(tx: &mut Tx, team: &Team) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&ADD_TEAM, vals![&municipality, &team.id, &team.name]).await? > 0)
}

/// Renames a team; `false` when somebody changed it since `version`.
///
/// # Errors
/// When the store does not answer.
pub async fn save_team(tx: &mut Tx, team: &Team, version: i64) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&SAVE_TEAM, vals![&municipality, &team.id, version, &team.name]).await? > 0)
}

/// Something about a team changed: whoever has its form open is told.
///
/// # Errors
/// When the store does not answer.
pub async fn touch_team(tx: &mut Tx, team: &TeamId) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&TOUCH_TEAM, vals![&municipality, team]).await.map(|_| ())
}

/// Something about a user changed: whoever has their form open is told.
///
/// # Errors
/// When the store does not answer.
pub async fn touch_user(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&TOUCH_USER, vals![&municipality, user]).await.map(|_| ())
}

/// The members of a team, also those who cannot log in.
///
/// # Errors
/// When the store does not answer.
pub async fn members(from: &mut impl Reads, team: &TeamId) -> Result<Vec<UserId>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let rows = from.all(&MEMBERS, vals![&municipality, team]).await?;
    rows.iter().map(|row| row.parse(0)).collect()
}
