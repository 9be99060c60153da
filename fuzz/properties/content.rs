//! What must hold of the content of any file, and of what is read in it before anything decodes it.

use std::cell::Cell;

use domain::media::{Content, Forbidden, Format, exif, sniff, webp};

/// The most that is read of a file at once.
const PIECE_MAX: usize = 4 * 1024 * 1024;

/// Asks what a file is, in every way in which it can be read.
pub fn holds(content: &[u8]) {
    let found = sniff(content);
    let counted = Counted { content, read: Cell::new(0) };
    assert_eq!(sniff(&counted), found, "read twice, and not the same");
    assert!(
        counted.read.get() <= content.len() * 8,
        "{} bytes read of {}",
        counted.read.get(),
        content.len()
    );
    // A file that ends sooner than it says must not hold anybody up.
    let _ = sniff(&EndsSooner(content));
    match found {
        Ok(format) => is_kept_rightly(content, format),
        Err(why) => assert!(Forbidden::ALL.contains(&why)),
    }
    is_somewhere_on_earth(content);
    is_an_animation_alone(content);
    assert!(webp::exif(content).is_none_or(|block| block.len() + 20 <= content.len()));
}

struct Counted<'c> {
    content: &'c [u8],
    read: Cell<usize>,
}

impl Content for Counted<'_> {
    fn length(&self) -> u64 {
        self.content.length()
    }

    fn piece(&self, at: u64, length: usize) -> Vec<u8> {
        assert!(length <= PIECE_MAX, "{length} bytes at once");
        let piece = self.content.piece(at, length);
        self.read.set(self.read.get() + piece.len());
        piece
    }
}

struct EndsSooner<'c>(&'c [u8]);

impl Content for EndsSooner<'_> {
    fn length(&self) -> u64 {
        self.0.length() + 1024 * 1024
    }

    fn piece(&self, at: u64, length: usize) -> Vec<u8> {
        self.0.piece(at, length)
    }
}

fn is_kept_rightly(content: &[u8], format: Format) {
    assert_eq!(Format::of_media_type(format.media_type()), Some(format));
    let starts = |magic: &[u8]| content.starts_with(magic);
    assert!(
        !starts(b"MZ") && !starts(b"\x7fELF") && (!starts(b"#!") || starts(b"#!AMR")),
        "a program is kept"
    );
    let beginning = content.get(..1024).unwrap_or(content).to_ascii_lowercase();
    for mark in ["<script", "<html", "<svg"] {
        let shows = beginning.windows(mark.len()).any(|window| window == mark.as_bytes());
        assert!(!shows, "{mark} stands in what is kept as {}", format.media_type());
    }
    // With the end of an archive behind it, a file is two things, whatever it was.
    let with_an_end = [content, b"PK\x05\x06", &[0; 18]].concat();
    assert!(sniff(with_an_end.as_slice()).is_err(), "an archive is kept as {}", format.media_type());
    if IN_ZIP.contains(&format) {
        has_one_directory(content);
    }
}

const IN_ZIP: [Format; 6] = [Format::Docx, Format::Xlsx, Format::Pptx, Format::Odt, Format::Ods, Format::Odp];

/// Some readers look for the directory where the end says that it begins, others where it must begin to reach to the end.
/// A document has the same one for both; or one reader sees macros that the other does not.
fn has_one_directory(content: &[u8]) {
    let end = content
        .windows(4)
        .rposition(|window| window == b"PK\x05\x06")
        .expect("it ends as a ZIP does");
    let long = |at: usize| {
        let bytes = content.get(end + at..end + at + 4).expect("the end is whole");
        usize::try_from(u32::from_le_bytes(bytes.try_into().expect("four bytes"))).expect("it fits")
    };
    let (bytes, at) = (long(12), long(16));
    let between = content.get(at + bytes..end).expect("the directory stands before the end");
    let is_large_form = between.len() == 76 && between.starts_with(b"PK\x06\x06");
    assert!(between.is_empty() || is_large_form, "{} bytes between directory and end", between.len());
}

fn is_somewhere_on_earth(content: &[u8]) {
    let found = exif::place(content);
    assert_eq!(exif::place(content), found);
    if let Some(at) = found {
        assert!(at.latitude_e6.abs() <= 90_000_000 && at.longitude_e6.abs() <= 180_000_000, "{at:?}");
    }
}

/// Only what shows the animation is left, and leaving out is done with the first time.
fn is_an_animation_alone(content: &[u8]) {
    let Some(alone) = webp::animation_alone(content) else { return };
    assert_eq!(webp::animation_alone(&alone).as_ref(), Some(&alone));
    let mut rest = alone.get(12..).expect("it has a header");
    while !rest.is_empty() {
        let (name, behind) = rest.split_at(4);
        assert!([b"VP8X", b"ANIM", b"ANMF"].iter().any(|known| name == *known), "{name:?} was left in");
        let length = u32::from_le_bytes(behind[..4].try_into().expect("four bytes"));
        let length = usize::try_from(length).expect("it fits");
        if name == b"VP8X" {
            assert_eq!(behind[4] & 0b0010_1100, 0, "it speaks of what was left out");
        }
        rest = &behind[4 + length + length % 2..];
    }
}
