//! The boxes of ISO base media files: one after the other, and within each other. Source: ISO/IEC 14496-12, 4.2.

use super::{Search, Unsure};
use crate::media::Content;

/// A box: its kind, and where its content stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct IsoBox {
    pub(super) kind: [u8; 4],
    /// Where its kind is written.
    pub(super) kind_at: u64,
    /// Where its content begins.
    pub(super) from: u64,
    /// Where it ends.
    pub(super) to: u64,
}

impl IsoBox {
    pub(super) fn length(&self) -> u64 {
        self.to - self.from
    }
}

/// The boxes between two places. A remainder too short for a box is none.
pub(super) fn between<C: Content + ?Sized>(
    search: &mut Search<'_, C>,
    from: u64,
    to: u64,
) -> Result<Vec<IsoBox>, Unsure> {
    let (mut found, mut at) = (Vec::new(), from);
    while to.saturating_sub(at) >= 8 {
        search.step()?;
        let size = search.number(at, 4).ok_or(Unsure)?;
        let kind = search.bytes(at + 4).ok_or(Unsure)?;
        let (head, end) = match size {
            // Zeros behind the last one, as QuickTime ends its user data with.
            0 if kind == [0; 4] => break,
            0 => (8, to),
            1 => (16, at.checked_add(search.number(at + 8, 8).ok_or(Unsure)?).ok_or(Unsure)?),
            size => (8, at.checked_add(size).ok_or(Unsure)?),
        };
        if end > to || end < at + head {
            return Err(Unsure);
        }
        found.push(IsoBox { kind, kind_at: at + 4, from: at + head, to: end });
        at = end;
    }
    Ok(found)
}

/// Those of the whole file.
pub(super) fn of_file<C: Content + ?Sized>(search: &mut Search<'_, C>) -> Result<Vec<IsoBox>, Unsure> {
    let length = search.content.length();
    between(search, 0, length)
}

/// Overwrites the kind of a box with what is in it: what is left has no name and says nothing.
pub(super) fn blank<C: Content + ?Sized>(search: &mut Search<'_, C>, one: IsoBox) -> Result<(), Unsure> {
    search.blank(one.kind_at, 4)?;
    search.blank(one.from, one.length())
}
