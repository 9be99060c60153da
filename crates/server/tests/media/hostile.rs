//! D4, W3: files that want something.

use std::time::Duration;

use domain::attachments::{AttachmentState, AttachmentTrouble};
use drivers::media::Judge;
use simulation::both_databases;
use simulation::platforms::{FileKind, SentFile};
use simulation::world::World;
use usecases::attachments::{Look, open_attachment};

use crate::post::{Post, bytes, document};

use AttachmentState::{Kept, Refused, Waiting};
use AttachmentTrouble::{Forbidden, NotJudged, NotShown};

/// A PNG whose header promises so many pixels; behind it stands nothing of them.
pub fn flood(width: u32, height: u32) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let chunk = |file: &mut Vec<u8>, name: &[u8; 4], content: &[u8]| {
        file.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
        let named = [&name[..], content].concat();
        file.extend(&named);
        file.extend(crc(&named).to_be_bytes());
    };
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    chunk(&mut file, b"IHDR", &header);
    chunk(&mut file, b"IDAT", b"\x78\x9c\x03\x00\x00\x00\x00\x01");
    chunk(&mut file, b"IEND", b"");
    file
}

/// The checksum of PNG (ISO 3309), bit by bit.
pub fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| {
                if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
            },
        )
    })
}

/// A picture of one colour, as JPEG.
pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    let image =
        image::DynamicImage::ImageRgb8(image::RgbImage::from_pixel(width, height, image::Rgb([9, 9, 9])));
    image.write_to(&mut out, image::ImageFormat::Jpeg).unwrap();
    out.into_inner()
}

both_databases! {
    async fn what_can_do_harm_is_refused_whatever_it_calls_itself(world: World) {
        let post = Post::open(world).await;
        let photo = jpeg(64, 64);
        let cut = photo[..photo.len() / 4].to_vec();
        let files = [
            (document("besluit.pdf", b"MZ\x90\0\x03\0\0\0"), Forbidden),
            (document("besluit.pdf", b"<!DOCTYPE html><script>alert(1)</script>"), Forbidden),
            (bytes(FileKind::Image, "image/jpeg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>"), Forbidden),
            (document("foto.jpg", &[photo.as_slice(), b"<script>alert(1)</script>"].concat()), Forbidden),
            (document("foto.jpg.exe", &photo), Forbidden),
            (document("brief.docm", b"Hallo"), Forbidden),
            (document("archief.zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), Forbidden),
            (bytes(FileKind::Image, "image/jpeg", &cut), Forbidden),
            (bytes(FileKind::Image, "image/png", &flood(100, 100)), Forbidden),
        ];
        // The picture alone is kept: what is refused above is refused for what was done to it.
        let fine = post.sends(vec![document("foto.jpg", &photo)]).await;
        assert_eq!(post.until_kept(&fine).await.media_type.as_deref(), Some("image/jpeg"));
        for (index, (file, expected)) in files.into_iter().enumerate() {
            let talk = post.sends(vec![file]).await;
            post.media.fetch_once().await.expect("the store answers");
            let last = post.file(&talk).await;
            assert_eq!((last.state, last.trouble), (Refused, Some(expected)), "file {index}");
            assert_eq!(last.blob, None);
        }
    }

    /// An honest picture can be too large as well: it is kept as it came, says why it is not shown, and is only saved.
    async fn a_picture_that_is_too_much_to_decode_is_only_saved(world: World) {
        let post = Post::open(world).await;
        let noor = post.street.world.ctx("Noor").await;
        for flood in [flood(65_000, 65_000), flood(60_000, 1)] {
            let talk = post.sends(vec![bytes(FileKind::Image, "image/png", &flood)]).await;
            post.media.fetch_once().await.expect("the store answers");
            let file = post.file(&talk).await;
            assert_eq!((file.state, file.trouble, file.thumbnail), (Kept, Some(NotShown), None));
            assert_eq!(post.content(&file).await.0, flood, "as it came");
            let opened = open_attachment(&noor, file.id, Look::Content).await.expect("hers");
            assert!(opened.disposition.starts_with("attachment;"), "{}", opened.disposition);
        }
    }

    async fn a_large_photograph_is_kept_and_shown_small(world: World) {
        let post = Post::open(world).await;
        let talk = post.sends(vec![document("foto.jpg", &jpeg(4000, 3000))]).await;
        let file = post.until_kept(&talk).await;
        assert_eq!(file.size, Some((4000, 3000)));
        let small = post.content(&file).await.1.expect("a small picture");
        let small = image::load_from_memory(&small).expect("a picture");
        assert_eq!((small.width(), small.height()), (480, 360));
    }

    /// What breaks the judge breaks nothing else: refused when it died of it, saved when it was too much, tried again when
    /// the machine had no memory or no time, for which the file can do nothing.
    async fn how_a_judge_ends_decides_what_becomes_of_the_file(world: World) {
        let post = Post::open(world).await;
        let first = br#"{"verdict":"picture","media_type":"image/jpeg"}"#;
        let says = format!("printf '\\000\\000\\000\\{:o}%s' '{}'", first.len(), String::from_utf8_lossy(first));
        for (script, expected) in [
            ("exit 101".to_owned(), (Refused, Forbidden)),
            ("kill -SEGV $$".to_owned(), (Refused, Forbidden)),
            ("kill -KILL $$".to_owned(), (Waiting, NotJudged)),
            ("exit 1".to_owned(), (Waiting, NotJudged)),
            (format!("{says}; kill -KILL $$"), (Waiting, NotJudged)),
            (format!("{says}; kill -SEGV $$"), (Refused, Forbidden)),
            (format!("{says}; kill -XCPU $$"), (Kept, NotShown)),
            (format!("{says}; kill -ABRT $$"), (Kept, NotShown)),
        ] {
            let talk = post.sends(vec![SentFile::of(FileKind::Image)]).await;
            let arguments = vec!["-c".into(), script.clone().into()];
            let media = post.media_with(|options| options.judge = Judge::new("/bin/sh".into(), arguments).into());
            media.fetch_once().await.expect("the store answers");
            let file = post.file(&talk).await;
            assert_eq!((file.state, file.trouble), (expected.0, Some(expected.1)), "{script}");
            if file.state == Waiting {
                assert_eq!(post.until_kept(&talk).await.trouble, None, "{script}: the next judge keeps it");
            }
        }
        let missing = post.media_with(|options| options.judge = Judge::new("/no/such/judge".into(), vec![]).into());
        let hanging = post.media_with(|options| {
            let judge = Judge::new("/bin/sleep".into(), vec!["100".into()]);
            options.judge = judge.with_patience(Duration::from_millis(200)).into();
        });
        for media in [missing, hanging] {
            let talk = post.sends(vec![SentFile::of(FileKind::Image)]).await;
            media.fetch_once().await.expect("the store answers");
            let last = post.file(&talk).await;
            assert_eq!((last.state, last.trouble), (Waiting, Some(NotJudged)));
            assert_eq!(post.until_kept(&talk).await.state, Kept, "a judge with time keeps it");
        }
    }
}
