//! The data directory: there, ours, writable, and nobody else's at the same time (B5).

use std::fs::{File, OpenOptions};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Held for as long as this process serves from the directory.
pub struct Held {
    _lock: File,
}

/// Makes the directory if it is missing, and checks that this process can use it.
///
/// # Errors
/// One line: what is wrong and what to do.
pub fn check(directory: &Path) -> Result<(), String> {
    let shown = directory.display();
    if !directory.exists() {
        std::fs::create_dir_all(directory)
            .map_err(|error| format!("cannot make the data directory {shown}: {error}"))?;
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        std::fs::set_permissions(directory, private)
            .map_err(|error| format!("cannot make the data directory {shown} private: {error}"))?;
    }
    let about = directory
        .metadata()
        .map_err(|error| format!("cannot look at the data directory {shown}: {error}"))?;
    if !about.is_dir() {
        return Err(format!("the data directory {shown} is no directory"));
    }
    let us = rustix::process::geteuid();
    if about.uid() != us.as_raw() {
        let (owner, us) = (about.uid(), us.as_raw());
        return Err(format!(
            "the data directory {shown} belongs to user {owner}, and this is user {us}; run as its owner, or chown it"
        ));
    }
    let probe = directory.join(".can-be-written");
    let written = std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe));
    written.map_err(|error| format!("the data directory {shown} cannot be written: {error}"))
}

/// Takes the directory for serving; a second server on it would answer everybody twice.
///
/// # Errors
/// One line when another server has it.
pub fn hold(directory: &Path) -> Result<Held, String> {
    let path = directory.join("serve.lock");
    let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let lock = opened.map_err(|error| format!("cannot open {}: {error}", path.display()))?;
    match lock.try_lock() {
        Ok(()) => Ok(Held { _lock: lock }),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(format!("another gehoor serves from {}; stop that one first", directory.display()))
        }
        Err(std::fs::TryLockError::Error(error)) => Err(format!("cannot lock {}: {error}", path.display())),
    }
}

/// What to say when this process is root; `None` when it is not.
#[must_use]
pub fn as_root() -> Option<&'static str> {
    rustix::process::geteuid().is_root().then_some(
        "this runs as root: an attacker who gets in has the whole machine; run it as a user of its own",
    )
}
