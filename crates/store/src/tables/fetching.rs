//! Files on their way to us: claimed by lease and fence, by the database's clock. Fetching twice is harmless, so a lease
//! that has ended is simply taken by the next; the fence sees to it that only one of them changes anything.

use domain::attachments::{AttachmentState, AttachmentTrouble};
use domain::ids::{AttachmentId, ChannelAccountId, MunicipalityId};
use jiff::Timestamp;
use uuid::Uuid;

use super::attachment::{Attachment, COLUMNS, attachment, selected};
use crate::door::dialect::{now_postgres, now_sqlite};
use crate::door::{Reads, statements, vals};
use crate::{StoreError, Tx};

/// What may be claimed: due, nobody's, its account not on hold. Of an account, so many at once are under way at the most,
/// so that a slow platform leaves the others their turns. Only the first hundred are looked at: a long queue costs no
/// more than a short one.
macro_rules! claimable {
    ($now:expr) => {
        concat!(
            "SELECT q.municipality_id, q.id FROM (SELECT d.municipality_id, d.id, d.due_at, \
             row_number() OVER (PARTITION BY d.municipality_id, d.channel_account_id ORDER BY d.due_at, d.id) \
             + (SELECT count(*) FROM attachment u WHERE u.municipality_id = d.municipality_id \
             AND u.channel_account_id = d.channel_account_id AND u.state = 'fetching' AND u.lease_until > ",
            $now,
            ") AS turn FROM (SELECT a.municipality_id, a.id, a.channel_account_id, a.due_at FROM attachment a \
             WHERE a.state IN ('waiting', 'fetching') AND a.due_at <= ",
            $now,
            " AND (a.lease_until IS NULL OR a.lease_until <= ",
            $now,
            ") AND (a.municipality_id, a.channel_account_id) NOT IN (\
             SELECT b.municipality_id, b.channel_account_id FROM attachment b WHERE b.state = 'fetching' \
             AND b.lease_until > ",
            $now,
            " GROUP BY b.municipality_id, b.channel_account_id HAVING count(*) >= $3) \
             AND NOT EXISTS (SELECT 1 FROM account_hold h WHERE h.municipality_id = a.municipality_id \
             AND h.channel_account_id = a.channel_account_id AND h.until_at > ",
            $now,
            ") ORDER BY a.due_at, a.id LIMIT 100) d) q WHERE q.turn <= $3 ORDER BY q.due_at, q.id LIMIT $1"
        )
    };
}

/// Taking what [`claimable!`] finds.
macro_rules! claim {
    ($now:expr, $ids:expr) => {
        concat!(
            "UPDATE attachment AS a SET state = 'fetching', fence = fence + 1, attempts = attempts + 1, \
             lease_until = ",
            $now,
            " + $2 WHERE (municipality_id, id) IN (",
            $ids,
            ") RETURNING municipality_id, id, message_id, conversation_id, channel_account_id, ordinal, state, \
             trouble, reference, memory, stated_type, file_name, stated_sha256, media_type, bytes, width, height, \
             latitude_e6, longitude_e6, blob_id, thumbnail_id, created_at, expires_at, fence, attempts"
        )
    };
}

statements! {
    CLAIM = {
        sqlite: claim!(now_sqlite!(), claimable!(now_sqlite!())),
        postgres: claim!(now_postgres!(), concat!(
            "SELECT o.municipality_id, o.id FROM attachment o WHERE o.state IN ('waiting', 'fetching') \
             AND (o.lease_until IS NULL OR o.lease_until <= ", now_postgres!(), ") \
             AND (o.municipality_id, o.id) IN (", claimable!(now_postgres!()), ") FOR UPDATE OF o SKIP LOCKED")),
    } => COLUMNS;
    RENEW = {
        sqlite: concat!("UPDATE attachment SET lease_until = ", now_sqlite!(), " + $4 WHERE municipality_id = $1 \
                         AND id = $2 AND fence = $3 AND state = 'fetching'"),
        postgres: concat!("UPDATE attachment SET lease_until = ", now_postgres!(), " + $4 WHERE municipality_id = $1 \
                           AND id = $2 AND fence = $3 AND state = 'fetching'"),
    } => [];
    NOT_HERE = {
        sqlite: concat!("UPDATE attachment SET state = $4, trouble = $5, memory = 'null', attempts = $6, \
                         lease_until = NULL, due_at = ", now_sqlite!(), " + $7 WHERE municipality_id = $1 AND id = $2 \
                         AND fence = $3 AND state = 'fetching'"),
        postgres: concat!("UPDATE attachment SET state = $4, trouble = $5, memory = 'null', attempts = $6, \
                           lease_until = NULL, due_at = ", now_postgres!(), " + $7 WHERE municipality_id = $1 \
                           AND id = $2 AND fence = $3 AND state = 'fetching'"),
    } => [];
    KEEP = "UPDATE attachment SET state = 'kept', trouble = $12, memory = 'null', lease_until = NULL, \
            media_type = $4, bytes = $5, width = $6, height = $7, latitude_e6 = $8, longitude_e6 = $9, blob_id = $10, \
            thumbnail_id = $11 WHERE municipality_id = $1 AND id = $2 AND fence = $3 AND state = 'fetching'" => [];
    TRY_AGAIN = "UPDATE attachment SET state = 'waiting', memory = 'null', attempts = 0, due_at = 0, \
                 lease_until = NULL WHERE municipality_id = $1 AND id = $2 AND state IN ('waiting', 'failed')" => [];
    TRY_OF_ACCOUNT = "UPDATE attachment SET due_at = 0 WHERE municipality_id = $1 AND channel_account_id = $2 \
                      AND state = 'waiting' AND trouble = 'credentials'" => [];
    LOSE = "UPDATE attachment SET state = 'lost', trouble = 'expired', memory = 'null', lease_until = NULL \
            WHERE municipality_id = $1 AND id = $2 AND state = $3" => [];
    EXPIRED = (concat!("SELECT ", selected!(), " FROM attachment a WHERE a.state IN ('waiting', 'failed') \
              AND a.expires_at <= $1 ORDER BY a.expires_at, a.id LIMIT $2")) => COLUMNS;
    RELEASE_ALL = "UPDATE attachment SET state = 'waiting', lease_until = NULL WHERE state = 'fetching'" => [];
    BACKLOG = "SELECT state, count(*) AS number FROM attachment WHERE state IN ('waiting', 'fetching') \
               GROUP BY state ORDER BY state" => [state: Text, number: Int];
}

/// A file with whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Owned {
    /// Whose.
    pub municipality: MunicipalityId,
    /// The file.
    pub attachment: Attachment,
}

/// How much is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimLimits {
    /// How many at the most.
    pub number: u32,
    /// How many of an account are under way at the most, on all nodes together.
    pub per_account: u32,
    /// For how many seconds.
    pub lease_seconds: u32,
}

/// Claims what is due, over all municipalities. For the driver only.
///
/// # Errors
/// When the store does not answer.
pub async fn claim(tx: &mut Tx, limits: ClaimLimits) -> Result<Vec<Owned>, StoreError> {
    let lease = i64::from(limits.lease_seconds) * 1_000_000;
    owned(tx.all(&CLAIM, vals![limits.number, lease, limits.per_account]).await?.as_slice())
}

fn owned(rows: &[crate::door::Row]) -> Result<Vec<Owned>, StoreError> {
    rows.iter()
        .map(|row| Ok(Owned { municipality: row.parse(0)?, attachment: attachment(row)? }))
        .collect()
}

/// The holder goes on; `false` when somebody else has it by now.
///
/// # Errors
/// When the store does not answer.
pub async fn renew(tx: &mut Tx, held: &Owned, lease_seconds: u32) -> Result<bool, StoreError> {
    let lease = i64::from(lease_seconds) * 1_000_000;
    let values = vals![&held.municipality, held.attachment.id, held.attachment.fence, lease];
    Ok(tx.exec(&RENEW, values).await? > 0)
}

/// What became of a try that brought no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotHere {
    /// Where it stands now.
    pub state: AttachmentState,
    /// Why; `None` when it was only given back.
    pub trouble: Option<AttachmentTrouble>,
    /// Tries that count.
    pub attempts: u32,
    /// Seconds until the next one, if there is one.
    pub wait_seconds: u64,
}

/// Ends a try that brought no file; `false` when somebody else has it by now.
///
/// # Errors
/// When the store does not answer.
pub async fn not_here(tx: &mut Tx, held: &Owned, end: NotHere) -> Result<bool, StoreError> {
    let wait = i64::try_from(end.wait_seconds).unwrap_or(i64::MAX / 2_000_000).saturating_mul(1_000_000);
    let values = vals![
        &held.municipality,
        held.attachment.id,
        held.attachment.fence,
        end.state.as_str(),
        end.trouble.map(AttachmentTrouble::as_str),
        end.attempts,
        wait
    ];
    Ok(tx.exec(&NOT_HERE, values).await? > 0)
}

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its type by its content.
    pub media_type: String,
    /// Bytes that are kept.
    pub bytes: u64,
    /// Width and height in pixels, of an image.
    pub size: Option<(u32, u32)>,
    /// Where it was taken, as an image said of itself.
    pub taken_at: Option<domain::messages::Coordinates>,
    /// Why it is only ever saved, where it would be shown otherwise.
    pub trouble: Option<AttachmentTrouble>,
    /// Its content.
    pub blob: Uuid,
    /// A small picture of it.
    pub thumbnail: Option<Uuid>,
}

/// The file is here; `false` when somebody else has it by now.
///
/// # Errors
/// When the store does not answer.
pub async fn keep(tx: &mut Tx, held: &Owned, kept: &Kept) -> Result<bool, StoreError> {
    let (width, height) = kept.size.unzip();
    let (latitude, longitude) = kept.taken_at.map(|at| (at.latitude_e6, at.longitude_e6)).unzip();
    let values = vals![
        &held.municipality,
        held.attachment.id,
        held.attachment.fence,
        &kept.media_type,
        i64::try_from(kept.bytes).unwrap_or(i64::MAX),
        width.map(i64::from),
        height.map(i64::from),
        latitude.map(i64::from),
        longitude.map(i64::from),
        kept.blob.to_string(),
        kept.thumbnail.map(|id| id.to_string()),
        kept.trouble.map(AttachmentTrouble::as_str)
    ];
    Ok(tx.exec(&KEEP, values).await? > 0)
}

/// A person has a file that failed, or that waits for its next turn, fetched at once; `false` when it does neither.
///
/// # Errors
/// When the store does not answer.
pub async fn try_again(tx: &mut Tx, id: AttachmentId) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&TRY_AGAIN, vals![&municipality, id]).await? > 0)
}

/// What waited for the credentials of an account is due at once: they may be mended now.
///
/// # Errors
/// When the store does not answer.
pub async fn try_of_account(tx: &mut Tx, account: &ChannelAccountId) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&TRY_OF_ACCOUNT, vals![&municipality, account]).await.map(|_| ())
}

/// Files that the platform kept until `moment` or shorter and that nobody fetches, over all municipalities.
///
/// # Errors
/// When the store does not answer.
pub async fn expired(from: &mut impl Reads, moment: Timestamp, limit: u32) -> Result<Vec<Owned>, StoreError> {
    owned(&from.all(&EXPIRED, vals![moment, limit]).await?)
}

/// A file that was waited for is lost; `false` when it stands elsewhere by now.
///
/// # Errors
/// When the store does not answer.
pub async fn lose(tx: &mut Tx, id: AttachmentId, from: AttachmentState) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&LOSE, vals![&municipality, id, from.as_str()]).await? > 0)
}

/// Gives back everything that is claimed. At the start of the only node of a data directory.
///
/// # Errors
/// When the store does not answer.
pub async fn release_all(tx: &mut Tx) -> Result<u64, StoreError> {
    tx.exec(&RELEASE_ALL, vals![]).await
}

/// How many files are on their way, by state; over all municipalities, for figures.
///
/// # Errors
/// When the store does not answer.
pub async fn backlog(from: &mut impl Reads) -> Result<Vec<(AttachmentState, i64)>, StoreError> {
    from.all(&BACKLOG, vals![])
        .await?
        .iter()
        .map(|row| Ok((row.parse(0)?, row.int(1)?)))
        .collect()
}
