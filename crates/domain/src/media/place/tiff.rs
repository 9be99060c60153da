//! TIFF, as a file or as the Exif block of another: every directory is followed; that of the place is emptied, and what
//! can say it in words of its own (XMP, IPTC, Photoshop's, the maker's notes) is blanked.
//!
//! Source: TIFF 6.0, section 2; CIPA DC-008-2023 (Exif 3.0), 4.6.

use super::{Search, Unsure};
use crate::media::{Content, exif};

/// Directories of one block.
const DIRECTORIES: usize = 64;
/// Entries of one.
const ENTRIES: u64 = 4_096;
/// Bytes of a block in which a place is read to be told.
const BLOCK: u64 = 1024 * 1024;

/// Tags that say where more directories stand: below, Exif, interoperability.
const FURTHER: [u64; 3] = [0x014a, 0x8769, 0xa005];
/// The tag of the directory of the place.
const PLACE: u64 = 0x8825;
/// XMP, IPTC, Photoshop's blocks, the maker's notes.
const IN_WORDS: [u64; 4] = [0x02bc, 0x83bb, 0x8649, 0x927c];

struct Block {
    from: u64,
    length: u64,
    little: bool,
}

impl Block {
    fn number<C: Content + ?Sized>(
        &self,
        search: &Search<'_, C>,
        at: u64,
        bytes: usize,
    ) -> Result<u64, Unsure> {
        if at.checked_add(8).is_none_or(|end| end > self.length.saturating_add(8)) {
            return Err(Unsure);
        }
        let number = search.number(self.from.checked_add(at).ok_or(Unsure)?, bytes).ok_or(Unsure)?;
        if !self.little {
            return Ok(number);
        }
        Ok((0..bytes).fold(0, |turned, index| turned << 8 | (number >> (8 * index)) & 0xff))
    }

    fn blank<C: Content + ?Sized>(
        &self,
        search: &mut Search<'_, C>,
        at: u64,
        length: u64,
    ) -> Result<(), Unsure> {
        if at.checked_add(length).is_none_or(|end| end > self.length) {
            return Err(Unsure);
        }
        search.blank(self.from + at, length)
    }
}

/// Bytes of a value of this kind.
const fn size_of(kind: u64) -> Option<u64> {
    match kind {
        1 | 2 | 6 | 7 => Some(1),
        3 | 8 => Some(2),
        4 | 9 | 11 | 13 => Some(4),
        5 | 10 | 12 => Some(8),
        _ => None,
    }
}

/// Searches the block that begins at `from`.
pub(super) fn search<C: Content + ?Sized>(
    search: &mut Search<'_, C>,
    from: u64,
    length: u64,
) -> Result<(), Unsure> {
    let little = match &search.bytes::<4>(from).ok_or(Unsure)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return Err(Unsure),
    };
    if length <= BLOCK {
        let block = search.content.piece(from, usize::try_from(length).unwrap_or(0));
        search.tell(exif::place(&block));
    }
    let block = Block { from, length, little };
    let mut waiting = vec![block.number(search, 4, 4)?];
    let mut seen = Vec::new();
    while let Some(directory) = waiting.pop() {
        if directory == 0 || seen.contains(&directory) {
            continue;
        }
        seen.push(directory);
        if seen.len() > DIRECTORIES {
            return Err(Unsure);
        }
        of_directory(search, &block, directory, &mut waiting)?;
    }
    Ok(())
}

fn of_directory<C: Content + ?Sized>(
    search: &mut Search<'_, C>,
    block: &Block,
    directory: u64,
    waiting: &mut Vec<u64>,
) -> Result<(), Unsure> {
    let entries = block.number(search, directory, 2)?;
    if entries > ENTRIES {
        return Err(Unsure);
    }
    for index in 0..entries {
        search.step()?;
        let entry = directory + 2 + index * 12;
        let tag = block.number(search, entry, 2)?;
        let (at, length) = value(search, block, entry)?;
        match tag {
            PLACE => {
                let place = block.number(search, entry + 8, 4)?;
                empty(search, block, place)?;
            }
            _ if IN_WORDS.contains(&tag) => block.blank(search, at, length)?,
            _ if FURTHER.contains(&tag) => {
                for further in 0..(length / 4).min(u64::try_from(DIRECTORIES).unwrap_or(0)) {
                    waiting.push(block.number(search, at + further * 4, 4)?);
                }
            }
            _ => (),
        }
    }
    // Where the next one stands; a block that ends here has none.
    waiting.push(block.number(search, directory + 2 + entries * 12, 4).unwrap_or(0));
    Ok(())
}

/// Where the value of an entry stands, and its length: four bytes or fewer stand in the entry itself.
fn value<C: Content + ?Sized>(
    search: &Search<'_, C>,
    block: &Block,
    entry: u64,
) -> Result<(u64, u64), Unsure> {
    let Some(size) = size_of(block.number(search, entry + 2, 2)?) else {
        return Ok((entry + 8, 4));
    };
    let length = block.number(search, entry + 4, 4)?.saturating_mul(size);
    if length <= 4 {
        Ok((entry + 8, length))
    } else {
        Ok((block.number(search, entry + 8, 4)?, length))
    }
}

/// A directory without entries is left of it, and nothing of their values.
fn empty<C: Content + ?Sized>(
    search: &mut Search<'_, C>,
    block: &Block,
    directory: u64,
) -> Result<(), Unsure> {
    let entries = block.number(search, directory, 2)?;
    if entries > 64 {
        return Err(Unsure);
    }
    for index in 0..entries {
        search.step()?;
        let entry = directory + 2 + index * 12;
        let (at, length) = value(search, block, entry)?;
        if at != entry + 8 {
            block.blank(search, at, length)?;
        }
    }
    block.blank(search, directory, 2 + entries * 12)
}
