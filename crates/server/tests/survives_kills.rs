//! A node that is killed at any moment, again and again, under load: nothing that was acknowledged is lost, nothing is
//! there twice, and nobody gets an answer twice (B1).

#![allow(clippy::unwrap_used, clippy::panic, reason = "in a test, what cannot be is the end of it")]
#![allow(clippy::print_stdout, reason = "a test says what it skipped and measured")]

mod support;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use simulation::figures::figure;
use simulation::platforms::{FaultOrder, Inbound};
use support::witness::{Copies, Witness, lost};
use support::{Chance, Engine, Site, free_port, until};

const RESIDENTS: u64 = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_lose_nothing_and_answer_nobody_twice_on_sqlite() {
    kills(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_lose_nothing_and_answer_nobody_twice_on_postgresql() {
    kills(Engine::Postgres).await;
}

async fn kills(engine: Engine) {
    let Some(site) = Site::on(engine).await else { return };
    let (port, token, kills) = (free_port(), site.token(), figure(50, 200));
    let witness = Witness::before(port, &site.http).await;
    site.deliver_to(witness.port);
    let duplicate = FaultOrder {
        probability: Some(1.0),
        copies: Some(3),
        ..FaultOrder::once("duplicate")
    };
    site.platforms.order_fault(FaultOrder { times: None, ..duplicate }).unwrap();

    let over = AtomicBool::new(false);
    let (written, asked) = (AtomicU32::new(0), Mutex::new(BTreeSet::new()));
    let slowest = tokio::join!(
        async {
            let slowest = kill_again_and_again(&site, port, kills).await;
            over.store(true, Ordering::Relaxed);
            slowest
        },
        residents_write(&site, &over, &written),
        colleagues_answer(&site, port, &token, &over, &asked),
    )
    .0;

    let node = site.start(port);
    site.platforms.clear_faults();
    // The platform waits up to a minute between two attempts.
    site.delivered(Duration::from_secs(150)).await;
    settled(&site, port, &token).await;
    let (written, asked) = (written.into_inner(), asked.into_inner().unwrap());
    check_messages(&site, port, &token, written).await;
    check_replies(&site, port, &token, &asked).await;
    node.kill();
    check_copies(&witness.acknowledged(), &site.stored_copies().await);
    println!("{kills} kills, {written} messages, {} replies, slowest start {slowest:?}", asked.len());
    assert!(slowest < Duration::from_secs(10), "a start took {slowest:?}");
}

async fn kill_again_and_again(site: &Site, port: u16, kills: u32) -> Duration {
    let (mut chance, mut slowest) = (Chance::seeded(17), Duration::ZERO);
    for _ in 0..kills {
        let node = site.start(port);
        slowest = slowest.max(node.ready_after);
        tokio::time::sleep(Duration::from_millis(200 + chance.below(1_200))).await;
        node.kill();
    }
    slowest
}

/// 50 webhooks a second, each three times.
async fn residents_write(site: &Site, over: &AtomicBool, written: &AtomicU32) {
    let mut chance = Chance::seeded(3);
    while !over.load(Ordering::Relaxed) {
        let number = written.fetch_add(1, Ordering::Relaxed);
        let inbound = Inbound {
            from: format!("3160000{:04}", chance.below(RESIDENTS)),
            name: "Yusuf".to_owned(),
            texts: vec![format!("bericht {number}")],
            ..Inbound::default()
        };
        site.platforms
            .whatsapp()
            .inbound(&site.number.settings.phone_number_id, &inbound)
            .unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Colleagues at once, each with the next reply as soon as the last one was taken.
const COLLEAGUES: u64 = 6;

async fn colleagues_answer(
    site: &Site,
    port: u16,
    token: &str,
    over: &AtomicBool,
    asked: &Mutex<BTreeSet<String>>,
) {
    let all = (0..COLLEAGUES).map(|colleague| answer(site, port, token, over, (colleague, asked)));
    futures_util::future::join_all(all).await;
}

/// A reply that got no answer is asked again with the same key, as a careful client does.
async fn answer(
    site: &Site,
    port: u16,
    token: &str,
    over: &AtomicBool,
    (colleague, asked): (u64, &Mutex<BTreeSet<String>>),
) {
    let (mut chance, mut conversations, mut number) = (Chance::seeded(5 + colleague), Vec::new(), 0);
    while !over.load(Ordering::Relaxed) {
        if conversations.len() < usize::try_from(RESIDENTS).unwrap() {
            conversations = site.conversations(port, token).await;
        }
        let Some(one) = pick(&conversations, &mut chance) else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        number += 1;
        let text = format!("antwoord {colleague}-{number}");
        while !over.load(Ordering::Relaxed) {
            match site.reply(port, token, &one, &text).await {
                Some(202) => {
                    asked.lock().unwrap().insert(text.clone());
                    break;
                }
                Some(503) | None => tokio::time::sleep(Duration::from_millis(30)).await,
                Some(other) => panic!("a reply was answered {other}"),
            }
        }
        // Twenty a second in all, so that the platform's own limit per resident is not what is tried here.
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

fn pick(conversations: &[String], chance: &mut Chance) -> Option<String> {
    let index = chance.below(u64::try_from(conversations.len()).unwrap_or_default());
    conversations.get(usize::try_from(index).unwrap_or_default()).cloned()
}

/// Everything was read, and nothing is on its way out any more.
async fn settled(site: &Site, port: u16, token: &str) {
    until(Duration::from_secs(90), "everything is read and sent", async || {
        let unread = site.get(port, token, "/raw-events?state=received").await;
        let unread = unread.is_none_or(|page| !page["items"].as_array().unwrap().is_empty());
        let mut on_the_way = false;
        for state in ["queued", "claimed", "in_flight"] {
            let page = site.get(port, token, &format!("/outbox?state={state}")).await;
            on_the_way |= page.is_none_or(|page| !page["items"].as_array().unwrap().is_empty());
        }
        !unread && !on_the_way
    })
    .await;
}

/// Every copy that was acknowledged is there by itself: the messages alone would not show it, since two others of three
/// are enough for those.
fn check_copies(acknowledged: &Copies, stored: &Copies) {
    let lost = lost(acknowledged, stored);
    assert!(
        lost.is_empty(),
        "acknowledged and lost: {} deliveries, such as {:?}",
        lost.len(),
        lost.first()
    );
    let count = |copies: &Copies| copies.values().sum::<u32>();
    println!("{} copies acknowledged, {} stored", count(acknowledged), count(stored));
}

#[test]
#[should_panic(expected = "acknowledged and lost: 1 deliveries, such as Some(\"2 of 3 copies of one\")")]
fn one_lost_copy_of_three_is_found() {
    let copies = |of_one: u32| Copies::from([("one".to_owned(), of_one), ("other".to_owned(), 3)]);
    check_copies(&copies(3), &copies(4));
    check_copies(&copies(3), &copies(2));
}

async fn check_messages(site: &Site, port: u16, token: &str, written: u32) {
    let mut texts = BTreeSet::new();
    let mut in_all = 0;
    for line in site.export(port, token).await {
        if line["direction"] == "in" {
            in_all += 1;
            texts.insert(line["text"].as_str().unwrap().to_owned());
        }
    }
    let wanted: BTreeSet<String> = (0..written).map(|number| format!("bericht {number}")).collect();
    let lost: Vec<_> = wanted.difference(&texts).take(5).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
    assert_eq!(in_all, written, "something is there twice");
}

async fn check_replies(site: &Site, port: u16, token: &str, asked: &BTreeSet<String>) {
    let accepted = site.accepted_per_text();
    let twice: Vec<_> = accepted.iter().filter(|(_, count)| **count > 1).take(5).collect();
    assert!(twice.is_empty(), "sent twice: {twice:?}");
    let mut unknown = 0;
    let mut stored = BTreeSet::new();
    for line in site.export(port, token).await {
        if line["direction"] == "out" {
            let text = line["text"].as_str().unwrap().to_owned();
            let status = line["deliveryStatus"].as_str().unwrap();
            match status {
                "accepted" | "sent" | "delivered" | "read" => {
                    assert!(accepted.contains_key(&text), "{text}: {status}");
                }
                "unknown" => unknown += 1,
                other => panic!("{text} ended as {other}"),
            }
            assert!(stored.insert(text.clone()), "{text} is stored twice");
        }
    }
    let lost: Vec<_> = asked.difference(&stored).take(5).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    println!("{} replies accepted by the platform, {unknown} of unknown outcome", accepted.len());
}
