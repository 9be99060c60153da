//! Nameless files: what is fetched stands in one until it is judged. Nobody else can open it, and it is gone with this
//! process, however that ends.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// A new one in this directory, which is made where it is missing.
pub(super) async fn nameless(directory: &Path) -> io::Result<File> {
    let directory = directory.to_owned();
    let made = tokio::task::spawn_blocking(move || nameless_now(&directory));
    made.await.map_err(io::Error::other)?
}

/// The same, for who may wait for the disk.
pub(super) fn nameless_now(directory: &Path) -> io::Result<File> {
    std::fs::create_dir_all(directory)?;
    tempfile::tempfile_in(directory)
}

/// Whether so many bytes fit, with `reserve` left for everything else.
///
/// # Errors
/// `StorageFull` when they do not.
pub(super) fn room(directory: &Path, bytes: u64, reserve: u64) -> io::Result<()> {
    let about = match rustix::fs::statvfs(directory) {
        Ok(about) => about,
        // It is made with the first file.
        Err(rustix::io::Errno::NOENT) => rustix::fs::statvfs(directory.parent().unwrap_or(Path::new(".")))?,
        Err(error) => return Err(error.into()),
    };
    let free = about.f_bavail.saturating_mul(about.f_frsize);
    if free >= bytes.saturating_add(reserve) {
        Ok(())
    } else {
        Err(io::ErrorKind::StorageFull.into())
    }
}

/// Overwrites pieces of a file with zeros; a piece that is not within it is an error, and nothing grows.
pub(super) fn blank(file: &File, pieces: &[(u64, u64)]) -> io::Result<()> {
    const ZEROS: [u8; 4096] = [0; 4096];
    let length = file.metadata()?.len();
    for (at, piece) in pieces {
        let end = at.checked_add(*piece).filter(|end| *end <= length);
        let end = end.ok_or(io::ErrorKind::InvalidInput)?;
        let mut place = *at;
        while place < end {
            let most = usize::try_from(end - place).unwrap_or(usize::MAX).min(ZEROS.len());
            let written = file.write_at(ZEROS.get(..most).unwrap_or_default(), place)?;
            place += u64::try_from(written).unwrap_or(0).max(1);
        }
    }
    Ok(())
}
