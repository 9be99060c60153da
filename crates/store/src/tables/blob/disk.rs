//! Files of sealed chunks in the data directory, one after the other, all but the last of the same length.

use std::io::SeekFrom;
use std::path::{Path, PathBuf};

use domain::access::Scope;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use uuid::Uuid;

use super::chunk_bytes;
use crate::StoreError;

/// Bytes that sealing adds to a chunk: 24 of the nonce, 16 of the tag.
const ADDED: u64 = 40;

/// Where a file stands. The folder is taken from the end of the id: its beginning is the time.
pub(super) fn place(directory: &Path, scope: &Scope, id: Uuid) -> PathBuf {
    let name = id.simple().to_string();
    let folder = name.get(28..30).unwrap_or("00").to_owned();
    directory.join("blobs").join(scope.municipality().as_str()).join(folder).join(name)
}

/// A file that is being written: under its name only when it is complete and on disk.
pub(super) struct Unfinished {
    out: File,
    under: PathBuf,
    name: PathBuf,
}

impl Unfinished {
    pub(super) async fn create(name: &Path) -> Result<Self, StoreError> {
        tokio::fs::create_dir_all(folder_of(name)).await.map_err(writing)?;
        let under = name.with_extension("part");
        let out = File::create(&under).await.map_err(writing)?;
        Ok(Self { out, under, name: name.to_owned() })
    }

    pub(super) async fn add(&mut self, sealed: &[u8]) -> Result<(), StoreError> {
        self.out.write_all(sealed).await.map_err(writing)
    }

    pub(super) async fn finish(mut self) -> Result<(), StoreError> {
        self.out.flush().await.map_err(writing)?;
        self.out.sync_all().await.map_err(writing)?;
        tokio::fs::rename(&self.under, &self.name).await.map_err(writing)?;
        let folder = File::open(folder_of(&self.name)).await.map_err(writing)?;
        folder.sync_all().await.map_err(writing)
    }
}

/// A sealed chunk of so many plain bytes; `None` when the file does not have it.
pub(super) async fn read(file: &Path, ordinal: u64, plain: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let reading = |error: std::io::Error| StoreError::of_disk("reading an attachment", &error);
    let mut file = match File::open(file).await {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(reading(error)),
    };
    file.seek(SeekFrom::Start(ordinal * (chunk_bytes() + ADDED))).await.map_err(reading)?;
    let wanted = plain + ADDED;
    let mut sealed = Vec::with_capacity(usize::try_from(wanted).unwrap_or_default());
    file.take(wanted).read_to_end(&mut sealed).await.map_err(reading)?;
    Ok((u64::try_from(sealed.len()) == Ok(wanted)).then_some(sealed))
}

/// Removes a file, finished or not.
pub(super) async fn remove(name: &Path) -> Result<(), StoreError> {
    for file in [name.with_extension("part"), name.to_owned()] {
        match tokio::fs::remove_file(&file).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::of_disk("removing an attachment", &error));
            }
            _ => (),
        }
    }
    Ok(())
}

fn folder_of(name: &Path) -> &Path {
    name.parent().unwrap_or(name)
}

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err as it is")]
fn writing(error: std::io::Error) -> StoreError {
    StoreError::of_disk("writing an attachment", &error)
}
