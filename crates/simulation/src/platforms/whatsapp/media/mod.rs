//! Files: uploaded by a business, or sent by a resident; fetched by id and address; gone after a while.
//!
//! Source: developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media (16 June
//! 2026): ids of webhooks live 7 days, uploaded ones 30, an address 5 minutes.

mod calls;
mod download;
mod fetch;
mod kinds;
mod multipart;
mod vault;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::{Shared, later};
use super::ids;

pub(super) use calls::{remove, show, upload};
pub(super) use download::routes as download_routes;
pub(super) use fetch::fetch_links;
pub(super) use kinds::{checked, fits};
pub(crate) use vault::Vault;

/// Files at once; the oldest makes place.
const FILES_MAX: usize = 20_000;
/// Bytes of all files together; the oldest make place. Five of the largest documents.
const BYTES_MAX: u64 = 512 * 1024 * 1024;
const DAY: Duration = Duration::from_secs(24 * 3600);
const UPLOADED_FOR: Duration = DAY.saturating_mul(30);
const SENT_FOR: Duration = DAY.saturating_mul(7);
/// How long an address works.
const ADDRESS_FOR: Duration = Duration::from_secs(5 * 60);

/// Who brought a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Origin {
    /// Uploaded by the business.
    Uploaded,
    /// Sent by a resident.
    Sent,
}

/// What is known of a file; its bytes are in the [`Vault`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct File {
    pub(super) id: String,
    /// The number it was uploaded on or sent to.
    pub(super) number_id: String,
    pub(super) mime_type: String,
    /// Of the bytes, in hex.
    sha256: String,
    size: u64,
    expires_at: Timestamp,
}

/// All files, oldest first.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Shelf {
    files: BTreeMap<String, File>,
    order: VecDeque<String>,
    bytes: u64,
}

impl File {
    /// As webhooks write it: base64 instead of hex.
    pub(super) fn sha256_base64(&self) -> String {
        STANDARD.encode(hex::decode(&self.sha256).unwrap_or_default())
    }

    /// An address that works for five minutes from `now`. `source` tells where it was given out.
    pub(super) fn address(&self, shared: &Shared, source: &str, now: Timestamp) -> String {
        let ends = later(now, ADDRESS_FOR).as_second();
        let proof = ids::address_proof(&self.id, ends);
        let base = &shared.base_url;
        format!(
            "{base}/whatsapp_business/attachments/?mid={}&source={source}&ext={ends}&hash={proof}",
            self.id
        )
    }
}

impl Shelf {
    /// The file, unless its time is over.
    pub(super) fn file(&self, id: &str, now: Timestamp) -> Option<&File> {
        self.files.get(id).filter(|file| file.expires_at > now)
    }

    /// Takes a file in; returns those that had to make place.
    fn put(&mut self, file: File) -> Vec<String> {
        self.bytes += file.size;
        self.order.push_back(file.id.clone());
        self.files.insert(file.id.clone(), file);
        let mut gone = Vec::new();
        while self.order.len() > FILES_MAX || (self.bytes > BYTES_MAX && self.order.len() > 1) {
            let Some(oldest) = self.order.front().cloned() else { break };
            self.remove(&oldest);
            gone.push(oldest);
        }
        gone
    }

    fn remove(&mut self, id: &str) -> Option<File> {
        let file = self.files.remove(id)?;
        self.bytes = self.bytes.saturating_sub(file.size);
        self.order.retain(|other| other != id);
        Some(file)
    }
}

/// An id by which nothing is kept yet.
pub(super) fn id_of_nothing(shared: &Shared) -> String {
    shared.change(|state| ids::media_id(shared.run, state.whatsapp.next_id()))
}

/// Keeps a file and gives it an id. Blocks for as long as writing takes.
///
/// # Errors
/// When the bytes cannot be kept.
pub(super) fn keep(
    shared: &Shared,
    number_id: &str,
    mime_type: &str,
    bytes: &[u8],
    origin: Origin,
) -> std::io::Result<File> {
    let now = shared.clock.now();
    let id = id_of_nothing(shared);
    let for_long = if origin == Origin::Uploaded { UPLOADED_FOR } else { SENT_FOR };
    let file = File {
        id: id.clone(),
        number_id: number_id.to_owned(),
        mime_type: mime_type.to_owned(),
        sha256: hex::encode(Sha256::digest(bytes)),
        size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        expires_at: later(now, for_long),
    };
    shared.vault.put(&id, bytes)?;
    for gone in shared.change(|state| state.whatsapp.shelf.put(file.clone())) {
        shared.vault.remove(&gone);
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(id: usize, size: u64) -> File {
        File {
            id: id.to_string(),
            number_id: "106".to_owned(),
            mime_type: "image/jpeg".to_owned(),
            sha256: hex::encode(Sha256::digest(b"x")),
            size,
            expires_at: Timestamp::MAX,
        }
    }

    #[test]
    fn the_oldest_files_make_place_by_number_and_by_size() {
        let mut shelf = Shelf::default();
        for id in 0..FILES_MAX {
            assert!(shelf.put(file(id, 1)).is_empty());
        }
        assert_eq!(shelf.put(file(FILES_MAX, 1)), ["0"]);
        let mut shelf = Shelf::default();
        let hundred = 100 * 1024 * 1024;
        let gone: Vec<String> = (0..7).flat_map(|id| shelf.put(file(id, hundred))).collect();
        assert_eq!((gone, shelf.bytes), (vec!["0".to_owned(), "1".to_owned()], 5 * hundred));
        assert!(shelf.remove("6").is_some() && shelf.remove("6").is_none());
        assert_eq!(shelf.bytes, 4 * hundred);
    }

    #[test]
    fn a_webhook_writes_the_checksum_in_base64() {
        assert_eq!(file(1, 1).sha256_base64(), STANDARD.encode(Sha256::digest(b"x")));
    }
}
