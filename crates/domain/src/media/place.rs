//! Where a file that is kept as it came says that it was made: found, told, and blanked in place.
//!
//! Nothing is moved and no length changes: what says the place is overwritten with zeros ([`Blank`]), so that the rest of
//! the file stands where it stood. Each format has a walker that is bounded in steps and depth; where one cannot follow a
//! file, or meets what it knows it cannot blank (a track that records positions all along), it says [`Unsure`], and the
//! file is only ever saved, with that said.
//!
//! What it does not look into: sound without boxes (Ogg, MP3), WebM, PDF and office documents, and pictures inside those.

mod boxes;
mod heif;
mod movie;
mod tiff;

use super::{Content, Format};
use crate::messages::Coordinates;

/// Boxes and directory entries that are looked at in one file.
const STEPS: u32 = 20_000;
/// Pieces that are blanked in one file.
const BLANKS: usize = 64;

/// A piece of a file that is overwritten with zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blank {
    /// Where it begins.
    pub at: u64,
    /// Its length in bytes.
    pub length: u64,
}

/// It cannot be said whether the file tells where it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it cannot be said whether the file tells where it was made")]
pub struct Unsure;

/// What a file says of the place where it was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// The place.
    pub taken_at: Option<Coordinates>,
    /// What has to be overwritten so that the file does not tell it any more.
    pub blanks: Vec<Blank>,
}

/// Finds what a file of this format says of its place.
///
/// # Errors
/// [`Unsure`].
pub fn find<C: Content + ?Sized>(content: &C, format: Format) -> Result<Told, Unsure> {
    let mut search = Search { content, told: Told::default(), steps: 0 };
    match format {
        Format::Heif => heif::search(&mut search)?,
        Format::Tiff => tiff::search(&mut search, 0, content.length())?,
        Format::Mp4 | Format::QuickTime | Format::ThreeGp | Format::M4a => movie::search(&mut search)?,
        _ => (),
    }
    Ok(search.told)
}

/// A walk through a file, with what it found so far.
struct Search<'c, C: Content + ?Sized> {
    content: &'c C,
    told: Told,
    steps: u32,
}

impl<C: Content + ?Sized> Search<'_, C> {
    /// One step further; hostile files end here.
    fn step(&mut self) -> Result<(), Unsure> {
        self.steps += 1;
        if self.steps > STEPS { Err(Unsure) } else { Ok(()) }
    }

    fn blank(&mut self, at: u64, length: u64) -> Result<(), Unsure> {
        let end = at.checked_add(length).ok_or(Unsure)?;
        if end > self.content.length() || self.told.blanks.len() >= BLANKS {
            return Err(Unsure);
        }
        if length > 0 {
            self.told.blanks.push(Blank { at, length });
        }
        Ok(())
    }

    fn tell(&mut self, place: Option<Coordinates>) {
        self.told.taken_at = self.told.taken_at.or(place);
    }

    fn bytes<const N: usize>(&self, at: u64) -> Option<[u8; N]> {
        self.content.piece(at, N).try_into().ok()
    }

    /// A number of so many bytes (big endian), 0 to 8.
    fn number(&self, at: u64, bytes: usize) -> Option<u64> {
        let piece = self.content.piece(at, bytes);
        (piece.len() == bytes).then(|| piece.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
}

#[cfg(test)]
#[path = "place/tests.rs"]
mod tests;
