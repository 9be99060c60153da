//! Pictures, videos, sound and documents: uploaded first, sent by the id that the upload gave.
//!
//! Types and sizes: developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
//! (16 June 2026), read 2026-10-11.

use domain::channels::{
    AccountAccess, FileForm, HttpRequest, Outbound, OutboundFile, PartInFlight, TextUnit, Unsendable,
};
use domain::ids::AttachmentId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Content, FileInside};
use crate::channels::whatsapp::settings;

/// Files in one reply.
const FILES_MAX: usize = 10;
/// Characters of what stands below a file.
const CAPTION_MAX: usize = 1024;
const MIB: u64 = 1024 * 1024;

/// Type, the platform's word for the kind of message, most bytes.
const TYPES: &[(&str, &str, u64)] = &[
    ("application/msword", "document", 100 * MIB),
    ("application/pdf", "document", 100 * MIB),
    ("application/vnd.ms-excel", "document", 100 * MIB),
    ("application/vnd.ms-powerpoint", "document", 100 * MIB),
    (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "document",
        100 * MIB,
    ),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "document", 100 * MIB),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "document",
        100 * MIB,
    ),
    ("audio/aac", "audio", 16 * MIB),
    ("audio/amr", "audio", 16 * MIB),
    ("audio/mp4", "audio", 16 * MIB),
    ("audio/mpeg", "audio", 16 * MIB),
    ("audio/ogg", "audio", 16 * MIB),
    ("image/jpeg", "image", 5 * MIB),
    ("image/png", "image", 5 * MIB),
    ("text/plain", "document", 100 * MIB),
    ("video/3gpp", "video", 16 * MIB),
    ("video/mp4", "video", 16 * MIB),
];

/// What the upload of a file is built from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Upload {
    attachment: AttachmentId,
    media_type: String,
    file_name: String,
}

/// A text that fits below a file; a longer one is a message of its own.
pub(super) fn caption(text: &str) -> Option<&str> {
    (!text.is_empty() && TextUnit::Characters.length(text) <= CAPTION_MAX).then_some(text)
}

/// The files of a reply, `caption` below the first if that can have one.
pub(super) fn of(reply: &Outbound, caption: Option<&str>) -> Result<Vec<Content>, Unsendable> {
    if reply.files.len() > FILES_MAX {
        return Err(Unsendable::File { ordinal: FILES_MAX, reason: "count" });
    }
    let mut contents = Vec::with_capacity(reply.files.len());
    for (ordinal, file) in reply.files.iter().enumerate() {
        let kind = kind(ordinal, file)?;
        let mut object = json!({ "id": Value::Null });
        if kind == "document" {
            object["filename"] = json!(name(file));
        }
        if let Some(caption) = caption.filter(|_| ordinal == 0 && kind != "audio") {
            object["caption"] = json!(caption);
        }
        contents.push(Content { kind, object, file: Some(inside(file, "/id")) });
    }
    Ok(contents)
}

/// As which kind a file is sent; refused when the platform does not take it.
pub(super) fn kind(ordinal: usize, file: &OutboundFile) -> Result<&'static str, Unsendable> {
    let essence = file.media_type.split(';').next().unwrap_or_default().trim();
    let known = TYPES.iter().find(|(known, ..)| *known == essence);
    let (_, kind, most) = known.ok_or(Unsendable::File { ordinal, reason: "type" })?;
    if file.bytes == 0 {
        return Err(Unsendable::File { ordinal, reason: "empty" });
    }
    if file.bytes > *most {
        return Err(Unsendable::File { ordinal, reason: "size" });
    }
    Ok(kind)
}

/// A file whose id belongs at `pointer`.
pub(super) fn inside(file: &OutboundFile, pointer: &'static str) -> FileInside {
    let upload = Upload {
        attachment: file.attachment,
        media_type: file.media_type.clone(),
        file_name: name(file),
    };
    FileInside { upload, pointer }
}

fn name(file: &OutboundFile) -> String {
    file.file_name.clone().unwrap_or_else(|| "bijlage".to_owned())
}

/// The upload: nobody outside sees it, so it may be repeated.
pub(super) fn upload(part: &PartInFlight, account: &AccountAccess) -> HttpRequest {
    let form = Upload::deserialize(&part.step.data).ok().map(|upload| FileForm {
        fields: vec![
            ("messaging_product".to_owned(), "whatsapp".to_owned()),
            ("type".to_owned(), upload.media_type.clone()),
        ],
        file_field: "file".to_owned(),
        attachment: upload.attachment,
        file_name: upload.file_name,
        media_type: upload.media_type,
    });
    HttpRequest {
        method: "POST",
        url: format!("{}/media", settings::number_address(account)),
        headers: Vec::new(),
        bearer: account.secrets.newest(settings::ACCESS_TOKEN).cloned(),
        body: Vec::new(),
        form,
    }
}
