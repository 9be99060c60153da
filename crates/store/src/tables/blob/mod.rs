//! The content of files: sealed in chunks, in files of the data directory on SQLite, in the database on PostgreSQL.
//!
//! A file is never in memory as a whole. It comes in by stream ([`Blobs::take`]), outside any transaction, and is there
//! for others once [`record`] has written its row in the transaction of the use case that wanted it. What was begun and
//! never recorded stands in `blob_begun`, and [`sweep`] removes it.
//!
//! Each chunk is sealed for its place: municipality, file, number, and whether it is the last. A chunk that is missing,
//! swapped, of another file, or cut off does not open.

mod disk;

use bytes::Bytes;
use domain::access::Scope;
use domain::ids::MunicipalityId;
use futures_util::Stream;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt};
use uuid::Uuid;

use crate::door::dialect::{now_postgres, now_sqlite};
use crate::door::{Reads, statements, vals};
use crate::sealed::Sealed;
use crate::{Store, StoreError, Tx};

/// Plain bytes in a chunk.
pub const CHUNK: usize = 256 * 1024;
/// Chunks that go to PostgreSQL with one commit.
const CHUNKS_PER_WRITE: usize = 8;

statements! {
    INSERT = "INSERT INTO blob (municipality_id, id, key_id, bytes, sha256, created_at) \
              VALUES ($1, $2, $3, $4, $5, $6)" => [];
    FIND = "SELECT key_id, bytes, sha256 FROM blob WHERE municipality_id = $1 AND id = $2"
        => [key_id: Text, bytes: Int, sha256: Text];
    DELETE = "DELETE FROM blob WHERE municipality_id = $1 AND id = $2" => [];
    ADD_CHUNK = "INSERT INTO blob_chunk (municipality_id, blob_id, ordinal, sealed) VALUES ($1, $2, $3, $4)" => [];
    CHUNK_AT = "SELECT sealed FROM blob_chunk WHERE municipality_id = $1 AND blob_id = $2 AND ordinal = $3"
        => [sealed: Blob];
    DELETE_CHUNKS = "DELETE FROM blob_chunk WHERE municipality_id = $1 AND blob_id = $2" => [];
    BEGIN = {
        sqlite: concat!("INSERT INTO blob_begun (municipality_id, blob_id, begun_at) VALUES ($1, $2, ",
                        now_sqlite!(), ") ON CONFLICT DO NOTHING"),
        postgres: concat!("INSERT INTO blob_begun (municipality_id, blob_id, begun_at) VALUES ($1, $2, ",
                          now_postgres!(), ") ON CONFLICT DO NOTHING"),
    } => [];
    END = "DELETE FROM blob_begun WHERE municipality_id = $1 AND blob_id = $2" => [];
    /// What was begun `$1` microseconds ago or earlier.
    LEFT_BEHIND = {
        sqlite: concat!("SELECT municipality_id, blob_id FROM blob_begun WHERE begun_at <= ", now_sqlite!(),
                        " - $1 ORDER BY begun_at, municipality_id, blob_id LIMIT $2"),
        postgres: concat!("SELECT municipality_id, blob_id FROM blob_begun WHERE begun_at <= ", now_postgres!(),
                          " - $1 ORDER BY begun_at, municipality_id, blob_id LIMIT $2"),
    } => [municipality_id: Text, blob_id: Text];
}

/// A file whose content is safe, and which nobody knows of before its row is written with [`record`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its id.
    pub id: Uuid,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its content, as 64 hexadecimal digits.
    pub sha256: String,
    key_id: String,
}

/// Why a stream was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum TakeFailed {
    /// The stream broke off.
    #[error("reading what is to be kept: {0}")]
    Source(std::io::Error),
    /// It is longer than was allowed.
    #[error("it is longer than allowed")]
    TooLong,
    /// The store or the disk did not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Files of the municipality of a scope.
pub struct Blobs<'a> {
    store: &'a Store,
    scope: Scope,
}

impl<'a> Blobs<'a> {
    /// The files of a scope's municipality.
    #[must_use]
    pub fn of(store: &'a Store, scope: &Scope) -> Self {
        Self { store, scope: scope.clone() }
    }

    /// Takes in a stream of at most `longest` bytes; safe on disk when this returns, and nobody's until [`record`].
    ///
    /// # Errors
    /// [`TakeFailed`]; what was written is removed at once where possible, and by [`sweep`] otherwise.
    pub async fn take(
        &self,
        id: Uuid,
        source: &mut (impl AsyncRead + Unpin),
        longest: u64,
    ) -> Result<Taken, TakeFailed> {
        let municipality = self.scope.municipality().clone();
        self.store
            .write(&self.scope, async move |tx: &mut Tx| {
                tx.exec(&BEGIN, vals![&municipality, id.to_string()]).await.map(|_| ())
            })
            .await?;
        let taken = self.take_chunks(id, source, longest).await;
        if taken.is_err() {
            // A disk that is full must not stay so for a day because of what did not fit.
            let _ = remove(self.store, self.scope.municipality(), id).await;
        }
        taken
    }

    async fn take_chunks(
        &self,
        id: Uuid,
        source: &mut (impl AsyncRead + Unpin),
        longest: u64,
    ) -> Result<Taken, TakeFailed> {
        let mut sink = match self.store.directory() {
            Some(directory) => {
                Sink::File(disk::Unfinished::create(&disk::place(directory, &self.scope, id)).await?)
            }
            None => Sink::Rows {
                store: self.store,
                scope: &self.scope,
                id,
                waiting: Vec::new(),
                written: 0,
            },
        };
        let (mut hash, mut bytes, mut ordinal) = (Sha256::new(), 0_u64, 0_u64);
        // One chunk ahead, so that the last one is known to be the last when it is sealed.
        let mut chunk = read_chunk(source).await.map_err(TakeFailed::Source)?;
        loop {
            bytes = bytes.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
            if bytes > longest {
                return Err(TakeFailed::TooLong);
            }
            hash.update(&chunk);
            let next = match chunk.len() {
                CHUNK => read_chunk(source).await.map_err(TakeFailed::Source)?,
                _ => Vec::new(),
            };
            let is_last = next.is_empty();
            let place = place(self.scope.municipality(), id, ordinal, is_last);
            let sealed = self.store.keys().seal(&place, &chunk);
            let sealed =
                sealed.map_err(|error| StoreError::wrong(error.to_string()).doing("sealing a file"))?;
            sink.add(sealed.bytes).await?;
            if is_last {
                break;
            }
            (chunk, ordinal) = (next, ordinal + 1);
        }
        sink.finish().await?;
        let key_id = self.store.keys().sealing_key().to_owned();
        Ok(Taken { id, bytes, sha256: hex::encode(hash.finalize()), key_id })
    }

    /// Keeps a file that is in memory; there for everybody when this returns.
    ///
    /// # Errors
    /// When the store or the disk does not take it.
    pub async fn put(&self, id: Uuid, bytes: &[u8], now: Timestamp) -> Result<(), StoreError> {
        let taken = match self.take(id, &mut &*bytes, u64::MAX).await {
            Ok(taken) => taken,
            Err(TakeFailed::Store(error)) => return Err(error),
            Err(error) => return Err(StoreError::wrong(error.to_string())),
        };
        self.store
            .write(&self.scope, async move |tx: &mut Tx| record(tx, &taken, now).await)
            .await
    }

    /// A file, to be read chunk by chunk; `None` when there is none with this id here.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn open(&self, id: Uuid) -> Result<Option<Blob>, StoreError> {
        let mut reader = self.store.read(&self.scope);
        let Some(row) = reader.opt(&FIND, vals![self.scope.municipality(), id.to_string()]).await? else {
            return Ok(None);
        };
        let bytes = u64::try_from(row.int(1)?).map_err(|_| row.odd(1, "is below zero"))?;
        let (store, scope) = (self.store.clone(), self.scope.clone());
        Ok(Some(Blob {
            store,
            scope,
            id,
            key_id: row.text(0)?,
            bytes,
            sha256: row.text(2)?,
        }))
    }

    /// A whole file; `None` when there is none with this id here. For what is known to be small.
    ///
    /// # Errors
    /// When the store does not answer, or the file was damaged: never other bytes than were put in.
    pub async fn get(&self, id: Uuid) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(blob) = self.open(id).await? else { return Ok(None) };
        let mut bytes = Vec::new();
        for ordinal in 0..=blob.last() {
            bytes.extend(blob.chunk(ordinal).await?);
        }
        if hex::encode(Sha256::digest(&bytes)) == blob.sha256 {
            Ok(Some(bytes))
        } else {
            Err(damaged(id))
        }
    }

    /// Removes a file; nothing happens when there is none.
    ///
    /// # Errors
    /// When the store or the disk does not do it; [`sweep`] does it then.
    pub async fn delete(&self, id: Uuid) -> Result<(), StoreError> {
        remove(self.store, self.scope.municipality(), id).await
    }
}

/// Writes the row of a file that was taken in: from this commit on it is there.
///
/// # Errors
/// When the store does not answer.
pub async fn record(tx: &mut Tx, taken: &Taken, now: Timestamp) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    let (id, size) = (taken.id.to_string(), i64::try_from(taken.bytes).unwrap_or(i64::MAX));
    tx.exec(&INSERT, vals![&municipality, &id, &taken.key_id, size, &taken.sha256, now])
        .await?;
    tx.exec(&END, vals![&municipality, &id]).await.map(|_| ())
}

/// Removes what was begun `seconds` ago or earlier and never recorded, or not wholly removed; returns how many. Over all
/// municipalities, for housekeeping only.
///
/// # Errors
/// When the store or the disk does not do it.
pub async fn sweep(store: &Store, scope: &Scope, seconds: u32, limit: u32) -> Result<usize, StoreError> {
    let age = i64::from(seconds) * 1_000_000;
    let rows = store.read(scope).all(&LEFT_BEHIND, vals![age, limit]).await?;
    for row in &rows {
        remove(store, &row.parse(0)?, row.parse(1)?).await?;
    }
    Ok(rows.len())
}

/// The row first: whoever reads finds nothing any more. Then what it named; until that is gone it stands in `blob_begun`.
async fn remove(store: &Store, municipality: &MunicipalityId, id: Uuid) -> Result<(), StoreError> {
    let scope = Scope::whole(municipality.clone());
    let name = municipality.clone();
    store
        .write(&scope, async move |tx: &mut Tx| {
            tx.exec(&BEGIN, vals![&name, id.to_string()]).await?;
            tx.exec(&DELETE, vals![&name, id.to_string()]).await.map(|_| ())
        })
        .await?;
    if let Some(directory) = store.directory() {
        disk::remove(&disk::place(directory, &scope, id)).await?;
    }
    let name = municipality.clone();
    store
        .write(&scope, async move |tx: &mut Tx| {
            tx.exec(&DELETE_CHUNKS, vals![&name, id.to_string()]).await?;
            tx.exec(&END, vals![&name, id.to_string()]).await.map(|_| ())
        })
        .await
}

/// A file that is here. Cheap to hold: it has nothing of the content.
pub struct Blob {
    store: Store,
    scope: Scope,
    id: Uuid,
    key_id: String,
    bytes: u64,
    sha256: String,
}

impl Blob {
    /// Its size in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The number of its last chunk; an empty file has one, which is empty.
    fn last(&self) -> u64 {
        self.bytes.saturating_sub(1) / chunk_bytes()
    }

    async fn chunk(&self, ordinal: u64) -> Result<Vec<u8>, StoreError> {
        let sealed = match self.store.directory() {
            Some(directory) => {
                let plain = (self.bytes - ordinal * chunk_bytes()).min(chunk_bytes());
                disk::read(&disk::place(directory, &self.scope, self.id), ordinal, plain).await?
            }
            None => {
                let number = i64::try_from(ordinal).unwrap_or(i64::MAX);
                let values = vals![self.scope.municipality(), self.id.to_string(), number];
                let row = self.store.read(&self.scope).opt(&CHUNK_AT, values).await?;
                row.map(|row| row.blob(0)).transpose()?
            }
        };
        let bytes = sealed.ok_or_else(|| damaged(self.id))?;
        let sealed = Sealed { key_id: self.key_id.clone(), bytes };
        let place = place(self.scope.municipality(), self.id, ordinal, ordinal == self.last());
        self.store.keys().open(&place, &sealed).map_err(|_| damaged(self.id))
    }

    /// Its bytes from `from` on, `length` of them or as many as there are.
    pub fn stream(self, from: u64, length: u64) -> impl Stream<Item = Result<Bytes, StoreError>> + Send {
        let end = from.saturating_add(length).min(self.bytes);
        futures_util::stream::try_unfold((self, from), move |(blob, at)| async move {
            if at >= end {
                return Ok(None);
            }
            let ordinal = at / chunk_bytes();
            let chunk = Bytes::from(blob.chunk(ordinal).await?);
            let begins = ordinal * chunk_bytes();
            let within = |place: u64| usize::try_from(place - begins).unwrap_or(usize::MAX).min(chunk.len());
            let piece = chunk.slice(within(at)..within(end.min(begins + chunk_bytes())));
            if piece.is_empty() {
                return Err(damaged(blob.id));
            }
            let next = at + u64::try_from(piece.len()).unwrap_or(u64::MAX);
            Ok(Some((piece, (blob, next))))
        })
    }
}

/// Where sealed chunks go.
enum Sink<'a> {
    File(disk::Unfinished),
    Rows {
        store: &'a Store,
        scope: &'a Scope,
        id: Uuid,
        waiting: Vec<Vec<u8>>,
        written: i64,
    },
}

impl Sink<'_> {
    async fn add(&mut self, sealed: Vec<u8>) -> Result<(), StoreError> {
        match self {
            Self::File(file) => file.add(&sealed).await,
            Self::Rows { waiting, .. } => {
                waiting.push(sealed);
                if waiting.len() >= CHUNKS_PER_WRITE { self.write_rows().await } else { Ok(()) }
            }
        }
    }

    async fn write_rows(&mut self) -> Result<(), StoreError> {
        let Self::Rows { store, scope, id, waiting, written } = self else { return Ok(()) };
        let (municipality, id, first) = (scope.municipality().clone(), id.to_string(), *written);
        let chunks = std::mem::take(waiting);
        *written += i64::try_from(chunks.len()).unwrap_or_default();
        store
            .write(scope, async move |tx: &mut Tx| {
                for (ordinal, chunk) in (first..).zip(&chunks) {
                    tx.exec(&ADD_CHUNK, vals![&municipality, &id, ordinal, chunk.as_slice()]).await?;
                }
                Ok::<_, StoreError>(())
            })
            .await
    }

    async fn finish(mut self) -> Result<(), StoreError> {
        self.write_rows().await?;
        match self {
            Self::File(file) => file.finish().await,
            Self::Rows { .. } => Ok(()),
        }
    }
}

/// What a chunk is bound to.
fn place(municipality: &MunicipalityId, id: Uuid, ordinal: u64, is_last: bool) -> String {
    let follows = if is_last { "last" } else { "more" };
    format!("{municipality}/blob/{id}/{ordinal}/{follows}")
}

fn chunk_bytes() -> u64 {
    u64::try_from(CHUNK).unwrap_or(u64::MAX)
}

fn damaged(id: Uuid) -> StoreError {
    StoreError::wrong(format!("attachment {id} is damaged"))
}

/// A full chunk, or what is left of the stream.
async fn read_chunk(source: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, std::io::Error> {
    let mut chunk = Vec::with_capacity(CHUNK);
    source.take(chunk_bytes()).read_to_end(&mut chunk).await?;
    Ok(chunk)
}
