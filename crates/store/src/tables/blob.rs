//! Attachments: sealed in chunks, in files of the data directory on SQLite, in the database on PostgreSQL.

use std::path::{Path, PathBuf};

use domain::access::Scope;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::door::{Reads, statements, vals};
use crate::sealed::Sealed;
use crate::{Store, StoreError, Tx};

/// Plain bytes in a chunk.
const CHUNK: usize = 256 * 1024;

statements! {
    INSERT = "INSERT INTO blob (municipality_id, id, key_id, bytes, sha256, created_at) \
              VALUES ($1, $2, $3, $4, $5, $6)" => [];
    FIND = "SELECT key_id, bytes, sha256 FROM blob WHERE municipality_id = $1 AND id = $2"
        => [key_id: Text, bytes: Int, sha256: Text];
    DELETE = "DELETE FROM blob WHERE municipality_id = $1 AND id = $2" => [];
    ADD_CHUNK = "INSERT INTO blob_chunk (municipality_id, blob_id, ordinal, sealed) VALUES ($1, $2, $3, $4)" => [];
    CHUNKS = "SELECT ordinal, sealed FROM blob_chunk WHERE municipality_id = $1 AND blob_id = $2 ORDER BY ordinal"
        => [ordinal: Int, sealed: Blob];
    DELETE_CHUNKS = "DELETE FROM blob_chunk WHERE municipality_id = $1 AND blob_id = $2" => [];
}

/// Attachments of the municipality of a scope.
pub struct Blobs<'a> {
    store: &'a Store,
    scope: Scope,
}

impl<'a> Blobs<'a> {
    /// The attachments of a scope's municipality.
    #[must_use]
    pub fn of(store: &'a Store, scope: &Scope) -> Self {
        Self { store, scope: scope.clone() }
    }

    fn place(&self, id: uuid::Uuid, ordinal: usize) -> String {
        format!("{}/blob/{id}/{ordinal}", self.scope.municipality())
    }

    fn file(&self, directory: &Path, id: uuid::Uuid) -> PathBuf {
        let name = id.simple().to_string();
        let folder = name.get(28..30).unwrap_or("00").to_owned();
        directory.join("blobs").join(self.scope.municipality().as_str()).join(folder).join(name)
    }

    fn seal(&self, id: uuid::Uuid, bytes: &[u8]) -> Result<Vec<Sealed>, StoreError> {
        let chunks = bytes.chunks(CHUNK).enumerate();
        chunks
            .map(|(ordinal, chunk)| {
                let sealed = self.store.keys().seal(&self.place(id, ordinal), chunk);
                sealed.map_err(|error| StoreError::wrong(error.to_string()).doing("sealing an attachment"))
            })
            .collect()
    }

    /// Keeps an attachment; on disk when this returns.
    ///
    /// # Errors
    /// When the store or the disk does not take it.
    pub async fn put(&self, id: uuid::Uuid, bytes: &[u8], now: Timestamp) -> Result<(), StoreError> {
        let sealed = self.seal(id, bytes)?;
        let hash = hex::encode(Sha256::digest(bytes));
        let size =
            i64::try_from(bytes.len()).map_err(|_| StoreError::wrong("an attachment beyond all measure"))?;
        let key = self.store.keys().sealing_key().to_owned();
        let municipality = self.scope.municipality().clone();
        let mut in_rows = Vec::new();
        if let Some(directory) = self.store.directory() {
            write_file(&self.file(directory, id), &sealed).await?;
        } else {
            in_rows = sealed;
        }
        self.store
            .write(&self.scope, async move |tx: &mut Tx| {
                let id = id.to_string();
                tx.exec(&INSERT, vals![&municipality, &id, &key, size, &hash, now]).await?;
                for (ordinal, chunk) in (0_i64..).zip(&in_rows) {
                    tx.exec(&ADD_CHUNK, vals![&municipality, &id, ordinal, chunk.bytes.as_slice()]).await?;
                }
                Ok::<_, StoreError>(())
            })
            .await
    }

    /// An attachment; `None` when there is none with this id here.
    ///
    /// # Errors
    /// When the store does not answer, or the attachment was damaged: never other bytes than were put in.
    pub async fn get(&self, id: uuid::Uuid) -> Result<Option<Vec<u8>>, StoreError> {
        let mut reader = self.store.read(&self.scope);
        let municipality = self.scope.municipality().clone();
        let Some(row) = reader.opt(&FIND, vals![&municipality, id.to_string()]).await? else {
            return Ok(None);
        };
        let (key_id, size, hash) = (row.text(0)?, row.int(1)?, row.text(2)?);
        let chunks = if let Some(directory) = self.store.directory() {
            read_file(&self.file(directory, id)).await?
        } else {
            let rows = reader.all(&CHUNKS, vals![&municipality, id.to_string()]).await?;
            rows.iter().map(|row| row.blob(1)).collect::<Result<Vec<_>, _>>()?
        };
        let damaged = || StoreError::wrong(format!("attachment {id} is damaged"));
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
        for (ordinal, chunk) in chunks.into_iter().enumerate() {
            let sealed = Sealed { key_id: key_id.clone(), bytes: chunk };
            bytes.extend(self.store.keys().open(&self.place(id, ordinal), &sealed).map_err(|_| damaged())?);
        }
        if hex::encode(Sha256::digest(&bytes)) == hash {
            Ok(Some(bytes))
        } else {
            Err(damaged())
        }
    }

    /// Removes an attachment; nothing happens when there is none.
    ///
    /// # Errors
    /// When the store or the disk does not do it.
    pub async fn delete(&self, id: uuid::Uuid) -> Result<(), StoreError> {
        let municipality = self.scope.municipality().clone();
        self.store
            .write(&self.scope, async move |tx: &mut Tx| {
                tx.exec(&DELETE_CHUNKS, vals![&municipality, id.to_string()]).await?;
                tx.exec(&DELETE, vals![&municipality, id.to_string()]).await.map(|_| ())
            })
            .await?;
        if let Some(directory) = self.store.directory() {
            let removed = tokio::fs::remove_file(self.file(directory, id)).await;
            if let Err(error) = removed
                && error.kind() != std::io::ErrorKind::NotFound
            {
                return Err(StoreError::unavailable(format!("removing attachment {id}: {error}")));
            }
        }
        Ok(())
    }
}

fn disk(doing: &str, error: &std::io::Error) -> StoreError {
    StoreError::unavailable(format!("{doing}: {error}"))
}

/// The chunks one after the other, each behind its length; on disk under its name only when complete.
async fn write_file(file: &Path, chunks: &[Sealed]) -> Result<(), StoreError> {
    use tokio::io::AsyncWriteExt;
    let folder = file.parent().unwrap_or(file);
    let doing = |error: std::io::Error| disk("writing an attachment", &error);
    tokio::fs::create_dir_all(folder).await.map_err(doing)?;
    let unfinished = file.with_extension("part");
    let mut out = tokio::fs::File::create(&unfinished).await.map_err(doing)?;
    for chunk in chunks {
        let length =
            u32::try_from(chunk.bytes.len()).map_err(|_| StoreError::wrong("a chunk beyond all measure"))?;
        out.write_all(&length.to_le_bytes()).await.map_err(doing)?;
        out.write_all(&chunk.bytes).await.map_err(doing)?;
    }
    out.sync_all().await.map_err(doing)?;
    tokio::fs::rename(&unfinished, file).await.map_err(doing)?;
    let folder = tokio::fs::File::open(folder).await.map_err(doing)?;
    folder.sync_all().await.map_err(doing)
}

async fn read_file(file: &Path) -> Result<Vec<Vec<u8>>, StoreError> {
    let all = tokio::fs::read(file).await.map_err(|error| disk("reading an attachment", &error))?;
    let damaged = || StoreError::wrong("an attachment's file is damaged");
    let mut rest = all.as_slice();
    let mut chunks = Vec::new();
    while !rest.is_empty() {
        let (length, behind) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| damaged())?;
        let (chunk, behind) = behind.split_at_checked(length).ok_or_else(damaged)?;
        chunks.push(chunk.to_vec());
        rest = behind;
    }
    Ok(chunks)
}
