//! A strict reading of JSON from outside, within limits, before anything of it is believed.
//!
//! Refused: more bytes or deeper nesting than [`domain::limits`] allows, bytes that are no UTF-8, and everything that
//! RFC 8259 does not call JSON (NaN, trailing commas, anything after the end). Nothing here recurses by the depth of
//! the input.
//!
//! Two things are JSON and yet no text: an escape of half a character (`"\ud83d"` without its second half, which comes
//! about when a program cuts a text in the middle of an emoji) and U+0000. Refusing them would lose a resident's message
//! for ever, since the platform gives up on an address that keeps saying no. So they are accepted and stored as they
//! came; where text is derived from them, U+FFFD stands in their place.

use std::borrow::Cow;

use domain::limits::{JSON_DEPTH, WEBHOOK_BODY_BYTES};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

/// A body that is valid JSON within our limits.
pub(crate) struct Document<'b> {
    original: &'b str,
    /// The same, byte for byte in the same places, with `\ufffd` for each half of a character.
    readable: Cow<'b, str>,
}

impl<'b> Document<'b> {
    /// Takes a body.
    ///
    /// # Errors
    /// Why it is no valid JSON, in a sentence without anything of the body in it.
    pub(crate) fn read(body: &'b [u8]) -> Result<Self, String> {
        let original = within_limits(body)?;
        read::<IgnoredAny>(original)?;
        Ok(Self { original, readable: whole_characters(original) })
    }

    /// The text to read from.
    pub(crate) fn text(&self) -> &str {
        &self.readable
    }

    /// Where a piece that was read from [`Document::text`] stands, in bytes.
    pub(crate) fn place_of(&self, piece: &RawValue) -> std::ops::Range<usize> {
        let start = piece.get().as_ptr().addr().saturating_sub(self.readable.as_ptr().addr());
        start..start + piece.get().len()
    }

    /// These bytes of the body as they came.
    pub(crate) fn original(&self, place: std::ops::Range<usize>) -> &'b str {
        self.original.get(place).unwrap_or_default()
    }
}

/// The body as text, which may still be no JSON at all, but is short and flat enough to be read as such.
///
/// # Errors
/// What is beyond our limits.
pub(crate) fn within_limits(body: &[u8]) -> Result<&str, String> {
    if body.len() > WEBHOOK_BODY_BYTES {
        return Err(format!("it has more than {WEBHOOK_BODY_BYTES} bytes"));
    }
    let text = std::str::from_utf8(body).map_err(|_| "it is no UTF-8".to_owned())?;
    if !is_within_depth(body) {
        return Err(format!("it has more than {JSON_DEPTH} levels"));
    }
    Ok(text)
}

/// Reads a value of `T` from valid JSON.
///
/// # Errors
/// What is wrong and where, without anything of the text in it: serde's own sentence quotes what it found, and that may
/// be a resident's message.
pub(crate) fn read<'j, T: Deserialize<'j>>(text: &'j str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| {
        let what = if error.is_data() { "not of the expected form" } else { "no valid JSON" };
        format!("{what}, at line {} column {}", error.line(), error.column())
    })
}

/// Whether arrays and objects nest no deeper than [`JSON_DEPTH`].
fn is_within_depth(body: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > JSON_DEPTH {
            return false;
        }
    }
    true
}

/// `json` with `\ufffd` for each escape of half a character; of the same length, and borrowed where there is none.
fn whole_characters(json: &str) -> Cow<'_, str> {
    let mut mended = Cow::Borrowed(json);
    let mut at = 0;
    while let Some(found) = json[at..].find('\\') {
        at += found;
        at += match (utf16_escape(json, at), utf16_escape(json, at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                mended.to_mut().replace_range(at..at + 6, "\\ufffd");
                6
            }
            (Some(_), _) => 6,
            // A backslash in valid JSON is always followed by another character of one byte.
            (None, _) => 2,
        };
    }
    mended
}

/// The unit of the escape `\uXXXX` at this place, if there is one.
fn utf16_escape(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests;
