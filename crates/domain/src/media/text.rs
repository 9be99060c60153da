//! Plain text, told from everything that only looks like it: pages, drawings and scripts are text, too.

use super::{Content, Forbidden, Format};

/// Bytes at the beginning in which a page shows itself to a browser.
const ACTIVE_WITHIN: usize = 1024;
/// Bytes at the beginning and the end that are looked at.
const LOOKED_AT: usize = 64 * 1024;

/// Text that a browser or an interpreter would run, in small letters.
const ACTIVE: [&str; 16] = [
    "<!doctype html",
    "<html",
    "<head",
    "<body",
    "<script",
    "<iframe",
    "<svg",
    "<!entity",
    "<xsl:",
    "<?php",
    "<hta:",
    "<meta",
    "<object",
    "<embed",
    "javascript:",
    "@echo off",
];

/// Whether a page, a drawing or a script begins here.
pub(super) fn is_active(head: &[u8]) -> bool {
    let start = head.get(..ACTIVE_WITHIN.min(head.len())).unwrap_or_default();
    // Written with two bytes a letter it is still a page.
    let letters: Vec<u8> = start.iter().filter(|byte| **byte != 0).map(u8::to_ascii_lowercase).collect();
    ACTIVE
        .iter()
        .any(|mark| letters.windows(mark.len()).any(|window| window == mark.as_bytes()))
}

/// Text, or nothing that is kept.
pub(super) fn of<C: Content + ?Sized>(content: &C, head: &[u8]) -> Result<Format, Forbidden> {
    if is_active(head) {
        return Err(Forbidden::Active);
    }
    let begin = content.piece(0, LOOKED_AT);
    let end =
        content.piece(content.length().saturating_sub(u64::try_from(LOOKED_AT).unwrap_or(0)), LOOKED_AT);
    let wide = begin.starts_with(b"\xff\xfe") || begin.starts_with(b"\xfe\xff");
    if wide && is_wide_text(&begin) || !wide && is_text(&begin) && is_text(&end) {
        Ok(Format::Text)
    } else {
        Err(Forbidden::Unknown)
    }
}

/// Letters of UTF-8 or of an older table of 256; no control characters besides those of lines and pages.
fn is_text(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|byte| *byte >= 0x20 && *byte != 0x7f || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c))
}

/// UTF-16 with its mark, without control characters.
fn is_wide_text(bytes: &[u8]) -> bool {
    let little = bytes.starts_with(b"\xff\xfe");
    let unit = |pair: &[u8; 2]| if little { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) };
    let (pairs, _) = bytes.as_chunks::<2>();
    pairs.iter().map(unit).all(|unit| unit >= 0x20 || matches!(unit, 9 | 10 | 12 | 13))
}
