//! D4 on the real judge: what it may use, and what it says of files that want more. Each is refused or only ever saved;
//! the judge stays within 256 MB and 2 s, whatever it is given.

use std::io::{Read, Seek, SeekFrom, Write};
use std::process::{Command, Stdio};

use drivers::media::Verdict;

use crate::hostile::{crc, flood, jpeg};

/// Memory of a judge, in kilobytes.
const MEMORY_KB: u64 = 256 * 1024;
/// Hundredths of a second of CPU; a debug build has ten times as many, as `media_worker/limits.rs` says.
const CPU_TICKS: u64 = if cfg!(debug_assertions) { 2_100 } else { 210 };

/// What a judge said in the end (`None`: nothing more), and what it used.
struct Judged {
    says: Option<Verdict>,
    peak_kb: u64,
    cpu_ticks: u64,
}

/// Has a real judge look at these bytes, and watches it.
fn judged(bytes: &[u8]) -> Judged {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_gehoor"));
    command
        .arg("media-worker")
        .env_clear()
        .stdin(file)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let reading = std::thread::spawn(move || {
        let mut said = Vec::new();
        out.read_to_end(&mut said).unwrap();
        said
    });
    let about = |name: &str| std::fs::read_to_string(format!("/proc/{}/{name}", child.id())).unwrap();
    let mut peak_kb = 0;
    // One that has ended stays until it is waited for, without its memory and with its time.
    while let Some(line) = about("status").lines().find(|line| line.starts_with("VmHWM:")) {
        let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        peak_kb = peak_kb.max(kilobytes);
        std::thread::yield_now();
    }
    let stat = about("stat");
    let numbers: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    let ticks = |at: usize| numbers[at].parse::<u64>().unwrap();
    let cpu_ticks = ticks(11) + ticks(12);
    child.wait().unwrap();
    Judged {
        says: last_verdict(&reading.join().unwrap()),
        peak_kb,
        cpu_ticks,
    }
}

fn last_verdict(said: &[u8]) -> Option<Verdict> {
    let one = |from: &[u8]| -> Option<(Verdict, usize)> {
        let length = usize::try_from(u32::from_be_bytes(from.get(..4)?.try_into().ok()?)).ok()?;
        Some((serde_json::from_slice(from.get(4..4 + length)?).ok()?, 4 + length))
    };
    match one(said)? {
        (Verdict::Picture { .. }, read) => one(&said[read..]).map(|(second, _)| second),
        (first, _) => Some(first),
    }
}

/// A deflate stream of so many zeros: each match of 258 of them is thirteen bits. Source: RFC 1950, RFC 1951.
fn zeros_deflated(count: usize) -> Vec<u8> {
    let (mut out, mut bits, mut held) = (vec![0x78, 0x9c], 0_u32, 0_u32);
    let mut put = |value: u32, length: u32, out: &mut Vec<u8>| {
        held |= value << bits;
        bits += length;
        while bits >= 8 {
            out.push(u8::try_from(held & 0xff).unwrap());
            held >>= 8;
            bits -= 8;
        }
    };
    // The last block, of fixed codes; one zero (0x30, its bits turned round), then length 285 at distance 1.
    put(0b011, 3, &mut out);
    put(0b0000_1100, 8, &mut out);
    let matches = (count - 1) / 258;
    for _ in 0..matches {
        put(0b1010_0011, 8, &mut out);
        put(0, 5, &mut out);
    }
    for _ in 0..count - 1 - matches * 258 {
        put(0b0000_1100, 8, &mut out);
    }
    put(0, 7, &mut out);
    put(0, 7, &mut out);
    let sum = (u32::try_from(count % 65_521).unwrap() << 16) | 1;
    out.extend(sum.to_be_bytes());
    out
}

/// A PNG of this size in so many bits and this kind of colour, with so many zeros packed in it.
fn png(width: u32, height: u32, [bits, colour]: [u8; 2], zeros: usize) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |name: &[u8; 4], content: &[u8]| {
        file.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
        let named = [&name[..], content].concat();
        file.extend(&named);
        file.extend(crc(&named).to_be_bytes());
    };
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[bits, colour, 0, 0, 0]].concat();
    chunk(b"IHDR", &header);
    chunk(b"IDAT", &zeros_deflated(zeros));
    chunk(b"IEND", b"");
    file
}

/// A grey JPEG of any size, without encoding it: every block after the header of a small one is "as the one before", six
/// codes of the usual tables in fourteen bits, so that seven bytes are four blocks.
fn grey_jpeg(width: u16, height: u16) -> Vec<u8> {
    let small = jpeg(8, 8);
    let begin = |mark: [u8; 2]| small.windows(2).position(|pair| pair == mark).unwrap();
    let (frame, scan) = (begin([0xff, 0xc0]), begin([0xff, 0xda]));
    let scan_length = usize::from(u16::from_be_bytes([small[scan + 2], small[scan + 3]]));
    let mut file = small[..scan + 2 + scan_length].to_vec();
    file[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    file[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    let blocks = usize::from(width).div_ceil(8) * usize::from(height).div_ceil(8);
    const FOUR: u64 = 0b00_1010_0000_0000;
    let four = (0..4).fold(0_u64, |bits, _| (bits << 14) | FOUR) << 8;
    for _ in 0..blocks.div_ceil(4) {
        file.extend(&four.to_be_bytes()[..7]);
    }
    file.extend([0xff, 0xd9]);
    file
}

/// A WebP without loss whose header promises 16384 × 16384.
fn huge_webp() -> Vec<u8> {
    let sides: u32 = 16_383 | (16_383 << 14);
    let body = [&b"\x2f"[..], &sides.to_le_bytes(), &[0; 9]].concat();
    let length = u32::try_from(body.len()).unwrap();
    [&b"RIFF"[..], &(length + 12).to_le_bytes(), b"WEBPVP8L", &length.to_le_bytes(), &body].concat()
}

/// A GIF whose header, and whose only frame, promise 65535 × 65535.
fn huge_gif() -> Vec<u8> {
    let palette = [0, 0, 0, 255, 255, 255];
    let frame = b"\x2c\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x4c\x01\0";
    [&b"GIF89a\xff\xff\xff\xff\x80\0\0"[..], &palette, frame, b"\x3b"].concat()
}

#[test]
fn the_judge_stays_within_its_limits_and_shows_nothing_that_wants_more() {
    let photo = jpeg(64, 64);
    let end_of_zip = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    let small_png = png(10, 10, [8, 2], 310);
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("a flood of pixels", flood(65_000, 65_000)),
        ("a long line", flood(60_000, 1)),
        ("a bomb in a PNG: 180 MB in one", png(9_000, 5_000, [8, 6], 9_000 * 5_000 * 4 + 5_000)),
        (
            "a PNG of 24 million pixels in 64 bits",
            png(6_000, 4_000, [16, 6], 6_000 * 4_000 * 8 + 4_000),
        ),
        ("a GIF of 65535 × 65535", huge_gif()),
        ("a JPEG of 65535 × 65535", grey_jpeg(65_535, 65_535)[..100_000].to_vec()),
        ("a JPEG of 100 million pixels", grey_jpeg(11_600, 8_700)),
        ("a WebP of 16384 × 16384", huge_webp()),
        ("a photo that is an archive", [photo.as_slice(), end_of_zip].concat()),
        ("a picture that is a page", [&b"GIF89a"[..], b"<script>alert(1)</script>"].concat()),
        ("a picture that is a document", [small_png.as_slice(), b"%PDF-1.7"].concat()),
        ("a document that is an archive", [&b"%PDF-1.7\n"[..], end_of_zip].concat()),
    ];
    for (name, file) in files {
        let judged = judged(&file);
        println!("{name}: {} MB, {} ticks", judged.peak_kb / 1024, judged.cpu_ticks);
        assert!(judged.peak_kb <= MEMORY_KB, "{name}: {} kB", judged.peak_kb);
        assert!(judged.cpu_ticks <= CPU_TICKS, "{name}: {} ticks", judged.cpu_ticks);
        let is_harmless = matches!(judged.says, None | Some(Verdict::Refuse { .. } | Verdict::Save { .. }));
        assert!(is_harmless, "{name}: {:?}", judged.says);
    }
}

/// What stands in a bomb beyond what its header says is never unpacked: what is kept is written anew, and small.
#[test]
fn a_bomb_behind_a_small_header_is_not_unpacked() {
    let judged = judged(&png(100, 100, [8, 2], 512 << 20));
    assert!(judged.peak_kb < MEMORY_KB / 4, "{} kB", judged.peak_kb);
    let Some(Verdict::Keep { picture: Some(made), .. }) = judged.says else {
        panic!("it is written anew: {:?}", judged.says)
    };
    assert!(made.bytes < 10_000, "{} bytes", made.bytes);
}

/// The largest photo of a telephone: read whole, kept at half its sides, within the same limits.
#[test]
fn a_photo_of_48_million_pixels_is_written_anew_within_the_limits() {
    let judged = judged(&grey_jpeg(8_064, 6_048));
    println!("48 million pixels: {} MB, {} ticks", judged.peak_kb / 1024, judged.cpu_ticks);
    assert!(judged.peak_kb <= MEMORY_KB, "{} kB", judged.peak_kb);
    assert!(judged.cpu_ticks <= CPU_TICKS, "{} ticks", judged.cpu_ticks);
    let Some(Verdict::Keep { picture: Some(made), .. }) = judged.says else {
        panic!("it is kept: {:?}", judged.says)
    };
    assert_eq!((made.width, made.height), (4_032, 3_024));
}
