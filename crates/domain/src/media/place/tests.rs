//! Files as telephones make them, put together here box by box.

use super::*;

fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len() + 8).expect("short");
    [&length.to_be_bytes()[..], kind, content].concat()
}

/// The same with version and flags.
fn full(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    boxed(kind, &[&[0; 4], content].concat())
}

/// An Exif block with a place, a maker's note and XMP, big endian.
fn exif_block() -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value.to_be_bytes()].concat()
    };
    let fractions = |numbers: [u32; 3]| {
        numbers
            .iter()
            .flat_map(|number| [number.to_be_bytes(), 1_u32.to_be_bytes()].concat())
            .collect::<Vec<_>>()
    };
    // Header 8; directory of four entries 54; that of Exif, one entry, 18; that of the place, four entries, 54.
    let (exif, place) = (62, 80);
    let (first, second, note, xmp) = (134, 158, 182, 192);
    [
        &b"MM\0*\0\0\0\x08"[..],
        &4_u16.to_be_bytes(),
        &entry(0x0112, 3, 1, 6 << 16),
        &entry(0x02bc, 1, 10, xmp),
        &entry(0x8769, 4, 1, exif),
        &entry(0x8825, 4, 1, place),
        &0_u32.to_be_bytes(),
        &1_u16.to_be_bytes(),
        &entry(0x927c, 7, 10, note),
        &0_u32.to_be_bytes(),
        &4_u16.to_be_bytes(),
        &entry(1, 2, 2, u32::from(b'N') << 24),
        &entry(2, 5, 3, first),
        &entry(3, 2, 2, u32::from(b'E') << 24),
        &entry(4, 5, 3, second),
        &0_u32.to_be_bytes(),
        &fractions([52, 31, 7]),
        &fractions([4, 45, 18]),
        b"MAKERNOTE!",
        b"<x:GPS 52>",
    ]
    .concat()
}

fn heic() -> Vec<u8> {
    let block = exif_block();
    let exif = [&0_u32.to_be_bytes()[..], &block].concat();
    let xmp = b"<x:xmpmeta exif:GPSLatitude='52,31N'/>";
    let item = |id: u16, kind: &[u8; 4]| {
        boxed(b"infe", &[&[2, 0, 0, 0][..], &id.to_be_bytes(), &[0, 0], kind, b"name\0"].concat())
    };
    let items = full(
        b"iinf",
        &[&3_u16.to_be_bytes()[..], &item(1, b"hvc1"), &item(2, b"Exif"), &item(3, b"mime")].concat(),
    );
    let iloc = |from: u32| {
        let place = |id: u16, at: u32, length: usize| {
            let length = u32::try_from(length).expect("short");
            [
                &id.to_be_bytes()[..],
                &[0, 0],
                &1_u16.to_be_bytes(),
                &at.to_be_bytes(),
                &length.to_be_bytes(),
            ]
            .concat()
        };
        let second = from + u32::try_from(exif.len()).expect("short");
        let third = second + u32::try_from(xmp.len()).expect("short");
        let list = [place(2, from, exif.len()), place(3, second, xmp.len()), place(1, third, 6)].concat();
        full(b"iloc", &[&[0x44, 0x00][..], &3_u16.to_be_bytes(), &list].concat())
    };
    let begin = |from: u32| {
        let meta = full(b"meta", &[items.clone(), iloc(from)].concat());
        [boxed(b"ftyp", b"heic\0\0\0\0mif1"), meta].concat()
    };
    let from = u32::try_from(begin(0).len() + 8).expect("short");
    [begin(from), boxed(b"mdat", &[&exif[..], xmp, b"PIXELS"].concat())].concat()
}

/// A film as an iPhone and an Android telephone write it, with what is not the place around it.
fn movie() -> Vec<u8> {
    let text = b"+52.5185+004.4715+010.000/";
    let key = |name: &[u8]| boxed(b"mdta", name);
    let keys = full(
        b"keys",
        &[
            &2_u32.to_be_bytes()[..],
            &key(b"com.apple.quicktime.make"),
            &key(b"com.apple.quicktime.location.ISO6709"),
        ]
        .concat(),
    );
    let value = |index: u32, text: &[u8]| {
        boxed(&index.to_be_bytes(), &boxed(b"data", &[&[0, 0, 0, 1, 0, 0, 0, 0][..], text].concat()))
    };
    let list = boxed(b"ilst", &[value(1, b"Apple"), value(2, text)].concat());
    let meta = boxed(b"meta", &[full(b"hdlr", b"\0\0\0\0mdta"), keys, list].concat());
    let xyz = boxed(b"\xa9xyz", &[&[0, 26, 0x15, 0xc7][..], text].concat());
    let fixed = |degrees: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "degrees are small")]
        let fixed = (degrees * 65_536.0) as i32;
        fixed.to_be_bytes()
    };
    let loci = full(
        b"loci",
        &[&[0x15, 0xc7][..], b"Kerkstraat\0", &[0], &fixed(4.4715), &fixed(52.5185), &[0; 4]].concat(),
    );
    let udta = boxed(b"udta", &[xyz, loci, boxed(b"\xa9mod", b"PHONE")].concat());
    let track = boxed(b"trak", &boxed(b"mdia", &full(b"hdlr", b"\0\0\0\0vide")));
    let moov = boxed(b"moov", &[boxed(b"mvhd", &[7; 20]), track, udta, meta].concat());
    [boxed(b"ftyp", b"qt  \0\0\0\0"), boxed(b"mdat", b"PICTURES"), moov].concat()
}

fn blanked(file: &[u8], told: &Told) -> Vec<u8> {
    let mut left = file.to_vec();
    for blank in &told.blanks {
        let (from, length) =
            (usize::try_from(blank.at).expect("short"), usize::try_from(blank.length).expect("short"));
        left[from..from + length].fill(0);
    }
    left
}

fn has(file: &[u8], what: &[u8]) -> bool {
    file.windows(what.len()).any(|window| window == what)
}

#[track_caller]
fn is_told_and_gone(file: &[u8], format: Format, gone: &[&[u8]], stays: &[&[u8]]) {
    let told = find(file, format).expect("it can be followed");
    let at = told.taken_at.expect("it says where it was made");
    assert!((at.latitude() - 52.5185).abs() < 1e-3, "{at:?}");
    let left = blanked(file, &told);
    assert_eq!(left.len(), file.len());
    for what in gone {
        assert!(has(file, what) && !has(&left, what), "{what:?}");
    }
    for what in stays {
        assert!(has(&left, what), "{what:?}");
    }
    // Once more there is nothing to tell.
    let again = find(left.as_slice(), format).expect("it can still be followed");
    assert_eq!(again.taken_at, None);
}

#[test]
fn the_place_is_told_and_blanked_in_every_format() {
    let degrees: &[u8] = &[0, 0, 0, 52, 0, 0, 0, 1];
    is_told_and_gone(&exif_block(), Format::Tiff, &[degrees, b"MAKERNOTE!", b"GPS 52"], &[b"MM\0*"]);
    is_told_and_gone(&heic(), Format::Heif, &[degrees, b"MAKERNOTE!", b"GPSLatitude"], &[b"PIXELS", b"hvc1"]);
    for format in [Format::QuickTime, Format::Mp4, Format::ThreeGp, Format::M4a] {
        is_told_and_gone(
            &movie(),
            format,
            &[b"+52.5185", b"\xa9xyz", b"Kerkstraat"],
            &[b"PICTURES", b"Apple", b"PHONE", &[7; 20]],
        );
    }
}

#[test]
fn what_tells_nothing_is_left_as_it_is() {
    let bare =
        [boxed(b"ftyp", b"isom"), boxed(b"moov", &boxed(b"mvhd", &[0; 20])), boxed(b"mdat", b"x")].concat();
    assert_eq!(find(bare.as_slice(), Format::Mp4), Ok(Told::default()));
    assert_eq!(find(&b"%PDF-1.7 GPS"[..], Format::Pdf), Ok(Told::default()));
}

/// A track of positions cannot be blanked, so the film is not shown.
#[test]
fn a_track_that_may_record_positions_makes_unsure() {
    let track = boxed(b"trak", &boxed(b"mdia", &full(b"hdlr", b"\0\0\0\0meta")));
    let file = [boxed(b"ftyp", b"qt  "), boxed(b"moov", &track)].concat();
    assert_eq!(find(file.as_slice(), Format::QuickTime), Err(Unsure));
}

#[test]
fn hostile_boxes_end_somewhere_and_never_in_a_panic() {
    for (file, format) in [(heic(), Format::Heif), (movie(), Format::Mp4), (exif_block(), Format::Tiff)] {
        for length in 0..file.len() {
            let _ = find(&file[..length], format);
        }
        for at in 0..file.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut broken = file.clone();
                broken[at] = value;
                if let Ok(told) = find(broken.as_slice(), format) {
                    let whole = u64::try_from(broken.len()).expect("short");
                    assert!(
                        told.blanks.iter().all(|blank| blank.at + blank.length <= whole),
                        "byte {at}: {value}"
                    );
                }
            }
        }
    }
    let mut deep = boxed(b"udta", b"");
    for _ in 0..50 {
        deep = boxed(b"udta", &deep);
    }
    let deep = [boxed(b"ftyp", b"isom"), boxed(b"moov", &deep)].concat();
    assert_eq!(find(deep.as_slice(), Format::Mp4), Err(Unsure));
    let many: Vec<u8> = boxed(b"free", b"").repeat(30_000);
    let many = [boxed(b"ftyp", b"isom"), boxed(b"moov", &many)].concat();
    assert_eq!(find(many.as_slice(), Format::Mp4), Err(Unsure));
    // A directory that is its own next one.
    let ring = [&b"II*\0\x08\0\0\0"[..], &[0, 0, 8, 0, 0, 0]].concat();
    assert_eq!(find(ring.as_slice(), Format::Tiff), Ok(Told::default()));
}
