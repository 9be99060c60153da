//! Pictures of newer telephones: Exif and XMP are items of their own, which a table says where to find.
//!
//! Source: ISO/IEC 14496-12, 8.11 (`meta`, `iinf`, `iloc`); ISO/IEC 23008-12, annex A.

use super::boxes::{self, IsoBox};
use super::{Search, Unsure, movie, tiff};
use crate::media::Content;

/// Items that are looked at; a photo of a telephone has about a hundred, for its tiles.
const ITEMS: u64 = 4_096;

pub(super) fn search<C: Content + ?Sized>(search: &mut Search<'_, C>) -> Result<(), Unsure> {
    let file = boxes::of_file(search)?;
    for meta in file.iter().filter(|one| one.kind == *b"meta") {
        of_meta(search, *meta)?;
    }
    // A picture that moves holds a film.
    movie::search(search)
}

fn of_meta<C: Content + ?Sized>(search: &mut Search<'_, C>, meta: IsoBox) -> Result<(), Unsure> {
    let inside = boxes::between(search, meta.from.saturating_add(4).min(meta.to), meta.to)?;
    let find = |kind: &[u8; 4]| inside.iter().find(|one| one.kind == *kind).copied();
    let Some(items) = find(b"iinf") else { return Ok(()) };
    let telling = telling_items(search, items)?;
    if telling.is_empty() {
        return Ok(());
    }
    let within = find(b"idat").map(|one| one.from);
    let places = find(b"iloc").ok_or(Unsure)?;
    for (item, extents) in extents(search, places, within)? {
        match telling.iter().find(|(id, _)| *id == item) {
            Some((_, Telling::Exif)) => {
                let [(at, length)] = extents.as_slice() else { return Err(Unsure) };
                // Before the block stands how far behind this it begins.
                let skipped = search.number(*at, 4).ok_or(Unsure)?.checked_add(4).ok_or(Unsure)?;
                let block = length.checked_sub(skipped).ok_or(Unsure)?;
                tiff::search(search, at + skipped, block)?;
            }
            Some((_, Telling::Xmp)) => {
                for (at, length) in extents {
                    search.blank(at, length)?;
                }
            }
            None => (),
        }
    }
    Ok(())
}

/// How an item tells where the picture was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Telling {
    Exif,
    Xmp,
}

fn telling_items<C: Content + ?Sized>(
    search: &mut Search<'_, C>,
    items: IsoBox,
) -> Result<Vec<(u64, Telling)>, Unsure> {
    let version = search.number(items.from, 1).ok_or(Unsure)?;
    let counted = if version == 0 { 2 } else { 4 };
    let mut telling = Vec::new();
    for one in boxes::between(search, items.from.saturating_add(4 + counted), items.to)? {
        let version = search.number(one.from, 1).ok_or(Unsure)?;
        let id_bytes = match version {
            2 => 2,
            3 => 4,
            // What stood before items had kinds.
            _ => return Err(Unsure),
        };
        let id = search.number(one.from + 4, id_bytes).ok_or(Unsure)?;
        let kind_at = one.from + 4 + if version == 2 { 2 } else { 4 } + 2;
        match &search.bytes::<4>(kind_at).ok_or(Unsure)? {
            b"Exif" => telling.push((id, Telling::Exif)),
            b"mime" | b"uri " => telling.push((id, Telling::Xmp)),
            _ => (),
        }
    }
    Ok(telling)
}

type Extents = Vec<(u64, u64)>;

/// Where the pieces of each item stand in the file. `within`: where the box for small items begins.
fn extents<C: Content + ?Sized>(
    search: &mut Search<'_, C>,
    places: IsoBox,
    within: Option<u64>,
) -> Result<Vec<(u64, Extents)>, Unsure> {
    let mut reading = Cursor { at: places.from, to: places.to };
    let version = reading.number(search, 1)?;
    reading.number(search, 3)?;
    let sizes = reading.number(search, 2)?;
    let size = |shift: u32| usize::try_from((sizes >> shift) & 15).unwrap_or(0);
    let (offset_bytes, length_bytes, base_bytes) = (size(12), size(8), size(4));
    let index_bytes = if version == 0 { 0 } else { size(0) };
    if [offset_bytes, length_bytes, base_bytes, index_bytes]
        .iter()
        .any(|bytes| ![0, 4, 8].contains(bytes))
    {
        return Err(Unsure);
    }
    let id_bytes = if version == 2 { 4 } else { 2 };
    let count = reading.number(search, id_bytes)?;
    if version > 2 || count > ITEMS {
        return Err(Unsure);
    }
    let mut all = Vec::new();
    for _ in 0..count {
        let id = reading.number(search, id_bytes)?;
        let method = if version == 0 { 0 } else { reading.number(search, 2)? & 15 };
        let elsewhere = reading.number(search, 2)?;
        let base = reading.number(search, base_bytes)?;
        let pieces = reading.number(search, 2)?;
        let mut extents = Vec::new();
        for _ in 0..pieces {
            search.step()?;
            reading.number(search, index_bytes)?;
            let offset = reading.number(search, offset_bytes)?;
            let length = reading.number(search, length_bytes)?;
            let start = match method {
                0 if elsewhere == 0 => Some(0),
                1 => within,
                _ => None,
            };
            // Only of an item that tells something it matters that this cannot be followed.
            let at = start.and_then(|start| start.checked_add(base)?.checked_add(offset));
            extents.push((at.unwrap_or(u64::MAX), length));
        }
        all.push((id, extents));
    }
    Ok(all)
}

struct Cursor {
    at: u64,
    to: u64,
}

impl Cursor {
    fn number<C: Content + ?Sized>(&mut self, search: &Search<'_, C>, bytes: usize) -> Result<u64, Unsure> {
        let end = self.at.checked_add(u64::try_from(bytes).unwrap_or(u64::MAX)).ok_or(Unsure)?;
        if end > self.to {
            return Err(Unsure);
        }
        let number = search.number(self.at, bytes).ok_or(Unsure)?;
        self.at = end;
        Ok(number)
    }
}
