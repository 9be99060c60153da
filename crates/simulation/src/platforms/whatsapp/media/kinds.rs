//! Which files each kind of message takes, and how large.
//!
//! Source: the table of supported media types, developers.facebook.com/documentation/business-messaging/whatsapp/
//! business-phone-numbers/media (16 June 2026).

use super::super::super::meta::GraphError;
use super::super::codes::refusal_because;
use super::super::sends::Kind;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// Type, kind, most bytes. A sticker that moves may be larger; whether it does shows in its bytes.
const KINDS: &[(&str, Kind, usize)] = &[
    ("audio/aac", Kind::Audio, 16 * MIB),
    ("audio/amr", Kind::Audio, 16 * MIB),
    ("audio/mp4", Kind::Audio, 16 * MIB),
    ("audio/mpeg", Kind::Audio, 16 * MIB),
    ("audio/ogg", Kind::Audio, 16 * MIB),
    ("audio/opus", Kind::Audio, 16 * MIB),
    ("application/msword", Kind::Document, 100 * MIB),
    ("application/pdf", Kind::Document, 100 * MIB),
    ("application/vnd.ms-excel", Kind::Document, 100 * MIB),
    ("application/vnd.ms-powerpoint", Kind::Document, 100 * MIB),
    (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Kind::Document,
        100 * MIB,
    ),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Kind::Document,
        100 * MIB,
    ),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Kind::Document,
        100 * MIB,
    ),
    ("text/plain", Kind::Document, 100 * MIB),
    ("image/jpeg", Kind::Image, 5 * MIB),
    ("image/png", Kind::Image, 5 * MIB),
    ("image/webp", Kind::Sticker, 500 * KIB),
    ("video/3gp", Kind::Video, 16 * MIB),
    ("video/3gpp", Kind::Video, 16 * MIB),
    ("video/mp4", Kind::Video, 16 * MIB),
];

const STILL_STICKER_MAX: usize = 100 * KIB;

/// Looks whether a file may be uploaded.
pub(in super::super) fn checked(mime_type: &str, bytes: &[u8]) -> Result<(), GraphError> {
    let Some((kind, most)) = limits(mime_type) else {
        let known: Vec<&str> = KINDS.iter().map(|(known, ..)| *known).collect();
        let title =
            format!("Param file must be a file with one of the following types: {}.", known.join(", "));
        let details = format!("{title} Received file of type '{mime_type}'.");
        return Err(GraphError::whatsapp(100, &title, details));
    };
    if bytes.is_empty() {
        return Err(GraphError::whatsapp(100, "Invalid parameter", "The file is empty."));
    }
    let most = if kind == Kind::Sticker && !moves(bytes) { STILL_STICKER_MAX } else { most };
    if bytes.len() > most {
        let details = format!("File of {} bytes is too large: at most {most} bytes.", bytes.len());
        return Err(GraphError::whatsapp(100, "Invalid parameter", details));
    }
    // An Ogg file is taken for audio when it holds Opus and nothing else.
    let opus = bytes.windows(8).take(KIB).any(|window| window == b"OpusHead");
    if essence(mime_type) == "audio/ogg" && !opus {
        return Err(refusal_because(131_053, "Audio in Ogg must be encoded with the Opus codec."));
    }
    Ok(())
}

/// May a file of this type be sent as this kind of message? Documents may be anything.
pub(in super::super) fn fits(mime_type: &str, kind: Kind) -> bool {
    kind == Kind::Document || limits(mime_type).is_some_and(|(own, _)| own == kind)
}

/// The kind a type belongs to, and how large it may be.
pub(super) fn limits(mime_type: &str) -> Option<(Kind, usize)> {
    let essence = essence(mime_type);
    KINDS.iter().find(|(known, ..)| *known == essence).map(|&(_, kind, most)| (kind, most))
}

/// The type without its parameters: `audio/ogg` of `audio/ogg; codecs=opus`.
fn essence(mime_type: &str) -> String {
    mime_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A `WebP` with more than one picture says so in its header.
fn moves(webp: &[u8]) -> bool {
    let extended = webp.get(12..16) == Some(b"VP8X".as_slice());
    extended && webp.get(20).is_some_and(|flags| flags & 0b10 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mime_type: &str, bytes: &[u8], expected: &str) {
        let said = format!("{:?}", checked(mime_type, bytes));
        assert!(said.contains(expected), "{mime_type}, {} bytes: {said}", bytes.len());
    }

    #[test]
    fn each_type_has_its_own_limit() {
        check("image/jpeg", &vec![0; 5 * MIB], "Ok");
        check("image/jpeg", &vec![0; 5 * MIB + 1], "too large");
        check("image/gif", b"GIF89a", "one of the following types");
        check("text/plain", b"", "empty");
        check("audio/ogg; codecs=opus", b"OggS...OpusHead...", "Ok");
        check("audio/ogg", b"OggS...vorbis", "131053");
        let mut sticker = vec![0; 200 * KIB];
        check("image/webp", &sticker, "too large");
        sticker[12..16].copy_from_slice(b"VP8X");
        sticker[20] = 0b10;
        check("image/webp", &sticker, "Ok");
    }

    #[test]
    fn a_picture_is_no_video_and_anything_can_be_a_document() {
        assert!(fits("image/png", Kind::Image) && fits("image/png", Kind::Document));
        assert!(!fits("image/png", Kind::Video) && !fits("image/webp", Kind::Image));
    }
}
