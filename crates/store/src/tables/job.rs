//! Jobs in the background: written with the change they follow from, claimed by lease and fence.

use domain::ids::{JobId, MunicipalityId};

use crate::door::dialect::{now_postgres, now_sqlite};
use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

statements! {
    PUT = {
        sqlite: concat!("INSERT INTO job (municipality_id, id, kind, job_key, data, due_at, fence, attempts) \
                         VALUES ($1, $2, $3, $4, $5, ", now_sqlite!(), " + $6, 0, 0) \
                         ON CONFLICT (municipality_id, kind, job_key) DO NOTHING"),
        postgres: concat!("INSERT INTO job (municipality_id, id, kind, job_key, data, due_at, fence, attempts) \
                           VALUES ($1, $2, $3, $4, $5, ", now_postgres!(), " + $6, 0, 0) \
                           ON CONFLICT (municipality_id, kind, job_key) DO NOTHING"),
    } => [];
    CLAIM = {
        sqlite: concat!("UPDATE job SET fence = fence + 1, attempts = attempts + 1, lease_until = ", now_sqlite!(), " + $2 \
                         WHERE (municipality_id, id) IN (SELECT municipality_id, id FROM job WHERE kind = $3 \
                         AND due_at <= ", now_sqlite!(), " AND (lease_until IS NULL OR lease_until < ", now_sqlite!(), ") \
                         ORDER BY due_at, id LIMIT $1) \
                         RETURNING municipality_id, id, kind, job_key, data, fence, attempts"),
        postgres: concat!("UPDATE job SET fence = fence + 1, attempts = attempts + 1, lease_until = ", now_postgres!(),
                          " + $2 WHERE (municipality_id, id) IN (SELECT municipality_id, id FROM job WHERE kind = $3 \
                          AND due_at <= ", now_postgres!(), " AND (lease_until IS NULL OR lease_until < ", now_postgres!(), ") \
                           ORDER BY due_at, id LIMIT $1 FOR UPDATE SKIP LOCKED) \
                           RETURNING municipality_id, id, kind, job_key, data, fence, attempts"),
    } => [municipality_id: Text, id: Text, kind: Text, job_key: Text, data: Text, fence: Int, attempts: Int];
    DONE = "DELETE FROM job WHERE municipality_id = $1 AND id = $2 AND fence = $3" => [];
    AGAIN = {
        sqlite: concat!("UPDATE job SET lease_until = NULL, due_at = ", now_sqlite!(), " + $4, failure = $5 \
                         WHERE municipality_id = $1 AND id = $2 AND fence = $3"),
        postgres: concat!("UPDATE job SET lease_until = NULL, due_at = ", now_postgres!(), " + $4, failure = $5 \
                           WHERE municipality_id = $1 AND id = $2 AND fence = $3"),
    } => [];
}

/// A job that a worker took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Whose.
    pub municipality: MunicipalityId,
    /// Which.
    pub id: JobId,
    /// What is to be done.
    pub kind: String,
    /// Two jobs of a kind with one key are one.
    pub key: String,
    /// What it needs to know, as JSON.
    pub data: String,
    /// The number under which it was taken.
    pub fence: i64,
    /// How often it was taken.
    pub attempts: i64,
}

/// Adds a job that is due in `seconds`, unless one of its kind and key waits already.
///
/// # Errors
/// When the store does not answer.
pub async fn put(
    tx: &mut Tx,
    id: JobId,
    (kind, key): (&str, &str),
    data: &str,
    seconds: u32,
) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    let wait = i64::from(seconds) * 1_000_000;
    Ok(tx.exec(&PUT, vals![&municipality, id, kind, key, data, wait]).await? > 0)
}

/// Takes up to `limit` jobs of a kind for `lease_seconds`, over all municipalities. For the worker only.
///
/// # Errors
/// When the store does not answer.
pub async fn claim(tx: &mut Tx, kind: &str, limit: u32, lease_seconds: u32) -> Result<Vec<Job>, StoreError> {
    let read = |row: &Row| {
        Ok(Job {
            municipality: row.parse(0)?,
            id: row.parse(1)?,
            kind: row.text(2)?,
            key: row.text(3)?,
            data: row.text(4)?,
            fence: row.int(5)?,
            attempts: row.int(6)?,
        })
    };
    tx.all(&CLAIM, vals![limit, i64::from(lease_seconds) * 1_000_000, kind])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// A job is done; `false` when another worker has it by now.
///
/// # Errors
/// When the store does not answer.
pub async fn done(tx: &mut Tx, job: &Job) -> Result<bool, StoreError> {
    Ok(tx.exec(&DONE, vals![&job.municipality, job.id, job.fence]).await? > 0)
}

/// A job is to be done again in `seconds`: it failed, or it is a schedule.
///
/// # Errors
/// When the store does not answer.
pub async fn again(tx: &mut Tx, job: &Job, seconds: u32, failure: Option<&str>) -> Result<bool, StoreError> {
    let wait = i64::from(seconds) * 1_000_000;
    Ok(tx.exec(&AGAIN, vals![&job.municipality, job.id, job.fence, wait, failure]).await? > 0)
}
