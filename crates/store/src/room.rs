//! Room on the disk. What comes in stops before the last of it is used, so that people can go on reading while the disk is
//! full: each look at a conversation is written down before it is answered (RELIABILITY B4, P1).

use std::path::PathBuf;

/// Bytes that are left to those who read. A look takes a few hundred; a log in SQLite begins anew when it is folded in. What a
/// reader took before the disk was full is still written, with the words by which it is found: sixty-four messages at most.
const KEPT_FOR_READING: u64 = 12 * 1024 * 1024;

/// The disk that a store is on; none for a server elsewhere, which keeps its own house.
#[derive(Debug, Clone)]
pub(crate) struct Room(Option<PathBuf>);

impl Room {
    pub(crate) fn in_directory(directory: PathBuf) -> Self {
        Self(Some(directory))
    }

    pub(crate) fn elsewhere() -> Self {
        Self(None)
    }

    /// Whether there is room for what comes in. A disk that cannot be asked has room: writing will tell.
    pub(crate) fn is_left(&self) -> bool {
        let Some(directory) = &self.0 else { return true };
        rustix::fs::statvfs(directory)
            .map_or(true, |about| about.f_bavail.saturating_mul(about.f_frsize) >= KEPT_FOR_READING)
    }
}
