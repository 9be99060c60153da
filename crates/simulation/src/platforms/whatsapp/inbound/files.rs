//! A file on its way in: kept by the platform, and told of in the webhook.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::super::super::samples::{self, Sample};
use super::super::super::{Problem, Shared};
use super::super::media::{self, Origin};
use super::super::wire::{Incoming, error};
use super::acts::{FileKind, SentFile};

const CAPTION_MAX: usize = 1024;
/// What residents can send and the platform takes.
const BYTES_MAX: usize = 100 * 1024 * 1024;

/// Keeps the file and returns the message that tells of it.
pub(super) fn sent(
    shared: &Shared,
    number_id: &str,
    file: &SentFile,
    at: Timestamp,
) -> Result<Map<String, Value>, Problem> {
    let (mime_type, bytes) = content(file, at)?;
    if file.caption.as_ref().is_some_and(|caption| caption.chars().count() > CAPTION_MAX) {
        return Err(Problem::invalid(format!("a caption has at most {CAPTION_MAX} characters")));
    }
    let kept = media::keep(shared, number_id, &mime_type, &bytes, Origin::Sent)
        .map_err(|error| Problem::full(format!("the file cannot be kept: {error}")))?;
    let kept_as = json!({"mime_type": mime_type, "sha256": kept.sha256_base64(), "id": kept.id,
        "url": kept.address(shared, "webhook", shared.clock.now())});
    Ok(Incoming::of(file.kind.word(), described(file, kept_as)))
}

/// A file that the platform did not take. It is told of as any other, with an id by which there is nothing to be had, and
/// the error beside it. Meta gives no example with 131052: the form is that of a delivery in the tests of Chatwoot (October
/// 2022, an image with `errors`, code 400, "Media download failed"); the title is Meta's, business-phone-numbers/media.
pub(super) fn too_large(
    shared: &Shared,
    kind: FileKind,
    at: Timestamp,
) -> Result<Map<String, Value>, Problem> {
    let file = SentFile::of(kind);
    let (mime_type, bytes) = content(&file, at)?;
    let id = media::id_of_nothing(shared);
    let told = json!({"mime_type": mime_type, "sha256": STANDARD.encode(Sha256::digest(bytes)), "id": id});
    let mut error = error(131_052);
    error["title"] = json!(
        "Media file size too big. Max file size we currently support: 100MB. Please communicate with your customer to \
         send a media file that is smaller than 100MB"
    );
    error["message"] = error["title"].clone();
    let mut content = Incoming::of(kind.word(), described(&file, told));
    content.insert("errors".to_owned(), json!([error]));
    Ok(content)
}

/// What a webhook says of a file besides where it is.
fn described(file: &SentFile, mut told: Value) -> Value {
    if let Some(caption) = file.caption.as_ref().filter(|_| captioned(file.kind)) {
        told["caption"] = json!(caption);
    }
    match file.kind {
        FileKind::Document => told["filename"] = json!(file.filename.as_deref().unwrap_or("brief.pdf")),
        FileKind::Audio | FileKind::Voice => told["voice"] = json!(file.kind == FileKind::Voice),
        FileKind::Sticker => told["animated"] = json!(file.sample.as_deref() == Some("sticker-moving")),
        FileKind::Image | FileKind::Video => {}
    }
    told
}

fn captioned(kind: FileKind) -> bool {
    matches!(kind, FileKind::Image | FileKind::Video | FileKind::Document)
}

fn content(file: &SentFile, at: Timestamp) -> Result<(String, Vec<u8>), Problem> {
    if let Some(base64) = &file.base64 {
        let bytes = STANDARD.decode(base64).map_err(|_| Problem::invalid("base64 is not base64"))?;
        if bytes.is_empty() || bytes.len() > BYTES_MAX {
            return Err(Problem::invalid("a file has 1 byte to 100 MB"));
        }
        let mime_type = file.mime_type.clone().unwrap_or_else(|| "application/octet-stream".to_owned());
        return Ok((mime_type, bytes));
    }
    let name = file.sample.as_deref().unwrap_or(file.kind.own_sample());
    let Sample { mime_type, bytes } = samples::sample(name, file.place, at).ok_or_else(|| {
        let known: Vec<&str> = samples::names().collect();
        Problem::invalid(format!("no file is called “{name}”; there are {}", known.join(", ")))
    })?;
    Ok((file.mime_type.clone().unwrap_or_else(|| mime_type.to_owned()), bytes))
}
