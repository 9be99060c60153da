//! What the platforms know, and keeping it on disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::courier::{Account, Callback, Outgoing};
use super::whatsapp::WhatsAppState;

/// Everything that outlives a restart.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct State {
    pub(crate) whatsapp: WhatsAppState,
    pub(crate) outgoing: Outgoing,
    /// What others keep with the platforms, by name: where the residents are in their talks, for example.
    pub(crate) notes: BTreeMap<String, Value>,
}

impl State {
    /// Where webhooks of an account go; nothing once it is removed.
    pub(crate) fn callback(&self, account: &Account) -> Option<Callback> {
        match account.parts() {
            ("whatsapp", phone_number_id) => self.whatsapp.callback(phone_number_id),
            _ => None,
        }
    }
}

/// Why the saved state cannot be used or written.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The file cannot be read or written.
    #[error("the state of the simulated platforms at {path}: {source}")]
    File {
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not one of ours. It is left as it is.
    #[error("{path} is no state of the simulated platforms ({source}); move it away to start afresh")]
    Unreadable {
        /// Where.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// Reads the state; a file that does not exist is an empty state.
pub(crate) fn load(path: &Path) -> Result<State, StateError> {
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map_err(|source| StateError::Unreadable { path: path.to_owned(), source }),
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(State::default()),
        Err(source) => Err(StateError::File { path: path.to_owned(), source }),
    }
}

/// Writes the state beside its place and renames it, so that a stop halfway leaves the former one.
pub(crate) async fn save(path: &Path, json: Vec<u8>) -> Result<(), StateError> {
    let failed = |source| StateError::File { path: path.to_owned(), source };
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let written = async {
        let mut file = tokio::fs::File::create(&beside).await?;
        tokio::io::AsyncWriteExt::write_all(&mut file, &json).await?;
        file.sync_all().await?;
        tokio::fs::rename(&beside, path).await
    };
    written.await.map_err(failed)
}
