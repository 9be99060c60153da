//! Where a picture was taken, as its Exif says. Read before everything of that kind is removed, because for a broken
//! lantern the place is half of the message; nothing else of it is looked at.
//!
//! Source: CIPA DC-008-2023 (Exif 3.0), 4.6.6; TIFF 6.0, section 2.

use crate::messages::Coordinates;

/// Entries of a directory that are looked at.
const ENTRIES: u16 = 512;

/// The place in an Exif block, which begins with its TIFF header; `None` when there is none, or none on Earth.
#[must_use]
pub fn place(tiff: &[u8]) -> Option<Coordinates> {
    let tiff = Tiff::of(tiff)?;
    let gps = tiff.entry(tiff.long(4)?, 0x8825)?.offset;
    let degrees = |sign_tag: u16, tag: u16, negative: u8| {
        let sign = tiff.entry(gps, sign_tag).filter(|entry| entry.kind == 2)?.first_byte;
        let entry = tiff.entry(gps, tag).filter(|entry| entry.kind == 5 && entry.count == 3)?;
        let [whole, minutes, seconds] = [0, 8, 16].map(|at| tiff.fraction(entry.offset.checked_add(at)?));
        let degrees = whole? + minutes? / 60.0 + seconds? / 3600.0;
        Some(if sign.eq_ignore_ascii_case(&negative) { -degrees } else { degrees })
    };
    let (latitude, longitude) = (degrees(1, 2, b'S')?, degrees(3, 4, b'W')?);
    // A receiver that knows nothing yet writes zeros; nobody reports a lantern in the Gulf of Guinea.
    if latitude == 0.0 && longitude == 0.0 {
        return None;
    }
    Coordinates::from_degrees(latitude, longitude)
}

struct Tiff<'a> {
    bytes: &'a [u8],
    little: bool,
}

/// An entry of a directory. A value of four bytes or fewer stands in the place of its offset.
struct Entry {
    kind: u16,
    count: u32,
    offset: u32,
    first_byte: u8,
}

impl<'a> Tiff<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let little = match bytes.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        Some(Self { bytes, little })
    }

    fn short(&self, at: u32) -> Option<u16> {
        let at = usize::try_from(at).ok()?;
        let bytes = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn long(&self, at: u32) -> Option<u32> {
        let at = usize::try_from(at).ok()?;
        let bytes = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn fraction(&self, at: u32) -> Option<f64> {
        let (above, below) = (self.long(at)?, self.long(at.checked_add(4)?)?);
        (below != 0).then(|| f64::from(above) / f64::from(below))
    }

    /// The entry with this tag in the directory at `at`.
    fn entry(&self, at: u32, tag: u16) -> Option<Entry> {
        let entries = self.short(at)?.min(ENTRIES);
        let places = (0..u32::from(entries)).map(|index| at.checked_add(2 + index * 12));
        let found = places.flatten().find(|place| self.short(*place) == Some(tag))?;
        let value = found.checked_add(8)?;
        Some(Entry {
            kind: self.short(found.checked_add(2)?)?,
            count: self.long(found.checked_add(4)?)?,
            offset: self.long(value)?,
            first_byte: *self.bytes.get(usize::try_from(value).ok()?)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An Exif block with a place in it, as a telephone writes it. Degrees, minutes, hundredths of seconds.
    fn block(little: bool, (north, latitude): (u8, [u32; 3]), (east, longitude): (u8, [u32; 3])) -> Vec<u8> {
        let short = |value: u16| if little { value.to_le_bytes() } else { value.to_be_bytes() };
        let long = |value: u32| if little { value.to_le_bytes() } else { value.to_be_bytes() };
        let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
            [&short(tag)[..], &short(kind), &long(count), &value].concat()
        };
        let place = |numbers: [u32; 3]| {
            let [degrees, minutes, hundredths] = numbers;
            [long(degrees), long(1), long(minutes), long(1), long(hundredths), long(100)].concat()
        };
        let begin = if little { *b"II*\0" } else { *b"MM\0*" };
        // Header 8, first directory 2 + 12 + 4, the one of the place 2 + 4 × 12 + 4, then the two places of 24.
        let (gps, first, second) = (26, 26 + 54, 26 + 54 + 24);
        [
            &begin[..],
            &long(8),
            &short(1),
            &entry(0x8825, 4, 1, long(gps)),
            &long(0),
            &short(4),
            &entry(1, 2, 2, [north, 0, 0, 0]),
            &entry(2, 5, 3, long(first)),
            &entry(3, 2, 2, [east, 0, 0, 0]),
            &entry(4, 5, 3, long(second)),
            &long(0),
            &place(latitude),
            &place(longitude),
        ]
        .concat()
    }

    #[test]
    fn the_place_is_read_in_both_byte_orders_and_all_quarters_of_the_earth() {
        for little in [true, false] {
            for (north, east, expected) in [
                (b'N', b'E', (52_518_056, 4_755_000)),
                (b'S', b'E', (-52_518_056, 4_755_000)),
                (b'N', b'W', (52_518_056, -4_755_000)),
            ] {
                let block = block(little, (north, [52, 31, 500]), (east, [4, 45, 1800]));
                let found = place(&block).map(|at| (at.latitude_e6, at.longitude_e6));
                assert_eq!(found, Some(expected), "little: {little}");
            }
        }
    }

    #[test]
    fn what_is_no_place_gives_none() {
        assert_eq!(place(&block(true, (b'N', [0, 0, 0]), (b'E', [0, 0, 0]))), None, "no fix yet");
        assert_eq!(place(&block(true, (b'N', [91, 0, 0]), (b'E', [4, 0, 0]))), None, "beyond the pole");
        assert_eq!(place(b""), None);
        assert_eq!(place(b"Exif\0\0"), None);
        let whole = block(true, (b'N', [52, 31, 500]), (b'E', [4, 45, 1800]));
        for length in 0..whole.len() {
            // Cut off anywhere it ends in no place, never in a panic.
            assert_eq!(place(&whole[..length]), None, "{length} bytes");
        }
    }
}
