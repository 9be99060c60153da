//! What happens twice, at once, late, or never.

use domain::access::Scope;
use domain::attachments::{AttachmentState, AttachmentTrouble, FETCH_ATTEMPTS};
use domain::channels::RetryAfter;
use domain::happenings::Happened;
use domain::media::Format;
use drivers::Media;
use simulation::both_databases;
use simulation::platforms::{FileKind, SentFile};
use simulation::world::World;
use store::tables::{blob, journal};
use tokio_util::sync::CancellationToken;
use usecases::Failure;
use usecases::attachments::{self, Finding, Look, RetryRefused};

use crate::post::Post;
use crate::street::egress;

use AttachmentState::{Failed, Fetching, Kept, Lost, Waiting};

fn scope() -> Scope {
    Scope::whole("zwanendam".parse().unwrap())
}

both_databases! {
    /// A crash between fetching and keeping: nothing is lost, nothing is double, and nothing stays behind.
    async fn a_file_whose_fetcher_is_gone_is_fetched_by_another_and_kept_once(world: World) {
        let post = Post::open(world).await;
        let talk = post.sends(vec![SentFile::of(FileKind::Image)]).await;
        let installation = &post.street.world.installation;
        let gone = attachments::claim_attachments(installation, 4).await.expect("answers").remove(0);
        assert_eq!(post.stands(&talk).await.0, Fetching);
        let content = attachments::take_in(installation, &gone.municipality, &mut &b"half"[..], 10).await.expect("taken");
        // Its lease ends; on one node that is seen at the start.
        assert_eq!(attachments::release_all(installation).await.expect("answers"), 1);
        let file = post.until_kept(&talk).await;
        // The first comes back to life and has nothing to say any more.
        let finding = Finding { format: Format::Text, content: content.clone(), thumbnail: None, size: None, taken_at: None, trouble: None };
        assert!(!attachments::keep(installation, &gone, &finding).await.expect("answers"));
        assert_eq!(attachments::record_trouble(installation, &gone, AttachmentTrouble::TooLarge, RetryAfter::Backoff).await.expect("answers"), None);
        assert!(!attachments::renew(installation, &gone).await.expect("answers"));
        assert_eq!(post.files(&talk).await, [file]);
        let blobs = blob::Blobs::of(&installation.store, &scope());
        assert!(blobs.open(content.id).await.expect("answers").is_none());
        assert_eq!(blob::sweep(&installation.store, &scope(), 0, 10).await.expect("answers"), 0, "it was removed at once");
    }

    async fn two_nodes_share_the_work_and_keep_each_file_once(world: World) {
        let post = Post::open(world).await;
        let files = vec![SentFile::of(FileKind::Image); 8];
        let talk = post.sends(files).await;
        let other = post.street.world.another_node().await;
        let other = other.map(|node| Media::new(node, egress(), post.options.clone()));
        post.until(&post.media, "all are kept", async || {
            if let Some(other) = &other {
                tokio::join!(other.fetch_once(), post.media.fetch_once()).0.expect("answers");
            }
            post.files(&talk).await.iter().all(|file| file.state == Kept)
        }).await;
        let files = post.files(&talk).await;
        assert_eq!(files.len(), 8);
        assert!(files.iter().all(|file| file.attempts == 1), "each was fetched once");
        let store = &post.street.world.installation.store;
        assert_eq!(blob::sweep(store, &scope(), 0, 100).await.expect("answers"), 0, "nothing was taken in twice");
    }

    /// What failed waits for a person; a person who may, in a conversation that they see.
    async fn a_person_has_a_failed_file_fetched_again(world: World) {
        let post = Post::open(world).await;
        let talk = post.sends(vec![SentFile::of(FileKind::Image)]).await;
        let installation = &post.street.world.installation;
        for attempt in 1..=FETCH_ATTEMPTS {
            let mut held = Vec::new();
            while held.is_empty() {
                held = attachments::claim_attachments(installation, 1).await.expect("answers");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            let after = RetryAfter::Seconds(1);
            let state = attachments::record_trouble(installation, &held[0], AttachmentTrouble::Damaged, after).await;
            let expected = if attempt < FETCH_ATTEMPTS { Waiting } else { Failed };
            assert_eq!(state.expect("answers"), Some(expected), "attempt {attempt}");
        }
        let id = post.files(&talk).await[0].id;
        assert_eq!(attachments::claim_attachments(installation, 1).await.expect("answers"), [], "the machine has given up");
        // Joris answers for another team, Anouk in another municipality; Bram only counts.
        for (who, expected) in [("Joris", "not found"), ("Anouk", "not found"), ("Bram", "may not")] {
            let ctx = post.street.world.ctx(who).await;
            let refused = attachments::retry_attachment(&ctx, id).await;
            let told = match refused {
                Err(Failure::NotFound) => "not found",
                Err(Failure::NotAllowed(_)) => "may not",
                _ => "done",
            };
            assert_eq!(told, expected, "{who}");
        }
        let noor = post.street.world.ctx("Noor").await;
        let retried = attachments::retry_attachment(&noor, id).await.expect("tried again");
        assert_eq!(retried.conversation, talk.conversation);
        assert_eq!(post.until_kept(&talk).await.state, Kept);
        let again = attachments::retry_attachment(&noor, id).await;
        assert!(matches!(again, Err(Failure::Refused(RetryRefused(Kept)))), "{again:?}");
    }

    /// A night without the platform's media: nobody has to press anything, what it still has comes by itself, and what it
    /// has no longer is lost with the reason.
    async fn after_an_outage_of_hours_everything_that_the_platform_still_has_comes_by_itself(world: World) {
        let post = Post::open(world).await;
        let installation = post.street.world.installation.clone();
        let talk = post.sends(vec![SentFile::of(FileKind::Image); 3]).await;
        // Nobody waits for the database's clock here: a turn of the machine is claimed, fails, and is due at once again.
        let fails = async || {
            for held in post.until_claimed().await {
                let after = RetryAfter::Seconds(1);
                let state = attachments::record_trouble(&installation, &held, AttachmentTrouble::NotGiven, after).await;
                assert_eq!(state.expect("answers"), Some(Waiting), "attempt {}", held.attachment.attempts);
            }
        };
        for _ in 0..FETCH_ATTEMPTS + 2 {
            fails().await;
            post.street.world.hours_later(1);
        }
        assert!(post.files(&talk).await.iter().all(|file| file.attempts > 0));
        let account = "wa-main".parse().unwrap();
        let figures = async || {
            let mut reader = installation.store.read(&scope());
            let since = jiff::Timestamp::MIN;
            store::tables::figures::of_account(&mut reader, &account, since).await.expect("answers")
        };
        assert_eq!((figures().await.late_files, figures().await.failed_files), (3, 0));
        // One is not waited for: Noor presses, and it is due at once.
        let noor = post.street.world.ctx("Noor").await;
        let first = post.files(&talk).await[0].id;
        attachments::retry_attachment(&noor, first).await.expect("fetched at once");
        post.until(&post.media, "all are kept", async || {
            post.files(&talk).await.iter().all(|file| file.state == Kept)
        }).await;
        assert_eq!(figures().await.late_files, 0);
        // And of one the week is over before the platform is back.
        let late = post.sends(vec![SentFile::of(FileKind::Image)]).await;
        fails().await;
        post.street.world.hours_later(7 * 24 + 2);
        let held = post.until_claimed().await.remove(0);
        let ended = attachments::record_trouble(&installation, &held, AttachmentTrouble::NotGiven, RetryAfter::Backoff).await;
        assert_eq!(ended.expect("answers"), Some(Lost));
        assert_eq!(post.stands(&late).await, (Lost, Some(AttachmentTrouble::Expired)));
        assert_eq!(figures().await.lost_files, 1);
    }

    /// What the platform does not keep any more is lost, and says so.
    async fn what_expired_is_lost_visibly(world: World) {
        let post = Post::open(world).await;
        let talk = post.sends(vec![SentFile::of(FileKind::Image)]).await;
        let installation = &post.street.world.installation;
        assert_eq!(attachments::lose_expired(installation, 10).await.expect("answers"), 0);
        post.street.world.hours_later(7 * 24 + 2);
        assert_eq!(attachments::lose_expired(installation, 10).await.expect("answers"), 1);
        assert_eq!(post.stands(&talk).await, (Lost, Some(AttachmentTrouble::Expired)));
        assert_eq!(attachments::lose_expired(installation, 10).await.expect("answers"), 0);
        let entries = journal::after(&mut installation.store.read(&scope()), 0, 1000).await.expect("answers");
        let told = entries.iter().filter(|entry| {
            matches!(entry.happened, Happened::AttachmentChanged { state: Lost, .. })
        });
        assert_eq!(told.count(), 1);
    }

    /// No room is no reason to lose a file, nor to fetch it for nothing; and it never takes the room of others.
    async fn a_file_for_which_there_is_no_room_waits_until_there_is(world: World) {
        let post = Post::open(world).await;
        let talk = post.sends(vec![SentFile::of(FileKind::Image)]).await;
        let full = post.media_with(|options| options.reserve = u64::MAX);
        full.fetch_once().await.expect("the store answers");
        assert_eq!(post.stands(&talk).await, (Waiting, Some(AttachmentTrouble::NoRoom)));
        assert_eq!(post.files(&talk).await[0].attempts, 0, "that is no try that counts");
    }

    async fn a_node_that_ends_gives_back_what_it_was_fetching(world: World) {
        let post = Post::open(world).await;
        let talk = post.sends(vec![SentFile::of(FileKind::Image)]).await;
        let slow = simulation::platforms::FaultOrder { hold_ms: Some(1_500), ..simulation::platforms::FaultOrder::once("download_slow") };
        post.street.order_with(slow);
        let stop = CancellationToken::new();
        let running = tokio::spawn(post.media.clone().run(stop.clone()));
        post.street.until("it is being fetched", async || post.stands(&talk).await.0 == Fetching).await;
        stop.cancel();
        running.await.expect("it ended");
        let file = post.files(&talk).await.remove(0);
        assert_eq!((file.state, file.attempts), (Waiting, 0));
        assert_eq!(post.until_kept(&talk).await.attempts, 1);
    }

    /// X1, P1: who may not see the conversation finds no file, and every look is on disk before the first byte.
    async fn a_file_is_opened_by_those_who_see_its_conversation(world: World) {
        let post = Post::open(world).await;
        let talk = post.sends(vec![SentFile::of(FileKind::Image)]).await;
        let noor = post.street.world.ctx("Noor").await;
        let id = post.files(&talk).await[0].id;
        let early = attachments::open_attachment(&noor, id, Look::Content).await;
        assert!(matches!(early, Err(Failure::NotFound)), "it is not here yet");
        let file = post.until_kept(&talk).await;
        let opened = attachments::open_attachment(&noor, id, Look::Content).await.expect("hers");
        assert_eq!(opened.media_type, "image/jpeg");
        assert_eq!(Some(opened.content.bytes()), file.bytes);
        assert!(opened.disposition.starts_with("inline; filename=\"bijlage.jpg\""), "{}", opened.disposition);
        let small = attachments::open_attachment(&noor, id, Look::Thumbnail).await.expect("hers");
        assert!(small.content.bytes() < opened.content.bytes());
        for who in ["Joris", "Anouk", "Bram"] {
            let ctx = post.street.world.ctx(who).await;
            let other = attachments::open_attachment(&ctx, id, Look::Content).await;
            assert!(matches!(other, Err(Failure::NotFound | Failure::NotAllowed(_))), "{who}");
        }
        let subject = format!("conversation:{}", talk.conversation);
        let store = &post.street.world.installation.store;
        let looks = store::tables::view_log::of_subject(&mut store.read(&scope()), &subject).await.expect("answers");
        let who: Vec<&str> = looks.iter().map(|(who, _)| who.as_str()).collect();
        assert_eq!(who, [noor.actor.label().as_str()], "Noor looked, and nobody else");
    }
}
