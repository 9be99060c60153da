//! Mail of Gehoor itself to users: written with the change that it tells of, claimed by lease and fence. The secret of the
//! link that it carries is sealed, and goes when the mail does.

use domain::ids::{MailId, MunicipalityId, UserId};
use jiff::Timestamp;

use crate::door::dialect::{now_postgres, now_sqlite};
use crate::door::{Reads, Row, statements, vals};
use crate::sealed::{KeyRing, Sealed};
use crate::{StoreError, Tx};

statements! {
    QUEUE = {
        sqlite: concat!("INSERT INTO mail (municipality_id, id, user_id, kind, key_id, sealed, state, attempts, due_at, \
                         fence, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'queued', 0, ", now_sqlite!(), ", 0, $7)"),
        postgres: concat!("INSERT INTO mail (municipality_id, id, user_id, kind, key_id, sealed, state, attempts, due_at, \
                           fence, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'queued', 0, ", now_postgres!(), ", 0, $7)"),
    } => [];
    CLAIM = {
        sqlite: concat!("UPDATE mail SET fence = fence + 1, attempts = attempts + 1, lease_until = ", now_sqlite!(), " + $2 \
                         WHERE (municipality_id, id) IN (SELECT municipality_id, id FROM mail WHERE state = 'queued' \
                         AND due_at <= ", now_sqlite!(), " AND (lease_until IS NULL OR lease_until < ", now_sqlite!(), ") \
                         ORDER BY due_at, id LIMIT $1) \
                         RETURNING municipality_id, id, user_id, kind, key_id, sealed, fence, attempts"),
        postgres: concat!("UPDATE mail SET fence = fence + 1, attempts = attempts + 1, lease_until = ", now_postgres!(),
                          " + $2 WHERE (municipality_id, id) IN (SELECT municipality_id, id FROM mail WHERE state = 'queued' \
                          AND due_at <= ", now_postgres!(), " AND (lease_until IS NULL OR lease_until < ", now_postgres!(), ") \
                           ORDER BY due_at, id LIMIT $1 FOR UPDATE SKIP LOCKED) \
                           RETURNING municipality_id, id, user_id, kind, key_id, sealed, fence, attempts"),
    } => [municipality_id: Text, id: Text, user_id: Text, kind: Text, key_id: Text, sealed: Blob, fence: Int, attempts: Int];
    END = {
        sqlite: concat!("UPDATE mail SET state = $4, failure = $5, sealed = NULL, lease_until = NULL, ended_at = ",
                        now_sqlite!(), " WHERE municipality_id = $1 AND id = $2 AND fence = $3 AND state = 'queued'"),
        postgres: concat!("UPDATE mail SET state = $4, failure = $5, sealed = NULL, lease_until = NULL, ended_at = ",
                          now_postgres!(), " WHERE municipality_id = $1 AND id = $2 AND fence = $3 AND state = 'queued'"),
    } => [];
    AGAIN = {
        sqlite: concat!("UPDATE mail SET failure = $5, lease_until = NULL, due_at = ", now_sqlite!(), " + $4 \
                         WHERE municipality_id = $1 AND id = $2 AND fence = $3 AND state = 'queued'"),
        postgres: concat!("UPDATE mail SET failure = $5, lease_until = NULL, due_at = ", now_postgres!(), " + $4 \
                           WHERE municipality_id = $1 AND id = $2 AND fence = $3 AND state = 'queued'"),
    } => [];
    /// The newest to a user: how it went stands on their page.
    LATEST = "SELECT state, created_at FROM mail WHERE municipality_id = $1 AND user_id = $2 \
              ORDER BY created_at DESC, id DESC LIMIT 1" => [state: Text, created_at: Int];
    /// Over all municipalities, for housekeeping.
    PURGE = {
        sqlite: concat!("DELETE FROM mail WHERE ended_at < ", now_sqlite!(), " - $1"),
        postgres: concat!("DELETE FROM mail WHERE ended_at < ", now_postgres!(), " - $1"),
    } => [];
}

/// A mail that a worker took.
#[derive(Clone)]
pub struct QueuedMail {
    /// Whose.
    pub municipality: MunicipalityId,
    /// Which.
    pub id: MailId,
    /// To whom.
    pub user: UserId,
    /// What it is about.
    pub kind: String,
    /// The secret of the link that it carries.
    pub token: String,
    /// The number under which it was taken.
    pub fence: i64,
    /// How often it was taken.
    pub attempts: i64,
}

/// How a mail ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// It waits.
    Queued,
    /// The mail server took it.
    Sent,
    /// It will not be tried again.
    Failed,
    /// It was of no use any more: the link was used or replaced, or the user is gone.
    Dropped,
}

impl MailState {
    const ALL: [Self; 4] = [Self::Queued, Self::Sent, Self::Failed, Self::Dropped];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Dropped => "dropped",
        }
    }
}

fn place(municipality: &MunicipalityId, id: &str) -> String {
    format!("{municipality}/mail/{id}")
}

/// Queues a mail with the change that it tells of.
///
/// # Errors
/// When the store does not answer.
pub async fn queue(
    tx: &mut Tx,
    keys: &KeyRing,
    (id, user): (MailId, UserId),
    (kind, token): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let sealed = keys
        .seal(&place(&municipality, &id.to_string()), token.as_bytes())
        .map_err(|error| StoreError::wrong(error.to_string()))?;
    let values = vals![&municipality, id, user, kind, sealed.key_id, sealed.bytes, now];
    tx.exec(&QUEUE, values).await.map(|_| ())
}

/// Takes up to `limit` mails for `lease_seconds`, over all municipalities. For the worker only. One whose secret does not
/// open is ended: it would stand before all others for ever.
///
/// # Errors
/// When the store does not answer.
pub async fn claim(
    tx: &mut Tx,
    keys: &KeyRing,
    limit: u32,
    lease_seconds: u32,
) -> Result<Vec<QueuedMail>, StoreError> {
    let read = |row: &Row| {
        let municipality: MunicipalityId = row.parse(0)?;
        let place = place(&municipality, &row.text(1)?);
        let sealed = Sealed { key_id: row.text(4)?, bytes: row.blob(5)? };
        let opened = keys.open(&place, &sealed).map_err(|error| error.to_string());
        let token = opened.and_then(|plain| String::from_utf8(plain).map_err(|_| "it is no text".to_owned()));
        let mail = QueuedMail {
            municipality,
            id: row.parse(1)?,
            user: row.parse(2)?,
            kind: row.text(3)?,
            token: token.clone().unwrap_or_default(),
            fence: row.int(6)?,
            attempts: row.int(7)?,
        };
        Ok::<_, StoreError>((mail, token.err()))
    };
    let rows = tx.all(&CLAIM, vals![limit, i64::from(lease_seconds) * 1_000_000]).await?;
    let mut mails = Vec::with_capacity(rows.len());
    for row in &rows {
        match read(row)? {
            (mail, None) => mails.push(mail),
            (mail, Some(why)) => {
                end(tx, &mail, MailState::Failed, Some(&why)).await?;
            }
        }
    }
    Ok(mails)
}

/// A mail left, or never will; `false` when another worker has it by now.
///
/// # Errors
/// When the store does not answer.
pub async fn end(
    tx: &mut Tx,
    mail: &QueuedMail,
    state: MailState,
    failure: Option<&str>,
) -> Result<bool, StoreError> {
    let values = vals![&mail.municipality, mail.id, mail.fence, state.as_str(), failure];
    Ok(tx.exec(&END, values).await? > 0)
}

/// A mail is to be tried again in `seconds`.
///
/// # Errors
/// When the store does not answer.
pub async fn again(tx: &mut Tx, mail: &QueuedMail, seconds: u32, failure: &str) -> Result<bool, StoreError> {
    let wait = i64::from(seconds) * 1_000_000;
    Ok(tx.exec(&AGAIN, vals![&mail.municipality, mail.id, mail.fence, wait, failure]).await? > 0)
}

/// How the newest mail to a user went, and when it was written; `None` when there is none.
///
/// # Errors
/// When the store does not answer.
pub async fn latest(
    from: &mut impl Reads,
    user: UserId,
) -> Result<Option<(MailState, Timestamp)>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let Some(row) = from.opt(&LATEST, vals![&municipality, user]).await? else {
        return Ok(None);
    };
    let text = row.text(0)?;
    let state = MailState::ALL.into_iter().find(|state| state.as_str() == text);
    let state = state.ok_or_else(|| StoreError::wrong("a mail in a state that we do not know"))?;
    Ok(Some((state, row.at(1)?)))
}

/// Drops what ended more than `seconds` ago, over all municipalities. For housekeeping only.
///
/// # Errors
/// When the store does not answer.
pub async fn purge(tx: &mut Tx, seconds: i64) -> Result<u64, StoreError> {
    tx.exec(&PURGE, vals![seconds * 1_000_000]).await
}
