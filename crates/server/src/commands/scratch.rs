//! A directory for what a measurement puts on disk: it can hold what residents wrote.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// A directory under a name that nobody can guess, which nobody else can open. Gone with this value.
pub struct Scratch(TempDir);

impl Scratch {
    /// Makes one; `purpose` stands in its name.
    ///
    /// # Errors
    /// When the system's directory for such things cannot be written.
    pub fn new(purpose: &str) -> Result<Self, String> {
        let made = tempfile::Builder::new()
            .prefix(&format!("gehoor-{purpose}-"))
            .permissions(std::fs::Permissions::from_mode(0o700))
            .tempdir();
        made.map(Self)
            .map_err(|error| format!("a directory for the {purpose} cannot be made: {error}"))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Removes it, and says so when that fails.
    ///
    /// # Errors
    /// When something in it cannot be removed.
    pub fn remove(self) -> Result<(), String> {
        let path = self.path().display().to_string();
        self.0.close().map_err(|error| format!("{path}: {error}"))
    }
}

/// What `work` gives, unless Ctrl-C or SIGTERM comes first: then it is left off, so that the caller can clean up.
///
/// # Errors
/// Those of `work`, or that it was interrupted.
pub async fn until_interrupted<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let stop = CancellationToken::new();
    super::serve::end_on_signal(stop.clone());
    tokio::select! {
        done = work => done,
        () = stop.cancelled() => Err("interrupted".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_can_look_into_it_and_it_does_not_stay() {
        let (one, other) = (Scratch::new("test").expect("made"), Scratch::new("test").expect("made"));
        assert_ne!(one.path(), other.path());
        let mode = std::fs::metadata(one.path()).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        std::fs::write(one.path().join("message"), "De lantaarn is kapot").expect("written");
        let paths = [one.path().to_owned(), other.path().to_owned()];
        one.remove().expect("removed");
        drop(other);
        assert!(paths.iter().all(|path| !path.exists()));
    }
}
