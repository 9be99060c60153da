//! A WebP as the pieces that it is made of. An animated one (a sticker that moves) is not decoded: it is written anew from
//! the pieces that hold pictures, so that Exif, XMP and colour profiles stay behind.
//!
//! Source: RFC 9649, section 2.7.

/// Pieces that are kept at the top.
const KEPT: [&[u8; 4]; 3] = [b"VP8X", b"ANIM", b"ANMF"];
/// Pieces that are kept within a frame.
const KEPT_IN_FRAME: [&[u8; 4]; 3] = [b"ALPH", b"VP8 ", b"VP8L"];
/// The flags of VP8X that speak of what is left behind: colour profile, Exif, XMP.
const LEFT_BEHIND: u8 = 0b0010_1100;
/// Bytes of a frame before its pieces.
const FRAME_HEADER: usize = 16;

/// The same animation without anything else; `None` when it is not a whole animated WebP.
#[must_use]
pub fn animation_alone(bytes: &[u8]) -> Option<Vec<u8>> {
    let announced = usize::try_from(u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?)).ok()?;
    let body = bytes.get(12..announced.checked_add(8)?)?;
    if bytes.get(..4) != Some(b"RIFF") || bytes.get(8..12) != Some(b"WEBP") {
        return None;
    }
    let (mut kept, mut frames) = (Vec::new(), 0_usize);
    for (name, content) in pieces(body)?.into_iter().filter(|(name, _)| KEPT.contains(name)) {
        let content = match name {
            b"VP8X" => header_alone(content)?,
            b"ANMF" => {
                frames += 1;
                frame_alone(content)?
            }
            _ => content.to_vec(),
        };
        add(&mut kept, name, &content)?;
    }
    let is_animated = kept.starts_with(b"VP8X") && frames > 0;
    let length = u32::try_from(kept.len() + 4).ok()?;
    is_animated.then(|| [b"RIFF", &length.to_le_bytes(), b"WEBP", kept.as_slice()].concat())
}

/// The Exif block of a WebP; `None` when there is none, or not the whole of it.
#[must_use]
pub fn exif(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes.get(12..)?;
    while let Some((name, content, behind)) = first_piece(rest) {
        if name == b"EXIF" {
            return Some(content);
        }
        rest = behind;
    }
    None
}

fn header_alone(content: &[u8]) -> Option<Vec<u8>> {
    let mut header = content.get(..10)?.to_vec();
    if let Some(flags) = header.first_mut() {
        *flags &= !LEFT_BEHIND;
    }
    Some(header)
}

fn frame_alone(content: &[u8]) -> Option<Vec<u8>> {
    let (header, inside) = content.split_at_checked(FRAME_HEADER)?;
    let mut frame = header.to_vec();
    for (name, content) in pieces(inside)?.into_iter().filter(|(name, _)| KEPT_IN_FRAME.contains(name)) {
        add(&mut frame, name, content)?;
    }
    (frame.len() > FRAME_HEADER).then_some(frame)
}

fn add(to: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) -> Option<()> {
    to.extend_from_slice(name);
    to.extend_from_slice(&u32::try_from(content.len()).ok()?.to_le_bytes());
    to.extend_from_slice(content);
    if content.len() % 2 == 1 {
        to.push(0);
    }
    Some(())
}

/// Name and content of each piece; `None` when one is cut off.
fn pieces(mut rest: &[u8]) -> Option<Vec<(&[u8; 4], &[u8])>> {
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let (name, content, behind) = first_piece(rest)?;
        pieces.push((name, content));
        rest = behind;
    }
    Some(pieces)
}

/// Name and content of the first piece, and what stands behind it; `None` when it is cut off.
fn first_piece(rest: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (name, behind) = rest.split_first_chunk::<4>()?;
    let (length, behind) = behind.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let (content, behind) = behind.split_at_checked(length)?;
    Some((name, content, behind.get(length % 2..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn animated(extra: &[(&[u8; 4], &[u8])], flags: u8) -> Vec<u8> {
        let mut inside = vec![0; FRAME_HEADER];
        add(&mut inside, b"VP8L", b"frame").expect("short");
        let mut body = Vec::new();
        add(&mut body, b"VP8X", &[flags, 0, 0, 0, 9, 0, 0, 9, 0, 0]).expect("short");
        for (name, content) in extra {
            add(&mut body, name, content).expect("short");
        }
        add(&mut body, b"ANIM", &[0; 6]).expect("short");
        add(&mut body, b"ANMF", &inside).expect("short");
        let length = u32::try_from(body.len() + 4).expect("short");
        [b"RIFF", &length.to_le_bytes(), b"WEBP", body.as_slice()].concat()
    }

    #[test]
    fn what_is_no_picture_stays_behind() {
        let extra: [(&[u8; 4], &[u8]); 4] =
            [(b"ICCP", b"profile"), (b"EXIF", b"52N 4E"), (b"XMP ", b"<x/>"), (b"HIDE", b"MZ")];
        let bare = animated(&[], 0b0001_0010);
        assert_eq!(animation_alone(&animated(&extra, 0b0011_1110)).as_deref(), Some(bare.as_slice()));
        assert_eq!(animation_alone(&bare).as_deref(), Some(bare.as_slice()));
        let trailing = [bare.as_slice(), b"PK\x05\x06"].concat();
        assert_eq!(animation_alone(&trailing).as_deref(), Some(bare.as_slice()));
    }

    #[test]
    fn an_exif_block_is_found_and_one_that_says_it_is_longer_than_the_file_is_none() {
        let picture = animated(&[(b"ICCP", b"profile"), (b"EXIF", b"52N 4E")], 0);
        assert_eq!(exif(&picture), Some(b"52N 4E".as_slice()));
        let at = picture.windows(4).position(|window| window == b"EXIF").expect("it is there");
        let mut endless = picture;
        endless[at + 7] = 0xff;
        assert_eq!(exif(&endless), None);
        assert_eq!(exif(&animated(&[], 0)), None);
        assert_eq!(exif(b"RIFF"), None);
    }

    #[test]
    fn what_is_not_whole_is_none() {
        let whole = animated(&[], 0);
        for length in 0..whole.len() {
            assert_eq!(animation_alone(&whole[..length]), None, "{length} bytes");
        }
    }
}
