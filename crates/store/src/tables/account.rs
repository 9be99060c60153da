//! Municipalities, teams and channel accounts.

use std::collections::BTreeMap;

use domain::ids::{ChannelAccountId, TeamId};
use domain::municipality::{ChannelAccount, Municipality, Team};
use jiff::Timestamp;

use crate::door::dialect::{now_postgres, now_sqlite};
use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

statements! {
    PUT_MUNICIPALITY = "INSERT INTO municipality (id, name, time_zone, hosts, second_factor, created_at, \
                        updated_at) VALUES ($1, $2, $3, $4, $6, $5, $5) ON CONFLICT (id) DO UPDATE SET name = excluded.name, \
                        time_zone = excluded.time_zone, hosts = excluded.hosts, \
                        second_factor = excluded.second_factor, updated_at = excluded.updated_at" => [];
    MUNICIPALITY = "SELECT id, name, time_zone, hosts, second_factor FROM municipality WHERE id = $1"
        => [id: Text, name: Text, time_zone: Text, hosts: Text, second_factor: Text];
    PUT_TEAM = "INSERT INTO team (municipality_id, id, name) VALUES ($1, $2, $3) \
                ON CONFLICT (municipality_id, id) DO UPDATE SET name = excluded.name, version = team.version + 1 \
                WHERE team.name <> excluded.name" => [];
    TEAMS = "SELECT id, name FROM team WHERE municipality_id = $1 ORDER BY id LIMIT 1000" => [id: Text, name: Text];
    DELETE_TEAM = "DELETE FROM team WHERE municipality_id = $1 AND id = $2" => [];
    TEAM_USES = "SELECT (SELECT count(*) FROM conversation c WHERE c.municipality_id = $1 AND c.team_id = $2) \
                 + (SELECT count(*) FROM channel_account a WHERE a.municipality_id = $1 AND a.team_id = $2) \
                 + (SELECT count(*) FROM canned_text t WHERE t.municipality_id = $1 AND t.team_id = $2) AS number"
        => [number: Int];
    PUT_ACCOUNT = "INSERT INTO channel_account (municipality_id, id, channel, team_id, native_id, base_url, settings, \
                   created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) \
                   ON CONFLICT (municipality_id, id) DO UPDATE SET team_id = excluded.team_id, \
                   native_id = excluded.native_id, base_url = excluded.base_url, settings = excluded.settings, \
                   updated_at = excluded.updated_at" => [];
    ACCOUNTS = "SELECT municipality_id, id, channel, team_id, base_url, settings, native_id, poll_cursor \
                FROM channel_account WHERE municipality_id = $1 ORDER BY id LIMIT 1000"
        => [municipality_id: Text, id: Text, channel: Text, team_id: Text, base_url: Text, settings: Text,
            native_id: Text, poll_cursor: Text];
    ACCOUNT_USES = "SELECT count(*) AS number FROM conversation WHERE municipality_id = $1 AND channel_account_id = $2"
        => [number: Int];
    /// Nobody removes the account while this write lasts; others who ask the same do not wait.
    STAYS = {
        sqlite: "SELECT id FROM channel_account WHERE municipality_id = $1 AND id = $2",
        postgres: "SELECT id FROM channel_account WHERE municipality_id = $1 AND id = $2 FOR KEY SHARE",
    } => [id: Text];
    /// Nobody takes anything in for the account while this write lasts.
    ALONE = {
        sqlite: "SELECT id FROM channel_account WHERE municipality_id = $1 AND id = $2",
        postgres: "SELECT id FROM channel_account WHERE municipality_id = $1 AND id = $2 FOR UPDATE",
    } => [id: Text];
    DELETE_ACCOUNT = "DELETE FROM channel_account WHERE municipality_id = $1 AND id = $2" => [];
    SET_CURSOR = "UPDATE channel_account SET poll_cursor = $3 WHERE municipality_id = $1 AND id = $2" => [];
    FIND = "SELECT municipality_id, id, channel, team_id, base_url, settings, native_id, poll_cursor \
            FROM channel_account WHERE municipality_id = $1 AND id = $2"
        => [municipality_id: Text, id: Text, channel: Text, team_id: Text, base_url: Text, settings: Text,
            native_id: Text, poll_cursor: Text];
    /// Takes the turn to poll an account; the turn ends by itself when its node does.
    CLAIM_POLL = {
        sqlite: concat!("UPDATE channel_account SET poll_due_at = ", now_sqlite!(), " + $3 WHERE municipality_id = $1 \
                         AND id = $2 AND poll_due_at <= ", now_sqlite!()),
        postgres: concat!("UPDATE channel_account SET poll_due_at = ", now_postgres!(), " + $3 WHERE municipality_id = $1 \
                           AND id = $2 AND poll_due_at <= ", now_postgres!()),
    } => [];
    POLL_AGAIN = {
        sqlite: concat!("UPDATE channel_account SET poll_due_at = ", now_sqlite!(), " + $3 \
                         WHERE municipality_id = $1 AND id = $2"),
        postgres: concat!("UPDATE channel_account SET poll_due_at = ", now_postgres!(), " + $3 \
                           WHERE municipality_id = $1 AND id = $2"),
    } => [];
    HOLD = {
        sqlite: concat!("INSERT INTO account_hold (municipality_id, channel_account_id, until_at, since_at, reason, \
                         until_person) VALUES ($1, $2, ", now_sqlite!(), " + $3, ", now_sqlite!(), ", $4, $5) \
                         ON CONFLICT (municipality_id, channel_account_id) DO UPDATE SET reason = excluded.reason, \
                         until_person = account_hold.until_person OR excluded.until_person, \
                         since_at = CASE WHEN account_hold.until_at < excluded.since_at THEN excluded.since_at \
                         ELSE account_hold.since_at END, \
                         until_at = max(account_hold.until_at, excluded.until_at)"),
        postgres: concat!("INSERT INTO account_hold (municipality_id, channel_account_id, until_at, since_at, reason, \
                           until_person) VALUES ($1, $2, ", now_postgres!(), " + $3, ", now_postgres!(), ", $4, $5) \
                           ON CONFLICT (municipality_id, channel_account_id) DO UPDATE SET reason = excluded.reason, \
                         until_person = account_hold.until_person OR excluded.until_person, \
                         since_at = CASE WHEN account_hold.until_at < excluded.since_at THEN excluded.since_at \
                         ELSE account_hold.since_at END, \
                           until_at = greatest(account_hold.until_at, excluded.until_at)"),
    } => [];
    RELEASE_PASSING = "DELETE FROM account_hold WHERE municipality_id = $1 AND channel_account_id = $2 \
                       AND NOT until_person" => [];
    RELEASE = "DELETE FROM account_hold WHERE municipality_id = $1 AND channel_account_id = $2" => [];
    HOLDS = "SELECT channel_account_id, since_at, until_at, reason, until_person FROM account_hold WHERE municipality_id = $1 \
             ORDER BY channel_account_id LIMIT 1000"
        => [channel_account_id: Text, since_at: Int, until_at: Int, reason: Text, until_person: Bool];
}

/// A hundred years: no wait that ends by itself.
const STOPPED_MICROS: i64 = 100 * 365 * 86_400 * 1_000_000;

/// A channel account as it is stored.
#[derive(Debug, Clone)]
pub struct Account {
    /// What it is.
    pub account: ChannelAccount,
    /// Its id on the platform.
    pub native_id: Option<String>,
    /// Where the last poll ended.
    pub poll_cursor: Option<String>,
}

pub(super) fn account(row: &Row) -> Result<Account, StoreError> {
    let channel = domain::channels::ChannelName::new(&row.text(2)?)
        .ok_or_else(|| row.odd(2, "holds a value that is none of its kind"))?;
    let account = ChannelAccount {
        municipality: row.parse(0)?,
        id: row.parse(1)?,
        channel,
        team: row.parse(3)?,
        base_url: row.maybe_text(4)?,
        settings: row.json::<BTreeMap<String, String>>(5)?,
    };
    Ok(Account {
        account,
        native_id: row.maybe_text(6)?,
        poll_cursor: row.maybe_text(7)?,
    })
}

/// Why an account sends nothing for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Which account.
    pub channel_account: ChannelAccountId,
    /// Since when.
    pub since_at: Timestamp,
    /// Until when, by the database's clock.
    pub until_at: Timestamp,
    /// Why.
    pub reason: String,
    /// Whether it stays until a person says that the account may send again.
    pub until_person: bool,
}

/// Creates or changes the municipality of the transaction's scope.
///
/// # Errors
/// When the store does not answer.
pub async fn put_municipality(
    tx: &mut Tx,
    municipality: &Municipality,
    now: Timestamp,
) -> Result<(), StoreError> {
    let hosts = serde_json::to_string(&municipality.hosts).map_err(|_| StoreError::wrong("writing hosts"))?;
    let values = vals![
        &municipality.id,
        &municipality.name,
        &municipality.time_zone,
        hosts,
        now,
        municipality.second_factor
    ];
    tx.exec(&PUT_MUNICIPALITY, values).await.map(|_| ())
}

/// The municipality of the scope.
///
/// # Errors
/// When the store does not answer.
pub async fn municipality(from: &mut impl Reads) -> Result<Option<Municipality>, StoreError> {
    let id = from.scope().municipality().clone();
    let row = from.opt(&MUNICIPALITY, vals![&id]).await?;
    row.map(|row| {
        Ok(Municipality {
            id: row.parse(0)?,
            name: row.text(1)?,
            time_zone: row.text(2)?,
            hosts: row.json(3)?,
            second_factor: row.parse(4)?,
        })
    })
    .transpose()
}

/// Creates or renames a team.
///
/// # Errors
/// When the store does not answer.
pub async fn put_team(tx: &mut Tx, team: &Team) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&PUT_TEAM, vals![&municipality, &team.id, &team.name]).await.map(|_| ())
}

/// All teams, by id.
///
/// # Errors
/// When the store does not answer.
pub async fn teams(from: &mut impl Reads) -> Result<Vec<Team>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let rows = from.all(&TEAMS, vals![&municipality]).await?;
    rows.iter().map(|row| Ok(Team { id: row.parse(0)?, name: row.text(1)? })).collect()
}

/// Removes a team that nothing belongs to; `false` when something does.
///
/// # Errors
/// When the store does not answer.
pub async fn remove_team(tx: &mut Tx, team: &TeamId) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    let used = tx.opt(&TEAM_USES, vals![&municipality, team]).await?.map_or(Ok(0), |row| row.int(0))?;
    if used > 0 {
        return Ok(false);
    }
    super::user::leave_team(tx, team).await?;
    tx.exec(&DELETE_TEAM, vals![&municipality, team]).await?;
    Ok(true)
}

/// Creates or changes a channel account.
///
/// # Errors
/// When the store does not answer.
pub async fn put_account(
    tx: &mut Tx,
    account: &ChannelAccount,
    native_id: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let settings =
        serde_json::to_string(&account.settings).map_err(|_| StoreError::wrong("writing settings"))?;
    let values = vals![
        &account.municipality,
        &account.id,
        &account.channel,
        &account.team,
        native_id,
        account.base_url.clone(),
        settings,
        now
    ];
    tx.exec(&PUT_ACCOUNT, values).await.map(|_| ())
}

/// All channel accounts of the municipality, by id.
///
/// # Errors
/// When the store does not answer.
pub async fn accounts(from: &mut impl Reads) -> Result<Vec<Account>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.all(&ACCOUNTS, vals![&municipality]).await?.iter().map(account).collect()
}

/// A channel account of the municipality; inside a write this asks on the write's own connection.
///
/// # Errors
/// When the store does not answer.
pub async fn find(from: &mut impl Reads, id: &ChannelAccountId) -> Result<Option<Account>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&FIND, vals![&municipality, id]).await?.as_ref().map(account).transpose()
}

/// Whether the account is there, and stays while this write lasts: what is taken in for it must find it afterwards.
///
/// # Errors
/// When the store does not answer.
pub async fn stays(tx: &mut Tx, account: &ChannelAccountId) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.opt(&STAYS, vals![&municipality, account]).await?.is_some())
}

/// Removes a channel account that has no conversations; `false` when it has.
///
/// # Errors
/// When the store does not answer.
pub async fn remove_account(tx: &mut Tx, account: &ChannelAccountId) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.opt(&ALONE, vals![&municipality, account]).await?;
    let used = tx
        .opt(&ACCOUNT_USES, vals![&municipality, account])
        .await?
        .map_or(Ok(0), |row| row.int(0))?;
    if used > 0 {
        return Ok(false);
    }
    super::secret::forget_all(tx, account).await?;
    super::health::forget(tx, account).await?;
    tx.exec(&DELETE_ACCOUNT, vals![&municipality, account]).await?;
    Ok(true)
}

/// Remembers where a poll ended.
///
/// # Errors
/// When the store does not answer.
pub async fn set_cursor(
    tx: &mut Tx,
    account: &ChannelAccountId,
    cursor: Option<&str>,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&SET_CURSOR, vals![&municipality, account, cursor]).await.map(|_| ())
}

/// Takes the turn to poll an account for `seconds`; `false` when another node has it, or it is not due.
///
/// # Errors
/// When the store does not answer.
pub async fn claim_poll(tx: &mut Tx, account: &ChannelAccountId, seconds: u32) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    let turn = i64::from(seconds) * 1_000_000;
    Ok(tx.exec(&CLAIM_POLL, vals![&municipality, account, turn]).await? > 0)
}

/// The account is to be polled again in `seconds`.
///
/// # Errors
/// When the store does not answer.
pub async fn poll_again(tx: &mut Tx, account: &ChannelAccountId, seconds: u64) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let wait = i64::try_from(seconds).unwrap_or(86_400).min(86_400) * 1_000_000;
    tx.exec(&POLL_AGAIN, vals![&municipality, account, wait]).await.map(|_| ())
}

/// Sends nothing for this account for `seconds`, by the database's clock; a longer wait that stands already remains.
///
/// # Errors
/// When the store does not answer.
pub async fn hold(
    tx: &mut Tx,
    account: &ChannelAccountId,
    seconds: u64,
    reason: &str,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let wait = i64::try_from(seconds).unwrap_or(i64::MAX / 2_000_000).saturating_mul(1_000_000);
    tx.exec(&HOLD, vals![&municipality, account, wait, reason, false]).await.map(|_| ())
}

/// Sends nothing for this account until a person says that it may send again.
///
/// # Errors
/// When the store does not answer.
pub async fn stop(tx: &mut Tx, account: &ChannelAccountId, reason: &str) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&HOLD, vals![&municipality, account, STOPPED_MICROS, reason, true])
        .await
        .map(|_| ())
}

/// The account may send again, unless it waits for a person: what it waited for has changed.
///
/// # Errors
/// When the store does not answer.
pub async fn release_passing(tx: &mut Tx, account: &ChannelAccountId) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&RELEASE_PASSING, vals![&municipality, account]).await? > 0)
}

/// The account may send again.
///
/// # Errors
/// When the store does not answer.
pub async fn release(tx: &mut Tx, account: &ChannelAccountId) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&RELEASE, vals![&municipality, account]).await? > 0)
}

/// Which accounts wait, and why.
///
/// # Errors
/// When the store does not answer.
pub async fn holds(from: &mut impl Reads) -> Result<Vec<Hold>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let rows = from.all(&HOLDS, vals![&municipality]).await?;
    let read = |row: &Row| {
        Ok(Hold {
            channel_account: row.parse(0)?,
            since_at: row.at(1)?,
            until_at: row.at(2)?,
            reason: row.text(3)?,
            until_person: row.bool(4)?,
        })
    };
    rows.iter().map(read).collect()
}
