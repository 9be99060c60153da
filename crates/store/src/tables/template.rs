//! The templates of an account, as the platform listed them last, and when that was.

use domain::ids::{ChannelAccountId, MunicipalityId};
use domain::templates::{TEMPLATES_PER_ACCOUNT, Template};
use jiff::Timestamp;

use crate::door::dialect::{now_postgres, now_sqlite};
use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

statements! {
    PUT = "INSERT INTO message_template (municipality_id, channel_account_id, name, language, definition, round) \
           VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (municipality_id, channel_account_id, name, language) \
           DO UPDATE SET definition = excluded.definition, round = excluded.round" => [];
    DROP_OTHERS = "DELETE FROM message_template WHERE municipality_id = $1 AND channel_account_id = $2 AND round <> $3"
        => [];
    OF_ACCOUNT = "SELECT definition FROM message_template WHERE municipality_id = $1 AND channel_account_id = $2 \
                  ORDER BY name, language LIMIT $3" => [definition: Text];
    FIND = "SELECT definition FROM message_template WHERE municipality_id = $1 AND channel_account_id = $2 \
            AND name = $3 AND language = $4" => [definition: Text];
    /// A row for each account that has none.
    BEGIN = "INSERT INTO template_reading (municipality_id, channel_account_id, due_at) \
             SELECT a.municipality_id, a.id, 0 FROM channel_account a WHERE NOT EXISTS (SELECT 1 FROM template_reading r \
             WHERE r.municipality_id = a.municipality_id AND r.channel_account_id = a.id) ON CONFLICT DO NOTHING" => [];
    /// Takes the turns that are due, for `$1` microseconds, under the name `$2`.
    CLAIM = {
        sqlite: concat!("UPDATE template_reading SET round = $2, due_at = ", now_sqlite!(), " + $1 WHERE \
                         (municipality_id, channel_account_id) IN (SELECT r.municipality_id, r.channel_account_id \
                         FROM template_reading r JOIN channel_account a ON a.municipality_id = r.municipality_id \
                         AND a.id = r.channel_account_id WHERE r.due_at <= ", now_sqlite!(), " \
                         ORDER BY r.due_at, r.municipality_id, r.channel_account_id LIMIT 20) \
                         RETURNING municipality_id, channel_account_id"),
        postgres: concat!("UPDATE template_reading SET round = $2, due_at = ", now_postgres!(), " + $1 WHERE \
                           (municipality_id, channel_account_id) IN (SELECT r.municipality_id, r.channel_account_id \
                           FROM template_reading r JOIN channel_account a ON a.municipality_id = r.municipality_id \
                           AND a.id = r.channel_account_id WHERE r.due_at <= ", now_postgres!(), " \
                           ORDER BY r.due_at, r.municipality_id, r.channel_account_id LIMIT 20 \
                           FOR UPDATE OF r SKIP LOCKED) RETURNING municipality_id, channel_account_id"),
    } => [municipality_id: Text, channel_account_id: Text];
    /// The turn goes on, for whom it still is.
    RENEW = {
        sqlite: concat!("UPDATE template_reading SET due_at = ", now_sqlite!(), " + $4 WHERE municipality_id = $1 \
                         AND channel_account_id = $2 AND round = $3"),
        postgres: concat!("UPDATE template_reading SET due_at = ", now_postgres!(), " + $4 WHERE municipality_id = $1 \
                           AND channel_account_id = $2 AND round = $3"),
    } => [];
    ENDED = {
        sqlite: concat!("UPDATE template_reading SET due_at = ", now_sqlite!(), " + $3, failure = $4, \
                         read_at = COALESCE($5, read_at) WHERE municipality_id = $1 AND channel_account_id = $2"),
        postgres: concat!("UPDATE template_reading SET due_at = ", now_postgres!(), " + $3, failure = $4, \
                           read_at = COALESCE($5, read_at) WHERE municipality_id = $1 AND channel_account_id = $2"),
    } => [];
    DUE = "INSERT INTO template_reading (municipality_id, channel_account_id, due_at) VALUES ($1, $2, 0) \
           ON CONFLICT (municipality_id, channel_account_id) DO UPDATE SET due_at = 0" => [];
    READING = "SELECT read_at, failure FROM template_reading WHERE municipality_id = $1 AND channel_account_id = $2"
        => [read_at: Int, failure: Text];
}

/// When the list of an account was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// When it was last read whole.
    pub read_at: Option<Timestamp>,
    /// Why it could not be read since.
    pub failure: Option<String>,
}

fn template(row: &Row) -> Result<Template, StoreError> {
    row.json(0)
}

/// Keeps a page of a list that is being read; `round` names the reading.
///
/// # Errors
/// When the store does not answer.
pub async fn keep(
    tx: &mut Tx,
    account: &ChannelAccountId,
    templates: &[Template],
    round: &str,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    for one in templates {
        let definition =
            serde_json::to_string(one).map_err(|_| StoreError::wrong("writing a template down"))?;
        tx.exec(&PUT, vals![&municipality, account, &one.name, &one.language, definition, round])
            .await?;
    }
    Ok(())
}

/// Forgets the templates that this round of reading did not find.
///
/// # Errors
/// When the store does not answer.
pub async fn drop_others(tx: &mut Tx, account: &ChannelAccountId, round: &str) -> Result<u64, StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&DROP_OTHERS, vals![&municipality, account, round]).await
}

/// The templates of an account, by name and language.
///
/// # Errors
/// When the store does not answer.
pub async fn of_account(
    from: &mut impl Reads,
    account: &ChannelAccountId,
) -> Result<Vec<Template>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let most = u32::try_from(TEMPLATES_PER_ACCOUNT).unwrap_or(u32::MAX);
    from.all(&OF_ACCOUNT, vals![&municipality, account, most])
        .await?
        .iter()
        .map(template)
        .collect()
}

/// One template of an account.
///
/// # Errors
/// When the store does not answer.
pub async fn find(
    from: &mut impl Reads,
    account: &ChannelAccountId,
    (name, language): (&str, &str),
) -> Result<Option<Template>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let found = from.opt(&FIND, vals![&municipality, account, name, language]).await?;
    found.as_ref().map(template).transpose()
}

/// Takes the accounts whose list is due, for `seconds` and under the name of this round; over all municipalities. For the
/// worker only.
///
/// # Errors
/// When the store does not answer.
pub async fn claim(
    tx: &mut Tx,
    seconds: u32,
    round: &str,
) -> Result<Vec<(MunicipalityId, ChannelAccountId)>, StoreError> {
    tx.exec(&BEGIN, vals![]).await?;
    let rows = tx.all(&CLAIM, vals![i64::from(seconds) * 1_000_000, round]).await?;
    rows.iter().map(|row| Ok((row.parse(0)?, row.parse(1)?))).collect()
}

/// The reading goes on for `seconds`; `false` when another one has begun meanwhile.
///
/// # Errors
/// When the store does not answer.
pub async fn renew(
    tx: &mut Tx,
    account: &ChannelAccountId,
    round: &str,
    seconds: u32,
) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    let lease = i64::from(seconds) * 1_000_000;
    Ok(tx.exec(&RENEW, vals![&municipality, account, round, lease]).await? > 0)
}

/// A reading has ended: again in `seconds`. `read_at` when the list was read whole.
///
/// # Errors
/// When the store does not answer.
pub async fn ended(
    tx: &mut Tx,
    account: &ChannelAccountId,
    seconds: u32,
    failure: Option<&str>,
    read_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let wait = i64::from(seconds) * 1_000_000;
    tx.exec(&ENDED, vals![&municipality, account, wait, failure, read_at]).await.map(|_| ())
}

/// The list of an account is read again as soon as possible.
///
/// # Errors
/// When the store does not answer.
pub async fn make_due(tx: &mut Tx, account: &ChannelAccountId) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&DUE, vals![&municipality, account]).await.map(|_| ())
}

/// When the list of an account was read.
///
/// # Errors
/// When the store does not answer.
pub async fn reading(from: &mut impl Reads, account: &ChannelAccountId) -> Result<Reading, StoreError> {
    let municipality = from.scope().municipality().clone();
    let Some(row) = from.opt(&READING, vals![&municipality, account]).await? else {
        return Ok(Reading::default());
    };
    Ok(Reading { read_at: row.maybe_at(0)?, failure: row.maybe_text(1)? })
}
