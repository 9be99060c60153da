//! A logo: looked at, and written anew from what is known to be harmless.

use std::fmt;
use std::str::FromStr;

use super::{png, svg};

/// The largest logo, in bytes: it is part of what a page weighs on a first visit.
pub const LOGO_BYTES: usize = 32 * 1024;

/// What a logo is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoKind {
    /// Shapes.
    Svg,
    /// Dots.
    Png,
}

impl LogoKind {
    /// The end of its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }

    /// As which it is served.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
        }
    }
}

/// A logo that is harmless.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    /// What it is written in.
    pub kind: LogoKind,
    /// Its bytes, as they are served.
    pub content: Vec<u8>,
}

impl fmt::Debug for Logo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Logo({}, {} bytes)", self.kind.as_str(), self.content.len())
    }
}

/// Why a file is no logo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogoRefused {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// More than [`LOGO_BYTES`].
    #[error("a logo has at most 32 kB")]
    TooLarge,
    /// Another kind of file.
    #[error("a logo is an SVG or a PNG")]
    OtherKind,
    /// Not as the format prescribes.
    #[error("the file is damaged: {0}")]
    Damaged(&'static str),
    /// More dots than are shown.
    #[error("a PNG has at most 1024 by 1024 dots")]
    TooManyDots,
    /// More shapes than a logo has, or nested too deep.
    #[error("the drawing has too many parts")]
    TooManyParts,
    /// It could run something, or fetch something.
    #[error("\"{0}\" cannot be in a logo")]
    Forbidden(String),
}

impl Logo {
    /// What may be kept of a file.
    ///
    /// # Errors
    /// [`LogoRefused`].
    pub fn of(file: &[u8]) -> Result<Self, LogoRefused> {
        if file.is_empty() {
            return Err(LogoRefused::Empty);
        }
        if file.len() > LOGO_BYTES {
            return Err(LogoRefused::TooLarge);
        }
        if png::is_png(file) {
            return Ok(Self { kind: LogoKind::Png, content: png::rewritten(file)? });
        }
        let text = std::str::from_utf8(file).map_err(|_| LogoRefused::OtherKind)?;
        let content = svg::rewritten(text)?.into_bytes();
        if content.len() > LOGO_BYTES {
            return Err(LogoRefused::TooLarge);
        }
        Ok(Self { kind: LogoKind::Svg, content })
    }
}

/// The name of a logo: a hash of its content and its kind, "0f3a….svg". Another content is another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoRef {
    /// 32 digits of a hash.
    pub hash: String,
    /// What it is written in.
    pub kind: LogoKind,
}

impl fmt::Display for LogoRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.hash, self.kind.as_str())
    }
}

impl FromStr for LogoRef {
    type Err = LogoRefused;

    fn from_str(text: &str) -> Result<Self, LogoRefused> {
        let (hash, ending) = text.rsplit_once('.').ok_or(LogoRefused::OtherKind)?;
        let plain = hash.len() == 32 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let kind = [LogoKind::Svg, LogoKind::Png].into_iter().find(|kind| kind.as_str() == ending);
        match (plain, kind) {
            (true, Some(kind)) => Ok(Self { hash: hash.to_owned(), kind }),
            _ => Err(LogoRefused::OtherKind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_neither_svg_nor_png_or_too_large_is_no_logo() {
        let check = |file: &[u8], expected: LogoRefused| assert_eq!(Logo::of(file), Err(expected));
        check(b"", LogoRefused::Empty);
        check(&vec![b' '; LOGO_BYTES + 1], LogoRefused::TooLarge);
        check(b"GIF89a", LogoRefused::OtherKind);
        check(b"\xff\xd8\xff\xe0JFIF", LogoRefused::OtherKind);
        check(b"<!doctype html><html><svg/></html>", LogoRefused::OtherKind);
    }

    #[test]
    fn the_name_of_a_logo_is_a_hash_and_a_kind() {
        let name = format!("{}.svg", "0f".repeat(16));
        assert_eq!(name.parse::<LogoRef>().map(|logo| logo.to_string()), Ok(name));
        for text in [
            "",
            "svg",
            "0f.svg",
            "../../../../../../../../etc.svg",
            &format!("{}.gif", "0f".repeat(16)),
        ] {
            assert!(text.parse::<LogoRef>().is_err(), "{text}");
        }
    }
}
