//! What a file is by its content. The magic numbers are those of the formats' own specifications.
//!
//! What more than one format claims is refused: somebody made it so. A picture could be cured by writing it anew, but a
//! honest one does not look like that.

use super::{Content, Forbidden, Format, office, text};

/// Bytes at the beginning in which a format shows itself.
const HEAD: usize = 4096;
/// A PDF may begin this late, and readers accept it.
const PDF_WITHIN: usize = 1024;

/// What a file is, or why it is not kept.
///
/// # Errors
/// [`Forbidden`].
pub fn sniff<C: Content + ?Sized>(content: &C) -> Result<Format, Forbidden> {
    let head = content.piece(0, HEAD);
    if head.is_empty() {
        return Err(Forbidden::Empty);
    }
    // Before everything else: what is a program is one, whatever it claims besides.
    if is_program(&head) {
        return Err(Forbidden::Program);
    }
    let begins = by_beginning(&head);
    let zip_ends = office::zip_directory(content);
    let pdf = has_within(&head, b"%PDF-", PDF_WITHIN);
    match begins {
        Begins::As(format) => {
            let several = zip_ends.is_some() || (pdf && format != Format::Pdf) || text::is_active(&head);
            if several { Err(Forbidden::Several) } else { Ok(format) }
        }
        Begins::AsZip => match zip_ends {
            Some(_) if pdf || text::is_active(&head) => Err(Forbidden::Several),
            Some(directory) => office::of_zip(content, directory),
            None => Err(Forbidden::Archive),
        },
        Begins::AsOle if zip_ends.is_some() || pdf || text::is_active(&head) => Err(Forbidden::Several),
        Begins::AsOle => office::of_ole(content),
        Begins::AsArchive => Err(Forbidden::Archive),
        Begins::Otherwise => match (zip_ends.is_some(), pdf) {
            (true, true) => Err(Forbidden::Several),
            // A program that unpacks itself, or something before an archive.
            (true, false) => Err(Forbidden::Archive),
            (false, true) if text::is_active(&head) => Err(Forbidden::Several),
            (false, true) => Ok(Format::Pdf),
            (false, false) => text::of(content, &head),
        },
    }
}

/// How a file begins.
enum Begins {
    As(Format),
    AsZip,
    AsOle,
    AsArchive,
    Otherwise,
}

fn by_beginning(head: &[u8]) -> Begins {
    use Format::{Aac, Amr, Bmp, Flac, Gif, Jpeg, Mp3, Pdf, Png, Rtf, Tiff, Wav, WebM, WebP};
    let starts = |magic: &[u8]| head.starts_with(magic);
    let riff = |kind: &[u8]| starts(b"RIFF") && head.get(8..12) == Some(kind);
    let format = match () {
        () if starts(b"\xff\xd8\xff") => Jpeg,
        () if starts(b"\x89PNG\r\n\x1a\n") => Png,
        () if riff(b"WEBP") => WebP,
        () if starts(b"GIF87a") || starts(b"GIF89a") => Gif,
        () if starts(b"II*\0") || starts(b"MM\0*") => Tiff,
        () if is_bmp(head) => Bmp,
        () if starts(b"\x1a\x45\xdf\xa3") && has_within(head, b"webm", 64) => WebM,
        () if starts(b"ID3") || is_mp3(head) => Mp3,
        () if starts(b"\xff\xf1") || starts(b"\xff\xf9") => Aac,
        () if starts(b"#!AMR") => Amr,
        () if riff(b"WAVE") => Wav,
        () if starts(b"fLaC") => Flac,
        () if starts(b"%PDF-") => Pdf,
        () if starts(b"{\\rtf") => Rtf,
        () => return otherwise(head),
    };
    Begins::As(format)
}

fn otherwise(head: &[u8]) -> Begins {
    const ARCHIVES: [&[u8]; 8] = [
        b"Rar!\x1a\x07",
        b"7z\xbc\xaf\x27\x1c",
        b"\x1f\x8b",
        b"BZh",
        b"\xfd7zXZ\0",
        b"\x28\xb5\x2f\xfd",
        b"MSCF",
        b"PK\x05\x06",
    ];
    if let Some(format) = base_media(head).or_else(|| ogg(head)) {
        return Begins::As(format);
    }
    if head.starts_with(b"PK\x03\x04") {
        return Begins::AsZip;
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Begins::AsOle;
    }
    let tar = head.get(257..262) == Some(b"ustar");
    if tar || ARCHIVES.iter().any(|magic| head.starts_with(magic)) {
        return Begins::AsArchive;
    }
    Begins::Otherwise
}

/// Programs of the usual systems, shortcuts to them, and scripts that name their interpreter.
fn is_program(head: &[u8]) -> bool {
    const PROGRAMS: [&[u8]; 11] = [
        b"MZ",
        b"\x7fELF",
        b"\xfe\xed\xfa\xce",
        b"\xfe\xed\xfa\xcf",
        b"\xce\xfa\xed\xfe",
        b"\xcf\xfa\xed\xfe",
        b"\xca\xfe\xba\xbe",
        b"dex\n",
        b"\0asm",
        b"L\0\0\0\x01\x14\x02\0",
        b"ITSF",
    ];
    let script = head.starts_with(b"#!") && !head.starts_with(b"#!AMR");
    script || PROGRAMS.iter().any(|magic| head.starts_with(magic))
}

/// Two letters prove little: the length of the header that follows must be one that exists.
fn is_bmp(head: &[u8]) -> bool {
    let header = head.get(14..18).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
    head.starts_with(b"BM") && matches!(header, Some(12 | 40 | 52 | 56 | 64 | 108 | 124))
}

/// The ISO base media formats, by their brand.
fn base_media(head: &[u8]) -> Option<Format> {
    let brand = head.get(8..12).filter(|_| head.get(4..8) == Some(b"ftyp"))?;
    match brand {
        b"heic" | b"heix" | b"heim" | b"heis" | b"mif1" | b"msf1" | b"avif" | b"avis" => Some(Format::Heif),
        b"M4A " | b"M4B " => Some(Format::M4a),
        b"qt  " => Some(Format::QuickTime),
        [b'3', b'g', b'p' | b'2' | b'r' | b's' | b'e', _] => Some(Format::ThreeGp),
        b"isom" | b"iso2" | b"iso3" | b"iso4" | b"iso5" | b"iso6" | b"mp41" | b"mp42" | b"avc1" | b"dash"
        | b"MSNV" | b"M4V " | b"f4v " | b"XAVC" => Some(Format::Mp4),
        _ => None,
    }
}

/// Only sound: a resident's voice note is Opus.
fn ogg(head: &[u8]) -> Option<Format> {
    let codec = |name: &[u8]| has_within(head, name, 64);
    let sound = codec(b"OpusHead") || codec(b"\x01vorbis") || codec(b"Speex   ") || codec(b"\x7fFLAC");
    (head.starts_with(b"OggS") && sound).then_some(Format::Ogg)
}

/// MPEG-1 or -2 layer III: a frame's header, with another one where the first says that it ends.
fn is_mp3(head: &[u8]) -> bool {
    let frame = |at: usize| {
        let bytes: [u8; 4] = head.get(at..at + 4)?.try_into().ok()?;
        frame_length(bytes)
    };
    frame(0).is_some_and(|length| frame(length).is_some())
}

/// The length of an MPEG layer III frame by its header. Source: ISO/IEC 11172-3, 2.4.2.3; 13818-3.
fn frame_length([sync, kind, rates, _]: [u8; 4]) -> Option<usize> {
    const KBITS_1: [usize; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const KBITS_2: [usize; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let is_layer_3 = sync == 0xff && kind & 0xe6 == 0xe2;
    let (kbits, base, per_frame) = match (kind >> 3) & 3 {
        3 => (KBITS_1, 1, 144),
        2 => (KBITS_2, 2, 72),
        0 => (KBITS_2, 4, 72),
        _ => return None,
    };
    let kbits = kbits.get(usize::from(rates >> 4)).copied().filter(|kbits| *kbits > 0)?;
    let hertz = [44_100, 48_000, 32_000].get(usize::from((rates >> 2) & 3))? / base;
    let padding = usize::from((rates >> 1) & 1);
    is_layer_3.then(|| per_frame * kbits * 1000 / hertz + padding)
}

/// Whether `what` begins within the first `within` bytes.
pub(super) fn has_within(bytes: &[u8], what: &[u8], within: usize) -> bool {
    let searched = bytes.get(..(within + what.len()).min(bytes.len())).unwrap_or_default();
    searched.windows(what.len()).any(|window| window == what)
}

#[cfg(test)]
#[path = "sniff/tests.rs"]
mod tests;
