//! Where the bytes of files are: beside the state file, or in memory when there is none.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

/// The bytes of files by id. How many it may hold is decided by who puts them in.
#[derive(Debug)]
pub(crate) enum Vault {
    /// Forgotten at the end.
    Memory(Mutex<HashMap<String, Bytes>>),
    /// One file each.
    Directory(PathBuf),
}

impl Vault {
    /// Beside the state file, `platforms.json.media`, or in memory without one.
    pub(crate) fn beside(state_file: Option<&Path>) -> Self {
        let Some(path) = state_file else {
            return Self::Memory(Mutex::default());
        };
        let mut beside = path.as_os_str().to_owned();
        beside.push(".media");
        Self::Directory(PathBuf::from(beside))
    }

    /// Keeps bytes under an id that is made of digits.
    pub(super) fn put(&self, id: &str, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Memory(kept) => {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.insert(id.to_owned(), Bytes::copy_from_slice(bytes));
                Ok(())
            }
            Self::Directory(directory) => {
                std::fs::create_dir_all(directory)?;
                std::fs::write(directory.join(id), bytes)
            }
        }
    }

    /// The bytes, if they are still there.
    pub(super) fn get(&self, id: &str) -> Option<Bytes> {
        match self {
            Self::Memory(kept) => kept.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned(),
            Self::Directory(directory) => std::fs::read(directory.join(id)).ok().map(Bytes::from),
        }
    }

    pub(super) fn remove(&self, id: &str) {
        match self {
            Self::Memory(kept) => {
                kept.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
            }
            // Whether it was there or not: it is gone now.
            Self::Directory(directory) => drop(std::fs::remove_file(directory.join(id))),
        }
    }

    pub(crate) fn clear(&self) {
        match self {
            Self::Memory(kept) => kept.lock().unwrap_or_else(PoisonError::into_inner).clear(),
            Self::Directory(directory) => drop(std::fs::remove_dir_all(directory)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_until_they_are_removed_wherever_they_are_kept() {
        let room = tempfile::tempdir().expect("a directory");
        let state_file = room.path().join("platforms.json");
        for vault in [Vault::beside(None), Vault::beside(Some(&state_file))] {
            vault.put("17", b"een foto").expect("kept");
            assert_eq!(vault.get("17").as_deref(), Some(b"een foto".as_slice()));
            vault.remove("17");
            assert_eq!(vault.get("17"), None);
            vault.put("18", b"nog een").expect("kept");
            vault.clear();
            assert_eq!(vault.get("18"), None);
        }
    }
}
