//! Writes into a photo what phones write: where and when it was taken, and with what.
//!
//! Source: Exif 2.32 (CIPA DC-008), TIFF 6.0: an APP1 segment with a small directory of entries of twelve bytes each.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Place;

const MAKE: &[u8] = b"Zwanenfoon\0";
/// Types of values: byte, text, 32-bit number, fraction of two of those.
const BYTE: u16 = 1;
const ASCII: u16 = 2;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;

/// The photo with an Exif segment right after its beginning; anything but a JPEG comes back as it is.
pub(super) fn with_exif(jpeg: &[u8], place: Option<Place>, taken_at: Timestamp) -> Vec<u8> {
    let Some(rest) = jpeg.strip_prefix(b"\xff\xd8") else {
        return jpeg.to_vec();
    };
    let tiff = tiff(place, taken_at);
    let length = u16::try_from(tiff.len() + 8).expect("the directories are some hundred bytes");
    let mut photo = b"\xff\xd8\xff\xe1".to_vec();
    photo.extend_from_slice(&length.to_be_bytes());
    photo.extend_from_slice(b"Exif\0\0");
    photo.extend_from_slice(&tiff);
    photo.extend_from_slice(rest);
    photo
}

/// One value of a directory.
struct Entry {
    tag: u16,
    kind: u16,
    count: u32,
    bytes: Vec<u8>,
}

fn tiff(place: Option<Place>, taken_at: Timestamp) -> Vec<u8> {
    let taken = taken_at.to_zoned(TimeZone::UTC).strftime("%Y:%m:%d %H:%M:%S\0").to_string();
    let mut main = vec![text(0x010f, MAKE), text(0x0132, taken.as_bytes())];
    // Where the directory of the place begins is known when the main one, with its pointer, is laid out.
    let pointer = |at: u32| Entry {
        tag: 0x8825,
        kind: LONG,
        count: 1,
        bytes: at.to_be_bytes().to_vec(),
    };
    let header = *b"MM\0\x2a\0\0\0\x08";
    let mut tiff = header.to_vec();
    let Some(place) = place else {
        tiff.extend(directory(8, &main));
        return tiff;
    };
    main.push(pointer(0));
    let place_at = 8 + u32::try_from(directory(8, &main).len()).unwrap_or(0);
    main.pop();
    main.push(pointer(place_at));
    tiff.extend(directory(8, &main));
    tiff.extend(directory(place_at, &place_entries(place)));
    tiff
}

fn place_entries(place: Place) -> Vec<Entry> {
    let side =
        |degrees: f64, plus: &'static [u8], minus: &'static [u8]| if degrees < 0.0 { minus } else { plus };
    let version = Entry { tag: 0x0000, kind: BYTE, count: 4, bytes: vec![2, 3, 0, 0] };
    vec![
        version,
        text(0x0001, side(place.latitude, b"N\0", b"S\0")),
        degrees(0x0002, place.latitude),
        text(0x0003, side(place.longitude, b"E\0", b"W\0")),
        degrees(0x0004, place.longitude),
    ]
}

fn text(tag: u16, text: &[u8]) -> Entry {
    let count = u32::try_from(text.len()).unwrap_or(0);
    Entry { tag, kind: ASCII, count, bytes: text.to_vec() }
}

/// Degrees, minutes, and hundredths of seconds: within half a metre.
fn degrees(tag: u16, angle: f64) -> Entry {
    let hundredths = (angle.abs() * 360_000.0).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an angle of at most 180 degrees is 64,800,000 hundredths of seconds, rounded and positive"
    )]
    let hundredths = hundredths as u32;
    let parts = [(hundredths / 360_000, 1), (hundredths / 6000 % 60, 1), (hundredths % 6000, 100)];
    let bytes = parts
        .iter()
        .flat_map(|(over, under): &(u32, u32)| [over.to_be_bytes(), under.to_be_bytes()]);
    Entry {
        tag,
        kind: RATIONAL,
        count: 3,
        bytes: bytes.flatten().collect(),
    }
}

/// A directory that stands at `at`, with the values that do not fit into their entries after it.
fn directory(at: u32, entries: &[Entry]) -> Vec<u8> {
    let count = u16::try_from(entries.len()).unwrap_or(0);
    let mut out = count.to_be_bytes().to_vec();
    let mut beyond: Vec<u8> = Vec::new();
    let beyond_at = at + 2 + 12 * u32::from(count) + 4;
    for entry in entries {
        out.extend_from_slice(&entry.tag.to_be_bytes());
        out.extend_from_slice(&entry.kind.to_be_bytes());
        out.extend_from_slice(&entry.count.to_be_bytes());
        if entry.bytes.len() <= 4 {
            let mut value = entry.bytes.clone();
            value.resize(4, 0);
            out.extend(value);
        } else {
            let offset = beyond_at + u32::try_from(beyond.len()).unwrap_or(0);
            out.extend_from_slice(&offset.to_be_bytes());
            beyond.extend_from_slice(&entry.bytes);
            // Values begin at even places.
            beyond.resize(beyond.len().next_multiple_of(2), 0);
        }
    }
    out.extend_from_slice(&[0; 4]);
    out.extend(beyond);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of a tag in the directory at `at`, as the offset of its bytes.
    fn value(tiff: &[u8], at: usize, tag: u16) -> Option<usize> {
        let number = |at: usize, length: usize| {
            tiff[at..at + length].iter().fold(0, |sum, byte| sum * 256 + usize::from(*byte))
        };
        (0..number(at, 2))
            .map(|place| at + 2 + 12 * place)
            .find(|&entry| number(entry, 2) == usize::from(tag))
            .map(|entry| {
                let size = if number(entry + 2, 2) == usize::from(ASCII) { 1 } else { 8 };
                if number(entry + 4, 4) * size <= 4 { entry + 8 } else { number(entry + 8, 4) }
            })
    }

    #[test]
    fn the_place_and_the_moment_can_be_read_back() {
        let place = Place { latitude: 52.090_736, longitude: -4.5 };
        let tiff = tiff(Some(place), Timestamp::UNIX_EPOCH);
        let number = |at: usize| u32::from_be_bytes(tiff[at..at + 4].try_into().expect("four bytes"));
        let taken = value(&tiff, 8, 0x0132).expect("a moment");
        assert_eq!(&tiff[taken..taken + 19], b"1970:01:01 00:00:00");
        let entry = (0..3)
            .map(|place| 10 + 12 * place)
            .find(|&at| tiff[at..at + 2] == [0x88, 0x25])
            .expect("a pointer");
        let gps = usize::try_from(number(entry + 8)).expect("an offset");
        let latitude = value(&tiff, gps, 0x0002).expect("a latitude");
        let parts: Vec<f64> = (0..3)
            .map(|part| f64::from(number(latitude + 8 * part)) / f64::from(number(latitude + 8 * part + 4)))
            .collect();
        let degrees = parts[0] + parts[1] / 60.0 + parts[2] / 3600.0;
        assert!((degrees - place.latitude).abs() < 0.000_01, "{parts:?}");
        assert_eq!(tiff[value(&tiff, gps, 0x0003).expect("a side")], b'W');
    }

    #[test]
    fn a_photo_keeps_its_picture_and_anything_else_is_left_alone() {
        let photo = with_exif(b"\xff\xd8picture", None, Timestamp::UNIX_EPOCH);
        assert!(photo.starts_with(b"\xff\xd8\xff\xe1") && photo.ends_with(b"picture"));
        assert_eq!(with_exif(b"RIFF", None, Timestamp::UNIX_EPOCH), b"RIFF");
    }
}
