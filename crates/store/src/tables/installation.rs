//! Questions that are asked before the municipality is known: whose address is this, whose session, whose token. The
//! only ones without a [`domain::access::Scope`]. Each finds at most one row by a secret or an installation-wide key,
//! besides the lists of municipalities and accounts, which serve the whole installation.

use domain::access::{Role, TokenScope};
use domain::ids::{ChannelAccountId, MunicipalityId, SessionId, TokenId, UserId};
use domain::municipality::Municipality;
use jiff::Timestamp;

use super::account::{Account, account};
use crate::door::{statements, vals};
use crate::{Store, StoreError};

statements! {
    MUNICIPALITIES = "SELECT id, name, time_zone, hosts, second_factor FROM municipality ORDER BY id LIMIT 1000"
        => [id: Text, name: Text, time_zone: Text, hosts: Text, second_factor: Text];
    ACCOUNT = "SELECT municipality_id, id, channel, team_id, base_url, settings, native_id, poll_cursor \
               FROM channel_account WHERE id = $1"
        => [municipality_id: Text, id: Text, channel: Text, team_id: Text, base_url: Text, settings: Text,
            native_id: Text, poll_cursor: Text];
    ACCOUNT_BY_NATIVE = "SELECT municipality_id, id, channel, team_id, base_url, settings, native_id, poll_cursor \
                         FROM channel_account WHERE channel = $1 AND native_id = $2"
        => [municipality_id: Text, id: Text, channel: Text, team_id: Text, base_url: Text, settings: Text,
            native_id: Text, poll_cursor: Text];
    ACCOUNTS = "SELECT municipality_id, id, channel, team_id, base_url, settings, native_id, poll_cursor \
                FROM channel_account ORDER BY id LIMIT 10000"
        => [municipality_id: Text, id: Text, channel: Text, team_id: Text, base_url: Text, settings: Text,
            native_id: Text, poll_cursor: Text];
    USER_BY_EMAIL = "SELECT municipality_id, id, password_hash FROM gehoor_user \
                     WHERE email = $1 AND disabled_at IS NULL"
        => [municipality_id: Text, id: Text, password_hash: Text];
    OWNER_OF_EMAIL = "SELECT municipality_id FROM gehoor_user WHERE email = $1" => [municipality_id: Text];
    SESSION = "SELECT s.municipality_id, s.id, s.user_id, u.email, u.name, u.role, s.created_at, s.last_seen_at, \
               s.expires_at, s.must_enrol FROM session s JOIN gehoor_user u ON u.municipality_id = s.municipality_id \
               AND u.id = s.user_id WHERE s.token_hash = $1 AND s.ended_at IS NULL AND u.disabled_at IS NULL"
        => [municipality_id: Text, id: Text, user_id: Text, email: Text, name: Text, role: Text, created_at: Int,
            last_seen_at: Int, expires_at: Int, must_enrol: Bool];
    HALF = "SELECT h.municipality_id, h.id, h.user_id, u.email, h.expires_at FROM half_log_in h JOIN gehoor_user u \
            ON u.municipality_id = h.municipality_id AND u.id = h.user_id WHERE h.token_hash = $1 AND u.disabled_at IS NULL"
        => [municipality_id: Text, id: Text, user_id: Text, email: Text, expires_at: Int];
    LINK = "SELECT l.municipality_id, l.user_id, u.email, l.purpose, l.expires_at FROM account_link l JOIN gehoor_user u \
            ON u.municipality_id = l.municipality_id AND u.id = l.user_id WHERE l.token_hash = $1 AND u.disabled_at IS NULL"
        => [municipality_id: Text, user_id: Text, email: Text, purpose: Text, expires_at: Int];
    TOKEN = "SELECT t.municipality_id, t.id, t.user_id, u.role, t.scopes FROM api_token t \
             JOIN gehoor_user u ON u.municipality_id = t.municipality_id AND u.id = t.user_id \
             WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND u.disabled_at IS NULL"
        => [municipality_id: Text, id: Text, user_id: Text, role: Text, scopes: Text];
    COUNT_USERS = "SELECT count(*) AS number FROM gehoor_user" => [number: Int];
}

/// A user found by e-mail address, for the log-in.
#[derive(Clone)]
pub struct KnownUser {
    /// Whose.
    pub municipality: MunicipalityId,
    /// Who.
    pub id: UserId,
    /// The argon2 hash; `None` when this user has no local password.
    pub password_hash: Option<String>,
}

/// A live session.
#[derive(Debug, Clone)]
pub struct LiveSession {
    /// Whose.
    pub municipality: MunicipalityId,
    /// Which.
    pub id: SessionId,
    /// Who.
    pub user: UserId,
    /// Their e-mail address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their role, as it is now.
    pub role: Role,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// Whether it began with setting up the second step.
    pub must_enrol: bool,
}

/// A log-in of which the code has still to come.
#[derive(Debug, Clone)]
pub struct HalfLogIn {
    /// Whose.
    pub municipality: MunicipalityId,
    /// Which.
    pub id: SessionId,
    /// Who.
    pub user: UserId,
    /// Their e-mail address.
    pub email: String,
    /// When it is over.
    pub expires_at: Timestamp,
}

/// A link with which a user chooses a password.
#[derive(Debug, Clone)]
pub struct KnownLink {
    /// Whose.
    pub municipality: MunicipalityId,
    /// Who.
    pub user: UserId,
    /// Their e-mail address.
    pub email: String,
    /// What it is for.
    pub purpose: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// A live token of the API.
#[derive(Debug, Clone)]
pub struct LiveToken {
    /// Whose.
    pub municipality: MunicipalityId,
    /// Which.
    pub id: TokenId,
    /// For whom it acts.
    pub user: UserId,
    /// That user's role, as it is now.
    pub role: Role,
    /// What it is limited to.
    pub scopes: Vec<TokenScope>,
}

/// All municipalities, by id.
///
/// # Errors
/// When the store does not answer.
pub async fn municipalities(store: &Store) -> Result<Vec<Municipality>, StoreError> {
    let rows = store.rows(&MUNICIPALITIES, vals![]).await?;
    rows.iter()
        .map(|row| {
            Ok(Municipality {
                id: row.parse(0)?,
                name: row.text(1)?,
                time_zone: row.text(2)?,
                hosts: row.json(3)?,
                second_factor: row.parse(4)?,
            })
        })
        .collect()
}

/// The channel account with this id, in whichever municipality.
///
/// # Errors
/// When the store does not answer.
pub async fn account_by_id(store: &Store, id: &ChannelAccountId) -> Result<Option<Account>, StoreError> {
    store.rows(&ACCOUNT, vals![id]).await?.first().map(account).transpose()
}

/// The channel account that a platform names by its own id.
///
/// # Errors
/// When the store does not answer.
pub async fn account_by_native(
    store: &Store,
    channel: &domain::channels::ChannelName,
    native_id: &str,
) -> Result<Option<Account>, StoreError> {
    store
        .rows(&ACCOUNT_BY_NATIVE, vals![channel, native_id])
        .await?
        .first()
        .map(account)
        .transpose()
}

/// All channel accounts.
///
/// # Errors
/// When the store does not answer.
pub async fn accounts(store: &Store) -> Result<Vec<Account>, StoreError> {
    store.rows(&ACCOUNTS, vals![]).await?.iter().map(account).collect()
}

/// The user with this e-mail address, unless disabled.
///
/// # Errors
/// When the store does not answer.
pub async fn user_by_email(store: &Store, email: &str) -> Result<Option<KnownUser>, StoreError> {
    let rows = store.rows(&USER_BY_EMAIL, vals![email]).await?;
    let read = |row: &crate::door::Row| {
        Ok(KnownUser {
            municipality: row.parse(0)?,
            id: row.parse(1)?,
            password_hash: row.maybe_text(2)?,
        })
    };
    rows.first().map(read).transpose()
}

/// Which municipality has a user with this e-mail address, disabled or not: an address stands once in an installation.
///
/// # Errors
/// When the store does not answer.
pub async fn owner_of_email(store: &Store, email: &str) -> Result<Option<MunicipalityId>, StoreError> {
    let rows = store.rows(&OWNER_OF_EMAIL, vals![email]).await?;
    rows.first().map(|row| row.parse(0)).transpose()
}

/// The session whose cookie hashes to this.
///
/// # Errors
/// When the store does not answer.
pub async fn session(store: &Store, token_hash: &str) -> Result<Option<LiveSession>, StoreError> {
    let rows = store.rows(&SESSION, vals![token_hash]).await?;
    let read = |row: &crate::door::Row| {
        Ok(LiveSession {
            municipality: row.parse(0)?,
            id: row.parse(1)?,
            user: row.parse(2)?,
            email: row.text(3)?,
            name: row.text(4)?,
            role: row.parse(5)?,
            created_at: row.at(6)?,
            last_seen_at: row.at(7)?,
            expires_at: row.at(8)?,
            must_enrol: row.bool(9)?,
        })
    };
    rows.first().map(read).transpose()
}

/// The log-in whose cookie hashes to this, and of which the code has still to come.
///
/// # Errors
/// When the store does not answer.
pub async fn half_log_in(store: &Store, token_hash: &str) -> Result<Option<HalfLogIn>, StoreError> {
    let rows = store.rows(&HALF, vals![token_hash]).await?;
    let read = |row: &crate::door::Row| {
        Ok(HalfLogIn {
            municipality: row.parse(0)?,
            id: row.parse(1)?,
            user: row.parse(2)?,
            email: row.text(3)?,
            expires_at: row.at(4)?,
        })
    };
    rows.first().map(read).transpose()
}

/// The link whose secret hashes to this; also one that is too old.
///
/// # Errors
/// When the store does not answer.
pub async fn account_link(store: &Store, token_hash: &str) -> Result<Option<KnownLink>, StoreError> {
    let rows = store.rows(&LINK, vals![token_hash]).await?;
    let read = |row: &crate::door::Row| {
        Ok(KnownLink {
            municipality: row.parse(0)?,
            user: row.parse(1)?,
            email: row.text(2)?,
            purpose: row.text(3)?,
            expires_at: row.at(4)?,
        })
    };
    rows.first().map(read).transpose()
}

/// The token that hashes to this.
///
/// # Errors
/// When the store does not answer.
pub async fn token(store: &Store, token_hash: &str) -> Result<Option<LiveToken>, StoreError> {
    let rows = store.rows(&TOKEN, vals![token_hash]).await?;
    let read = |row: &crate::door::Row| {
        let scopes = row.text(4)?;
        let scopes = scopes.split(',').filter_map(|scope| scope.parse().ok()).collect();
        Ok(LiveToken {
            municipality: row.parse(0)?,
            id: row.parse(1)?,
            user: row.parse(2)?,
            role: row.parse(3)?,
            scopes,
        })
    };
    rows.first().map(read).transpose()
}

/// How many users there are at all.
///
/// # Errors
/// When the store does not answer.
pub async fn count_users(store: &Store) -> Result<i64, StoreError> {
    store.rows(&COUNT_USERS, vals![]).await?.first().map_or(Ok(0), |row| row.int(0))
}
