//! Office documents, and what tells them from other containers. Nothing is unpacked: the directories are enough to see
//! what kind it is and whether macros are in it.
//!
//! Sources: PKWARE APPNOTE 6.3.10 (sections 4.3.12 to 4.3.16); ECMA-376 part 2; OpenDocument 1.3 part 2; \[MS-CFB\] 2.6.

use super::{Content, Forbidden, Format};

/// The longest end of a ZIP: 22 bytes and a remark.
const ZIP_END_MAX: usize = 22 + 65_535;
/// The largest directory of a ZIP that is read.
const DIRECTORY_MAX: u64 = 4 * 1024 * 1024;
/// Bytes of the end of the large form, with the piece behind it that says where it stands.
const LARGE_END: u64 = 56 + 20;
/// The most entries of a ZIP.
const ENTRIES_MAX: u16 = 20_000;

/// Where the directory of a ZIP stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ZipDirectory {
    at: u64,
    bytes: u64,
    entries: u16,
    /// Where the end stands that points to it.
    end_at: u64,
    /// Whether another end stands behind that one, in its remark.
    ends_again: bool,
}

/// The directory that the end of a file points to, if it ends as a ZIP does.
pub(super) fn zip_directory<C: Content + ?Sized>(content: &C) -> Option<ZipDirectory> {
    let length = content.length();
    let from = length.saturating_sub(u64::try_from(ZIP_END_MAX).ok()?);
    let tail = content.piece(from, ZIP_END_MAX);
    let starts = (0..tail.len().saturating_sub(21)).rev().find(|at| {
        let end = tail.get(*at..).unwrap_or_default();
        // The remark reaches to the end of the file, or a few bytes would do for a false alarm.
        end.starts_with(b"PK\x05\x06")
            && small(end, 20).is_some_and(|remark| usize::from(remark) == end.len() - 22)
    })?;
    let end = tail.get(starts..)?;
    Some(ZipDirectory {
        entries: small(end, 10)?,
        bytes: u64::from(large(end, 12)?),
        at: u64::from(large(end, 16)?),
        end_at: from + u64::try_from(starts).ok()?,
        ends_again: end.windows(4).skip(1).any(|window| window == b"PK\x05\x06"),
    })
}

impl ZipDirectory {
    /// Whether every reader finds the same directory. Some look where the end points to; some take it that the directory
    /// reaches to the end, and count back from there; some take the last end that they see.
    fn is_the_only_one<C: Content + ?Sized>(self, content: &C) -> bool {
        let Some(after) = self.at.checked_add(self.bytes) else { return false };
        let is_reached = after == self.end_at || self.has_large_end(content, after);
        is_reached && !self.ends_again
    }

    /// Whether nothing but the end of the large form stands between directory and end, and says the same. Some programs
    /// write it for small documents as well.
    fn has_large_end<C: Content + ?Sized>(self, content: &C, at: u64) -> bool {
        if at.checked_add(LARGE_END) != Some(self.end_at) {
            return false;
        }
        let end = content.piece(at, 56);
        let says = |at: usize| end.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes);
        end.starts_with(b"PK\x06\x06")
            && says(32) == Some(u64::from(self.entries))
            && says(40) == Some(self.bytes)
            && says(48) == Some(self.at)
    }
}

/// What a ZIP is by the names in its directory.
pub(super) fn of_zip<C: Content + ?Sized>(content: &C, end: ZipDirectory) -> Result<Format, Forbidden> {
    if !end.is_the_only_one(content) || end.bytes > DIRECTORY_MAX || end.entries > ENTRIES_MAX {
        return Err(Forbidden::Archive);
    }
    let directory = content.piece(end.at, usize::try_from(end.bytes).unwrap_or(usize::MAX));
    let names = names(&directory, end.entries).ok_or(Forbidden::Archive)?;
    let has = |start: &str| names.iter().any(|name| name.starts_with(start));
    let format = match () {
        () if has("[content_types].xml") && has("word/document") => Format::Docx,
        () if has("[content_types].xml") && has("xl/workbook") => Format::Xlsx,
        () if has("[content_types].xml") && has("ppt/presentation") => Format::Pptx,
        () if has("mimetype") => open_document(&content.piece(0, 128)).ok_or(Forbidden::Archive)?,
        () => return Err(Forbidden::Archive),
    };
    let runs = |name: &String| {
        name.contains("vbaproject")
            || name.contains("vbadata")
            || name.contains("/activex/")
            || name.contains("macrosheets/")
            || name.starts_with("basic/")
            || name.starts_with("scripts/")
    };
    if names.iter().any(runs) { Err(Forbidden::Macros) } else { Ok(format) }
}

/// An OpenDocument says what it is in its first entry, which is stored as it is.
fn open_document(head: &[u8]) -> Option<Format> {
    let said = head.get(38..).filter(|_| head.get(30..38) == Some(b"mimetype"))?;
    let said = said.strip_prefix(b"application/vnd.oasis.opendocument.".as_slice())?;
    [
        (b"text".as_slice(), Format::Odt),
        (b"spreadsheet", Format::Ods),
        (b"presentation", Format::Odp),
    ]
    .into_iter()
    .find_map(|(word, format)| {
        // Behind it the next entry begins: `text-template` is something else.
        let rest = said.strip_prefix(word)?;
        rest.starts_with(b"PK").then_some(format)
    })
}

/// The names of a ZIP's directory, in small letters and with the slashes of the standard; `None` when it is not whole.
fn names(directory: &[u8], entries: u16) -> Option<Vec<String>> {
    let (mut rest, mut names) = (directory, Vec::new());
    for _ in 0..entries {
        if !rest.starts_with(b"PK\x01\x02") {
            return None;
        }
        let name_length = usize::from(small(rest, 28)?);
        let more = usize::from(small(rest, 30)?) + usize::from(small(rest, 32)?);
        let name = rest.get(46..46 + name_length)?;
        names.push(String::from_utf8_lossy(name).to_lowercase().replace('\\', "/"));
        rest = rest.get(46 + name_length + more..)?;
    }
    // What stands behind the last one that was announced would be seen by another reader.
    rest.is_empty().then_some(names)
}

/// Bytes of an entry in the directory of an OLE file.
const OLE_ENTRY: usize = 128;

/// What an OLE file is by the names of its streams. Entries stand on multiples of 128 bytes, wherever its directory is.
pub(super) fn of_ole<C: Content + ?Sized>(content: &C) -> Result<Format, Forbidden> {
    const STEP: usize = 512 * OLE_ENTRY;
    let (mut at, mut format) = (0, None);
    while at < content.length() {
        let piece = content.piece(at, STEP);
        for entry in piece.chunks_exact(OLE_ENTRY) {
            match ole_name(entry).as_deref() {
                Some("_VBA_PROJECT" | "_VBA_PROJECT_CUR" | "VBA" | "Macros") => {
                    return Err(Forbidden::Macros);
                }
                Some("WordDocument") => format = Some(Format::Doc),
                Some("Workbook" | "Book") => format = Some(Format::Xls),
                Some("PowerPoint Document") => format = Some(Format::Ppt),
                _ => (),
            }
        }
        at += u64::try_from(STEP).unwrap_or(u64::MAX);
    }
    // Installers are of this format, too.
    format.ok_or(Forbidden::Unknown)
}

/// The name in an entry, if its length fits it.
fn ole_name(entry: &[u8]) -> Option<String> {
    let bytes = usize::from(small(entry, 64)?);
    let kind = entry.get(66)?;
    if !(4..=64).contains(&bytes) || bytes % 2 == 1 || !matches!(kind, 1 | 2 | 5) {
        return None;
    }
    let (pairs, _) = entry.get(..bytes)?.as_chunks::<2>();
    let (end, letters) = pairs.split_last()?;
    if *end != [0, 0] {
        return None;
    }
    String::from_utf16(&letters.iter().map(|pair| u16::from_le_bytes(*pair)).collect::<Vec<_>>()).ok()
}

fn small(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn large(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}
