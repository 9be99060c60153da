//! What must hold of any picture that is written anew.
//!
//! The module beside which this one stands has `picture`, the room of the judge that decodes.

use std::io::Cursor;

use domain::media::{Format, Handling, THUMBNAIL_SIDE, sniff};

use super::picture::anew;

/// Pixels above which an input is left alone. A larger picture goes the same way and only takes longer; what holds those
/// back are the limits of the process that decodes, which are tested where it is.
const PIXELS_MAX: u64 = 128 * 128;

/// Writes a picture anew, and looks at what was made of it.
pub fn holds(bytes: &[u8]) {
    let Ok(format) = sniff(bytes) else { return };
    if format.handling() != Handling::Picture || !is_small(bytes) {
        return;
    }
    let Ok(made) = anew(bytes, format) else { return };
    assert_eq!(size(&made.bytes), Some((made.width, made.height)), "{format:?} has another size");
    assert_eq!(sniff(made.thumbnail.as_slice()), Ok(Format::Jpeg));
    let (width, height) = size(&made.thumbnail).expect("the small picture can be read");
    assert!(width.max(height) <= THUMBNAIL_SIDE, "a small picture of {width} × {height}");
    // What we have written ourselves we can read, and nobody's place is left in it.
    let again =
        anew(made.bytes.as_slice(), made.format).map(|again| (again.width, again.height, again.taken_at));
    assert_eq!(again, Ok((made.width, made.height, None)));
}

fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    image::ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()?
        .into_dimensions()
        .ok()
}

fn is_small(bytes: &[u8]) -> bool {
    size(bytes).is_some_and(|(width, height)| u64::from(width) * u64::from(height) <= PIXELS_MAX)
}
