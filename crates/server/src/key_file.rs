//! The key file: made on the first start, outside the data directory; never made over data that has a key (K4).

use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use store::sealed::KeyRing;
use store::{Engine, Store};

/// Reads the key file, or makes one when nothing was ever sealed.
///
/// # Errors
/// One line: what is wrong and what to do.
pub async fn read_or_make(path: &Path, engine: &Engine) -> Result<KeyRing, String> {
    let shown = path.display();
    match std::fs::read_to_string(path) {
        Ok(text) => {
            let mode = std::fs::metadata(path).map_or(0, |about| about.permissions().mode() & 0o077);
            if mode != 0 {
                tracing::warn!("The key file {shown} can be read by others; chmod 600 {shown}");
            }
            KeyRing::parse(&text).map_err(|error| format!("{shown}: {error}"))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if Store::was_sealed(engine).await.map_err(|error| error.to_string())? {
                return Err(format!(
                    "the key file {shown} is missing, and there is data that was sealed with it; put it back \
                     (a new key could not open the old secrets, so none is made)"
                ));
            }
            let text = KeyRing::generate().map_err(|error| error.to_string())?;
            write_private(path, &text)
                .map_err(|error| format!("cannot write the key file {shown}: {error}"))?;
            KeyRing::parse(&text).map_err(|error| format!("{shown}: {error}"))
        }
        Err(error) => Err(format!("cannot read the key file {shown}: {error}")),
    }
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
