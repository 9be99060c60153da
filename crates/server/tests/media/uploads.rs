//! What leaves with a file, and what does not: photos of colleagues, and places in files that are kept as they came.

use std::sync::Arc;

use domain::access::Scope;
use domain::attachments::{AttachmentState, AttachmentTrouble};
use drivers::media::Uploads;
use simulation::both_databases;
use simulation::world::World;
use store::tables::blob::Blobs;
use usecases::Failure;
use usecases::attachments::{Look, open_attachment};
use usecases::drafts::{UploadRefused, list_drafts, upload_draft};

use crate::hostile::{flood, jpeg};
use crate::post::{Post, document};

/// A photo with an Exif block behind its first mark.
fn with_exif(photo: &[u8], words: &[u8]) -> Vec<u8> {
    let block = [&b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"[..], words].concat();
    let length = u16::try_from(block.len() + 2).unwrap().to_be_bytes();
    [&photo[..2], &[0xff, 0xe1], &length, &block, &photo[2..]].concat()
}

fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len() + 8).unwrap();
    [&length.to_be_bytes()[..], kind, content].concat()
}

/// A film with a place in its user data, and a track that this handler has.
fn film(handler: &[u8; 4]) -> Vec<u8> {
    let place = boxed(b"\xa9xyz", b"\0\x1a\x15\xc7+52.5185+004.4715+010.000/");
    let track = boxed(b"trak", &boxed(b"mdia", &boxed(b"hdlr", &[&[0; 8], &handler[..]].concat())));
    let moov = boxed(b"moov", &[track, boxed(b"udta", &place)].concat());
    [boxed(b"ftyp", b"isom\0\0\0\0"), boxed(b"mdat", b"PICTURES"), moov].concat()
}

fn has(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

both_databases! {
    async fn a_photo_that_a_colleague_sends_leaves_without_what_is_in_it(world: World) {
        let post = Post::open(world).await;
        let installation = post.street.world.installation.clone();
        installation.hand_in(Arc::new(Uploads::new(post.options.clone())));
        let noor = post.street.world.ctx("Noor").await;
        let photo = with_exif(&jpeg(64, 64), b"52.5185 N 4.4715 E");
        let id = upload_draft(&noor, &mut photo.as_slice(), Some("foto.jpg")).await.expect("taken");
        let draft = list_drafts(&noor, &[id]).await.expect("hers").remove(0);
        let scope = Scope::whole("zwanendam".parse().unwrap());
        let content = Blobs::of(&installation.store, &scope).get(draft.blob).await.unwrap().unwrap();
        assert!(content.starts_with(b"\xff\xd8\xff") && !has(&content, b"Exif") && !has(&content, b"52.5185"));
        assert_eq!(draft.bytes, u64::try_from(content.len()).unwrap());
        // A text is no picture, and goes as it is.
        let text = upload_draft(&noor, &mut &b"Beste Yusuf"[..], Some("brief.txt")).await.expect("taken");
        let draft = list_drafts(&noor, &[text]).await.expect("hers").remove(0);
        let content = Blobs::of(&installation.store, &scope).get(draft.blob).await.unwrap().unwrap();
        assert_eq!(content, b"Beste Yusuf");
        let large = upload_draft(&noor, &mut flood(65_000, 65_000).as_slice(), Some("foto.png")).await;
        assert!(matches!(large, Err(Failure::Refused(UploadRefused::TooLargeToRewrite))), "{large:?}");
    }

    async fn a_full_disk_refuses_uploads_in_words(world: World) {
        let post = Post::open(world).await;
        let options = drivers::media::MediaOptions { reserve: u64::MAX, ..post.options.clone() };
        post.street.world.installation.hand_in(Arc::new(Uploads::new(options)));
        let noor = post.street.world.ctx("Noor").await;
        let refused = upload_draft(&noor, &mut &b"Beste Yusuf"[..], Some("brief.txt")).await;
        assert!(matches!(refused, Err(Failure::Refused(UploadRefused::NoRoom))), "{refused:?}");
    }

    /// The place of a film is offered beside it as that of a photo is, and is in it no more.
    async fn a_film_is_kept_without_its_place_and_the_place_beside_it(world: World) {
        let post = Post::open(world).await;
        let film = film(b"vide");
        let talk = post.sends(vec![document("film.mp4", &film)]).await;
        let file = post.until_kept(&talk).await;
        let at = file.taken_at.expect("it said where it was made");
        assert!((at.latitude() - 52.5185).abs() < 1e-4 && (at.longitude() - 4.4715).abs() < 1e-4, "{at:?}");
        let content = post.content(&file).await.0;
        assert!(!has(&content, b"52.5185") && has(&content, b"PICTURES"));
        assert_eq!(content.len(), film.len());
    }

    /// A track of positions cannot be taken out: the film is only saved, and the conversation says why.
    async fn a_film_that_may_record_its_way_is_only_saved(world: World) {
        let post = Post::open(world).await;
        let talk = post.sends(vec![document("film.mp4", &film(b"meta"))]).await;
        let file = post.until_kept(&talk).await;
        assert_eq!((file.state, file.trouble), (AttachmentState::Kept, Some(AttachmentTrouble::PlaceUnsure)));
        let noor = post.street.world.ctx("Noor").await;
        let opened = open_attachment(&noor, file.id, Look::Content).await.expect("hers");
        assert!(opened.disposition.starts_with("attachment;"), "{}", opened.disposition);
    }
}
