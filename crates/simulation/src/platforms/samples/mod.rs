//! Files that residents send: photos with a place, voice notes, letters, stickers.

mod exif;
mod pdf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a phone writes into a photo.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Place {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// A file as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sample {
    pub(crate) mime_type: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// What can be sent, by name.
const FILES: &[(&str, &str, &[u8])] = &[
    ("lamp", "image/jpeg", include_bytes!("lamp.jpg")),
    ("pavement", "image/jpeg", include_bytes!("pavement.jpg")),
    ("sticker", "image/webp", include_bytes!("sticker.webp")),
    ("sticker-moving", "image/webp", include_bytes!("sticker-moving.webp")),
    ("tree", "image/jpeg", include_bytes!("tree.jpg")),
    ("video-water", "video/mp4", include_bytes!("video-water.mp4")),
    ("voice-lamp", "audio/ogg; codecs=opus", include_bytes!("voice-lamp.ogg")),
    ("voice-waste", "audio/ogg; codecs=opus", include_bytes!("voice-waste.ogg")),
    ("waste", "image/jpeg", include_bytes!("waste.jpg")),
    ("water", "image/jpeg", include_bytes!("water.jpg")),
];

/// The names of the files that can be sent, `letter` among them.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, ..)| *name).chain(["letter"])
}

/// The file with this name; photos carry the place and the moment they were taken.
pub(crate) fn sample(name: &str, place: Option<Place>, taken_at: Timestamp) -> Option<Sample> {
    if name == "letter" {
        let lines = ["Geachte heer, mevrouw,", "", "Dit is een verzonnen brief."];
        return Some(Sample { mime_type: "application/pdf", bytes: pdf::page(&lines) });
    }
    let (_, mime_type, bytes) = FILES.iter().find(|(known, ..)| *known == name)?;
    let bytes = match *mime_type {
        "image/jpeg" => exif::with_exif(bytes, place, taken_at),
        _ => bytes.to_vec(),
    };
    Some(Sample { mime_type, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_what_its_type_says() {
        for name in names() {
            let sample = sample(name, None, Timestamp::UNIX_EPOCH).expect("a file");
            let begins = |with: &[u8]| sample.bytes.starts_with(with);
            let right = match sample.mime_type {
                "image/jpeg" => begins(b"\xff\xd8\xff\xe1") && sample.bytes.ends_with(b"\xff\xd9"),
                "image/webp" => begins(b"RIFF"),
                "audio/ogg; codecs=opus" => begins(b"OggS"),
                "application/pdf" => begins(b"%PDF-1.4"),
                "video/mp4" => sample.bytes.get(4..8) == Some(b"ftyp".as_slice()),
                _ => false,
            };
            assert!(right && sample.bytes.len() < 20_000, "{name}: {}", sample.mime_type);
        }
        assert_eq!(sample("unicorn", None, Timestamp::UNIX_EPOCH), None);
    }
}
