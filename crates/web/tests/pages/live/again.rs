//! Coming back: nothing is missed, and a place that is none leads to a new look (E1, E2).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::ids::ConversationId;
use futures_util::future::{join, join_all};
use simulation::both_databases;
use simulation::world::{Talk, World};
use tokio::sync::{Semaphore, watch};
use usecases::Ctx;

use super::{Told, follow, note};
use crate::site::{Browser, Site};

const STREAMS: usize = 20;
const DISCONNECTS: usize = 50;
const WRITERS: usize = 50;
const EACH: usize = 6;

/// A number below `below`, from a seed.
fn chance(seed: &mut u64, below: u64) -> u64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed % below
}

/// Everything in the journal of a municipality that is about a conversation: position and conversation.
async fn written(world: &World, municipality: &str) -> Vec<(i64, String)> {
    let all = world.journal(municipality).await.into_iter();
    all.filter_map(|(position, happened)| Some((position, happened.conversation()?.to_string())))
        .collect()
}

/// How far those who listen have come, and whether those who write are done.
struct Course {
    disconnects: AtomicUsize,
    /// Notes that may be written.
    notes: Semaphore,
    done: watch::Sender<bool>,
}

impl Course {
    /// Somebody hung up: everybody writes again now and then, all at once, so that hanging up and writing go on together.
    fn hung_up(&self) {
        if self
            .disconnects
            .fetch_add(1, Ordering::SeqCst)
            .is_multiple_of(STREAMS * DISCONNECTS / EACH)
        {
            self.notes.add_permits(WRITERS);
        }
    }

    async fn writes(self: Arc<Self>, ctx: Ctx, conversation: ConversationId, writer: usize) {
        for round in 0..EACH {
            self.notes.acquire().await.expect("it is never closed").forget();
            note(&ctx, conversation, &format!("{writer}-{round}")).await;
        }
    }
}

/// Hangs up at random and comes back with the last id, so many times; then listens until it has heard the last.
async fn follows(
    browser: &Browser<'_>,
    world: &World,
    town: &str,
    course: &Course,
    seed: u64,
) -> Vec<(i64, String)> {
    let (mut heard, mut at, mut random) = (Vec::new(), "0".to_owned(), seed);
    let mut hear = |told: &Told, at: &mut String| {
        assert_ne!(told.event, "vernieuw", "seed {seed}");
        *at = told.id.expect("a place").to_string();
        if told.event == "gebeurd" {
            heard.push((
                told.id.expect("a place"),
                told.data["conversation"].as_str().expect("an id").to_owned(),
            ));
        }
    };
    for _ in 0..DISCONNECTS {
        let mut stream = follow(browser, "", Some(&at)).await;
        for _ in 0..=chance(&mut random, 12) {
            let told = stream.next().await.expect("nobody ends it");
            hear(&told, &mut at);
            // It has heard everything: what comes next may take long.
            if told.event == "hartslag" {
                break;
            }
        }
        course.hung_up();
    }
    course.done.subscribe().wait_for(|done| *done).await.expect("they end");
    let until = written(world, town).await.last().expect("something was written").0;
    let mut stream = follow(browser, "", Some(&at)).await;
    while at.parse::<i64>().expect("a place") < until {
        hear(&stream.next().await.expect("nobody ends it"), &mut at);
    }
    heard
}

both_databases! {
    /// E1. Both municipalities write at once, so that a filter that is missing shows.
    async fn twenty_streams_that_break_off_a_thousand_times_miss_nothing(world: World) {
        let site = Site::of(&world);
        let talks = [
            world.resident("Yusuf").writes("Hallo").await,
            world.resident("Sanne").to("wa-lindeveld").writes("Hallo").await,
        ];
        let browsers = [site.logged_in("Noor").await, site.logged_in("Femke").await];
        let (towns, people) = (["zwanendam", "lindeveld"], [world.ctx("Noor").await, world.ctx("Femke").await]);
        let course = Arc::new(Course {
            disconnects: AtomicUsize::new(0),
            notes: Semaphore::new(0),
            done: watch::Sender::new(false),
        });
        let writers = (0..WRITERS).map(|writer| {
            let (ctx, talk) = (people[writer % 2].clone(), talks[writer % 2].conversation);
            tokio::spawn(Arc::clone(&course).writes(ctx, talk, writer))
        });
        let writers = join_all(writers);
        let write = async {
            writers.await.into_iter().for_each(|ended| ended.expect("no writer panics"));
            course.done.send_replace(true);
        };
        let read = join_all((0..STREAMS).map(async |stream| {
            let town = towns[stream % 2];
            (town, follows(&browsers[stream % 2], &world, town, &course, 77 + stream as u64).await)
        }));
        let ((), all_heard) = join(write, read).await;
        assert_eq!(course.disconnects.load(Ordering::SeqCst), STREAMS * DISCONNECTS);
        for (town, heard) in all_heard {
            // Equal lists: without a gap, each once, and growing, as the journal is.
            let expected = written(&world, town).await;
            assert!(expected.len() > WRITERS / 2 * EACH, "{}", expected.len());
            assert_eq!(heard, expected, "{town}");
        }
    }

    /// E2: whatever a browser says it saw last, it gets an answer it can go on with, and nothing of anybody else.
    async fn a_place_that_is_none_leads_to_a_new_look(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let noor = site.logged_in("Noor").await;
        let ctx = world.ctx("Noor").await;
        let places = [
            ("?na=zwanendam:999999", None),
            ("?na=lindeveld:1", None),
            ("?na=lindeveld:1", Some("1")),
            ("?na=", None),
            ("?na=%ff%00", None),
            ("?na=1;drop", None),
            ("", Some("999999")),
            ("", Some("-1")),
            ("", Some("lindeveld:1")),
            ("", Some("9223372036854775808")),
            ("", Some("\u{fffd}")),
            ("?na=x&na=2", None),
        ];
        for (number, (query, last)) in places.into_iter().enumerate() {
            let mut stream = follow(&noor, query, last).await;
            let told = stream.next().await.expect("an answer");
            assert_eq!((told.event.as_str(), told.id), ("vernieuw", Some(world.journal_head("zwanendam").await)), "{query} {last:?}");
            assert!(stream.retry.is_some_and(|millis| (300..5000).contains(&millis)), "{:?}", stream.retry);
            // And from there on it is told what happens.
            note(&ctx, talk.conversation, &format!("after-{number}")).await;
            assert_eq!(stream.happens().await.data["kind"], "note_written", "{query} {last:?}");
        }
    }

    async fn what_happened_since_the_page_was_made_is_told_and_what_is_told_is_ids(world: World) {
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let ctx = world.ctx("Noor").await;
        let place = usecases::live::place(&ctx).await.expect("the store answers").to_string();
        let Talk { conversation, .. } = world.resident("Yusuf").writes("GEHEIM van Yusuf").await;
        let mut stream = follow(&noor, &format!("?na={}", place.replace(':', "%3A")), None).await;
        let (started, received) = (stream.happens().await, stream.happens().await);
        assert_eq!(started.data["kind"], "conversation_started");
        assert_eq!(received.data["kind"], "message_received");
        assert_eq!(received.data["conversation"], conversation.to_string());
        assert_eq!(received.data["position"], received.id.expect("a place"));
        assert!(received.data["message"].is_string());
        for told in [&started, &received] {
            let told = told.data.to_string();
            assert!(!told.contains("GEHEIM") && !told.contains("Yusuf") && !told.contains("316"), "{told}");
        }
        // A browser that comes back says both; the last that it was told counts.
        let last = received.id.expect("a place").to_string();
        let mut again = follow(&noor, &format!("?na={place}"), Some(&last)).await;
        world.agent("Daan").await.replies(&Talk { conversation, ..world.resident("Hanna").writes("Dag").await }, "Dag").await;
        let kinds: Vec<_> = [again.happens().await, again.happens().await, again.happens().await]
            .map(|told| told.data["kind"].clone())
            .into();
        assert_eq!(kinds, ["conversation_started", "message_received", "reply_queued"]);
        let headers = noor.answer("/live", &[]).await.headers().clone();
        assert_eq!((&headers["x-accel-buffering"], &headers["cache-control"]), (&"no".parse().expect("text"), &"no-store".parse().expect("text")));
    }
}
