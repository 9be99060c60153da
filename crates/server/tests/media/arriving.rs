//! Files that come as they should, and platforms that make it hard.

use domain::attachments::{AttachmentState, AttachmentTrouble};
use simulation::both_databases;
use simulation::platforms::{FaultOrder, FileKind, Place, SentFile};
use simulation::world::World;

use crate::post::{Post, bytes};

use AttachmentState::{Kept, Refused, Waiting};

fn has(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

both_databases! {
    /// The place of a photograph is kept beside it and nothing of it within it (D4; privacy by default).
    async fn a_photograph_is_kept_without_its_place_and_the_place_beside_it(world: World) {
        let post = Post::open(world).await;
        let place = Place { latitude: 52.518_5, longitude: 4.471_5 };
        let photo = SentFile { place: Some(place), ..SentFile::of(FileKind::Image) };
        let talk = post.sends(vec![photo]).await;
        assert_eq!(post.stands(&talk).await, (Waiting, None), "the message is there before its file");
        let file = post.until_kept(&talk).await;
        let at = file.taken_at.expect("it said where it was taken");
        assert!((at.latitude() - 52.518_5).abs() < 1e-4 && (at.longitude() - 4.471_5).abs() < 1e-4, "{at:?}");
        assert_eq!(file.media_type.as_deref(), Some("image/jpeg"));
        let (content, thumbnail) = post.content(&file).await;
        assert!(content.starts_with(b"\xff\xd8\xff") && !has(&content, b"Exif"));
        assert_eq!(file.bytes, u64::try_from(content.len()).ok());
        assert!(thumbnail.is_some_and(|small| small.starts_with(b"\xff\xd8\xff") && !has(&small, b"Exif")));
        assert!(file.size.is_some_and(|(width, height)| width > 0 && height > 0));
    }

    async fn every_kind_of_file_that_residents_send_is_kept_as_what_it_is(world: World) {
        let post = Post::open(world).await;
        let kinds = [
            (SentFile::of(FileKind::Voice), "audio/ogg"),
            (SentFile::of(FileKind::Video), "video/mp4"),
            (SentFile::of(FileKind::Document), "application/pdf"),
            (SentFile::of(FileKind::Sticker), "image/webp"),
            (SentFile { sample: Some("sticker-moving".into()), ..SentFile::of(FileKind::Sticker) }, "image/webp"),
            // What the platform states is not believed.
            (bytes(FileKind::Document, "image/png", b"Straat;Nummer\nKerkstraat;12\n"), "text/plain"),
        ];
        let talk = post.sends(kinds.iter().map(|(file, _)| file.clone()).collect()).await;
        post.until(&post.media, "all are kept", async || {
            let files = post.files(&talk).await;
            files.len() == kinds.len() && files.iter().all(|file| file.state == Kept)
        }).await;
        let files = post.files(&talk).await;
        let mut types: Vec<&str> = files.iter().filter_map(|file| file.media_type.as_deref()).collect();
        let mut expected: Vec<&str> = kinds.iter().map(|(_, expected)| *expected).collect();
        types.sort_unstable();
        expected.sort_unstable();
        assert_eq!(types, expected);
        let moving = files.iter().filter(|file| file.media_type.as_deref() == Some("image/webp"));
        for sticker in moving {
            assert!(post.content(sticker).await.1.is_some(), "a sticker has a small picture");
        }
    }

    /// Each fault of the platform ends in what is seen of the file meanwhile, and in the file afterwards.
    async fn a_file_that_did_not_come_whole_is_fetched_again(world: World) {
        let post = Post::open(world).await;
        let slow = FaultOrder { hold_ms: Some(6_000), ..FaultOrder::once("download_slow") };
        use AttachmentTrouble::{Damaged, NotGiven};
        let faults: [(FaultOrder, &[AttachmentTrouble]); 5] = [
            (FaultOrder::once("download_error500"), &[NotGiven]),
            // Where it breaks depends on how much was on its way: before the first byte, or behind it.
            (FaultOrder::once("download_cut"), &[NotGiven, Damaged]),
            (FaultOrder::once("download_short"), &[Damaged]),
            (FaultOrder::once("download_wrong_type"), &[Damaged]),
            (slow, &[NotGiven]),
        ];
        for (fault, expected) in faults {
            let name = fault.fault.clone();
            let talk = post.sends(vec![SentFile::of(FileKind::Document)]).await;
            post.street.order_with(fault);
            post.media.fetch_once().await.expect("the store answers");
            let (state, trouble) = post.stands(&talk).await;
            assert_eq!(state, Waiting, "{name}");
            assert!(trouble.is_some_and(|trouble| expected.contains(&trouble)), "{name}: {trouble:?}");
            assert_eq!(post.until_kept(&talk).await.trouble, None, "{name}");
        }
    }

    /// The way to a file is valid for five minutes: one that has ended is asked for again, within the same try.
    async fn a_way_that_has_ended_is_asked_for_again(world: World) {
        let post = Post::open(world).await;
        let talk = post.sends(vec![SentFile::of(FileKind::Image)]).await;
        post.street.order("download_gone");
        post.media.fetch_once().await.expect("the store answers");
        assert_eq!(post.stands(&talk).await, (Kept, None));
    }

    async fn what_is_too_large_is_refused_and_not_read(world: World) {
        let post = Post::open(world).await;
        let talk = post.sends(vec![SentFile::of(FileKind::Video)]).await;
        let narrow = post.media_with(|options| options.limits.bytes_max = 1000);
        narrow.fetch_once().await.expect("the store answers");
        assert_eq!(post.stands(&talk).await, (Refused, Some(AttachmentTrouble::TooLarge)));
    }

    /// A file that we may not have waits by itself: the residents of this account get their answers meanwhile.
    async fn a_file_that_we_may_not_have_stops_nobody(world: World) {
        let post = Post::open(world).await;
        let talk = post.sends(vec![SentFile::of(FileKind::Image)]).await;
        let held = post.until_claimed().await.remove(0);
        let installation = &post.street.world.installation;
        let trouble = AttachmentTrouble::Credentials;
        let after = domain::channels::RetryAfter::Backoff;
        let state = usecases::attachments::record_trouble(installation, &held, trouble, after).await;
        assert_eq!(state.expect("answers"), Some(Waiting));
        assert!(post.alarms().await.is_empty());
        let scope = domain::access::Scope::whole("zwanendam".parse().unwrap());
        let holds = store::tables::account::holds(&mut installation.store.read(&scope)).await.expect("answers");
        assert!(holds.is_empty(), "{holds:?}");
        // What others send meanwhile comes.
        let other = post.sends(vec![SentFile::of(FileKind::Voice)]).await;
        post.until_kept(&other).await;
        assert_eq!(post.until_kept(&talk).await.trouble, None);
    }

    /// C9 for files: a dead token is offered once, the account waits, and a new one brings everything.
    async fn a_dead_token_makes_the_account_wait_and_a_new_one_brings_the_files(world: World) {
        let post = Post::open(world).await;
        let number = post.street.world.number("wa-main").settings;
        let talk = post.sends(vec![SentFile::of(FileKind::Image)]).await;
        let whatsapp = post.street.platforms.whatsapp();
        whatsapp.replace_token(&number.phone_number_id, Some("EAAG-other".into())).expect("replaced");
        post.media.fetch_once().await.expect("the store answers");
        assert_eq!(post.stands(&talk).await, (Waiting, Some(AttachmentTrouble::Credentials)));
        assert_eq!(post.media.fetch_once().await.expect("answers"), 0, "the account waits");
        assert_eq!(post.alarms().await, ["token"], "and people see why");
        whatsapp.replace_token(&number.phone_number_id, number.access_token.clone()).expect("replaced");
        let installation = &post.street.world.installation;
        let ctx = installation.system(&"zwanendam".parse().unwrap(), "test");
        usecases::outbox::release_account(&ctx, &"wa-main".parse().unwrap()).await.expect("released");
        assert_eq!(post.until_kept(&talk).await.trouble, None);
    }
}
