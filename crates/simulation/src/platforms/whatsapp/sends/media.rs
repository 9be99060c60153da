//! Images, videos, audio, documents and stickers: a file uploaded before, or one on the web.

use super::super::super::meta::GraphError;
use super::look::{Look, invalid, missing};
use super::{Kind, web_address};

const CAPTION_MAX: usize = 1024;
const FILE_NAME_MAX: usize = 240;

/// Where the file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum MediaRef {
    /// Uploaded before.
    Id(String),
    /// The platform fetches it itself.
    Link(String),
}

pub(super) fn read(kind: Kind, media: &Look<'_>) -> Result<(String, Vec<(Kind, MediaRef)>), GraphError> {
    let file = file(kind, media)?;
    let captioned = matches!(kind, Kind::Image | Kind::Video | Kind::Document);
    if !captioned && media.get("caption").is_some() {
        return Err(invalid(&format!("Param {}['caption'] is not allowed", kind.word())));
    }
    if kind != Kind::Document && media.get("filename").is_some() {
        return Err(invalid(&format!("Param {}['filename'] is not allowed", kind.word())));
    }
    media.get_text("filename", FILE_NAME_MAX)?;
    if media.get("voice").is_some_and(|voice| kind != Kind::Audio || !voice.value().is_boolean()) {
        return Err(invalid(&format!("Param {}['voice'] is not allowed", kind.word())));
    }
    let caption = media.get("caption").filter(|caption| caption.value().as_str() != Some(""));
    let caption = caption.map(|caption| caption.text(CAPTION_MAX)).transpose()?.unwrap_or_default();
    Ok((caption.to_owned(), vec![(kind, file)]))
}

/// Exactly one of `id` and `link`.
pub(super) fn file(kind: Kind, media: &Look<'_>) -> Result<MediaRef, GraphError> {
    match (media.get("id"), media.get("link")) {
        (Some(_), Some(_)) => {
            Err(invalid(&format!("Param {} takes either id or link, not both", kind.word())))
        }
        (Some(id), None) => {
            let digits = id.value().as_u64().map(|number| number.to_string());
            Ok(MediaRef::Id(digits.map_or_else(|| id.text(256).map(str::to_owned), Ok)?))
        }
        (None, Some(link)) => web_address(&link).map(MediaRef::Link),
        (None, None) => Err(missing(&format!("{}['id'] or {0}['link']", kind.word()))),
    }
}
