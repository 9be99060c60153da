//! Files by their content: what a file truly is, whether it is kept, how it is given out.
//!
//! Nothing that its sender says of a file is believed: [`sniff`] reads its content, and only the formats of [`Format`] are
//! kept. Everything here is pure; decoding happens elsewhere, in a process of its own.
//!
//! To keep one more format: its line in [`Format`], its marks in `sniff.rs`, its case in the table of that test.

pub mod download;
pub mod exif;
pub mod names;
mod office;
pub mod place;
mod sniff;
mod text;
pub mod webp;

pub use sniff::sniff;

/// The content of a file, read piece by piece: a large one is never in memory as a whole.
pub trait Content {
    /// Its length in bytes.
    fn length(&self) -> u64;
    /// `length` bytes from `at` on, or as many as there are.
    fn piece(&self, at: u64, length: usize) -> Vec<u8>;
}

impl Content for [u8] {
    fn length(&self) -> u64 {
        u64::try_from(self.len()).unwrap_or(u64::MAX)
    }

    fn piece(&self, at: u64, length: usize) -> Vec<u8> {
        let from = usize::try_from(at).unwrap_or(usize::MAX).min(self.len());
        let to = from.saturating_add(length).min(self.len());
        self.get(from..to).unwrap_or_default().to_vec()
    }
}

/// What happens with a file of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handling {
    /// A picture: it is decoded and written anew, which leaves behind what else was in it, and can be shown.
    Picture,
    /// Sound or moving pictures: kept as it is; the browser may play it.
    Play,
    /// Kept as it is, and only ever saved: the browser never shows it under our address.
    Save,
}

macro_rules! formats {
    ($($(#[$doc:meta])* $name:ident = $media_type:literal, $ending:literal, $handling:ident;)*) => {
        /// The formats that are kept.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "the names and types say it")]
        pub enum Format { $($(#[$doc])* $name,)* }

        impl Format {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its media type.
            #[must_use]
            pub const fn media_type(self) -> &'static str {
                match self { $(Self::$name => $media_type,)* }
            }

            /// The ending of its files, without the dot.
            #[must_use]
            pub const fn ending(self) -> &'static str {
                match self { $(Self::$name => $ending,)* }
            }

            /// What happens with it.
            #[must_use]
            pub const fn handling(self) -> Handling {
                match self { $(Self::$name => Handling::$handling,)* }
            }
        }
    };
}

formats! {
    Jpeg = "image/jpeg", "jpg", Picture;
    Png = "image/png", "png", Picture;
    WebP = "image/webp", "webp", Picture;
    Gif = "image/gif", "gif", Picture;
    Heif = "image/heif", "heic", Save;
    Tiff = "image/tiff", "tiff", Save;
    Bmp = "image/bmp", "bmp", Save;
    Mp4 = "video/mp4", "mp4", Play;
    ThreeGp = "video/3gpp", "3gp", Play;
    QuickTime = "video/quicktime", "mov", Play;
    WebM = "video/webm", "webm", Play;
    Ogg = "audio/ogg", "ogg", Play;
    Mp3 = "audio/mpeg", "mp3", Play;
    M4a = "audio/mp4", "m4a", Play;
    Aac = "audio/aac", "aac", Play;
    Amr = "audio/amr", "amr", Play;
    Wav = "audio/wav", "wav", Play;
    Flac = "audio/flac", "flac", Play;
    Pdf = "application/pdf", "pdf", Save;
    Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", Save;
    Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", Save;
    Pptx = "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx", Save;
    Odt = "application/vnd.oasis.opendocument.text", "odt", Save;
    Ods = "application/vnd.oasis.opendocument.spreadsheet", "ods", Save;
    Odp = "application/vnd.oasis.opendocument.presentation", "odp", Save;
    Doc = "application/msword", "doc", Save;
    Xls = "application/vnd.ms-excel", "xls", Save;
    Ppt = "application/vnd.ms-powerpoint", "ppt", Save;
    Rtf = "application/rtf", "rtf", Save;
    Text = "text/plain", "txt", Save;
}

impl Format {
    /// The format of a media type, as [`Format::media_type`] writes it.
    #[must_use]
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.media_type() == media_type)
    }
}

/// Why a file is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Forbidden {
    /// A program, or something that starts one.
    Program,
    /// A page, a script, a drawing that can hold scripts.
    Active,
    /// An archive: what is in it cannot be judged from outside.
    Archive,
    /// An office document with macros, or of a kind that exists to carry them.
    Macros,
    /// It claims to be several things at once.
    Several,
    /// A picture that cannot be read.
    Unreadable,
    /// None of the formats that are kept.
    Unknown,
    /// Nothing is in it.
    Empty,
}

impl Forbidden {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Program,
        Self::Active,
        Self::Archive,
        Self::Macros,
        Self::Several,
        Self::Unreadable,
        Self::Unknown,
        Self::Empty,
    ];

    /// The name in figures and log lines.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Active => "active",
            Self::Archive => "archive",
            Self::Macros => "macros",
            Self::Several => "several",
            Self::Unreadable => "unreadable",
            Self::Unknown => "unknown",
            Self::Empty => "empty",
        }
    }
}

/// The most pixels of a picture that is decoded: a photograph of a telephone has 12 to 50 million.
pub const PIXELS_MAX: u64 = 50_000_000;
/// The longest side of a picture that is decoded.
pub const SIDE_MAX: u32 = 16_384;
/// The longest side of the small picture.
pub const THUMBNAIL_SIDE: u32 = 480;

/// Whether a picture of this size is decoded. Asked of its header, before any of its pixels.
#[must_use]
pub fn is_decoded(width: u32, height: u32) -> bool {
    let sides = 1..=SIDE_MAX;
    sides.contains(&width) && sides.contains(&height) && u64::from(width) * u64::from(height) <= PIXELS_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_media_type_stands_for_one_format() {
        for format in Format::ALL {
            assert_eq!(Format::of_media_type(format.media_type()), Some(*format));
        }
    }

    #[test]
    fn a_flood_of_pixels_is_seen_in_the_header() {
        for (size, expected) in [
            ((4000, 3000), true),
            ((8160, 6120), true),
            ((10_000, 10_000), false),
            ((65_535, 65_535), false),
            ((u32::MAX, u32::MAX), false),
            ((16_385, 1), false),
            ((16_384, 3000), true),
            ((0, 100), false),
            ((100, 0), false),
        ] {
            assert_eq!(is_decoded(size.0, size.1), expected, "{size:?}");
        }
    }
}
