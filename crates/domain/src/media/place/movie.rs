//! Films and sound in boxes: the place in user data (`©xyz`, `loci`), among QuickTime's keys, and in XMP.
//!
//! Sources: QuickTime File Format, "User data atoms" and "Metadata" (Apple); 3GPP TS 26.244, 8.10 (`loci`); XMP part 3
//! (Adobe), 1.1.5.

use super::boxes::{self, IsoBox};
use super::{Search, Unsure};
use crate::media::Content;
use crate::messages::Coordinates;

/// The name of a box that holds XMP.
const XMP: [u8; 16] = *b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac";
/// Bytes of a text that says a place.
const TEXT: usize = 256;
/// How deep boxes are followed.
const DEPTH: u32 = 8;

pub(super) fn search<C: Content + ?Sized>(search: &mut Search<'_, C>) -> Result<(), Unsure> {
    for one in boxes::of_file(search)? {
        match &one.kind {
            b"moov" | b"moof" | b"meta" | b"udta" => within(search, one, DEPTH)?,
            b"uuid" => of_uuid(search, one)?,
            _ => (),
        }
    }
    Ok(())
}

fn within<C: Content + ?Sized>(search: &mut Search<'_, C>, outer: IsoBox, depth: u32) -> Result<(), Unsure> {
    if depth == 0 {
        return Err(Unsure);
    }
    if outer.kind == *b"meta" {
        return of_meta(search, outer);
    }
    for one in boxes::between(search, outer.from, outer.to)? {
        match &one.kind {
            b"trak" | b"mdia" | b"udta" | b"meta" | b"minf" | b"traf" => within(search, one, depth - 1)?,
            b"\xa9xyz" => {
                // Length and language of two bytes each, then the text.
                let text = search.content.piece(one.from + 4, TEXT.min(length(one).saturating_sub(4)));
                search.tell(iso_6709(&text));
                boxes::blank(search, one)?;
            }
            b"loci" => {
                search.tell(loci(search, one));
                boxes::blank(search, one)?;
            }
            b"XMP_" | b"gps " | b"GPS " | b"gps0" | b"GPSC" => boxes::blank(search, one)?,
            b"uuid" => of_uuid(search, one)?,
            // A track that may write down positions all along.
            b"hdlr" if search.bytes(one.from + 8) == Some(*b"meta") && outer.kind == *b"mdia" => {
                return Err(Unsure);
            }
            _ => (),
        }
    }
    Ok(())
}

fn length(one: IsoBox) -> usize {
    usize::try_from(one.length()).unwrap_or(usize::MAX)
}

fn of_uuid<C: Content + ?Sized>(search: &mut Search<'_, C>, one: IsoBox) -> Result<(), Unsure> {
    if search.bytes(one.from) == Some(XMP) {
        boxes::blank(search, one)?;
    }
    Ok(())
}

/// QuickTime's keys, with their values beside them; or iTunes' list, whose entries have names. In QuickTime the box has no
/// version before what is in it, in ISO files it has.
fn of_meta<C: Content + ?Sized>(search: &mut Search<'_, C>, meta: IsoBox) -> Result<(), Unsure> {
    let is_plain = search.bytes(meta.from + 4).is_some_and(|kind: [u8; 4]| kind == *b"hdlr");
    let from = if is_plain { meta.from } else { meta.from.saturating_add(4).min(meta.to) };
    let inside = boxes::between(search, from, meta.to)?;
    let mut places = Vec::new();
    for keys in inside.iter().filter(|one| one.kind == *b"keys") {
        // Version and count, then boxes whose kind is the namespace, and whose content is the name.
        for (index, key) in (1_u32..).zip(boxes::between(search, keys.from.saturating_add(8), keys.to)?) {
            let name = search.content.piece(key.from, TEXT.min(length(key))).to_ascii_lowercase();
            if [&b"location"[..], b"gps", b"geo"]
                .iter()
                .any(|word| name.windows(word.len()).any(|at| at == *word))
            {
                places.push(index.to_be_bytes());
            }
        }
    }
    for list in inside.iter().filter(|one| one.kind == *b"ilst") {
        for entry in boxes::between(search, list.from, list.to)? {
            if places.contains(&entry.kind) || entry.kind == *b"\xa9xyz" {
                for value in boxes::between(search, entry.from, entry.to)? {
                    // Kind and language of four bytes each, then the text.
                    let text =
                        search.content.piece(value.from + 8, TEXT.min(length(value).saturating_sub(8)));
                    search.tell(iso_6709(&text));
                }
                search.blank(entry.from, entry.length())?;
            }
        }
    }
    for one in inside.iter().filter(|one| one.kind == *b"uuid") {
        of_uuid(search, *one)?;
    }
    Ok(())
}

/// "+52.5185+004.4715+010.000/". Source: ISO 6709, annex H; only decimal degrees, as telephones write them.
fn iso_6709(text: &[u8]) -> Option<Coordinates> {
    let text = std::str::from_utf8(text).ok().or_else(|| {
        let end = text.iter().position(|byte| !byte.is_ascii())?;
        std::str::from_utf8(text.get(..end)?).ok()
    })?;
    let text = text.trim_start();
    let second = text.get(1..)?.find(['+', '-'])? + 1;
    let rest = text.get(second..)?;
    let end = rest
        .get(1..)?
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .map_or(rest.len(), |end| end + 1);
    Coordinates::from_degrees(text.get(..second)?.parse().ok()?, rest.get(..end)?.parse().ok()?)
}

/// Version and language, a name that ends in zero, its role, then longitude and latitude in sixteenths of sixteen bits.
fn loci<C: Content + ?Sized>(search: &Search<'_, C>, one: IsoBox) -> Option<Coordinates> {
    let bytes = search.content.piece(one.from, TEXT.min(length(one)));
    let name = bytes.get(6..)?;
    let end = name.iter().position(|byte| *byte == 0)?;
    let degrees = |at: usize| {
        let fixed: [u8; 4] = name.get(at..at + 4)?.try_into().ok()?;
        Some(f64::from(i32::from_be_bytes(fixed)) / 65_536.0)
    };
    Coordinates::from_degrees(degrees(end + 6)?, degrees(end + 2)?)
}
