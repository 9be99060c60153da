//! Files that somebody uploaded and has not sent yet. Their content is in [`super::blob`].

use domain::ids::{AttachmentId, MunicipalityId};
use jiff::Timestamp;

use crate::door::statement::{Columns, columns};
use crate::door::{Reads, Row, statements, vals};
use crate::{StoreError, Tx};

const COLUMNS: Columns = columns!([
    municipality_id: Text, id: Text, actor: Text, file_name: Text, media_type: Text, bytes: Int, blob_id: Text,
    created_at: Int,
]);

statements! {
    PUT = "INSERT INTO draft_attachment (municipality_id, id, actor, file_name, media_type, bytes, blob_id, created_at) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)" => [];
    FIND = "SELECT municipality_id, id, actor, file_name, media_type, bytes, blob_id, created_at FROM draft_attachment \
            WHERE municipality_id = $1 AND id = $2 AND actor = $3" => COLUMNS;
    WAITING = "SELECT count(*) AS number, CAST(COALESCE(sum(bytes), 0) AS BIGINT) AS bytes FROM draft_attachment \
               WHERE municipality_id = $1 AND actor = $2" => [number: Int, bytes: Int];
    REMOVE = "DELETE FROM draft_attachment WHERE municipality_id = $1 AND id = $2" => [];
    /// Of all municipalities, for housekeeping.
    ORPHANS = "SELECT municipality_id, id, actor, file_name, media_type, bytes, blob_id, created_at \
               FROM draft_attachment WHERE created_at < $1 ORDER BY created_at, id LIMIT $2" => COLUMNS;
}

/// A file that waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Whose.
    pub municipality: MunicipalityId,
    /// Its id, which it keeps when it is sent.
    pub id: AttachmentId,
    /// Who uploaded it; nobody else can send it.
    pub actor: String,
    /// Its name, made safe.
    pub file_name: Option<String>,
    /// Its type, by its content.
    pub media_type: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its content, in the blobs.
    pub blob: uuid::Uuid,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

fn draft(row: &Row) -> Result<Draft, StoreError> {
    Ok(Draft {
        municipality: row.parse(0)?,
        id: row.parse(1)?,
        actor: row.text(2)?,
        file_name: row.maybe_text(3)?,
        media_type: row.text(4)?,
        bytes: u64::try_from(row.int(5)?).unwrap_or_default(),
        blob: row.parse(6)?,
        created_at: row.at(7)?,
    })
}

/// Writes a file down that is in the blobs already.
///
/// # Errors
/// When the store does not answer.
pub async fn put(tx: &mut Tx, new: &Draft) -> Result<(), StoreError> {
    let bytes = i64::try_from(new.bytes).unwrap_or(i64::MAX);
    let name = new.file_name.as_deref();
    let blob = new.blob.to_string();
    let values =
        vals![&new.municipality, new.id, &new.actor, name, &new.media_type, bytes, blob, new.created_at];
    tx.exec(&PUT, values).await.map(|_| ())
}

/// A file of this actor.
///
/// # Errors
/// When the store does not answer.
pub async fn find(from: &mut impl Reads, id: AttachmentId, actor: &str) -> Result<Option<Draft>, StoreError> {
    let municipality = from.scope().municipality().clone();
    from.opt(&FIND, vals![&municipality, id, actor]).await?.as_ref().map(draft).transpose()
}

/// What of somebody waits to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// How many files.
    pub files: i64,
    /// Their bytes together.
    pub bytes: u64,
}

/// What of this actor waits to be sent.
///
/// # Errors
/// When the store does not answer.
pub async fn waiting(from: &mut impl Reads, actor: &str) -> Result<Waiting, StoreError> {
    let municipality = from.scope().municipality().clone();
    let row = from.opt(&WAITING, vals![&municipality, actor]).await?;
    row.map_or(Ok(Waiting { files: 0, bytes: 0 }), |row| {
        Ok(Waiting {
            files: row.int(0)?,
            bytes: u64::try_from(row.int(1)?).unwrap_or_default(),
        })
    })
}

/// Forgets a file that waits; its content stays. `false` when there is none.
///
/// # Errors
/// When the store does not answer.
pub async fn remove(tx: &mut Tx, id: AttachmentId) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&REMOVE, vals![&municipality, id]).await? > 0)
}

/// Files of all municipalities that wait since before `before`, the oldest first. For housekeeping only.
///
/// # Errors
/// When the store does not answer.
pub async fn orphans(from: &mut impl Reads, before: Timestamp, limit: u32) -> Result<Vec<Draft>, StoreError> {
    from.all(&ORPHANS, vals![before, limit]).await?.iter().map(draft).collect()
}
