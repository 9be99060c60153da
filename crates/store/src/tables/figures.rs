//! Figures of one account that a person has to look after: what waits, what is uncertain, what could not be read or fetched.

use domain::attachments::AttachmentState;
use domain::ids::ChannelAccountId;
use jiff::Timestamp;

use crate::StoreError;
use crate::door::{Reads, statements, vals};

/// Messages that are counted at most; beyond that the exact number helps nobody.
pub const WAITING_MOST: u32 = 1_000;

statements! {
    /// What waits to leave, and since when the oldest does; what waits behind a part of its own message that a person has to
    /// decide on does not wait for the account.
    WAITING = "SELECT count(*) AS number, min(received_at) AS since_at FROM (SELECT m.received_at FROM outbox_part p \
               JOIN message m ON m.municipality_id = p.municipality_id AND m.id = p.message_id \
               WHERE p.municipality_id = $1 AND p.channel_account_id = $2 AND p.state IN ('queued', 'claimed') \
               AND NOT EXISTS (SELECT 1 FROM outbox_part b WHERE b.municipality_id = p.municipality_id \
               AND b.message_id = p.message_id AND b.ordinal < p.ordinal AND b.state IN ('unknown', 'failed')) \
               ORDER BY m.received_at, p.id LIMIT $3) AS waiting" => [number: Int, since_at: Int];
    UNKNOWN = "SELECT count(*) AS number FROM outbox_part WHERE municipality_id = $1 AND channel_account_id = $2 \
               AND state = 'unknown'" => [number: Int];
    UNREAD = "SELECT count(*) AS number FROM unread_item WHERE municipality_id = $1 AND channel_account_id = $2 \
              AND quarantined" => [number: Int];
    MISSING_FILES = "SELECT state, count(*) AS number FROM attachment WHERE municipality_id = $1 \
                     AND channel_account_id = $2 AND state IN ('failed', 'lost') AND created_at >= $3 \
                     GROUP BY state ORDER BY state" => [state: Text, number: Int];
    /// Files that could not be fetched so far, and since when the oldest of them waits.
    LATE_FILES = "SELECT count(*) AS number, min(created_at) AS since_at FROM attachment WHERE municipality_id = $1 \
                  AND channel_account_id = $2 AND state IN ('waiting', 'fetching') AND trouble IS NOT NULL"
        => [number: Int, since_at: Int];
}

/// Figures of one account that a person has to look after.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Parts that wait to leave; at most [`WAITING_MOST`].
    pub waiting: i64,
    /// Since when the oldest of these waits.
    pub waiting_since: Option<Timestamp>,
    /// Parts whose outcome is unknown.
    pub unknown: i64,
    /// Items that could not be read.
    pub unread: i64,
    /// Files that were lost lately.
    pub lost_files: i64,
    /// Files of lately that the machine has given up, and a person can have fetched again.
    pub failed_files: i64,
    /// Files that could not be fetched so far and are asked for again.
    pub late_files: i64,
    /// Since when the oldest of these waits.
    pub late_since: Option<Timestamp>,
}

/// What of an account a person has to look after. Files count that came since `files_since`.
///
/// # Errors
/// When the store does not answer.
pub async fn of_account(
    from: &mut impl Reads,
    account: &ChannelAccountId,
    files_since: Timestamp,
) -> Result<Figures, StoreError> {
    let municipality = from.scope().municipality().clone();
    let here = || vals![&municipality, account];
    let mut figures = Figures::default();
    if let Some(row) = from.opt(&WAITING, vals![&municipality, account, WAITING_MOST]).await? {
        (figures.waiting, figures.waiting_since) = (row.int(0)?, row.maybe_at(1)?);
    }
    figures.unknown = from.opt(&UNKNOWN, here()).await?.map_or(Ok(0), |row| row.int(0))?;
    figures.unread = from.opt(&UNREAD, here()).await?.map_or(Ok(0), |row| row.int(0))?;
    for row in from.all(&MISSING_FILES, vals![&municipality, account, files_since]).await? {
        match row.parse(0)? {
            AttachmentState::Lost => figures.lost_files = row.int(1)?,
            _ => figures.failed_files = row.int(1)?,
        }
    }
    if let Some(row) = from.opt(&LATE_FILES, here()).await? {
        (figures.late_files, figures.late_since) = (row.int(0)?, row.maybe_at(1)?);
    }
    Ok(figures)
}
