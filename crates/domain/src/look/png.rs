//! PNG, chunk by chunk: those that make the picture are kept, the others go. Nothing is decoded.
//!
//! Source: Portable Network Graphics (third edition), W3C 2025, chapters 5 and 11.

use super::LogoRefused;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Dots in either direction.
const SIDE: u32 = 1024;
/// What a picture is made of; the rest says where it was taken, by whom, or moves.
const KEPT: [&[u8; 4]; 5] = [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"];

/// Whether it begins as one.
pub(super) fn is_png(file: &[u8]) -> bool {
    file.starts_with(SIGNATURE)
}

/// The same picture without anything besides.
///
/// # Errors
/// `Damaged`, `TooManyDots`.
pub(super) fn rewritten(file: &[u8]) -> Result<Vec<u8>, LogoRefused> {
    let mut rest = file.strip_prefix(SIGNATURE).ok_or(LogoRefused::OtherKind)?;
    let mut kept = SIGNATURE.to_vec();
    let (mut first, mut has_data) = (true, false);
    loop {
        let (length, after) =
            rest.split_first_chunk::<4>().ok_or(LogoRefused::Damaged("it ends too early"))?;
        let length = u32::from_be_bytes(*length) as usize;
        let whole = length.checked_add(4).filter(|whole| after.len() >= whole + 4);
        let whole = whole.ok_or(LogoRefused::Damaged("it ends too early"))?;
        let (chunk, after) = after.split_at(whole);
        let (sum, after) = after.split_first_chunk::<4>().ok_or(LogoRefused::Damaged("it ends too early"))?;
        if crc(chunk) != u32::from_be_bytes(*sum) {
            return Err(LogoRefused::Damaged("a checksum is wrong"));
        }
        let (kind, content) =
            chunk.split_first_chunk::<4>().ok_or(LogoRefused::Damaged("it ends too early"))?;
        if first != (kind == b"IHDR") {
            return Err(LogoRefused::Damaged("it does not begin with its size"));
        }
        if first {
            check_size(content)?;
        }
        first = false;
        has_data |= kind == b"IDAT";
        if KEPT.contains(&kind) {
            kept.extend_from_slice(&rest[..whole + 8]);
        }
        if kind == b"IEND" {
            break;
        }
        rest = after;
    }
    if has_data {
        Ok(kept)
    } else {
        Err(LogoRefused::Damaged("there is no picture in it"))
    }
}

fn check_size(header: &[u8]) -> Result<(), LogoRefused> {
    let [w0, w1, w2, w3, h0, h1, h2, h3, ..] = header else {
        return Err(LogoRefused::Damaged("it does not begin with its size"));
    };
    let (width, height) =
        (u32::from_be_bytes([*w0, *w1, *w2, *w3]), u32::from_be_bytes([*h0, *h1, *h2, *h3]));
    if header.len() != 13 || width == 0 || height == 0 {
        return Err(LogoRefused::Damaged("it does not begin with its size"));
    }
    if width > SIDE || height > SIDE {
        Err(LogoRefused::TooManyDots)
    } else {
        Ok(())
    }
}

/// CRC-32 as in the standard's annex D.
fn crc(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { 0xEDB8_8320 ^ (sum >> 1) } else { sum >> 1 };
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let mut named = kind.to_vec();
        named.extend_from_slice(content);
        let length = u32::try_from(content.len()).expect("short");
        [&length.to_be_bytes()[..], &named, &crc(&named).to_be_bytes()].concat()
    }

    fn header(width: u32, height: u32) -> Vec<u8> {
        chunk(b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat())
    }

    fn file(chunks: &[Vec<u8>]) -> Vec<u8> {
        [SIGNATURE, &chunks.concat()].concat()
    }

    #[test]
    fn a_known_sum_of_the_standard() {
        assert_eq!(crc(b"IEND"), 0xAE42_6082);
    }

    #[test]
    fn what_is_no_picture_goes_and_so_does_what_stands_behind_the_end() {
        let picture = [header(40, 40), chunk(b"IDAT", b"dots"), chunk(b"IEND", b"")];
        let with = [
            header(40, 40),
            chunk(b"eXIf", b"where it was taken"),
            chunk(b"tEXt", b"Comment\0<script>alert(1)</script>"),
            chunk(b"acTL", b"12345678"),
            chunk(b"IDAT", b"dots"),
            chunk(b"IEND", b""),
            b"PK\x03\x04 and an archive".to_vec(),
        ];
        assert_eq!(rewritten(&file(&with)), Ok(file(&picture)));
        assert_eq!(rewritten(&file(&picture)), Ok(file(&picture)));
    }

    #[test]
    fn a_damaged_or_huge_picture_is_refused() {
        let (data, end) = (chunk(b"IDAT", b"dots"), chunk(b"IEND", b""));
        let refused = |chunks: &[Vec<u8>]| rewritten(&file(chunks)).expect_err("refused");
        assert_eq!(refused(&[header(1025, 1), data.clone(), end.clone()]), LogoRefused::TooManyDots);
        assert_eq!(
            refused(&[header(u32::MAX, u32::MAX), data.clone(), end.clone()]),
            LogoRefused::TooManyDots
        );
        let damaged = [
            vec![],
            vec![header(0, 40), data.clone(), end.clone()],
            vec![header(40, 40), end.clone()],
            vec![header(40, 40), data.clone()],
            vec![data.clone(), header(40, 40), end.clone()],
            vec![header(40, 40), header(40, 40), data.clone(), end.clone()],
            vec![header(40, 40), vec![0xff, 0xff, 0xff, 0xff, b'I', b'D', b'A', b'T']],
        ];
        for chunks in damaged {
            assert!(matches!(refused(&chunks), LogoRefused::Damaged(_)), "{chunks:?}");
        }
        let mut wrong = file(&[header(40, 40), data, end]);
        let last = wrong.len() - 1;
        wrong[last] ^= 1;
        assert_eq!(rewritten(&wrong), Err(LogoRefused::Damaged("a checksum is wrong")));
    }
}
