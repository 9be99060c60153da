//! Who looked at what: on disk before the answer leaves (RELIABILITY P1).

use jiff::Timestamp;

use crate::door::{Reads, statements, vals};
use crate::{StoreError, Tx};

statements! {
    VIEWED = "INSERT INTO view_log (municipality_id, actor, subject, quarter_at, at) VALUES ($1, $2, $3, $4, $5) \
              ON CONFLICT DO NOTHING" => [];
    OF_SUBJECT = "SELECT actor, at FROM view_log WHERE municipality_id = $1 AND subject = $2 \
                  ORDER BY at, actor LIMIT 1000" => [actor: Text, at: Int];
}

/// Microseconds of a quarter of an hour.
const QUARTER: i64 = 15 * 60 * 1_000_000;

/// The quarter of an hour that a moment lies in; one view is logged in each.
#[must_use]
pub fn quarter(at: Timestamp) -> i64 {
    domain::time::micros(at).div_euclid(QUARTER)
}

/// Logs that `actor` looked at `subject` (`conversation:…`, `list`).
///
/// # Errors
/// When the store does not answer: then nothing may be shown.
pub async fn viewed(tx: &mut Tx, actor: &str, subject: &str, at: Timestamp) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&VIEWED, vals![&municipality, actor, subject, quarter(at) * QUARTER, at])
        .await
        .map(|_| ())
}

/// Who looked at `subject`, oldest first.
///
/// # Errors
/// When the store does not answer.
pub async fn of_subject(
    from: &mut impl Reads,
    subject: &str,
) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let rows = from.all(&OF_SUBJECT, vals![&municipality, subject]).await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.at(1)?))).collect()
}
